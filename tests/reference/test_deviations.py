"""No escape: every deviation that the reference can simulate is caught by published cases."""

from __future__ import annotations

from fractions import Fraction

import pytest
from goldstep_reference.behaviour import (
    DEVIATIONS,
    FORMULA,
    Behaviour,
    Column,
    Deviation,
    conforming,
)
from goldstep_reference.number_format import FLOAT32, NUMBER_FORMATS, NumberFormat
from goldstep_reference.trajectory import trajectory
from published_vectors import COLUMNS, Place, PublishedCase, centres, published_cases

BUDGETS = 10  # how many times over a deviation must be outside

every_format = pytest.mark.parametrize(
    "number_format", NUMBER_FORMATS.values(), ids=lambda f: f.name
)
every_column = pytest.mark.parametrize("column", COLUMNS)
every_deviation = pytest.mark.parametrize(
    "deviation", DEVIATIONS, ids=[f"{d.question}-{d.answer}" for d in DEVIATIONS]
)


def caught_at(
    published: PublishedCase, number_format: NumberFormat, column: Column, behaviour: Behaviour
) -> list[Place]:
    """Where a program of this behaviour is outside ten budgets of what the case expects."""
    values = published.values(column)
    return [
        place
        for place, value in centres(trajectory(published.case, number_format, behaviour))
        if value is None
        or abs(value - values[place].exact) > BUDGETS * Fraction(values[place].tolerance)
    ]


def is_representable(deviation: Deviation, number_format: NumberFormat) -> bool:
    """Whether the deviation is one: to round to float32 is none in float32."""
    return not (deviation.answer == "float32" and number_format is FLOAT32)


@every_format
@every_column
@every_deviation
def test_every_deviation_is_caught(
    number_format: NumberFormat, column: Column, deviation: Deviation
) -> None:
    behaviour = deviation.applied_to(conforming(column))
    catches = (
        bool(caught_at(published, number_format, column, behaviour))
        for published in published_cases(number_format.name)
    )
    is_one = deviation.differs_from(conforming(column)) and is_representable(
        deviation, number_format
    )
    assert any(catches) == is_one


@every_format
@every_column
def test_the_conforming_behaviour_is_caught_nowhere(
    number_format: NumberFormat, column: Column
) -> None:
    for published in published_cases(number_format.name):
        assert not caught_at(published, number_format, column, conforming(column)), published.id


@every_format
def test_every_rung_of_the_epsilon_ladder_tells_the_columns_apart(
    number_format: NumberFormat,
) -> None:
    rungs = [
        published
        for published in published_cases(number_format.name)
        if published.group == "epsilon-placement" and published.id.endswith("-root")
    ]
    assert len(rungs) >= 30
    for published in rungs:
        for column, other in (COLUMNS, COLUMNS[::-1]):
            assert caught_at(published, number_format, column, conforming(other)), published.id


@every_format
def test_the_document_s_example_alone_would_not_do(number_format: NumberFormat) -> None:
    """It lets deviations pass that change the weights, even with ten budgets for one."""
    (example,) = (
        published
        for published in published_cases(number_format.name)
        if published.case.name == "document-example"
    )
    passing = {
        deviation.finding
        for deviation in DEVIATIONS
        if deviation.differs_from(FORMULA)
        and not caught_at(example, number_format, "inside", deviation.applied_to(FORMULA))
    }
    assert {"state-not-kept", "hyper-parameter-ignored"} <= passing


@every_format
def test_a_deviation_is_caught_where_its_flags_point(number_format: NumberFormat) -> None:
    """The flags of the cases that catch it name the mistake."""
    flags = {
        "epsilon-outside-root": "EpsilonPlacement",
        "epsilon-missing": "EpsilonPlacement",
        "epsilon-sign": "EpsilonPlacement",
        "update-discarded": "UpdateApplied",
        "state-not-kept": "StateKept",
        "state-shared": "StateOfItsOwn",
        "initial-average": "InitialAverage",
        "average-form": "AverageForm",
        "average-lag": "AverageForm",
        "step-form": "StepForm",
        "hyper-parameter-ignored": "HyperParameterUsed",
        "hyper-parameter-rounded": "HyperParameterPrecision",
    }
    for deviation in DEVIATIONS:
        if not deviation.differs_from(FORMULA) or not is_representable(deviation, number_format):
            continue
        assert any(
            caught_at(published, number_format, "inside", deviation.applied_to(FORMULA))
            for published in published_cases(number_format.name)
            if flags[deviation.finding] in published.case.flags
        ), deviation


class TestCatalogue:
    def test_every_deviation_is_an_answer_to_a_question(self) -> None:
        for deviation in DEVIATIONS:
            assert deviation.differs_from(deviation.applied_to(FORMULA)) is False
            assert any(deviation.differs_from(conforming(column)) for column in COLUMNS), deviation

    def test_no_deviation_stands_twice(self) -> None:
        answers = [(deviation.question, deviation.answer) for deviation in DEVIATIONS]
        assert len(set(answers)) == len(answers)
        named = [(deviation.finding, deviation.subject) for deviation in DEVIATIONS]
        assert len(set(named)) == len(named)

    def test_each_says_what_it_means(self) -> None:
        for deviation in DEVIATIONS:
            assert deviation.meaning
            assert not deviation.meaning.endswith(".")  # half a sentence, to be continued
            several = sum(other.finding == deviation.finding for other in DEVIATIONS) > 1
            assert several == (deviation.subject is not None)
