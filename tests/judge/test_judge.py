"""Verdicts by budget: exact on both sides of the edge, whatever the size of the numbers."""

from __future__ import annotations

import math
import struct
from decimal import Context, Decimal
from fractions import Fraction

import msgspec
import pytest
from goldstep.connection.protocol import StepBody
from goldstep.judge.judge import Judgement, LengthenedError, MisshapenError, judge
from goldstep.judge.prediction import key
from goldstep.paths import vectors_folder
from goldstep.vectors.case import ExpectedStep, VectorCase, case_type
from goldstep.vectors.expected_number import ExpectedNumber
from goldstep.vectors.folder import load_vectors
from goldstep_reference.numbers.number_format import (
    FLOAT32,
    NUMBER_FORMATS,
    NumberFormat,
    write_number,
)
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rmsprop.columns import Column
from hypothesis import assume, given
from hypothesis import strategies as st
from support.step_bodies import step_body

DIGITS = Context(prec=60)
CASES = [case for _, case in load_vectors(vectors_folder()).cases()]
formats = st.sampled_from(list(NUMBER_FORMATS.values()))


def decimal(value: Fraction) -> str:
    """A decimal of 60 significant digits, as vectors have one."""
    return str(DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator)))


def numbers(number_format: NumberFormat) -> st.SearchStrategy[float]:
    """Finite numbers of the format, subnormals included."""
    if number_format is FLOAT32:
        return st.floats(allow_nan=False, allow_infinity=False, width=32)
    return st.floats(allow_nan=False, allow_infinity=False)


tolerances = st.floats(min_value=0, allow_nan=False, allow_infinity=False)


def ulp(value: float, number_format: NumberFormat) -> Fraction:
    """At least the distance to the next number of the format."""
    relative = 2 * number_format.unit_roundoff * abs(Fraction(value))
    return max(relative, number_format.smallest_subnormal)


def error_in_budgets(got: float, exact: str, nearest: float, tolerance: float) -> float:
    expected = ExpectedNumber.read(exact, write_number(nearest), write_number(tolerance))
    return expected.error_in_budgets(got)


def check(got: float, exact: str, tolerance: float, number_format: NumberFormat) -> None:
    """The verdict is that of exact rationals, and so is the size of the error."""
    assume(tolerance)
    nearest = number_format.nearest(Fraction(exact))
    assume(math.isfinite(nearest))
    error = abs(Fraction(got) - Fraction(exact))
    budgets = error_in_budgets(got, exact, nearest, tolerance)
    assert (budgets <= 1) == (error <= Fraction(tolerance))
    if math.isfinite(budgets) and error > 10 * ulp(got, number_format):
        # Rounded here and there, but of the right size.
        assert budgets == pytest.approx(float(error / Fraction(tolerance)), rel=0.5, abs=1e-300)


@given(st.data(), formats, tolerances)
def test_any_error_is_judged_as_by_exact_rationals(
    data: st.DataObject, number_format: NumberFormat, tolerance: float
) -> None:
    got, centre = data.draw(numbers(number_format)), data.draw(numbers(number_format))
    away = data.draw(st.fractions(-1, 1)) * number_format.unit_roundoff * Fraction(centre)
    check(got, decimal(Fraction(centre) + away), tolerance, number_format)


@given(st.data(), formats, tolerances, st.sampled_from([1, -1]))
def test_the_edge_of_the_budget_is_exact(
    data: st.DataObject, number_format: NumberFormat, tolerance: float, side: int
) -> None:
    """``got`` is a budget from the exact value, and a hair nearer or further."""
    got = data.draw(numbers(number_format))
    hair = data.draw(st.sampled_from([0, 1, -1])) * Fraction(
        1, 10 ** data.draw(st.integers(15, 45))
    )
    check(
        got,
        decimal(Fraction(got) + side * Fraction(tolerance) * (1 + hair)),
        tolerance,
        number_format,
    )


@given(st.data(), formats)
def test_subnormals_are_judged_exactly(data: st.DataObject, number_format: NumberFormat) -> None:
    """Where one unit in the last place is as large as the number itself."""
    tau = number_format.smallest_subnormal
    got, exact, budget = (data.draw(st.integers(-8, 8)) for _ in range(3))
    part = data.draw(st.fractions(0, 1, max_denominator=1000))
    check(float(got * tau), decimal((exact + part) * tau), float(abs(budget) * tau), number_format)


@given(st.sampled_from([math.nan, math.inf, -math.inf]), tolerances)
def test_what_is_not_finite_is_never_within_a_budget(got: float, tolerance: float) -> None:
    assert error_in_budgets(got, "1", 1.0, tolerance) == math.inf


