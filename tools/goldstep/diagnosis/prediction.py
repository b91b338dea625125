"""What a hypothesis predicts for a case: each value with the hypothesis's own rounding budget."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TypeVar

from goldstep_reference.behaviour import Behaviour, Column, conforming
from goldstep_reference.number_format import NUMBER_FORMATS, NumberFormat
from goldstep_reference.trajectory import Enclosure, end, trajectory

from goldstep.judge import Quantity, Value
from goldstep.vectors import ExpectedValues, VectorCase

# Enough for verdicts in budgets; published digits take more.
_PRECISION = 128  # bits

Key = tuple[Quantity, str, int, int]


@dataclass(frozen=True, slots=True)
class Predicted:
    """A value and its budget.

    ``exact`` is None where the hypothesis has no real value there. The budget is None where a
    faithful program may have none for its rounding errors, or any: next to a division by zero.
    """

    exact: Fraction | None
    budget: Fraction | None
    nearest: float
    tolerance: float

    def explains(self, got: float, number_format: NumberFormat) -> bool:
        """Whether ``got`` is what a program with this behaviour may have computed."""
        if self.exact is None:
            return not math.isfinite(got)
        if self.budget is None:
            return True
        if not math.isfinite(got):
            return False
        distance = abs(got - self.nearest)
        slack = (abs(self.nearest) + abs(got)) * float(number_format.unit_roundoff)
        slack += float(number_format.smallest_subnormal)
        if abs(distance - self.tolerance) > 2 * slack:
            return distance < self.tolerance
        return abs(Fraction(got) - self.exact) <= self.budget


Predictions = Mapping[Key, Predicted]


def key(value: Value) -> Key:
    """Where a value stands, as predictions are looked up."""
    return value.quantity, value.name, value.index, value.step


class Predictor:
    """Predicts cases, each hypothesis once: ports that deviate alike share the work."""

    def __init__(self) -> None:
        self._predict = lru_cache(maxsize=20_000)(_simulate)

    def predict(self, case: VectorCase, behaviour: Behaviour) -> Predictions:
        """All recorded values of a case under a behaviour."""
        for column in case.expected:
            if behaviour == conforming(column):
                return _published(case, column)
        return self._predict(_Hashable(case), behaviour)


@dataclass(frozen=True, slots=True, eq=False)
class _Hashable:
    """A case as a cache key: cases are told apart by id."""

    case: VectorCase

    def __hash__(self) -> int:
        return hash(self.case.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hashable) and self.case.id == other.case.id


def _simulate(hashable: _Hashable, behaviour: Behaviour) -> Predictions:
    case = hashable.case
    number_format = NUMBER_FORMATS[case.number_format]
    predictions: dict[Key, Predicted] = {}
    for step in trajectory(case.inputs, number_format, behaviour, _PRECISION):
        for quantity, values in _quantities(step.weights, step.moving_average):
            for name, enclosures in values.items():
                for index, enclosure in enumerate(enclosures):
                    predictions[quantity, name, index, step.step] = _predicted(
                        enclosure, number_format
                    )
    return predictions


def _predicted(enclosure: Enclosure, number_format: NumberFormat) -> Predicted:
    if enclosure.exact is None:
        return Predicted(None, None, math.nan, math.nan)
    exact = (end(enclosure.exact.a) + end(enclosure.exact.b)) / 2
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


def _published(case: VectorCase, column: Column) -> Predictions:
    predictions: dict[Key, Predicted] = {}
    for step in case.expected[column]:
        for quantity, values in _quantities(step.weights, step.moving_average):
            for name, expected in values.items():
                for index in range(len(expected.nearest)):
                    predictions[quantity, name, index, step.step] = _from_vector(expected, index)
    return predictions


def _from_vector(expected: ExpectedValues, index: int) -> Predicted:
    return Predicted(
        Fraction(expected.exact[index]),
        Fraction(expected.tolerance[index]),
        float(expected.nearest[index]),
        float(expected.tolerance[index]),
    )


T = TypeVar("T")


def _quantities(weights: T, moving_average: T) -> Iterator[tuple[Quantity, T]]:
    yield "weights", weights
    yield "moving_average", moving_average
