"""The text of one vector file: a group in one number format, with all that is expected of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from goldstep_reference.arithmetic.choices import CHOICES
from goldstep_reference.numbers.number_format import NumberFormat, write_number
from goldstep_reference.rule.algorithm import Algorithm
from goldstep_reference.rule.case import LEARNING_RATES, Case
from goldstep_reference.rule.group import Group
from goldstep_reference.vectors.certify import PublishedStep, PublishedValues
from goldstep_reference.vectors.expectation import Expectation

FORMAT = "goldstep-vectors/1"


def path_of(algorithm: Algorithm, number_format: str, group: str) -> str:
    """A vector file's path in the folder."""
    return f"{algorithm.name}/{number_format}/{group}.json"


def vector_file(
    algorithm: Algorithm,
    group: Group,
    number_format: NumberFormat,
    cases: Sequence[Case],
    expectations: Sequence[Expectation],
) -> str:
    """A header, then a line for each case."""
    flags = sorted({flag for case in cases for flag in case.flags})
    choices = sorted({choice for case in cases for choice in case.choices})
    header = {
        "format": FORMAT,
        "algorithm": algorithm.name,
        "group": group.name,
        "number_format": number_format.name,
        "title": group.title,
        "description": group.description,
        "requirements": list(group.requirements),
        "flags": {flag: group.flags[flag] for flag in flags},
    }
    if choices:
        header["choices"] = {choice: CHOICES[choice].meaning for choice in choices}
    fields = [f'"{key}": {json.dumps(value)}' for key, value in header.items()]
    lines = [
        json.dumps(
            case_entry(algorithm, group.name, case, number_format, expected), separators=(",", ":")
        )
        for case, expected in zip(cases, expectations, strict=True)
    ]
    return "{\n" + ",\n".join(fields) + ',\n"cases": [\n' + ",\n".join(lines) + "\n]\n}\n"


def case_count(text: str) -> int:
    """How many cases a file's text has: each is a line that begins with its id."""
    return text.count('\n{"id":')


def case_entry(
    algorithm: Algorithm,
    group: str,
    case: Case,
    number_format: NumberFormat,
    expected: Expectation,
) -> dict[str, Any]:
    """A case as it stands in a vector file."""
    rates = list(map(write_number, case.learning_rates))
    return {
        "id": f"{algorithm.name}/{number_format.name}/{group}/{case.name}",
        "description": case.description,
        "flags": list(case.flags),
        **({LEARNING_RATES: rates} if rates else {}),
        **{
            name: write_number(case.hyper_parameters[name])
            for name in algorithm.rule.names
            if name in case.hyper_parameters
        },
        "weights": _numbers(case.weights),
        "gradients": [_numbers(gradients) for gradients in case.gradients],
        "record": list(case.record),
        "expected": _expected(case, expected),
    }


def _expected(case: Case, expected: Expectation) -> dict[str, Any]:
    if case.rejected is not None:
        return {"rejected": case.rejected}
    by_choice: dict[str | None, dict[str, Any]] = {
        choice: {name: [_step(step) for step in steps] for name, steps in columns.items()}
        for choice, columns in expected.items()
    }
    return {"choices": by_choice} if case.choices else by_choice[None]


def _numbers(arrays: Mapping[str, tuple[float, ...]]) -> dict[str, list[str]]:
    return {name: [write_number(value) for value in values] for name, values in arrays.items()}


def _step(step: PublishedStep) -> dict[str, Any]:
    return {
        "step": step.step,
        "weights": _values(step.weights),
        **{name: _values(values) for name, values in step.states.items()},
    }


def _values(values: PublishedValues) -> dict[str, dict[str, list[str]]]:
    return {
        name: {
            "exact": [value.exact for value in array],
            "nearest": [write_number(value.nearest) for value in array],
            "tolerance": [write_number(value.tolerance) for value in array],
        }
        for name, array in values.items()
    }
