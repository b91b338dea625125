"""The nearest hypothesis: only where it says something, and by cases that the port fails in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from goldstep.diagnosis import Hypotheses, Observations
from goldstep.diagnosis.nearest import Nearest, nearest
from goldstep.judge.prediction import Predictor
from goldstep_reference.numbers.number_format import FLOAT64
from goldstep_reference.rmsprop.algorithm import RMSPROP
from support.deviants import NUMPY, Deviant, Request, valid_cases
from support.outsiders import outsider
from support.ports import deviating_port

CASES = [case for case in valid_cases("float64") if len(case.gradients) <= 4]


def found(deviant: Deviant) -> tuple[Nearest | None, set[str]]:
    """The nearest hypothesis, and the cases that the port passes in."""
    judgements = deviant.judgements(CASES)
    observations = Observations(judgements, Predictor())
    passed = {each.case.id for each in judgements if each.passed}
    return nearest(observations, Hypotheses(RMSPROP, "inside", FLOAT64)), passed


def test_what_reproduces_few_cases_is_not_named() -> None:
    """An Adam has steps of its own nearly everywhere."""
    assert found(outsider("adam", "float64"))[0] is None


def test_a_port_that_is_mostly_right_is_near_the_formula() -> None:
    told, passed = found(outsider("bounded_weights", "float64"))
    assert told
    assert told.deviations == ()
    assert told.cases >= told.of_cases / 3
    assert told.fails
    assert told.fails.id not in passed


def test_a_deviation_with_a_fault_beside_it() -> None:
    """Epsilon outside, and a hundredth of the rate for gradients above 50."""

    def run(asked: Request) -> Iterator[Mapping[str, Any]]:
        gradients = (
            float(g) for step in asked["gradients"] for texts in step.values() for g in texts
        )
        large = any(abs(gradient) > 50 for gradient in gradients)
        rate = str(float(asked.get("learning_rate", "0.001")) * (0.01 if large else 1))
        answers = {"epsilon_placement": "outside"}
        yield from deviating_port.run(NUMPY["float64"], answers, {**asked, "learning_rate": rate})

    told, passed = found(Deviant("a port", "float64", run))
    assert told
    assert [each.finding for each in told.deviations] == ["epsilon-outside-root"]
    assert told.fails
    assert told.fails.id not in passed
    fails = told.fails.inputs.gradients
    assert any(abs(g) > 50 for step in fails for values in step.values() for g in values)
