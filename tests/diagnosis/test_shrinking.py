"""The simplest case of a fault, by faults whose simplest cases are known.

Most are deviations simulated in floats, which show where they are ten budgets from the formula.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from goldstep.diagnosis.complexity import complexity, families
from goldstep.diagnosis.shrinking import simplest
from goldstep_reference.numbers.decimals import same_bits
from goldstep_reference.numbers.number_format import FLOAT32, FLOAT64, NumberFormat
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rmsprop.groups import GROUPS
from goldstep_reference.rmsprop.groups.group import Inputs
from goldstep_reference.rule.case import Case
from support.faults import Fault, deviating

BOTH = pytest.mark.parametrize("number_format", [FLOAT64, FLOAT32], ids=lambda each: each.name)


def found(group: str, name: str, number_format: NumberFormat) -> Case:
    (case,) = (each for each in GROUPS[group].cases(number_format) if each.name == name)
    return case


def small(
    number_format: NumberFormat,
    gradients: tuple[dict[str, str], ...],
    weights: dict[str, str] | None = None,
    **given: str | None,
) -> Case:
    """A case as a reader would write it; weights are 0 and hyper-parameters the defaults."""
    inputs = Inputs(number_format)
    zeros = {name: " ".join("0" for _ in text.split()) for name, text in gradients[0].items()}
    return inputs.having(**given).case(
        "small",
        "As small as can be.",
        inputs.arrays(**(weights or zeros)),
        tuple(inputs.arrays(**each) for each in gradients),
        record=(len(gradients),),
    )


def told(case: Case) -> Case:
    """Without what is told about it in words, to be compared."""
    return replace(case, name="", description="", flags=())


def thirteen(number_format: NumberFormat) -> Case:
    """Three steps of thirteen elements of many magnitudes."""
    names = [each.name for each in GROUPS["independence"].cases(number_format)]
    return found("independence", names[0], number_format)


ONE_STEP = {
    "discarded": {"update": "discarded"},
    "ascent": {"step": "ascent"},
    "no-root": {"step": "without-root"},
    "swapped": {"average": "swapped-rates"},
    "lagging": {"lagging": True},
    "initial": {"initial_average": "one"},
    "fixed": {"epsilon": "0.01"},
}


@BOTH
class TestDeviations:
    @pytest.mark.parametrize("answers", ONE_STEP.values(), ids=ONE_STEP)
    def test_a_fault_of_everything_is_shown_by_a_gradient_of_one(
        self, number_format: NumberFormat, answers: dict[str, Any]
    ) -> None:
        fault = deviating(number_format, **answers)
        result = simplest(thirteen(number_format), RMSPROP, number_format, fault)
        assert told(result) == told(small(number_format, ({"w1": "1"},)))
        assert len(fault.asked) < 20

    def test_epsilon_outside(self, number_format: NumberFormat) -> None:
        """One step, one element, one digit each; in float32 the gradient has to be small."""
        fault = deviating(number_format, epsilon_placement="outside")
        result = simplest(thirteen(number_format), RMSPROP, number_format, fault)
        gradient = "1" if number_format == FLOAT64 else "0.001"
        assert told(result) == told(small(number_format, ({"w1": gradient},)))
        assert len(fault.asked) < 30

    def test_state_that_is_not_kept_takes_two_steps(self, number_format: NumberFormat) -> None:
        fault = deviating(number_format, state="renewed")
        result = simplest(thirteen(number_format), RMSPROP, number_format, fault)
        assert told(result) == told(small(number_format, ({"w1": "1"}, {"w1": "1"})))

    def test_state_that_is_shared_takes_two_parameters(self, number_format: NumberFormat) -> None:
        """Of one length: elements are left out of both at once."""
        fault = deviating(number_format, state="shared")
        inputs = Inputs(number_format)
        arrays = {"w1": "0.5 -2 3e-3", "w2": "7 0.25 1e2", "w3": "1.5 2.5"}
        case = inputs.case("three", "", inputs.arrays(**arrays), (inputs.arrays(**arrays),) * 4)
        result = simplest(case, RMSPROP, number_format, fault)
        assert told(result) == told(small(number_format, ({"w1": "1", "w2": "1"},)))

    def test_a_neighbour_takes_two_elements_that_differ(self, number_format: NumberFormat) -> None:
        fault = deviating(number_format, coupling="neighbour")
        result = simplest(thirteen(number_format), RMSPROP, number_format, fault)
        (gradients,) = result.gradients
        assert len(gradients["w1"]) == 2
        assert 1 in gradients["w1"]
        assert set(result.weights["w1"]) == {0}

    def test_a_tail_takes_one_element_after_a_block(self, number_format: NumberFormat) -> None:
        fault = deviating(number_format, coupling="tail")
        result = simplest(thirteen(number_format), RMSPROP, number_format, fault)
        assert told(result) == told(small(number_format, ({"w1": "1 1 1 1 1"},)))

    def test_a_default_stays_left_out(self, number_format: NumberFormat) -> None:
        fault = deviating(number_format, default_decay_rate="0.99")
        inputs = Inputs(number_format)
        case = inputs.having(learning_rate="0.25", decay_rate=None).single(
            "left-out", "", "0.3 -0.7", "0.5"
        )
        result = simplest(case, RMSPROP, number_format, fault)
        assert told(result) == told(small(number_format, ({"w1": "1"},), decay_rate=None))

    def test_a_hyper_parameter_that_is_ignored_differs_from_its_default(
        self, number_format: NumberFormat
    ) -> None:
        fault = deviating(number_format, learning_rate="default")
        inputs = Inputs(number_format)
        case = inputs.having(learning_rate="0.0375").single("given", "", "0.3 -0.7", "0.5")
        result = simplest(case, RMSPROP, number_format, fault)
        assert told(result) == told(small(number_format, ({"w1": "1"},), learning_rate="1"))


def test_digits_that_a_narrower_format_loses() -> None:
    """In decimals, one digit is enough."""
    fault = deviating(FLOAT64, learning_rate="float32")
    case = found("hyper-parameters", "learning-rate-of-25-bits", FLOAT64)
    result = simplest(case, RMSPROP, FLOAT64, fault)
    assert told(result) == told(small(FLOAT64, ({"w1": "1"},)))


def gradients_of(shown: Callable[[float], bool]) -> Fault:
    """A fault at certain gradients."""
    return Fault(lambda case: any(map(shown, (g for s in case.gradients for g in s["w1"]))))


class TestNumbers:
    """Faults that are no deviations: a certain number is enough, and needed."""

    @pytest.mark.parametrize(
        ("gradient", "shown", "simpler"),
        [
            ("0.123", lambda g: g < 0.5, "0.1"),
            ("0.00234", lambda g: 0.002 <= g < 0.0029, "0.002"),
            ("0.00234", lambda g: 0.0023 <= g < 0.0029, "0.0023"),
            ("8.7e-5", lambda g: g < 0.01, "1e-4"),
            ("-0.3", lambda g: g < 0, "-1"),
            ("-0.37", lambda g: abs(g) < 0.5, "0.1"),
            ("0", lambda g: g == 0, "0"),
            ("-0.0", lambda g: g == 0, "0"),
            ("NaN", math.isnan, "NaN"),
            ("-Infinity", math.isinf, "-Infinity"),
            ("NaN", lambda g: True, "1"),
        ],
    )
    def test_of_a_gradient(
        self, gradient: str, shown: Callable[[float], bool], simpler: str
    ) -> None:
        inputs = Inputs(FLOAT64)
        case = inputs.single("one", "", gradient)
        result = simplest(case, RMSPROP, FLOAT64, gradients_of(shown))
        assert same_bits(result.gradients[0]["w1"][0], inputs.value(simpler))

    def test_digits_are_those_of_the_number_format(self) -> None:
        """0.1 in float32 is 0.10000000149011612 in float64, and has one digit."""
        fault = gradients_of(lambda g: 0.05 < g < 0.5)
        tenth = Inputs(FLOAT32).single("one", "", "0.1")
        long = Inputs(FLOAT32).single("one", "", "0.123456")
        assert complexity(tenth, families(RMSPROP, FLOAT32), FLOAT32) < complexity(
            long, families(RMSPROP, FLOAT32), FLOAT32
        )
        assert simplest(long, RMSPROP, FLOAT32, fault).gradients == tenth.gradients
        asked = len(fault.asked)
        assert simplest(tenth, RMSPROP, FLOAT32, fault) == tenth
        assert len(fault.asked) == asked + 1  # a gradient of 1, and no number of fewer digits

    def test_rounding_never_leaves_the_domain(self) -> None:
        case = Inputs(FLOAT64).having(decay_rate="0.99987").single("one", "", "1")
        fault = Fault(lambda case: (case.given("decay_rate") or 0) >= 0.99)
        assert simplest(case, RMSPROP, FLOAT64, fault).given("decay_rate") == 0.99
        assert all(0 <= (each.given("decay_rate") or 0) < 1 for each in fault.asked)

    def test_what_differs_in_no_need_is_made_equal(self) -> None:
        case = small(FLOAT64, ({"w1": "0.3 0.7 0.25 9"},))
        fault = Fault(lambda case: sum(g < 0.5 for g in case.gradients[0]["w1"]) >= 2)
        assert simplest(case, RMSPROP, FLOAT64, fault).gradients == ({"w1": (0.1, 0.1)},)


class TestNames:
    def test_a_name_that_has_a_say_stays(self) -> None:
        case = found("parameters", "names-of-prototypes", FLOAT64)
        result = simplest(case, RMSPROP, FLOAT64, Fault(lambda case: "toString" in case.weights))
        assert list(result.weights) == ["toString"]
        assert [list(each) for each in result.gradients] == [["toString"]]

    def test_two_names_that_are_taken_for_one(self) -> None:
        case = found("parameters", "names-with-blanks", FLOAT64)
        fault = Fault(lambda case: len({name.strip() for name in case.weights}) < len(case.weights))
        result = simplest(case, RMSPROP, FLOAT64, fault)
        assert len(result.weights) == 2
        assert len({name.strip() for name in result.weights}) == 1
        assert len(fault.asked) < 60

    def test_any_other_becomes_usual(self) -> None:
        case = found("parameters", "names-of-nothing", FLOAT64)
        result = simplest(case, RMSPROP, FLOAT64, Fault(lambda case: len(case.weights) >= 2))
        assert set(result.weights) == {"w1", "w2"}
        assert all(set(each) == {"w1", "w2"} for each in result.gradients)


class TestSteps:
    def test_of_many_steps_the_needed_ones_stay(self) -> None:
        """Where a third small gradient comes, the fault shows."""
        text = " ".join(["5", "1e-5", "7", "8"] * 10)
        case = Inputs(FLOAT64).single("long", "", text)
        fault = Fault(lambda case: sum(each["w1"][0] < 1 for each in case.gradients) >= 3)
        result = simplest(case, RMSPROP, FLOAT64, fault)
        assert result.gradients == ({"w1": (1e-5,)},) * 3
        assert result.record == (3,)

    def test_only_the_last_step_is_recorded(self) -> None:
        case = Inputs(FLOAT64).single("two", "", "1 1")
        assert case.record == (1, 2)
        result = simplest(case, RMSPROP, FLOAT64, Fault(lambda case: len(case.gradients) == 2))
        assert result.record == (2,)
