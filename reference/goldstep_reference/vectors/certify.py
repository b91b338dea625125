"""From intervals to published numbers: certified digits, the nearest float, the tolerance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import lru_cache

from goldstep_reference.numbers.number_format import NumberFormat, round_up_to_float64, write_number
from goldstep_reference.rule.algorithm import Variant
from goldstep_reference.rule.case import Case
from goldstep_reference.vectors.trajectory import (
    STARTING_PRECISION,
    Enclosure,
    Step,
    trajectory,
)

DIGITS = 40
GREATEST_PRECISION = 1 << 16  # bits; an exact tie that no precision resolves ends here

# Exponents far beyond any float's, so that no conversion is subnormal or overflows.
_DECIMAL = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN, Emin=-999_999, Emax=999_999)


class NotCertifiedError(Exception):
    """The interval is too wide to tell the digits."""


class NoBudgetError(Exception):
    """A faithful program may overflow or divide by zero there: the case has to name its choices."""


@dataclass(frozen=True, slots=True)
class PublishedValue:
    """One expected number, as a vector states it."""

    exact: str  # 40 significant decimal digits, correctly rounded; or a special value's name
    nearest: float  # correctly rounded to the number format
    tolerance: float  # for |got - exact|; a float64, rounded up; 0 asks for the same bits


PublishedValues = Mapping[str, tuple[PublishedValue, ...]]


@dataclass(frozen=True, slots=True)
class PublishedStep:
    """What a vector expects after one step."""

    step: int
    weights: PublishedValues
    states: Mapping[str, PublishedValues]


def published_steps(
    case: Case, number_format: NumberFormat, variant: Variant, choice: str | None = None
) -> tuple[PublishedStep, ...]:
    """The case's recorded steps, certified; precision doubles until every digit is.

    Raises NotCertifiedError where no precision will do, NoBudgetError where there is no bound.
    """
    precision = STARTING_PRECISION
    while True:
        steps = trajectory(case, number_format, variant, precision, choice)
        try:
            return tuple(_published(step, number_format) for step in steps)
        except NotCertifiedError:
            precision *= 2
            if precision > GREATEST_PRECISION:
                raise


@lru_cache(maxsize=20_000)  # the columns of a case may have the same states
def certified(enclosure: Enclosure, number_format: NumberFormat) -> PublishedValue:
    """The published form of a value; raises NotCertifiedError where its interval is too wide.

    Rounding is monotonic: where both ends of the interval round to one decimal and to one float,
    so does the value between them. Raises NoBudgetError where there is nothing to certify.
    """
    if enclosure.special is not None:
        return PublishedValue(write_number(enclosure.special), enclosure.special, 0.0)
    if enclosure.exact is None or enclosure.faithful is None:
        raise NoBudgetError("there is no real value, or no bound on a faithful program's")
    low, high = enclosure.exact.ends
    digits = decimal_digits(low)
    nearest = number_format.nearest(low)
    if digits != decimal_digits(high) or nearest != number_format.nearest(high):
        raise NotCertifiedError(f"between {digits} and {decimal_digits(high)}")
    return PublishedValue(digits, nearest, round_up_to_float64(enclosure.budget))


def decimal_digits(value: Fraction) -> str:
    """``value`` correctly rounded to 40 significant digits, in scientific notation."""
    if value == 0:
        return "0.0"
    rounded = _DECIMAL.divide(Decimal(value.numerator), Decimal(value.denominator))
    return f"{rounded:.{DIGITS - 1}e}"


def _published(step: Step, number_format: NumberFormat) -> PublishedStep:
    def publish(
        enclosures: Mapping[str, tuple[Enclosure, ...]],
    ) -> dict[str, tuple[PublishedValue, ...]]:
        return {
            name: tuple(certified(enclosure, number_format) for enclosure in values)
            for name, values in enclosures.items()
        }

    states = {name: publish(values) for name, values in step.states.items()}
    return PublishedStep(step.step, publish(step.weights), states)
