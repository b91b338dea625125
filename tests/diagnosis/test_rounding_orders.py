"""Evaluation orders are told by bits: of deviating_port.py's, and of programs that differ from it.

The ports run in this process; their arithmetic is their own, and shares no code with goldstep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from goldstep.connection.protocol import StepBody
from goldstep.diagnosis.hypotheses import Hypotheses
from goldstep.diagnosis.rounding import evaluation_order
from goldstep.diagnosis.special import is_special
from goldstep.judge.judge import Judgement, judge
from goldstep.paths import vectors_folder
from goldstep.vectors.case import VectorCase
from goldstep.vectors.folder import load_vectors
from goldstep_numpy import RMSProp
from goldstep_reference.numbers.number_format import FLOAT32, FLOAT64, NUMBER_FORMATS, NumberFormat
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rmsprop.columns import Column
from numpy.typing import NDArray
from support.exactly_fused import exactly_fused
from support.ports import deviating_port
from support.step_bodies import step_body

Array = NDArray[Any]

GROUPS = ("hyper-parameters", "defaults", "epsilon-placement", "special-values")
MOST_STEPS, MOST_ELEMENTS = 8, 16
PLAIN = "decay * v + (1 - decay) * g^2"
EXTENDED = {63: "80-bit extended", 112: "binary128"}.get(int(np.finfo(np.longdouble).nmant))
WIDER = {"float32": "float64", "float64": EXTENDED}

every_format = pytest.mark.parametrize("number_format", NUMBER_FORMATS.values(), ids=NUMBER_FORMATS)
every_column = pytest.mark.parametrize("column", ["inside", "outside"])


@cache
def some_cases(number_format: NumberFormat) -> list[VectorCase]:
    """Small ones, special ones among them."""
    return [
        case
        for file, case in load_vectors(vectors_folder()).cases()
        if file.number_format == number_format.name
        and file.group in GROUPS
        and case.expected.rejected is None
        and len(case.gradients) <= MOST_STEPS
        and sum(map(len, case.weights.values())) <= MOST_ELEMENTS
    ]


# Without types, as all that is in it.
port: Any = deviating_port
plain_root = port.Optimizer.root
Optimizer = Callable[..., Any]


def judged(
    column: Column,
    number_format: NumberFormat,
    optimizer: Optimizer = port.Optimizer,
    order: str = "plain",
    *,
    reports: bool = True,
) -> list[Judgement]:
    """What becomes of a port's answers; the ordinary ones are all within their budgets."""
    judgements = judged_once(column, number_format, optimizer, order)
    if reports:
        return judgements
    return [
        replace(each, values=tuple(v for v in each.values if v.quantity == "weights"))
        for each in judgements
    ]


@cache
def judged_once(
    column: Column, number_format: NumberFormat, optimizer: Optimizer, order: str
) -> list[Judgement]:
    number = np.dtype(number_format.name).type
    answers = {"epsilon_placement": column, "order": order}
    judgements = []
    with pytest.MonkeyPatch.context() as patched, np.errstate(all="ignore"):
        patched.setattr(deviating_port, "Optimizer", optimizer)
        for case in some_cases(number_format):
            steps = port.run(number, answers, request(case))
            bodies = tuple(step_body(each["weights"], each["moving_average"]) for each in steps)
            judgements.append(judge(case, column, number_format, bodies))
    assert all(each.passed for each in judgements if not is_special(each.case))
    return judgements


def request(case: VectorCase) -> dict[str, Any]:
    names = ("learning_rate", "decay_rate", "epsilon")
    given = {name: case.hyper_parameters[name] for name in names if name in case.hyper_parameters}
    return {
        "weights": case.weights,
        "gradients": case.gradients,
        "record": case.record,
        **given,
    }


def divisor(column: Column) -> str:
    return "root" if column == "inside" else "(root + epsilon)"


