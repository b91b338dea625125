"""The trajectory of a case: exact states and weights, and their rounding budgets.

A trajectory is a pure function of the case, the number format, the variant and the choice. It is
evaluated in two arithmetics: the exact value, and the interval of everything that a faithful
program may have at that place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from goldstep_reference.arithmetic.choices import CHOICES, NARROW
from goldstep_reference.arithmetic.faithful import FaithfulArithmetic
from goldstep_reference.arithmetic.ieee754 import Extended, Ieee754Arithmetic, is_special
from goldstep_reference.arithmetic.real import RealArithmetic
from goldstep_reference.numbers.interval import Interval
from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rule.algorithm import Variant
from goldstep_reference.rule.case import Case
from goldstep_reference.rule.interpreter import simulate

STARTING_PRECISION = 192  # bits


@dataclass(frozen=True, slots=True)
class Enclosure:
    """One value: an interval that holds it, and one that holds all faithful results.

    ``exact`` is None where there is no real value (a root of a negative number, a division by
    zero), ``faithful`` where there is no bound. ``special`` is NaN, an infinity or negative zero,
    where IEEE 754 makes the value that; both intervals are None then.
    """

    exact: Interval | None
    faithful: Interval | None
    special: float | None = None

    @property
    def centre(self) -> Fraction:
        """The middle of the exact value's interval."""
        if self.exact is None:
            raise ValueError("there is no real value")
        low, high = self.exact.ends
        return (low + high) / 2

    @property
    def budget(self) -> Fraction:
        """The greatest distance of a faithful result from the exact value; absolute."""
        if self.exact is None or self.faithful is None:
            raise ValueError("an undefined value has no budget")
        (low, high), (least, greatest) = self.exact.ends, self.faithful.ends
        return max(greatest - low, high - least)


Enclosures = Mapping[str, tuple[Enclosure, ...]]


@dataclass(frozen=True, slots=True)
class Step:
    """What holds after step number ``step``, counted from 1."""

    step: int
    weights: Enclosures
    states: Mapping[str, Enclosures]


def trajectory(
    case: Case,
    number_format: NumberFormat,
    variant: Variant,
    precision: int = STARTING_PRECISION,
    choice: str | None = None,
) -> tuple[Step, ...]:
    """The recorded steps of ``case``, in intervals of ``precision`` bits.

    ``choice`` names one of `CHOICES`; without it every choice must lead to the same.
    """
    if choice is None and not _has_special_values(case, number_format, variant):
        exact = simulate(case, variant, RealArithmetic(number_format, precision))
        faithful = simulate(case, variant, _faithful(number_format, precision))
        steps = _steps(exact, faithful)
        if all(map(_is_bounded, steps)):
            return steps
    chosen = NARROW if choice is None else CHOICES[choice]
    inner = (
        RealArithmetic(number_format, precision),
        FaithfulArithmetic(number_format, precision, wide=chosen.wide_intermediates),
    )
    return _steps(*(simulate(case, variant, Ieee754Arithmetic(each, chosen)) for each in inner))


@lru_cache(maxsize=8)
def _faithful(number_format: NumberFormat, precision: int) -> FaithfulArithmetic:
    """One arithmetic for all trajectories, because it remembers results."""
    return FaithfulArithmetic(number_format, precision)


def _has_special_values(case: Case, number_format: NumberFormat, variant: Variant) -> bool:
    """Among the inputs, or what a narrower format makes of a hyper-parameter."""
    numbers = (
        number
        for each in (case.weights, *case.gradients)
        for array in each.values()
        for number in array
    )
    used = (*variant.numbers(case, number_format).values(), *case.learning_rates)
    return any(map(is_special, numbers)) or any(map(is_special, used))


def _is_bounded(step: Step) -> bool:
    """Whether every value is a real number with a bound, so that IEEE 754 has no say in it."""
    quantities = (step.weights, *step.states.values())
    return all(
        value.faithful is not None
        for quantity in quantities
        for array in quantity.values()
        for value in array
    )


_Simulated = Mapping[str, Sequence[Extended | None]]
_SimulatedStep = tuple[int, _Simulated, Mapping[str, _Simulated]]


def _steps(exact: Iterator[_SimulatedStep], faithful: Iterator[_SimulatedStep]) -> tuple[Step, ...]:
    return tuple(
        Step(
            number,
            _paired(weights, others),
            {name: _paired(values, other_states[name]) for name, values in states.items()},
        )
        for (number, weights, states), (_, others, other_states) in zip(
            exact, faithful, strict=True
        )
    )


def _paired(exact: _Simulated, faithful: _Simulated) -> dict[str, tuple[Enclosure, ...]]:
    return {name: tuple(map(_enclosure, values, faithful[name])) for name, values in exact.items()}


def _enclosure(exact: Extended | None, faithful: Extended | None) -> Enclosure:
    if isinstance(exact, float):
        same = isinstance(faithful, float) and repr(faithful) == repr(exact)
        return Enclosure(None, None, exact if same else None)
    return Enclosure(exact, None if isinstance(faithful, float) else faithful)
