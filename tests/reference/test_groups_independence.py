"""The group ``independence``: one element, one result, proved from the published numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from support.published_vectors import COLUMNS, QUANTITIES, read_file

every_format = pytest.mark.parametrize("number_format", NUMBER_FORMATS)

# Weight and gradients of an element, as the file has them; and what is published for it.
Element = tuple[str, tuple[str, ...]]
Result = tuple[str, ...]


def elements(case: dict[str, Any]) -> Iterator[tuple[Element, Result]]:
    """Every element of a case with all that is expected of it."""
    for name, weights in case["weights"].items():
        for index, weight in enumerate(weights):
            gradients = tuple(step[name][index] for step in case["gradients"])
            result = tuple(
                step[quantity][name][kind][index]
                for column in COLUMNS
                for step in case["expected"][column]
                for quantity in QUANTITIES
                for kind in ("exact", "nearest", "tolerance")
            )
            yield (weight, gradients), result


def by_element(number_format: str) -> dict[Element, list[tuple[str, Result]]]:
    """For each element the cases that it stands in, and its results there."""
    found = defaultdict(list)
    for case in read_file(number_format, "independence")["cases"]:
        for element, result in elements(case):
            found[element].append((case["id"], result))
    return found


@every_format
def test_all_cases_are_alike_but_for_their_elements(number_format: str) -> None:
    given = {
        (case["learning_rate"], case["decay_rate"], case["epsilon"])
        for case in read_file(number_format, "independence")["cases"]
    }
    assert len(given) == 1


@every_format
def test_an_element_has_one_result_wherever_it_stands(number_format: str) -> None:
    for element, found in by_element(number_format).items():
        results = {result for _, result in found}
        assert len(results) == 1, (element, [case for case, _ in found])


@every_format
def test_every_element_stands_in_several_cases(number_format: str) -> None:
    for element, found in by_element(number_format).items():
        assert len({case for case, _ in found}) >= 2, element


@every_format
def test_elements_of_a_case_can_be_told_apart(number_format: str) -> None:
    """What moves has a result of its own: a neighbour's average cannot pass for it."""
    results: dict[Result, Element] = {}
    for element, found in by_element(number_format).items():
        for _, result in found:
            assert results.setdefault(result, element) == element


@every_format
def test_neighbours_differ_by_far_more_than_a_budget(number_format: str) -> None:
    """The average of a neighbour, or of the first or last element, is far from an element's own."""
    cases = {case["id"]: case for case in read_file(number_format, "independence")["cases"]}
    thirteen = cases[f"rmsprop/{number_format}/independence/thirteen"]
    for step in thirteen["expected"]["inside"]:
        values = step["moving_average"]["w1"]
        averages = [float(text) for text in values["nearest"]]
        budgets = [float(text) for text in values["tolerance"]]
        for index, (average, budget) in enumerate(zip(averages, budgets, strict=True)):
            others = averages[:index] + averages[index + 1 :]
            assert min(abs(average - other) for other in others) > 1000 * budget


@every_format
def test_the_moving_element_stands_at_every_place(number_format: str) -> None:
    for company in ("resting", "huge"):
        places = set()
        for case in read_file(number_format, "independence")["cases"]:
            name = case["id"].rsplit("/", 1)[1]
            if name.startswith("one-at-") and name.endswith(company):
                gradients = case["gradients"][0]["w1"]
                (place,) = (i for i, g in enumerate(gradients) if gradients.count(g) == 1)
                places.add(place)
        assert places == set(range(9))