@every_format
@every_column
@pytest.mark.parametrize("reports", [True, False], ids=["averages", "weights-alone"])
@pytest.mark.parametrize(
    ("order", "average", "step"),
    [
        ("plain", PLAIN, "rate * g / {}"),
        ("increment", "v + (g^2 - v) * (1 - decay)", "rate * g / {}"),
        ("reciprocal", PLAIN, "rate * (g * (1 / {}))"),
        ("divide-first", PLAIN, "rate * (g / {})"),
    ],
)
def test_orders_in_the_number_format_are_told(
    number_format: NumberFormat,
    column: Column,
    reports: bool,
    order: str,
    average: str,
    step: str,
) -> None:
    judgements = judged(column, number_format, order=order, reports=reports)
    told = f"average rounds like {average}, step like {step.format(divisor(column))}"
    assert evaluation_order(judgements, Hypotheses(RMSPROP, column, number_format)) == told


@every_format
@every_column
@pytest.mark.parametrize("reports", [True, False], ids=["averages", "weights-alone"])
def test_wider_intermediates_are_told(
    number_format: NumberFormat, column: Column, reports: bool
) -> None:
    wider = WIDER[number_format.name]
    if wider is None:
        pytest.skip("long double is float64 here")
    judgements = judged(column, number_format, order="wide", reports=reports)
    told = evaluation_order(judgements, Hypotheses(RMSPROP, column, number_format))
    # In a wider format most forms come to the same, so the form may be told or not.
    words = f"rounds as with {wider} intermediates"
    assert told in (words, f"{words} (rate * g / {divisor(column)})")


class AsJava(deviating_port.Optimizer):
    """`average = decay * average + (1 - decay) * g * g`, `w -= rate * g / Math.sqrt(...)`."""

    def new_average(self, old: Array, gradient: Array) -> Any:
        return self.decay * old + (self.number(1) - self.decay) * gradient * gradient

    def change(self, average: Array, gradient: Array) -> Any:
        inside = self.answers["epsilon_placement"] == "inside"
        root = np.sqrt((average + self.epsilon if inside else average).astype(np.float64))
        return self.rate * gradient / (root if inside else root + np.float64(self.epsilon))


class AsJavaWithPow(AsJava):
    """`(1 - decay) * Math.pow(g, 2)`, and the step rounded to float before it is subtracted."""

    def new_average(self, old: Array, gradient: Array) -> Any:
        square = gradient.astype(np.float64) ** 2
        new = self.decay * old + np.float64(self.number(1) - self.decay) * square
        return new.astype(np.float32)

    def change(self, average: Array, gradient: Array) -> Any:
        return super().change(average, gradient).astype(np.float32)


class AverageInDouble(AsJava):
    """`double v = ...; average = (float) v; w -= rate * g / Math.sqrt(v + epsilon)`."""

    def new_average(self, old: Array, gradient: Array) -> Any:
        wide, decay = gradient.astype(np.float64), np.float64(self.decay)
        self.unrounded = decay * old.astype(np.float64) + (1 - decay) * wide * wide
        return self.unrounded.astype(np.float32)

    def change(self, average: Array, gradient: Array) -> Any:
        wide_rate, wide_gradient = np.float64(self.rate), gradient.astype(np.float64)
        return (
            wide_rate * wide_gradient / plain_root(self, self.unrounded, np.float64(self.epsilon))
        )


@every_column
@pytest.mark.parametrize(
    ("optimizer", "told"),
    [
        (
            AsJava,
            "average rounds like decay * v + (1 - decay) * g * g, "
            "step as with float64 from the root on",
        ),
        (
            AsJavaWithPow,
            "average rounds as with float64 from the square on, "
            "step as with float64 from the root on, then to float32",
        ),
        (
            AverageInDouble,
            "average rounds as with float64 intermediates, unrounded in the step, "
            "step as with float64 intermediates",
        ),
    ],
)
def test_what_is_wider_is_told(column: Column, optimizer: Optimizer, told: str) -> None:
    answer = evaluation_order(
        judged(column, FLOAT32, optimizer), Hypotheses(RMSPROP, column, FLOAT32)
    )
    assert answer is not None
    assert answer.split(" (rate")[0] == told


class FusedWithNew(deviating_port.Optimizer):
    """fma((1 - decay) * g, g, decay * v), as compilers contract it."""

    def new_average(self, old: Array, gradient: Array) -> Any:
        weight = self.number(1) - self.decay
        return exactly_fused(weight * gradient, gradient, self.decay * old)


class FusedIncrement(deviating_port.Optimizer):
    """fma(g^2 - v, 1 - decay, v)."""

    def new_average(self, old: Array, gradient: Array) -> Any:
        return exactly_fused(gradient * gradient - old, self.number(1) - self.decay, old)


