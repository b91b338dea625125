"""Cases whose learning rate changes from step to step."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import msgspec
import numpy as np
import pytest
from goldstep.connection.protocol import run_request
from goldstep.diagnosis.further import vector_case
from goldstep.diagnosis.parts import first_steps, without_steps
from goldstep.diagnosis.reproduction import python_lines, request
from goldstep.report.request_words import inputs
from goldstep.results.evidence import Request
from goldstep.vectors.case import VectorCase, case_type
from goldstep_numpy import RMSProp
from goldstep_reference.numbers.number_format import FLOAT16, FLOAT64
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rule.case import Case
from goldstep_reference.rule.deviation import Rounded
from goldstep_reference.vectors.certify import published_steps
from support.one_element import one_element

RATES = (0.5, 0.1, 0.25)
CASE = replace(
    one_element((1.0, 0.25, -2.0)),
    hyper_parameters={"decay_rate": 0.9, "epsilon": 1e-8},
    learning_rates=RATES,
)


def vector() -> VectorCase:
    return vector_case(RMSPROP, CASE, FLOAT64)


def changes(case: Case) -> list[Fraction]:
    """By how much the weight changes in each step."""
    steps = published_steps(case, FLOAT64, RMSPROP.variant("inside"))
    exact = [Fraction(0), *(Fraction(step.weights["w1"][0].exact) for step in steps)]
    return [after - before for before, after in pairwise(exact)]


def test_each_step_has_its_own() -> None:
    constant = replace(
        CASE, learning_rates=(), hyper_parameters={**CASE.hyper_parameters, "learning_rate": 1.0}
    )
    for change, of_one, rate in zip(changes(CASE), changes(constant), RATES, strict=True):
        assert float(change) == pytest.approx(float(of_one) * rate, rel=1e-15)


def test_an_optimizer_whose_rate_is_set_comes_to_the_same() -> None:
    optimizer = RMSProp(decay_rate=0.9, epsilon=1e-8)
    array = {"w1": np.array([0.0])}
    for rate, gradients, step in zip(
        RATES, CASE.gradients, vector().expected.alternatives("inside")[None], strict=True
    ):
        optimizer.learning_rate = rate
        optimizer.update_weights({"w1": np.array(gradients["w1"])}, array)
        assert step.weights["w1"].numbers[0].error_in_budgets(float(array["w1"][0])) <= 1


def test_a_vector_has_them_in_place_of_one() -> None:
    case = vector()
    assert case.learning_rates == ["0.5", "0.1", "0.25"]
    assert (case.options, case.left_out) == ({"learning_rates"}, set())
    assert case.inputs.learning_rates == RATES
    again = msgspec.json.decode(msgspec.json.encode(case), type=case_type(RMSPROP))
    assert again == case
    assert b"learning_rates" not in msgspec.json.encode(
        vector_case(RMSPROP, one_element((1.0,)), FLOAT64)
    )


def test_a_request_has_them_in_place_of_one() -> None:
    sent = json.loads(run_request(3, vector()))
    assert sent["learning_rates"] == ["0.5", "0.1", "0.25"]
    assert "learning_rate" not in sent
    assert sent == request(CASE)
    words = inputs(Request.from_json(sent), "float64")
    assert words.startswith("learning rates 0.5, then 0.1, then 0.25, decay rate 0.9")
    assert "left out" not in words


@pytest.mark.parametrize("rates", [["a"], [0.5], "0.5"])
def test_a_request_with_others_is_none(rates: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        Request.from_json({**request(CASE), "learning_rates": rates})


def test_a_program_sets_them(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(python_lines(CASE, "inside", FLOAT64), "program", "exec"), {})
    (number,) = json.loads(capsys.readouterr().out)
    last = vector().expected.alternatives("inside")[None][-1]
    assert last.weights["w1"].numbers[0].error_in_budgets(number) <= 1


def test_steps_leave_with_their_rates() -> None:
    assert first_steps(CASE, 2).learning_rates == RATES[:2]
    assert without_steps(CASE, range(1, 2)).learning_rates == (0.5, 0.25)
    assert first_steps(one_element((1.0, 2.0)), 1).learning_rates == ()


def test_a_deviation_may_change_a_later_one_alone() -> None:
    """One half and one quarter are numbers of every format, a tenth is not."""
    rounded = next(
        each for each in RMSPROP.deviations if each.changes == (Rounded("learning_rate", FLOAT16),)
    )
    variant = RMSPROP.variant("inside")
    assert variant.is_changed_by(rounded, CASE, FLOAT64)
    assert not variant.is_changed_by(rounded, first_steps(CASE, 1), FLOAT64)