SPECIAL = [math.nan, math.inf, -math.inf, 0.0, -0.0]


@given(st.data(), formats)
def test_a_tolerance_of_zero_asks_for_the_same_bits(
    data: st.DataObject, number_format: NumberFormat
) -> None:
    """Any NaN is the same as any other; the sign of a zero counts."""
    some = st.one_of(st.sampled_from(SPECIAL), numbers(number_format))
    wanted = data.draw(some)
    got = data.draw(st.one_of(st.just(wanted), st.just(-wanted), some))
    text = write_number(wanted)
    budgets = error_in_budgets(got, text, wanted, 0.0)
    both_nan = math.isnan(wanted) and math.isnan(got)
    same = both_nan or struct.pack("d", wanted) == struct.pack("d", got)
    assert budgets == (0 if same else math.inf)


def exactly(*texts: str) -> dict[str, list[str]]:
    """Expected numbers that a port must have to the bit."""
    return {"exact": list(texts), "nearest": list(texts), "tolerance": ["0.0"] * len(texts)}


def answer(
    case: VectorCase, column: Column, choice: str | None = None, *, averages: bool = True
) -> list[StepBody]:
    """The correctly rounded values, as a port would send them."""
    return [
        step_body(
            weights={name: list(values.nearest) for name, values in step.weights.items()},
            average={
                n: list(values.nearest) for n, values in step.quantities["moving_average"].items()
            }
            if averages
            else None,
        )
        for step in case.expected.alternatives(column)[choice]
    ]


@pytest.mark.parametrize("column", ["inside", "outside"])
def test_the_nearest_value_passes_everywhere(column: Column) -> None:
    """The best that a port can do is within every published budget, whatever its choice."""
    assert len(CASES) >= 300
    for case in CASES:
        number_format = NUMBER_FORMATS[case.number_format]
        for choice, steps in case.expected.alternatives(column).items():
            judgement = judge(case, column, number_format, tuple(answer(case, column, choice)))
            assert judgement.passed
            assert judgement.wrong == ()
            assert 0 <= judgement.budgets <= 1
            assert choice in (judgement.choices or (None,))
            assert len(judgement.values) == 2 * sum(
                len(values.exact) for step in steps for values in step.weights.values()
            )


@pytest.mark.parametrize("column", ["inside", "outside"])
def test_one_budget_and_a_half_off_fails_everywhere(column: Column) -> None:
    """Each value by itself, and it is the one that is named."""
    for case in CASES[::7]:
        number_format = NUMBER_FORMATS[case.number_format]
        for number, step in enumerate(case.expected.alternatives(column).get(None, [])):
            off = spoiled(step, number_format)
            if off is None:
                continue
            steps = answer(case, column, averages=False)
            name = next(iter(step.weights))
            steps[number].weights[name][0] = write_number(off)
            judgement = judge(case, column, number_format, tuple(steps))
            assert not judgement.passed
            (wrong,) = judgement.wrong
            assert key(wrong) == ("weights", name, 0, step.step)
            assert judgement.worst
            assert judgement.worst.value == wrong
            assert judgement.budgets > 1


def spoiled(step: ExpectedStep, number_format: NumberFormat) -> float | None:
    """A number of the format that is at least half a budget outside."""
    expected = next(iter(step.weights.values()), None)
    if expected is None or not expected.exact or not float(expected.tolerance[0]):
        return None
    exact, tolerance = Fraction(expected.exact[0]), Fraction(expected.tolerance[0])
    off = number_format.nearest(exact + 2 * tolerance)
    while abs(Fraction(off) - exact) < Fraction(3, 2) * tolerance:
        off = number_format.nearest(Fraction(off) + ulp(off, number_format))
    return off


