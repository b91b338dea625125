"""What a hypothesis predicts for a case: each value with the hypothesis's own rounding budget."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import TypeVar

from goldstep_reference.arithmetic.bounded import Bounded, BoundedArithmetic
from goldstep_reference.numbers.decimals import same_bits
from goldstep_reference.numbers.number_format import NUMBER_FORMATS, NumberFormat
from goldstep_reference.rule.algorithm import Variant
from goldstep_reference.rule.interpreter import simulate
from goldstep_reference.vectors.trajectory import Enclosure, Step, trajectory

from goldstep.judge.judge import WEIGHTS, Value
from goldstep.vectors.case import ExpectedValues, VectorCase
from goldstep.vectors.expected_number import ExpectedNumber

# Enough for verdicts in budgets; published digits take more.
_PRECISION = 128  # bits

_WIDE = "wide-range"

_ARITHMETICS = {name: BoundedArithmetic(each) for name, each in NUMBER_FORMATS.items()}

Key = tuple[str, str, int, int]


@dataclass(frozen=True, slots=True)
class Predicted:
    """A value and its budget.

    ``exact`` is None for what is no real number: NaN, an infinity or a negative zero, to the bit.
    The budget is None if a faithful program may have any result: next to a division by zero, or
    to the ends of the range; ``nearest`` is None too if nothing is known of it.
    """

    exact: Fraction | None
    budget: Fraction | None
    nearest: float | None
    tolerance: float

    def explains(self, got: float, number_format: NumberFormat) -> bool:
        """Whether ``got`` is what a program with this behaviour may have computed."""
        if self.budget is None or self.nearest is None:
            return True
        if self.exact is None or not self.budget:
            return same_bits(got, self.nearest)
        if not math.isfinite(got):
            return False
        distance = abs(got - self.nearest)
        slack = (abs(self.nearest) + abs(got)) * float(number_format.unit_roundoff)
        slack += float(number_format.smallest_subnormal)
        if abs(distance - self.tolerance) > 2 * slack:
            return distance < self.tolerance
        return abs(Fraction(got) - self.exact) <= self.budget


_ANYTHING = Predicted(None, None, None, math.inf)

Predictions = Mapping[Key, Predicted]
# By the choice that a program with the behaviour makes.
Alternatives = Mapping[str | None, Predictions]


def key(value: Value) -> Key:
    """Where a value stands, as predictions are looked up."""
    return value.quantity, value.name, value.index, value.step


class Predictor:
    """Predicts cases, each hypothesis once: ports that deviate alike share the work."""

    def __init__(self) -> None:
        self._predict = lru_cache(maxsize=20_000)(_simulate)
        self._begin = lru_cache(maxsize=1_000)(_after_steps)

    def may_explain(self, case: VectorCase, behaviour: Variant, got: Mapping[Key, float]) -> bool:
        """Whether floats with error bounds leave it open that the behaviour has these values.

        A hundred times quicker than to predict them, and enough to leave out what is far away.
        """
        return not any(_is_far(got.get(key), number) for key, number in _simulated(case, behaviour))

    def reproduces(self, case: VectorCase, behaviour: Variant, got: Mapping[Key, float]) -> bool:
        """Whether floats say so, and know what every value is: where not, nothing is reproduced."""
        return all(
            number is not None and number[1] < math.inf and not _is_far(got.get(key), number)
            for key, number in _simulated(case, behaviour)
        )

    def in_floats(self, case: VectorCase, behaviour: Variant) -> dict[Key, Bounded | None]:
        """All recorded values under a behaviour, as floats with error bounds."""
        return dict(_simulated(case, behaviour))

    def differ(self, case: VectorCase, one: Variant, other: Variant) -> bool:
        """Whether no port can have the values of both behaviours in a case, by floats and bounds.

        Of the weights, because averages are not every port's to report.
        """
        runs = _simulated(case, one), _simulated(case, other)
        return any(
            quantity == WEIGHTS and _are_apart(a, b)
            for ((quantity, *_), a), (_, b) in zip(*runs, strict=True)
        )

    def predict(self, case: VectorCase, behaviour: Variant) -> Alternatives:
        """All recorded values of a case under a behaviour, for each choice that the case offers."""
        for column in case.algorithm.columns:
            if behaviour == case.algorithm.variant(column):
                return _published(case, column)
        return self._predict(_Hashable(case), behaviour)

    def after_steps(self, case: VectorCase, column: str, count: int) -> Predictions:
        """What a conforming port has after the first ``count`` steps of a case, at least one."""
        return self._begin(_Hashable(case), column, count)


def _simulated(case: VectorCase, behaviour: Variant) -> Iterator[tuple[Key, Bounded | None]]:
    arithmetic = _ARITHMETICS[case.number_format]
    for step, weights, states in simulate(case.inputs, behaviour, arithmetic):
        yield from _values(step, {WEIGHTS: weights, **states})


def _is_far(got: float | None, number: Bounded | None) -> bool:
    """Whether a value cannot come of a number with this bound: both may be a bound off."""
    if got is None or number is None:
        return False
    value, bound = number
    return bound < math.inf and not abs(got - value) <= 2 * bound


def _are_apart(one: Bounded | None, other: Bounded | None) -> bool:
    # Where there is no value a port may have any.
    if one is None or other is None:
        return False
    return abs(one[0] - other[0]) > 2 * (one[1] + other[1])


@dataclass(frozen=True, slots=True, eq=False)
class _Hashable:
    """A case as a cache key, by its id."""

    case: VectorCase

    def __hash__(self) -> int:
        return hash(self.case.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hashable) and self.case.id == other.case.id


def _after_steps(hashable: _Hashable, column: str, count: int) -> Predictions:
    case = hashable.case
    begun = replace(case.inputs, gradients=case.inputs.gradients[:count], record=(count,))
    number_format = NUMBER_FORMATS[case.number_format]
    steps = trajectory(begun, number_format, case.algorithm.variant(column), _PRECISION)
    return _predictions(steps, number_format)


def _simulate(hashable: _Hashable, behaviour: Variant) -> Alternatives:
    case = hashable.case
    number_format = NUMBER_FORMATS[case.number_format]

    def under(choice: str | None) -> Predictions:
        steps = trajectory(case.inputs, number_format, behaviour, _PRECISION, choice)
        return _predictions(steps, number_format)

    alternatives = {
        choice: under(choice) for choice in case.expected.alternatives(case.algorithm.norm)
    }
    # A deviation may leave the range where the formula does not: there it has a choice too.
    if any(None in (each.exact, each.budget) for each in alternatives.get(None, {}).values()):
        alternatives[_WIDE] = under(_WIDE)
    return alternatives


def _predictions(steps: tuple[Step, ...], number_format: NumberFormat) -> Predictions:
    return {
        key: _predicted(enclosure, number_format)
        for step in steps
        for key, enclosure in _values(step.step, {WEIGHTS: step.weights, **step.states})
    }


def _predicted(enclosure: Enclosure, number_format: NumberFormat) -> Predicted:
    if enclosure.special is not None:
        return Predicted(None, Fraction(0), enclosure.special, 0.0)
    if enclosure.exact is None:
        return _ANYTHING
    exact = enclosure.centre
    if enclosure.faithful is None:
        return Predicted(exact, None, number_format.nearest(exact), math.inf)
    budget = enclosure.budget
    return Predicted(exact, budget, number_format.nearest(exact), _tolerance(budget))


def _tolerance(budget: Fraction) -> float:
    """A hypothesis may divide by next to nothing, which the vectors never do."""
    try:
        return float(budget)
    except OverflowError:
        return math.inf


def _published(case: VectorCase, column: str) -> Alternatives:
    return {
        choice: {
            key: _expected(number)
            for step in steps
            for key, number in _values(
                step.step, {name: _numbers(each) for name, each in step.quantities.items()}
            )
        }
        for choice, steps in case.expected.alternatives(column).items()
    }


def _numbers(arrays: Mapping[str, ExpectedValues]) -> Mapping[str, Sequence[ExpectedNumber]]:
    return {name: values.numbers for name, values in arrays.items()}


def _expected(number: ExpectedNumber) -> Predicted:
    exact = Fraction(number.exact) if math.isfinite(number.nearest) else None
    return Predicted(exact, Fraction(number.tolerance), number.nearest, number.tolerance)


T = TypeVar("T")


def _values(
    step: int, quantities: Mapping[str, Mapping[str, Sequence[T]]]
) -> Iterator[tuple[Key, T]]:
    """All values after a step."""
    for quantity, arrays in quantities.items():
        for name, numbers in arrays.items():
            for index, number in enumerate(numbers):
                yield (quantity, name, index, step), number
