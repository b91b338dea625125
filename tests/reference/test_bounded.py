"""The quick bounds hold what the intervals hold, for every behaviour."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from goldstep_reference.arithmetic.bounded import BoundedArithmetic
from goldstep_reference.numbers.number_format import NUMBER_FORMATS, NumberFormat
from goldstep_reference.rmsprop.deviations import DEVIATIONS
from goldstep_reference.rule.algorithm import Variant
from goldstep_reference.rule.case import Case
from goldstep_reference.rule.deviation import Deviation
from goldstep_reference.rule.interpreter import simulate
from goldstep_reference.vectors.trajectory import Enclosure, trajectory
from support.small_cases import small_cases
from support.variants import FORMULA

every_format = pytest.mark.parametrize(
    "number_format", NUMBER_FORMATS.values(), ids=lambda f: f.name
)
_SPECIAL = ("special-values", "range-limits")


def pairs(
    case: Case, number_format: NumberFormat, behaviour: Variant
) -> list[tuple[Enclosure, tuple[float, float] | None]]:
    """What intervals and floats say of each recorded value."""
    steps = trajectory(case, number_format, behaviour, 128)
    quick = simulate(case, behaviour, BoundedArithmetic(number_format))
    return [
        (enclosure, bounded)
        for step, (_, weights, states) in zip(steps, quick, strict=True)
        for enclosures, numbers in (
            (step.weights, weights),
            *((step.states[name], states[name]) for name in states),
        )
        for name, array in enclosures.items()
        for enclosure, bounded in zip(array, numbers[name], strict=True)
    ]


def assert_holds(enclosure: Enclosure, bounded: tuple[float, float] | None) -> None:
    """Everything that a faithful program may have is within the bound, around the exact value."""
    value, bound = bounded or (math.nan, math.inf)
    if not bound < math.inf or enclosure.exact is None or enclosure.faithful is None:
        return
    assert enclosure.budget <= Fraction(bound)
    assert abs(enclosure.centre - Fraction(value)) <= Fraction(bound)


@every_format
@pytest.mark.parametrize("deviation", DEVIATIONS, ids=lambda d: d.label)
def test_bounds_hold_what_faithful_programs_may_have(
    number_format: NumberFormat, deviation: Deviation
) -> None:
    behaviour = FORMULA.deviating(deviation)
    for each in small_cases(number_format.name)[::31]:
        if each.group not in _SPECIAL:
            for enclosure, bounded in pairs(each.case, number_format, behaviour):
                assert_holds(enclosure, bounded)


@every_format
def test_they_are_not_much_wider(number_format: NumberFormat) -> None:
    """Else nothing would be left out: of the formula, in everyday cases."""
    ratios = [
        Fraction(bounded[1]) / enclosure.budget
        for each in small_cases(number_format.name)
        if each.group in ("accumulation", "fresh-state", "independence")
        for enclosure, bounded in pairs(each.case, number_format, FORMULA)
        if bounded and bounded[1] < math.inf and enclosure.exact and enclosure.budget
    ]
    assert len(ratios) > 500
    assert max(ratios) < 4
