"""What is named of a port in which one fault is unknown: what is known beside it, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from goldstep.diagnosis import Hypotheses, Observations, PartlyExplained
from goldstep.diagnosis.partial import Part, largest_part
from goldstep.judge.prediction import Predictor
from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.rmsprop.algorithm import RMSPROP
from support.deviants import NUMPY, Bench, Deviant, Request, valid_cases
from support.outsiders import outsider
from support.ports import deviating_port

pytestmark = pytest.mark.long


def with_a_fault(answers: Mapping[str, str], number_format: str = "float64") -> Deviant:
    """Deviations, and a hundredth of the rate where a gradient is above 50."""

    def run(asked: Request) -> Iterator[Mapping[str, Any]]:
        gradients = (
            float(g) for step in asked["gradients"] for texts in step.values() for g in texts
        )
        if any(abs(gradient) > 50 for gradient in gradients):
            rate = float(asked.get("learning_rate", "0.001"))
            asked = {**asked, "learning_rate": str(rate * 0.01)}
        yield from deviating_port.run(NUMPY[number_format], answers, asked)

    return Deviant("a port", number_format, run)


def part(deviant: Deviant) -> Part | None:
    cases = [case for case in valid_cases(deviant.number_format) if len(case.gradients) <= 12]
    observations = Observations(deviant.judgements(cases), Predictor())
    hypotheses = Hypotheses(RMSPROP, "inside", NUMBER_FORMATS[deviant.number_format])
    return largest_part(observations, hypotheses, deviant.judgements)


@pytest.mark.parametrize("number_format", NUMBER_FORMATS)
@pytest.mark.parametrize(
    ("answers", "finding"),
    [
        ({"epsilon_placement": "outside"}, "epsilon-outside-root"),
        ({"step": "ascent"}, "step-form"),
        ({"average": "swapped-rates"}, "average-form"),
    ],
)
def test_what_is_known_is_named_beside_a_fault_that_is_not(
    number_format: str, answers: Mapping[str, str], finding: str
) -> None:
    found = part(with_a_fault(answers, number_format))
    assert found
    assert [each.finding for each in found.deviations] == [finding]
    assert len(found.explained) >= len(found.rest) > 0
    assert not any(each.passed for each in (*found.explained, *found.rest))
    large = [
        abs(float(g)) > 50
        for step in found.rest[0].case.gradients
        for texts in step.values()
        for g in texts
    ]
    assert any(large)


@pytest.mark.parametrize("name", ["clipped_gradient", "momentum", "adam", "falling_rate"])
def test_other_algorithms_have_no_part_that_is_known(name: str) -> None:
    assert part(outsider(name, "float64")) is None


def test_no_part_is_named_of_a_port_that_conforms_but_for_the_fault() -> None:
    assert part(with_a_fault({})) is None


@pytest.mark.long
def test_a_port_is_partly_explained(bench: Bench) -> None:
    deviant = with_a_fault({"epsilon_placement": "outside"})
    groups = ("formula", "accumulation", "parameters")
    cases = [case for case in valid_cases("float64") if case.id.split("/")[2] in groups]
    told = bench.explained(deviant, deviant.judgements(cases)).explanation
    assert isinstance(told, PartlyExplained)
    assert [each.finding for each in told.deviations] == ["epsilon-outside-root"]
    assert told.of_cases / 2 <= told.cases < told.of_cases
    (shown,) = told.shown
    assert shown.reproduction
    assert shown.reproduction.case.gradients == ({"w1": (1e-4,)},)
    assert told.rest.reproduction
    ((gradient,),) = told.rest.reproduction.case.gradients[0].values()
    assert abs(gradient) > 50
