"""Special values and choices, against programs that run in the machine's own formats."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from goldstep_reference.arithmetic.choices import CHOICES, Choice
from goldstep_reference.numbers.number_format import FLOAT32, FLOAT64, NUMBER_FORMATS, NumberFormat
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rmsprop.columns import COLUMNS, Column
from goldstep_reference.rmsprop.groups import GROUPS
from goldstep_reference.rule.case import Case
from goldstep_reference.vectors.trajectory import Enclosure, Step, trajectory
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.variants import FORMULA, deviating

every_format = pytest.mark.parametrize(
    "number_format", NUMBER_FORMATS.values(), ids=lambda f: f.name
)
every_column = pytest.mark.parametrize("column", COLUMNS)

_NARROW: dict[str, type[np.floating[Any]]] = {"float32": np.float32, "float64": np.float64}
_WIDE: dict[str, type[np.floating[Any]]] = {"float32": np.float64, "float64": np.longdouble}


def one_element(
    weight: float,
    gradients: tuple[float, ...],
    learning_rate: float = 0.5,
    epsilon: float = 0.25,
    choices: tuple[str, ...] = (),
) -> Case:
    return Case(
        name="case",
        description="One element.",
        flags=(),
        hyper_parameters={
            "learning_rate": learning_rate,
            "decay_rate": 0.5,
            "epsilon": epsilon,
        },
        weights={"w1": (weight,)},
        gradients=tuple({"w1": (gradient,)} for gradient in gradients),
        record=tuple(range(1, len(gradients) + 1)),
        choices=choices,
    )


def program(
    case: Case, number_format: NumberFormat, column: Column, choice: Choice
) -> Iterator[tuple[float, float]]:
    """Weight and average after each step, of a program that makes the choice."""
    narrow = _NARROW[number_format.name]
    kind: Any = _WIDE[number_format.name] if choice.wide_intermediates else narrow
    rate, decay, epsilon = (
        kind(case.hyper_parameters["learning_rate"]),
        kind(case.hyper_parameters["decay_rate"]),
        kind(case.hyper_parameters["epsilon"]),
    )
    weight, average = narrow(case.weights["w1"][0]), kind(0)
    with np.errstate(all="ignore"):
        for step in case.gradients:
            gradient = kind(step["w1"][0])
            square, complement = gradient * gradient, kind(1) - decay
            if choice.by_increment:
                average = average + (square - average) * complement
            else:
                average = decay * average + complement * square
            inside = column == "inside"
            divisor = np.sqrt(average + epsilon) if inside else np.sqrt(average) + epsilon
            change = rate * gradient / divisor
            if choice.no_step_at_zero and gradient == 0 and divisor == 0:
                change = kind(0)
            weight = narrow(kind(weight) - change)
            if not choice.wide_state:
                average = kind(narrow(average))
            yield float(weight), float(narrow(average))


def agrees(enclosure: Enclosure, got: float, number_format: NumberFormat) -> bool:
    """Whether a program's number is the special value, or within its bound."""
    if enclosure.special is not None:
        return repr(enclosure.special) == repr(got) or (
            math.isnan(enclosure.special) and math.isnan(got)
        )
    if enclosure.exact is None or not math.isfinite(got):
        return False
    if not enclosure.budget and enclosure.centre == 0:
        return repr(got) == "0.0"
    return abs(Fraction(got) - enclosure.centre) <= enclosure.budget


def numbers(number_format: NumberFormat) -> st.SearchStrategy[float]:
    """Everyday numbers, and those at the ends of the range and beyond."""
    tau, largest = float(number_format.smallest_subnormal), float(number_format.largest)
    # Their squares are out of range by far, and they are exact in both formats.
    far_out = 2.0 ** (90 if number_format is FLOAT32 else 700)
    signless = (0.0, tau, 1000 * tau, 1 / far_out, 0.25, 1.0, 3.0, far_out, largest, math.inf)
    return st.sampled_from([*signless, *(-each for each in signless), math.nan])


