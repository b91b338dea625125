"""The kill matrix: how many cases of each group catch each deviation, and by what margin."""

from __future__ import annotations

import json
from typing import Any

from goldstep_reference.algorithms import ALGORITHMS
from goldstep_reference.numbers.number_format import NUMBER_FORMATS, write_number
from goldstep_reference.rule.algorithm import Algorithm
from goldstep_reference.vectors.expectation import expectation
from goldstep_reference.vectors.kills import CAUGHT, Kills, group_kills
from goldstep_reference.vectors.workers import in_parallel

FORMAT = "goldstep-kills/1"

# Number format, group, deviation.
KillMatrix = dict[str, dict[str, dict[str, Kills]]]


def kill_matrix(algorithm: Algorithm, column: str) -> KillMatrix:
    """How the groups' cases catch every single deviation from a column, on all processors."""
    tasks = [
        (algorithm.name, form, group, column)
        for form in NUMBER_FORMATS
        for group in algorithm.groups
    ]
    matrix: KillMatrix = {form: {} for form in NUMBER_FORMATS}
    with in_parallel(_kills_of_task, tasks) as counted:
        for (_, form, group, _), kills in zip(tasks, counted, strict=True):
            matrix[form][group] = kills
    return matrix


def matrix_file(algorithm: Algorithm, matrix: KillMatrix, column: str) -> str:
    """The matrix as JSON text, for those who read the vectors with other programs.

    A group that does not catch a deviation is left out there. Margins are in budgets, to three
    digits.
    """
    document: dict[str, Any] = {
        "format": FORMAT,
        "column": column,
        "caught": write_number(CAUGHT),
        "deviations": {
            form: {
                deviation: {
                    group: _entry(groups[group][deviation])
                    for group in algorithm.groups
                    if groups[group][deviation].cases
                }
                for deviation in next(iter(groups.values()))
            }
            for form, groups in matrix.items()
        },
    }
    return json.dumps(document, indent=1) + "\n"


def _kills_of_task(task: tuple[str, str, str, str]) -> dict[str, Kills]:
    name, form, group, column = task
    algorithm, number_format = ALGORITHMS[name], NUMBER_FORMATS[form]
    cases = algorithm.groups[group].cases(number_format)
    expectations = [expectation(algorithm, case, number_format) for case in cases]
    return group_kills(cases, expectations, number_format, algorithm, column)


def _entry(kills: Kills) -> dict[str, int | str]:
    margin = float(f"{kills.greatest_margin:.3g}")
    return {
        "cases": kills.cases,
        "of_cases": kills.of_cases,
        "greatest_margin": write_number(margin),
    }
