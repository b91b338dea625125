"""Which cases catch which deviations, and by what margin: the kill matrix.

Each deviation is run as a program in the machine's floats (`floating`) on every case, and its
results are judged by the budgets. The margin is by how many budgets it is off at the first recorded
step where that is enough to catch it, in the weight that shows it most there; averages are not
every port's to report. `least_margin` is the proof for
the cases that matter: by how many budgets *every* program with the deviation is off, whatever its
rounding.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from goldstep_reference.arithmetic.floating import FloatingArithmetic
from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rule.algorithm import Algorithm, Variant
from goldstep_reference.rule.case import Case
from goldstep_reference.rule.interpreter import Values, simulate
from goldstep_reference.vectors.certify import PublishedStep
from goldstep_reference.vectors.expectation import Expectation
from goldstep_reference.vectors.trajectory import Enclosure, trajectory

# A case counts where its margin is at least this.
CAUGHT = 10.0  # budgets

_PRECISION = 128  # bits
_LARGEST = Fraction(sys.float_info.max)


@dataclass(frozen=True, slots=True)
class Kills:
    """How one group in one number format catches one combination of deviations."""

    cases: int  # those that catch it
    of_cases: int
    greatest_margin: float  # in budgets; infinite where a result is not even a number


def group_kills(
    cases: Sequence[Case],
    expectations: Sequence[Expectation],
    number_format: NumberFormat,
    algorithm: Algorithm,
    column: str,
) -> dict[str, Kills]:
    """How a group's cases catch every single deviation that the format can represent, by label."""
    kills = {}
    conforming = algorithm.variant(column)
    for (deviation,) in algorithm.deviations_from(column):
        if not deviation.representable(number_format):
            continue
        variant = conforming.deviating(deviation)
        margins = [
            margin(case, expected, number_format, column, variant)
            for case, expected in zip(cases, expectations, strict=True)
            if expected and conforming.is_changed_by(deviation, case, number_format)
        ]
        caught = sum(each >= CAUGHT for each in margins)
        kills[deviation.label] = Kills(caught, len(cases), max(margins, default=0.0))
    return kills


def margin(
    case: Case,
    expected: Expectation,
    number_format: NumberFormat,
    column: str,
    variant: Variant,
) -> float:
    """By how many budgets a program that is ``variant`` fails a case.

    Of the choices that a case offers the one that it comes nearest to counts.
    """
    most = dict.fromkeys(expected, 0.0)
    steps = {choice: iter(columns[column]) for choice, columns in expected.items()}
    for _, weights, _ in simulate(case, variant, FloatingArithmetic(number_format)):
        for choice in expected:
            most[choice] = max(most[choice], _most_budgets(next(steps[choice]), weights))
        if min(most.values()) >= CAUGHT:
            break
    return min(most.values())


def least_margin(
    case: Case, number_format: NumberFormat, conforming: Variant, variant: Variant
) -> float:
    """By how many budgets every program that is ``variant`` fails; 0 where one may pass.

    Of cases without choices; with choices it is 0.
    """
    if case.rejected is not None or case.choices:
        return 0.0
    expected = trajectory(case, number_format, conforming, _PRECISION)
    deviating = trajectory(case, number_format, variant, _PRECISION)
    return max(
        (
            _value_margin(value, other)
            for step, other_step in zip(expected, deviating, strict=True)
            for name, values in step.weights.items()
            for value, other in zip(values, other_step.weights[name], strict=True)
        ),
        default=0.0,
    )


def _most_budgets(expected: PublishedStep, got: Values[float]) -> float:
    return max(
        (
            _budgets(float(value.exact), value.tolerance, number)
            for name, values in expected.weights.items()
            for value, number in zip(values, got[name], strict=True)
        ),
        default=0.0,
    )


def _budgets(exact: float, tolerance: float, got: float | None) -> float:
    if got is None:
        return math.inf
    if not tolerance:
        same = got.hex() == exact.hex() or (math.isnan(got) and math.isnan(exact))
        return 0.0 if same else math.inf
    return abs(got - exact) / tolerance if math.isfinite(got) else math.inf


def _value_margin(expected: Enclosure, deviating: Enclosure) -> float:
    if expected.special is not None:
        known = deviating.exact is not None or deviating.special is not None
        return math.inf if known and repr(deviating.special) != repr(expected.special) else 0.0
    if expected.exact is None:
        return 0.0
    if deviating.exact is None:
        return math.inf
    if deviating.faithful is None:
        return 0.0
    low, high = deviating.faithful.ends
    exact = expected.centre
    distance = max(low - exact, exact - high, Fraction(0))
    if not distance:
        return 0.0
    if not expected.budget:
        return math.inf
    return float(min(distance / expected.budget, _LARGEST))