class TestAnswersOfAnotherShape:
    case = next(case for case in CASES if case.id.endswith("float64/formula/random-1"))

    def misshapen(self, steps: list[StepBody]) -> str:
        with pytest.raises(MisshapenError) as caught:
            judge(self.case, "inside", NUMBER_FORMATS["float64"], tuple(steps))
        return str(caught.value)

    def test_a_step_is_missing(self) -> None:
        steps = answer(self.case, "inside")
        expected = f"{len(steps)} steps were asked for, {len(steps) - 1} came"
        assert self.misshapen(steps[:-1]) == expected

    def test_a_parameter_is_missing(self) -> None:
        steps = answer(self.case, "inside")
        del steps[1].weights["w2"]
        place = f"step {self.case.record[1]}, weights"
        assert self.misshapen(steps) == f"{place}: w1, w2 were expected, w1 came"

    def test_an_average_is_too_short(self) -> None:
        steps = answer(self.case, "inside")
        average = steps[0].states["moving_average"]
        assert average
        average["w1"].pop()
        message = self.misshapen(steps)
        assert message.endswith("moving_average of w1: 2 values were expected, 1 came")

    def test_an_array_takes_on_the_length_of_another(self) -> None:
        """The update did that, by broadcasting; any other length is the adapter's."""
        case = next(each for each in CASES if len({*map(len, each.weights.values())}) > 1)
        number_format = NUMBER_FORMATS[case.number_format]
        short, long = sorted(case.weights, key=lambda name: len(case.weights[name]))[
            :: len(case.weights) - 1
        ]
        steps = tuple(answer(case, "inside"))
        values = steps[0].weights[short]
        wanted = len(steps[0].weights[long])
        values += ["0.5"] * (wanted - len(values))
        with pytest.raises(LengthenedError, match=f"as many as {long} has"):
            judge(case, "inside", number_format, steps)
        values.append("0.5")
        with pytest.raises(MisshapenError) as caught:
            judge(case, "inside", number_format, steps)
        assert not isinstance(caught.value, LengthenedError)

    @pytest.mark.parametrize("text", ["zero", "", " 1", "1_0", "0x1", "nan", "1,5", "--1"])
    def test_a_text_is_no_number(self, text: str) -> None:
        steps = answer(self.case, "inside")
        steps[0].weights["w1"][0] = text
        assert self.misshapen(steps).endswith(f"{text!r} is not a number")


def test_what_a_float32_port_sends_is_read_as_float32() -> None:
    """The shortest float32 decimal is another float64, and the same float32."""
    case = next(c for c in CASES if c.id == "rmsprop/float32/formula/document-example")
    steps = answer(case, "inside")
    steps[0].weights["w1"][0] = "0.49683774"
    judgement = judge(case, "inside", FLOAT32, tuple(steps))
    assert judgement.values[0].got == FLOAT32.parse("0.49683774") != 0.49683774
    assert judgement.passed


class TestChoices:
    """A case of two weights, by hand: each choice has other numbers for both."""

    case = msgspec.convert(
        {
            "id": "rmsprop/float64/special-values/by-hand",
            "description": "By hand.",
            "flags": ["Overflow"],
            "learning_rate": "0.5",
            "decay_rate": "0.0",
            "epsilon": "0.0",
            "weights": {"w1": ["1.0", "1.0"]},
            "gradients": [{"w1": ["1e200", "1e200"]}],
            "record": [1],
            "expected": {
                "choices": {
                    name: {
                        column: [
                            {
                                "step": 1,
                                "weights": {"w1": exactly(weight, weight)},
                                "moving_average": {"w1": exactly(average, average)},
                            }
                        ]
                        for column in ("inside", "outside")
                    }
                    for name, weight, average in (
                        ("narrow-range", "1.0", "Infinity"),
                        ("wide-range", "0.5", "Infinity"),
                        ("wide-state", "0.5", "NaN"),
                    )
                }
            },
        },
        case_type(RMSPROP),
    )

    def judged(self, *weights: str, averages: tuple[str, ...] | None = None) -> Judgement:
        average = None if averages is None else {"w1": list(averages)}
        step = step_body(weights={"w1": list(weights)}, average=average)
        return judge(self.case, "inside", NUMBER_FORMATS["float64"], (step,))

    def test_all_values_by_one_of_them(self) -> None:
        assert self.judged("1.0", "1.0").choices == ("narrow-range",)
        told = self.judged("0.5", "0.5", averages=("Infinity", "Infinity"))
        assert (told.passed, told.choices) == (True, ("wide-range",))

    def test_those_that_cannot_be_told_apart_without_averages(self) -> None:
        judgement = self.judged("0.5", "0.5")
        assert judgement.passed
        assert judgement.choices == ("wide-range", "wide-state")

    def test_mixed_ones_are_wrong_by_the_nearest(self) -> None:
        judgement = self.judged("1.0", "0.5", averages=("Infinity", "NaN"))
        assert (judgement.passed, judgement.choices) == (False, ())
        assert judgement.worst
        # Two of four values are wrong by narrow-range and by wide-state, and two by wide-range.
        assert judgement.worst.choice == "narrow-range"
        assert [key(value) for value in judgement.wrong] == [
            ("weights", "w1", 1, 1),
            ("moving_average", "w1", 1, 1),
        ]
        assert judgement.worst.evidence().choice == "narrow-range"

    def test_the_one_with_the_fewest_wrong_values_is_the_nearest(self) -> None:
        judgement = self.judged("0.5", "0.25", averages=("NaN", "NaN"))
        assert judgement.worst
        assert judgement.worst.choice == "wide-state"
        assert [key(value) for value in judgement.wrong] == [("weights", "w1", 1, 1)]
