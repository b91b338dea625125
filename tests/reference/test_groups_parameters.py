"""The group ``parameters``: lengths, counts and names."""

from __future__ import annotations

import json
import unicodedata
from itertools import pairwise

import pytest
from goldstep_reference.numbers.number_format import FLOAT64, NUMBER_FORMATS
from goldstep_reference.rmsprop.groups import GROUPS
from goldstep_reference.rmsprop.groups.names import UNUSUAL_NAMES, Naming
from support.published_vectors import read_file

LENGTHS = {
    len(case.weights["w1"])
    for case in GROUPS["parameters"].cases(FLOAT64)
    if case.name.startswith("one-parameter-of-")
}
every_naming = pytest.mark.parametrize("naming", UNUSUAL_NAMES, ids=lambda naming: naming.slug)


@pytest.mark.parametrize("width", [2, 4, 8])
def test_tails_of_every_length_after_whole_blocks(width: int) -> None:
    assert {length % width for length in LENGTHS if length >= width} == set(range(width))


@pytest.mark.parametrize("width", [16, 32, 64, 128, 256])
def test_lengths_around_whole_blocks(width: int) -> None:
    assert {width - 1, width, width + 1} <= LENGTHS


def test_one_to_a_thousand_elements() -> None:
    assert (min(LENGTHS), max(LENGTHS)) == (1, 1000)


def test_no_two_elements_of_a_parameter_have_the_same_gradients() -> None:
    """Of up to 17 elements; of more, only neighbours differ: numbers of two digits run out."""
    for case in GROUPS["parameters"].cases(FLOAT64):
        if case.name.startswith("one-parameter-of-"):
            columns = list(zip(*(step["w1"] for step in case.gradients), strict=True))
            if len(columns) <= 17:
                assert len(set(columns)) == len(columns)
            assert all(a != b for a, b in pairwise(columns))


@every_naming
def test_names_of_a_case_are_different_texts_in_every_language(naming: Naming) -> None:
    """Also where strings are equal whose text is: composed and decomposed forms are one."""
    assert len(set(naming.names)) == len(naming.names) > 1
    assert len({unicodedata.normalize("NFC", name) for name in naming.names}) == len(naming.names)


@every_naming
def test_names_are_text_that_every_language_can_hold(naming: Naming) -> None:
    for name in naming.names:
        assert "\0" not in name
        assert name.encode("utf-8").decode("utf-8") == name
        assert json.loads(json.dumps(name)) == name


def test_both_forms_of_letters_with_marks_have_a_case() -> None:
    names = {naming.slug: naming.names for naming in UNUSUAL_NAMES}
    composed = names["with-composed-letters"]
    decomposed = names["with-decomposed-letters"]
    assert composed != decomposed
    assert {unicodedata.normalize("NFD", name) for name in composed} >= set(decomposed) - {"e"}


@pytest.mark.parametrize("number_format", NUMBER_FORMATS)
def test_names_are_published_as_they_are(number_format: str) -> None:
    cases = {
        case["id"].rsplit("/", 1)[1]: case
        for case in read_file(number_format, "parameters")["cases"]
    }
    for naming in UNUSUAL_NAMES:
        case = cases[f"names-{naming.slug}"]
        assert tuple(case["weights"]) == naming.names
        for step in case["expected"]["inside"]:
            assert tuple(step["weights"]) == tuple(step["moving_average"]) == naming.names


@pytest.mark.parametrize("number_format", NUMBER_FORMATS)
def test_empty_parameters_have_empty_results(number_format: str) -> None:
    seen = 0
    for case in read_file(number_format, "parameters")["cases"]:
        for name in (name for name, weights in case["weights"].items() if not weights):
            for step in case["expected"]["outside"]:
                seen += 1
                assert set(map(tuple, step["weights"][name].values())) == {()}
    assert seen >= 5