@every_format
@every_column
@pytest.mark.parametrize("choice", CHOICES.values(), ids=lambda choice: choice.name)
@settings(max_examples=60)
@given(data=st.data())
def test_a_program_that_makes_the_choice_agrees(
    number_format: NumberFormat, column: Column, choice: Choice, data: st.DataObject
) -> None:
    some = numbers(number_format)
    case = one_element(
        data.draw(some, "weight"),
        tuple(data.draw(st.lists(some, min_size=1, max_size=3), "gradients")),
        data.draw(st.sampled_from([0.0, 0.5]), "learning rate"),
        data.draw(st.sampled_from([0.0, 0.25]), "epsilon"),
    )
    steps = trajectory(case, number_format, RMSPROP.variant(column), choice=choice.name)
    ran = program(case, number_format, column, choice)
    for step, (weight, average) in zip(steps, ran, strict=True):
        for enclosure, got in (
            (step.weights["w1"][0], weight),
            (step.states["moving_average"]["w1"][0], average),
        ):
            # Where it cannot tell the reference says so, and publishes nothing.
            if (
                enclosure == Enclosure(None, None)
                or enclosure.faithful is None is enclosure.special
            ):
                return
            assert agrees(enclosure, got, number_format), (step.step, enclosure, got)


@example(weight=-0.0, gradient=0.0)
@example(weight=-0.0, gradient=-0.0)
@given(weight=st.sampled_from([0.0, -0.0]), gradient=st.sampled_from([0.0, -0.0]))
def test_zeros_have_the_signs_that_the_machine_gives_them(weight: float, gradient: float) -> None:
    (step,) = trajectory(one_element(weight, (gradient,)), FLOAT64, FORMULA)
    expected = weight - 0.5 * gradient / math.sqrt(0.25)
    assert agrees(step.weights["w1"][0], expected, FLOAT64)
    assert not agrees(step.weights["w1"][0], -expected, FLOAT64)


def values(steps: tuple[Step, ...]) -> list[Enclosure]:
    return [
        value
        for step in steps
        for quantity in (step.weights, *step.states.values())
        for array in quantity.values()
        for value in array
    ]


def same(a: Enclosure, b: Enclosure) -> bool:
    """Whether no program could be told from another by them."""
    if a.exact is None or b.exact is None:
        return a.exact is b.exact and repr(a.special) == repr(b.special)
    return abs(a.centre - b.centre) <= a.budget + b.budget


@every_format
@every_column
def test_every_case_offers_the_choices_that_differ_and_no_others(
    number_format: NumberFormat, column: Column
) -> None:
    """A case with special values and no choices leads to the same under all of them."""
    behaviour = RMSPROP.variant(column)
    seen = 0
    for group in ("special-values", "range-limits"):
        for case in GROUPS[group].cases(number_format):
            outcomes = {
                choice: values(trajectory(case, number_format, behaviour, choice=choice))
                for choice in CHOICES
            }
            offered = case.choices or ("narrow-range",)
            for choice, outcome in outcomes.items():
                alike = [each for each in offered if all(map(same, outcome, outcomes[each]))]
                assert len(alike) == 1, (case.name, choice, alike)
            seen += 1
    assert seen > 50


@every_format
def test_only_the_groups_for_them_hold_special_values(number_format: NumberFormat) -> None:
    for name, group in GROUPS.items():
        if name in ("special-values", "range-limits", "invalid-input"):
            continue
        for case in group.cases(number_format):
            assert not case.choices, case.name
            assert case.rejected is None, case.name
            arrays = [
                *case.weights.values(),
                *(a for step in case.gradients for a in step.values()),
            ]
            assert all(math.isfinite(number) for array in arrays for number in array), case.name


def test_a_case_that_names_no_choice_has_none_of_them_wider() -> None:
    """The same inputs, read as one choice or another."""
    far_out = 1e200
    case = one_element(0.5, (far_out,))
    narrow, wide = (
        trajectory(replace(case, choices=(choice,)), FLOAT64, FORMULA, choice=choice)[0].weights[
            "w1"
        ][0]
        for choice in ("narrow-range", "wide-range")
    )
    assert narrow.centre == Fraction(1, 2)
    assert wide.centre < Fraction(1, 2)


@pytest.mark.parametrize("gradient", [1.0, math.nan])
def test_a_behaviour_may_divide_by_zero(gradient: float) -> None:
    """A bias correction by 1 - 1^t, which rounding may leave above zero: there is no bound."""
    behaviour = deviating(average="bias-corrected", decay_rate="1.0")
    (step,) = trajectory(one_element(0.5, (gradient,)), FLOAT64, behaviour)
    assert step.weights["w1"][0].faithful is None


def test_a_narrower_format_may_make_a_hyper_parameter_infinite() -> None:
    behaviour = deviating(learning_rate="float16", subnormals="flushed")
    (step,) = trajectory(one_element(0.5, (1.0,), learning_rate=1e6), FLOAT64, behaviour)
    assert step.weights["w1"][0].special == -math.inf
