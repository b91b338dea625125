"""What a program calling itself RMSProp may do: one answer to each of a few small questions.

The formula is one point of this space, and so is every wrong program that the reference can
simulate. The known answers that differ from the formula's are in `deviations`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, lru_cache
from typing import Literal

from goldstep_reference.numbers.number_format import ALL_FORMATS, NumberFormat
from goldstep_reference.rule.case import Case, HyperParameter, default

Column = Literal["inside", "outside"]

GIVEN = "given"
DEFAULT = "default"
OWN = "own"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """The answers; those that stand here are the formula's."""

    # Where epsilon enters the divisor: sqrt(v + eps), sqrt(v) + eps, sqrt(v), sqrt(v - eps),
    # sqrt(max(v, eps)), sqrt(v) + sqrt(eps), or into v itself, as it is kept.
    epsilon_placement: Literal[
        "inside", "outside", "missing", "subtracted", "maximum", "root-outside", "into-average"
    ] = "inside"
    # How v is formed: decay v + (1 - decay) g^2; v + g^2; the mean of all g^2; with |g| for g^2;
    # (1 - decay) v + decay g^2; the moving average divided by 1 - decay^t; decay (decay v) +
    # (1 - decay) g^2.
    average: Literal[
        "moving",
        "cumulative-sum",
        "cumulative-mean",
        "magnitudes",
        "swapped-rates",
        "bias-corrected",
        "decayed-twice",
    ] = "moving"
    # What it starts at: zero, one, epsilon, the first g^2; or a constant, as a decimal.
    initial_average: str = "zero"
    # Whether the step divides by the average from before this gradient.
    lagging: bool = False
    # Whose average a parameter uses: its own, a new one at every call, one for all of its length,
    # one for all.
    state: Literal["kept", "renewed", "shared", "shared-by-all"] = "kept"
    # Whose average an element uses: its own, the next element's, the first's, the last's; or
    # whether those after the last whole block of four are left out.
    coupling: Literal["none", "neighbour", "first", "last", "tail"] = "none"
    # The step: rate g / divisor; the same added; divided by v + eps; the sign of g alone;
    # rate^2 g / divisor; rate g.
    step: Literal["descent", "ascent", "without-root", "sign", "squared-rate", "gradient"] = (
        "descent"
    )
    update: Literal["applied", "discarded"] = "applied"
    # Which value a hyper-parameter has: the given one; that, rounded to a narrower format, by its
    # name; the default always; or a constant of the program's own, as a decimal.
    learning_rate: str = GIVEN
    decay_rate: str = GIVEN
    epsilon: str = GIVEN
    # Which value it has where none is given: the default, or another, as a decimal.
    default_learning_rate: str = DEFAULT
    default_decay_rate: str = DEFAULT
    default_epsilon: str = DEFAULT
    # The formats in which the average is kept and the update is formed.
    average_format: str = OWN
    update_format: str = OWN
    # Whether numbers below the normal range are taken for zero.
    subnormals: Literal["kept", "flushed"] = "kept"
    # Whether a gradient that is NaN stays so, or is taken for zero.
    not_a_number: Literal["kept", "zeroed"] = "kept"

    def hyper_parameter(
        self, name: HyperParameter, case: Case, number_format: NumberFormat
    ) -> float:
        """The value that a program with this behaviour uses in a case."""

        answer: str = getattr(self, name)
        if answer == DEFAULT:
            return _standing(name, number_format)
        if answer not in ALL_FORMATS and answer != GIVEN:
            return number_format.parse(answer)
        given: float | None = getattr(case, name)
        if given is None:
            other: str = getattr(self, f"default_{name}")
            own = number_format.parse(other) if other != DEFAULT else None
            given = _standing(name, number_format) if own is None else own
        return given if answer == GIVEN else _rounded(given, answer)


@cache
def _standing(name: HyperParameter, number_format: NumberFormat) -> float:
    return float(default(name, number_format))


@lru_cache(maxsize=10_000)
def _rounded(value: float, format_name: str) -> float:
    return ALL_FORMATS[format_name].nearest(Fraction(value))


FORMULA = Behaviour()


def conforming(column: Column) -> Behaviour:
    """The behaviour that a port held to ``column`` must have."""
    return replace(FORMULA, epsilon_placement=column)
