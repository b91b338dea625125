"""The kill matrix: every deviation, and every pair of them, is caught by two cases at least."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

import pytest
from goldstep_reference.numbers.number_format import FLOAT32, FLOAT64, NUMBER_FORMATS, NumberFormat
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rmsprop.columns import COLUMNS, Column
from goldstep_reference.rmsprop.groups import GROUPS
from goldstep_reference.rule.deviation import Deviation
from goldstep_reference.vectors.expectation import expectation
from goldstep_reference.vectors.kill_matrix import matrix_file
from goldstep_reference.vectors.kills import (
    CAUGHT,
    group_kills,
    least_margin,
    margin,
)
from support.published_vectors import VECTORS
from support.small_cases import Expecting, small_cases
from support.variants import FORMULA

pytestmark = pytest.mark.long

every_format = pytest.mark.parametrize(
    "number_format", NUMBER_FORMATS.values(), ids=lambda f: f.name
)


def are_representable(deviations: Iterable[Deviation], number_format: NumberFormat) -> bool:
    return all(each.representable(number_format) for each in deviations)


def label(deviations: Iterable[Deviation]) -> str:
    return " + ".join(each.label for each in deviations)


@every_format
def test_no_program_with_a_deviation_passes_two_cases(
    number_format: NumberFormat,
) -> None:
    """Whatever its rounding: shown by the bounds, for the cases that catch it best."""
    escaped = []
    for column in COLUMNS:
        conforming = RMSPROP.variant(column)
        for deviations in RMSPROP.deviations_from(column):
            if not are_representable(deviations, number_format):
                continue
            behaviour = RMSPROP.variant(column, deviations)
            by_margin = sorted(
                small_cases(number_format.name),
                key=lambda each: (
                    -margin(each.case, each.expected, number_format, column, behaviour)
                ),
            )
            caught = 0
            for each in by_margin[:60]:  # the farthest off may overflow, where there is no bound
                caught += least_margin(each.case, number_format, conforming, behaviour) >= CAUGHT
                if caught == 2:
                    break
            else:
                escaped.append((column, label(deviations)))
    assert escaped == []


@every_format
def test_two_cases_catch_every_pair_of_deviations(
    number_format: NumberFormat,
) -> None:
    cases = list(small_cases(number_format.name))
    escaped = [
        label(pair)
        for pair in RMSPROP.deviations_from("inside", 2)
        if are_representable(pair, number_format)
        and not is_caught_twice(cases, number_format, pair)
    ]
    assert escaped == []


def is_caught_twice(
    cases: list[Expecting], number_format: NumberFormat, deviations: tuple[Deviation, ...]
) -> bool:
    """What caught the last combination is tried first: neighbours are caught alike."""
    behaviour = RMSPROP.variant("inside", deviations)
    caught: list[Expecting] = []
    for each in list(cases):
        if margin(each.case, each.expected, number_format, "inside", behaviour) >= CAUGHT:
            cases.remove(each)
            cases.insert(0, each)
            caught.append(each)
            if len(caught) == 2:
                return True
    return False


@every_format
def test_the_committed_matrix_says_so_of_every_deviation(number_format: NumberFormat) -> None:
    matrix = json.loads((VECTORS / "kill-matrix.json").read_text())
    deviations = matrix["deviations"][number_format.name]
    labels = {
        label(each)
        for each in RMSPROP.deviations_from("inside")
        if are_representable(each, number_format)
    }
    assert set(deviations) == labels
    for name, groups in deviations.items():
        assert sum(kills["cases"] for kills in groups.values()) >= 2, name
        assert set(groups) <= set(GROUPS)


def test_a_group_is_counted_as_its_margins_say() -> None:
    column = "outside"
    for number_format in NUMBER_FORMATS.values():
        cases = GROUPS["parameters"].cases(number_format)[:30]
        expectations = [expectation(RMSPROP, case, number_format) for case in cases]
        kills = group_kills(cases, expectations, number_format, RMSPROP, column)
        assert set(kills) == {
            label(each)
            for each in RMSPROP.deviations_from(column)
            if are_representable(each, number_format)
        }
        for deviations in RMSPROP.deviations_from(column):
            if deviations[0].finding != "state-shared":
                continue
            behaviour = RMSPROP.variant(column, deviations)
            margins = [
                margin(case, expected, number_format, column, behaviour)
                for case, expected in zip(cases, expectations, strict=True)
            ]
            counted = kills[label(deviations)]
            assert counted.of_cases == len(cases)
            assert counted.cases == sum(each >= CAUGHT for each in margins) > 0
            assert counted.greatest_margin == max(
                each for each, case in zip(margins, cases, strict=True) if len(case.weights) > 1
            )


def test_the_file_leaves_out_what_catches_nothing() -> None:
    cases = GROUPS["defaults"].cases(FLOAT64)
    expectations = [expectation(RMSPROP, case, FLOAT64) for case in cases]
    kills = group_kills(cases, expectations, FLOAT64, RMSPROP, "inside")
    nothing = {name: replace(each, cases=0) for name, each in kills.items()}
    of_groups = {group: kills if group == "defaults" else nothing for group in GROUPS}
    written = json.loads(matrix_file(RMSPROP, {"float64": of_groups}, "inside"))
    for name, groups in written["deviations"]["float64"].items():
        assert set(groups) == ({"defaults"} if kills[name].cases else set())
        for entry in groups.values():
            assert entry["cases"] == kills[name].cases
            assert float(entry["greatest_margin"]) == pytest.approx(
                kills[name].greatest_margin, rel=5e-3
            )


@every_format
@pytest.mark.parametrize("column", COLUMNS)
def test_the_formula_itself_is_caught_nowhere(number_format: NumberFormat, column: Column) -> None:
    """In the machine's floats it is within its budgets, but for what a float of them hides."""
    for each in small_cases(number_format.name):
        behaviour = RMSPROP.variant(column)
        found = margin(each.case, each.expected, number_format, column, behaviour)
        assert found <= 2, each.case.name


