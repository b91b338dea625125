"""Which cases catch which deviations, and by what margin: the kill matrix.

A case catches a deviation if no program with it, whatever its rounding, can pass. The margin is by
how many budgets the best of them is still off, at the recorded weight that shows it most.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from goldstep_reference.behaviour import (
    Behaviour,
    Column,
    Deviation,
    behaviour_of,
    conforming,
    deviations_from,
)
from goldstep_reference.case import Case
from goldstep_reference.groups import GROUPS
from goldstep_reference.number_format import NUMBER_FORMATS, NumberFormat
from goldstep_reference.trajectory import Enclosure, Step, end, trajectory
from goldstep_reference.workers import in_parallel

# A case counts where its margin is at least this.
CAUGHT = 10.0  # budgets

_PRECISION = 128  # bits


@dataclass(frozen=True, slots=True)
class Kills:
    """How one group in one number format catches one combination of deviations."""

    cases: int  # those that catch it
    of_cases: int
    greatest_margin: float  # in budgets; infinite where a result is not even a number


def representable(deviations: Iterable[Deviation], number_format: NumberFormat) -> bool:
    """Whether the deviations can differ from the formula in a number format."""
    return number_format.name != "float32" or all(each.answer != "float32" for each in deviations)


def margin(case: Case, number_format: NumberFormat, column: Column, behaviour: Behaviour) -> float:
    """By how many budgets every program with ``behaviour`` fails a case; 0 where one may pass."""
    expected = trajectory(case, number_format, conforming(column), _PRECISION)
    return _margin(expected, trajectory(case, number_format, behaviour, _PRECISION))


# Number format, deviation, group.
Matrix = dict[str, dict[str, dict[str, Kills]]]


def kill_matrix(column: Column) -> Matrix:
    """How the published cases catch every single deviation, on all processors."""
    tasks = [(form, group, column) for form in NUMBER_FORMATS for group in GROUPS]
    matrix: Matrix = {form: {} for form in NUMBER_FORMATS}
    with in_parallel(_group_kills, tasks) as counted_kills:
        for (form, group, _), kills in zip(tasks, counted_kills, strict=True):
            for label, counted in kills.items():
                matrix[form].setdefault(label, {})[group] = counted
    return matrix


def label(deviations: Iterable[Deviation]) -> str:
    """A combination's name: its findings, each with what it is about."""
    return " + ".join(
        f"{each.finding} ({each.subject})" if each.subject else each.finding for each in deviations
    )


def _group_kills(task: tuple[str, str, Column]) -> dict[str, Kills]:
    form, group, column = task
    number_format = NUMBER_FORMATS[form]
    cases = GROUPS[group].cases(number_format)
    expected = [trajectory(case, number_format, conforming(column), _PRECISION) for case in cases]
    kills = {}
    for deviations in deviations_from(column):
        if representable(deviations, number_format):
            behaviour = behaviour_of(column, deviations)
            margins = [
                _margin(steps, trajectory(case, number_format, behaviour, _PRECISION))
                for case, steps in zip(cases, expected, strict=True)
            ]
            caught = sum(each >= CAUGHT for each in margins)
            kills[label(deviations)] = Kills(caught, len(cases), max(margins))
    return kills


def _margin(expected: tuple[Step, ...], deviating: tuple[Step, ...]) -> float:
    """The greatest margin over all recorded weights; averages are not every port's to report."""
    return max(
        (
            _value_margin(value, other)
            for step, other_step in zip(expected, deviating, strict=True)
            for name, values in step.weights.items()
            for value, other in zip(values, other_step.weights[name], strict=True)
        ),
        default=0.0,
    )


def _value_margin(expected: Enclosure, deviating: Enclosure) -> float:
    if deviating.exact is None:
        return math.inf
    if deviating.faithful is None or expected.exact is None:
        return 0.0
    low, high = end(deviating.faithful.a), end(deviating.faithful.b)
    exact = (end(expected.exact.a) + end(expected.exact.b)) / 2
    distance = max(low - exact, exact - high, Fraction(0))
    if not distance:
        return 0.0
    return float(distance / expected.budget) if expected.budget else math.inf
