"""All known deviations, in this process: each program is told by its numbers alone.

test_diagnosis.py has one of each kind as a port.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest
from goldstep.diagnosis import Conforms, Explained
from goldstep.diagnosis.showing import Shown
from goldstep.diagnosis.special import is_special
from goldstep.judge.judge import Judgement
from goldstep.vectors.case import VectorCase
from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from support.deviants import Bench, deviating, valid_cases
from support.deviating_programs import GROUPS, Program, programs, representatives

pytestmark = pytest.mark.long


@cache
def cases(number_format: str) -> tuple[VectorCase, ...]:
    return tuple(case for case in valid_cases(number_format) if case.id.split("/")[2] in GROUPS)


def others(number_format: str) -> list[Program]:
    known = representatives(number_format)
    return [each for each in programs(number_format) if each not in known]


@pytest.mark.parametrize(
    ("number_format", "program"),
    [
        pytest.param(number_format, program, id=f"{number_format}-{program.name}")
        for number_format in NUMBER_FORMATS
        for program in others(number_format)
    ],
)
def test_each_program_is_told_by_its_numbers(
    bench: Bench, number_format: str, program: Program
) -> None:
    answers = dict(answer.split("=") for answer in program.answers)
    deviant = deviating(number_format, answers, column=program.epsilon)
    judgements = deviant.judgements(cases(number_format))
    diagnosed = bench.explained(deviant, judgements)
    explanation = diagnosed.explanation
    assert not diagnosed.special
    if not program.findings:
        assert isinstance(explanation, Conforms)
        return
    assert isinstance(explanation, Explained)
    # There is no second explanation of as few deviations.
    assert not explanation.ties
    found = [(each.finding, each.subject) for each in explanation.deviations]
    assert sorted(found, key=str) == sorted(program.findings, key=str)
    for shown in explanation.shown:
        check_evidence(shown, judgements)


def check_evidence(shown: Shown, judgements: Sequence[Judgement]) -> None:
    """A value that is off by more than a budget, in a case that failed."""
    assert shown.judgement in judgements
    assert not shown.judgement.passed
    assert shown.value.budgets > 1
    # Of an ordinary case if any fails.
    failed = [each.case for each in judgements if not each.passed]
    assert not is_special(shown.judgement.case) or all(map(is_special, failed))