def test_what_the_formula_does_has_no_least_margin() -> None:
    for case in GROUPS["defaults"].cases(FLOAT64):
        assert least_margin(case, FLOAT64, FORMULA, FORMULA) == 0.0


def test_a_deviation_acts_where_it_changes_an_answer_that_matters() -> None:
    """What is left out of the matrix for it has no margin there either."""
    cases = [case for name in ("formula", "parameters") for case in GROUPS[name].cases(FLOAT32)]
    idle = 0
    for case in cases[:40] + cases[-10:]:
        expected = expectation(RMSPROP, case, FLOAT32)
        for (deviation,) in RMSPROP.deviations_from("inside"):
            if are_representable((deviation,), FLOAT32) and not FORMULA.is_changed_by(
                deviation, case, FLOAT32
            ):
                behaviour = FORMULA.deviating(deviation)
                assert margin(case, expected, FLOAT32, "inside", behaviour) <= 2
                idle += 1
    assert idle > 100


def test_what_a_format_cannot_tell_is_not_counted() -> None:
    """Rounding to float32 is no deviation of a float32 port, and catches nothing there."""
    cases = GROUPS["hyper-parameters"].cases(FLOAT32)[:20]
    not_counted = [
        deviation
        for (deviation,) in RMSPROP.deviations_from("inside")
        if not are_representable((deviation,), FLOAT32)
    ]
    assert not_counted
    for deviation in not_counted:
        behaviour = FORMULA.deviating(deviation)
        assert {least_margin(case, FLOAT32, FORMULA, behaviour) for case in cases} == {0.0}


def test_a_least_margin_is_that_of_the_best_program() -> None:
    """A deviation that changes a weight by less than rounding may has a margin of 0."""
    (case,) = (c for c in GROUPS["formula"].cases(FLOAT32) if c.name == "document-example")
    assert least_margin(case, FLOAT32, FORMULA, RMSPROP.variant("outside")) == 0.0
    at_zero = replace(case, weights=dict.fromkeys(case.weights, (0.0, 0.0)))
    assert least_margin(at_zero, FLOAT32, FORMULA, RMSPROP.variant("outside")) > 1.0
