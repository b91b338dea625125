"""The trajectory of a case: exact averages and weights, and their rounding budgets.

A trajectory is a pure function of the case, the number format, the behaviour and the choice. It is
evaluated in two arithmetics: the exact value, and the interval of everything that a faithful
program may have at that place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from goldstep_reference.arithmetic.arithmetic import RealArithmetic
from goldstep_reference.arithmetic.choices import CHOICES, NARROW
from goldstep_reference.arithmetic.faithful import FaithfulArithmetic
from goldstep_reference.arithmetic.ieee754 import Extended, Ieee754Arithmetic, is_special
from goldstep_reference.numbers.interval import Interval
from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rmsprop.behaviour import FORMULA, Behaviour
from goldstep_reference.rmsprop.simulation import simulate
from goldstep_reference.rule.case import HYPER_PARAMETERS, Case

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
    moving_average: Enclosures


def trajectory(
    case: Case,
    number_format: NumberFormat,
    behaviour: Behaviour = FORMULA,
    precision: int = STARTING_PRECISION,
    choice: str | None = None,
) -> tuple[Step, ...]:
    """The recorded steps of ``case``, in intervals of ``precision`` bits.

    ``choice`` names one of `CHOICES`; without it every choice must lead to the same.
    """
    if choice is None and not _has_special_values(case, number_format, behaviour):
        exact = simulate(case, behaviour, RealArithmetic(number_format, precision))
        faithful = simulate(case, behaviour, _faithful(number_format, precision))
        steps = _steps(exact, faithful)
        if all(map(_is_bounded, steps)):
            return steps
    chosen = NARROW if choice is None else CHOICES[choice]
    inner = (
        RealArithmetic(number_format, precision),
        FaithfulArithmetic(number_format, precision, wide=chosen.wide_intermediates),
    )
    return _steps(*(simulate(case, behaviour, Ieee754Arithmetic(each, chosen)) for each in inner))


@lru_cache(maxsize=8)
def _faithful(number_format: NumberFormat, precision: int) -> FaithfulArithmetic:
    """One arithmetic for all trajectories, because it remembers results."""
    return FaithfulArithmetic(number_format, precision)


def _has_special_values(case: Case, number_format: NumberFormat, behaviour: Behaviour) -> bool:
    """Among the inputs, or what a narrower format makes of a hyper-parameter."""
    numbers = (
        number
        for each in (case.weights, *case.gradients)
        for array in each.values()
        for number in array
    )
    used = (behaviour.hyper_parameter(name, case, number_format) for name in HYPER_PARAMETERS)
    return any(map(is_special, numbers)) or any(map(is_special, used))


def _is_bounded(step: Step) -> bool:
    """Whether every value is a real number with a bound, so that IEEE 754 has no say in it."""
    values = (*step.weights.values(), *step.moving_average.values())
    return all(value.faithful is not None for array in values for value in array)


_Simulated = Mapping[str, Sequence[Extended | None]]


def _steps(
    exact: Iterator[tuple[int, _Simulated, _Simulated]],
    faithful: Iterator[tuple[int, _Simulated, _Simulated]],
) -> tuple[Step, ...]:
    return tuple(
        Step(number, _paired(weights, others), _paired(averages, other_averages))
        for (number, weights, averages), (_, others, other_averages) in zip(
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
