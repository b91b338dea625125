"""The groups' small cases with their expected numbers, computed once for all tests of a process.

Cases of more elements and steps catch nothing that smaller ones do not catch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rmsprop.groups import GROUPS
from goldstep_reference.rule.case import Case
from goldstep_reference.vectors.expectation import Expectation, expectation

_MOST_ELEMENT_STEPS = 40


@dataclass(frozen=True)
class Expecting:
    """A case with its expected numbers."""

    group: str
    case: Case
    expected: Expectation


@cache
def small_cases(number_format: str) -> tuple[Expecting, ...]:
    """The small cases of a number format that are valid input, the smallest first."""
    cases = [
        (group, case)
        for group in GROUPS
        for case in GROUPS[group].cases(NUMBER_FORMATS[number_format])
        if case.rejected is None and _element_steps(case) <= _MOST_ELEMENT_STEPS
    ]
    return tuple(
        Expecting(group, case, expectation(RMSPROP, case, NUMBER_FORMATS[number_format]))
        for group, case in sorted(cases, key=lambda pair: _element_steps(pair[1]))
    )


def _element_steps(case: Case) -> int:
    return case.elements * len(case.gradients)
