"""The kill matrix: every deviation, and every pair of them, is caught by two cases at least."""

from __future__ import annotations

from dataclasses import replace

import pytest
from goldstep_reference.behaviour import (
    FORMULA,
    Column,
    Deviation,
    behaviour_of,
    conforming,
    deviations_from,
)
from goldstep_reference.case import Case
from goldstep_reference.groups import GROUPS
from goldstep_reference.kills import (
    CAUGHT,
    kill_matrix,
    label,
    margin,
    representable,
)
from goldstep_reference.number_format import FLOAT32, FLOAT64, NUMBER_FORMATS, NumberFormat


def few_first(number_format: NumberFormat) -> list[Case]:
    """Every published case, those of a few steps and weights first."""
    cases = [case for group in GROUPS.values() for case in group.cases(number_format)]
    return sorted(cases, key=lambda case: case.elements * len(case.gradients))


def is_caught_twice(
    cases: list[Case], number_format: NumberFormat, deviations: tuple[Deviation, ...]
) -> bool:
    """What caught the last combination is tried first: neighbours are caught alike."""
    behaviour = behaviour_of("inside", deviations)
    caught: list[Case] = []
    for case in list(cases):
        if margin(case, number_format, "inside", behaviour) >= CAUGHT:
            cases.remove(case)
            cases.insert(0, case)
            caught.append(case)
            if len(caught) == 2:
                return True
    return False


@pytest.mark.parametrize("number_format", NUMBER_FORMATS.values(), ids=lambda f: f.name)
@pytest.mark.parametrize("count", [1, 2])
def test_two_cases_catch_every_combination(number_format: NumberFormat, count: int) -> None:
    cases = few_first(number_format)
    escaped = [
        label(deviations)
        for deviations in deviations_from("inside", count)
        if representable(deviations, number_format)
        and not is_caught_twice(cases, number_format, deviations)
    ]
    assert escaped == []


def test_the_matrix_counts_what_the_margins_say() -> None:
    column: Column = "outside"
    matrix = kill_matrix(column)
    (deviations,) = (each for each in deviations_from(column) if each[0].finding == "state-shared")
    behaviour = behaviour_of(column, deviations)
    for name, number_format in NUMBER_FORMATS.items():
        for group_name, kills in matrix[name]["state-shared"].items():
            cases = GROUPS[group_name].cases(number_format)
            margins = [margin(case, number_format, column, behaviour) for case in cases]
            assert kills.of_cases == len(cases)
            assert kills.cases == sum(each >= CAUGHT for each in margins)
            assert kills.greatest_margin == max(margins)


def test_what_the_formula_does_has_no_margin() -> None:
    for case in GROUPS["parameters"].cases(FLOAT64):
        assert margin(case, FLOAT64, "inside", FORMULA) == 0.0


def test_what_a_format_cannot_tell_is_not_counted() -> None:
    """Rounding to float32 is no deviation of a float32 port, and catches nothing there."""
    for (deviation,) in deviations_from("inside"):
        if not representable((deviation,), FLOAT32):
            behaviour = deviation.applied_to(conforming("inside"))
            cases = GROUPS["hyper-parameters"].cases(FLOAT32)
            assert {margin(case, FLOAT32, "inside", behaviour) for case in cases} == {0.0}


def test_a_margin_is_that_of_the_best_program() -> None:
    """A deviation that changes a weight by less than rounding may has a margin of 0."""
    (case,) = (c for c in GROUPS["formula"].cases(FLOAT32) if c.name == "document-example")
    assert margin(case, FLOAT32, "inside", conforming("outside")) == 0.0
    at_zero = replace(case, weights=dict.fromkeys(case.weights, (0.0, 0.0)))
    assert margin(at_zero, FLOAT32, "inside", conforming("outside")) > 1.0