@every_format
@every_column
@pytest.mark.parametrize(
    ("optimizer", "average"),
    [
        (FusedWithNew, "fma((1 - decay) * g, g, decay * v)"),
        (FusedIncrement, "fma(g^2 - v, 1 - decay, v)"),
    ],
)
def test_fused_multiply_add_is_told(
    number_format: NumberFormat, column: Column, optimizer: Optimizer, average: str
) -> None:
    judgements = judged(column, number_format, optimizer)
    told = f"average rounds like {average}, step like rate * g / {divisor(column)}"
    assert evaluation_order(judgements, Hypotheses(RMSPROP, column, number_format)) == told


class StrangeRoot(deviating_port.Optimizer):
    """Its roots are 1 ULP too great."""

    def root(self, average: Array, epsilon: Any) -> Any:
        root = plain_root(self, average, epsilon)
        return np.nextafter(root, np.inf, dtype=root.dtype)


class StrangeSquare(deviating_port.Optimizer):
    """Its squares are 1 ULP too great, as a power's may be."""

    def new_average(self, old: Array, gradient: Array) -> Any:
        square = np.nextafter(gradient * gradient, np.inf, dtype=gradient.dtype)
        return self.decay * old + (self.number(1) - self.decay) * square


@every_format
@every_column
@pytest.mark.parametrize(
    ("optimizer", "reports", "told"),
    [
        (StrangeRoot, True, f"average rounds like {PLAIN}"),
        (StrangeRoot, False, None),
        (StrangeSquare, True, "step rounds like rate * g / {}"),
        (StrangeSquare, False, None),
    ],
)
def test_nothing_is_told_of_what_rounds_otherwise(
    number_format: NumberFormat,
    column: Column,
    optimizer: Optimizer,
    reports: bool,
    told: str | None,
) -> None:
    judgements = judged(column, number_format, optimizer, reports=reports)
    answer = evaluation_order(judgements, Hypotheses(RMSPROP, column, number_format))
    assert answer == (told and told.format(divisor(column)))


def test_special_cases_say_nothing_of_it() -> None:
    judgements = [
        replace(each, values=tuple(replace(value, got=0.5) for value in each.values))
        if is_special(each.case)
        else each
        for each in judged("inside", FLOAT64)
    ]
    told = f"average rounds like {PLAIN}, step like rate * g / root"
    assert evaluation_order(judgements, Hypotheses(RMSPROP, "inside", FLOAT64)) == told


def test_what_no_case_tells_apart_is_not_told() -> None:
    """From an average of zero, an increment and two products come to the same."""
    single = [each for each in judged("inside", FLOAT64) if len(each.case.gradients) == 1]
    assert (
        evaluation_order(single, Hypotheses(RMSPROP, "inside", FLOAT64))
        == "step rounds like rate * g / root"
    )


def test_few_values_tell_nothing() -> None:
    judgements = judged("inside", FLOAT64)
    assert evaluation_order([], Hypotheses(RMSPROP, "inside", FLOAT64)) is None
    assert evaluation_order(judgements[:20], Hypotheses(RMSPROP, "inside", FLOAT64)) is None


def run_numpy(case: VectorCase, column: Column, number: str) -> Iterator[StepBody]:
    """goldstep_numpy, as its adapter runs it."""
    given = {name: float(text) for name, text in request(case).items() if isinstance(text, str)}
    optimizer = RMSProp(**given, epsilon_placement=column)
    weights = {name: np.array(texts, number) for name, texts in case.weights.items()}
    for step, gradients in enumerate(case.gradients, start=1):
        arrays = {name: np.array(texts, number) for name, texts in gradients.items()}
        optimizer.update_weights(arrays, weights)
        if step in case.record:
            yield step_body(port.written(weights), port.written(optimizer.moving_average))


@every_format
@every_column
def test_the_production_implementation_is_told(number_format: NumberFormat, column: Column) -> None:
    judgements = [
        judge(case, column, number_format, tuple(run_numpy(case, column, number_format.name)))
        for case in some_cases(number_format)
        if not is_special(case)
    ]
    told = f"average rounds like {PLAIN}, step like rate * g / {divisor(column)}"
    assert evaluation_order(judgements, Hypotheses(RMSPROP, column, number_format)) == told
