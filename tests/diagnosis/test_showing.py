"""The smallest case is one to be read: the judge does not accept it, and it shows the fault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from goldstep.diagnosis import Hypotheses, Observations
from goldstep.diagnosis.further import vector_case
from goldstep.diagnosis.reproduction import Reproduction
from goldstep.diagnosis.showing import Showing
from goldstep.judge.prediction import Predictor
from goldstep_reference.numbers.number_format import FLOAT64
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rmsprop.groups.group import Inputs
from goldstep_reference.rule.case import Case
from support.deviants import NUMPY, Deviant, Request, deviating
from support.ports import deviating_port


def smallest(deviant: Deviant, *cases: Case) -> Reproduction:
    """In which a port fails, of these cases and those that are made of them."""
    judgements = deviant.judgements([vector_case(RMSPROP, case, FLOAT64) for case in cases])
    observations = Observations(judgements, Predictor())
    showing = Showing(observations, Hypotheses(RMSPROP, "inside", FLOAT64), deviant.judgements)
    found = showing.anything().reproduction
    assert found
    return found


def test_a_permitted_choice_is_no_fault() -> None:
    """No step at 0/0 is one; here twice the rate is the fault, of gradients near 0.3."""

    def run(asked: Request) -> Iterator[Mapping[str, Any]]:
        near = any(0.25 < float(g) < 0.35 for g in asked["gradients"][0]["w1"])
        rate = str(float(asked["learning_rate"]) * (2 if near else 1))
        for step in deviating_port.run(NUMPY["float64"], {}, {**asked, "learning_rate": rate}):
            ((name, weights),) = step["weights"].items()
            pairs = zip(weights, asked["gradients"][0][name], asked["weights"][name], strict=True)
            stay = [old if float(g) == 0 else new for new, g, old in pairs]
            yield {"weights": {name: stay}}

    inputs = Inputs(FLOAT64)
    arrays = inputs.arrays(w1="0 0"), (inputs.arrays(w1="0 0.3"),)
    choices = ("narrow-range", "no-step")
    case = inputs.having(epsilon="0").case("zero", "", *arrays, choices=choices)
    found = smallest(Deviant("a port", "float64", run), case)
    assert found.case.gradients == ({"w1": (0.3,)},)
    assert found.shown.value.got == 2 * found.shown.expected.nearest


def test_a_parameter_without_elements_gets_one() -> None:
    inputs = Inputs(FLOAT64)
    arrays = inputs.arrays(w1="", w2="0.5"), (inputs.arrays(w1="", w2="0.3"),) * 2
    case = inputs.case("empty", "", *arrays)

    def run(asked: Request) -> Iterator[Mapping[str, Any]]:
        """Wrong where there are two parameters."""
        answers = {"step": "ascent"} if len(asked["weights"]) > 1 else {}
        yield from deviating_port.run(NUMPY["float64"], answers, asked)

    found = smallest(Deviant("a port", "float64", run), case)
    assert {name: len(weights) for name, weights in found.case.weights.items()} == {
        "w1": 1,
        "w2": 1,
    }


@pytest.mark.parametrize(
    ("answers", "gradient"),
    [
        ({"epsilon_placement": "outside"}, 1e-4),
        ({"epsilon_placement": "missing"}, 1e-4),
        ({"initial_average": "1e-7"}, 1e-4),
        ({"step": "ascent"}, 1.0),
        ({"average": "swapped-rates"}, 1.0),
    ],
)
def test_the_gradient_shows_the_fault_in_the_first_digit(
    answers: Mapping[str, str], gradient: float
) -> None:
    case = Inputs(FLOAT64).single("one", "", "0.03", "0.5")
    found = smallest(deviating("float64", answers), case)
    assert found.case.gradients == ({"w1": (gradient,)},)
    got, expected = found.shown.value.got, found.shown.expected.nearest
    assert abs(got - expected) > 0.1 * min(abs(got), abs(expected))


def test_a_fault_of_negative_gradients_is_seen_at_one() -> None:
    """Twice the rate below zero, and a millionth more above."""

    def run(asked: Request) -> Iterator[Mapping[str, Any]]:
        negative = any("-" in text for text in asked["gradients"][0]["w1"])
        rate = str(float(asked["learning_rate"]) * (2 if negative else 1.000001))
        yield from deviating_port.run(NUMPY["float64"], {}, {**asked, "learning_rate": rate})

    case = Inputs(FLOAT64).single("one", "", "0.03", "0.5")
    found = smallest(Deviant("a port", "float64", run), case)
    assert found.case.gradients == ({"w1": (-1.0,)},)
