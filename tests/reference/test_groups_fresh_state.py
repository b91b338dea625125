"""The group ``fresh-state``: runs come again with their results, and leaks are caught."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import pytest
from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.rmsprop.rule import RULE
from support.published_vectors import COLUMNS, read_file

INPUTS = ("learning_rate", "decay_rate", "epsilon", "weights", "gradients", "record")
LEAKS = ("by name", "by position", "by length", "hyper-parameters")

every_format = pytest.mark.parametrize("number_format", NUMBER_FORMATS)


def sets(number_format: str) -> dict[str, list[dict[str, Any]]]:
    """The cases of each set, in their order; a set's name is all but the last word of theirs."""
    cases = read_file(number_format, "fresh-state")["cases"]

    def name(case: dict[str, Any]) -> str:
        words = str(case["id"].rsplit("/", 1)[1]).removesuffix("-left-out").split("-")
        return (
            "-".join(words[:-1]) if words[-1] in {"1", "2", "given", "again"} else "-".join(words)
        )

    return {key: list(found) for key, found in itertools.groupby(cases, name)}


@every_format
def test_a_run_comes_again_as_the_last_of_its_set(number_format: str) -> None:
    again = [found for found in sets(number_format).values() if found[-1]["id"].endswith("-again")]
    assert len(again) >= 10
    for first, *_, last in again:
        assert [first.get(key) for key in INPUTS] == [last.get(key) for key in INPUTS]
        assert first["expected"] == last["expected"]
        assert first["id"] != last["id"]


@every_format
def test_cases_of_a_set_stand_together(number_format: str) -> None:
    cases = read_file(number_format, "fresh-state")["cases"]
    assert sum(map(len, sets(number_format).values())) == len(cases)
    assert all(len(found) >= 2 for found in sets(number_format).values())


@pytest.mark.parametrize("column", COLUMNS)
def test_a_fresh_program_passes(column: str) -> None:
    for found in sets("float64").values():
        assert not any(failures(found, column, ""))


@pytest.mark.parametrize("column", COLUMNS)
def test_every_set_catches_a_leak(column: str) -> None:
    for name, found in sets("float64").items():
        caught = [leak for leak in LEAKS if any(failures(found, column, leak))]
        assert caught, name


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("leak", LEAKS)
def test_every_leak_is_caught_by_several_cases(leak: str, column: str) -> None:
    caught = sum(sum(failures(found, column, leak)) for found in sets("float64").values())
    assert caught >= 3


def failures(cases: list[dict[str, Any]], column: str, leak: str) -> Iterator[bool]:
    """For each case of a set, in their order, whether a program fails that leaks so."""
    averages: dict[object, list[float]] = {}
    settings: dict[str, float] = {}
    for case in cases:
        if leak == "hyper-parameters":
            averages = {}
        else:
            settings = {}
        for parameter in RULE.hyper_parameters:
            name, default = parameter.name, parameter.default
            # A static field that was set once stays so.
            settings.setdefault(name, float(case.get(name, default)))
        if not leak:
            averages = {}
        yield not passes(case, column, settings, averages, leak)


def passes(
    case: dict[str, Any],
    column: str,
    settings: dict[str, float],
    averages: dict[object, list[float]],
    leak: str,
) -> bool:
    """Runs a case in float64 with the averages that are there, and judges the weights."""
    weights = {name: [float(text) for text in texts] for name, texts in case["weights"].items()}
    for gradients in case["gradients"]:
        for position, (name, values) in enumerate(weights.items()):
            keys = {"by position": position, "by length": len(values)}
            average = averages.setdefault(keys.get(leak, name), [0.0] * len(values))
            if len(average) != len(values):
                return False  # the program stops with an error
            for index, text in enumerate(gradients[name]):
                gradient = float(text)
                decayed = settings["decay_rate"] * average[index]
                average[index] = decayed + (1 - settings["decay_rate"]) * gradient**2
                if column == "inside":
                    divisor = math.sqrt(average[index] + settings["epsilon"])
                else:
                    divisor = math.sqrt(average[index]) + settings["epsilon"]
                values[index] -= settings["learning_rate"] * gradient / divisor
    (expected,) = case["expected"][column]
    return all(
        abs(value - float(nearest)) <= 2 * float(tolerance)
        for name, values in weights.items()
        for value, nearest, tolerance in zip(
            values,
            expected["weights"][name]["nearest"],
            expected["weights"][name]["tolerance"],
            strict=True,
        )
    )
