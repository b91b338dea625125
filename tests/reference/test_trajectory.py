"""Trajectories against rationals, and against laws of the formula."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from goldstep_reference.numbers.number_format import FLOAT32, FLOAT64, NumberFormat
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rmsprop.columns import Column
from goldstep_reference.rmsprop.rule import RULE
from goldstep_reference.rule.case import Case
from goldstep_reference.vectors.trajectory import Enclosure, trajectory
from hypothesis import given
from hypothesis import strategies as st
from support.one_element import averages, ends, one_element, root, weights
from support.published_vectors import COLUMNS
from support.variants import FORMULA

every_column = pytest.mark.parametrize("column", COLUMNS)

# Without minus zero, whose sign no real number has.
moderate = (
    st.floats(-1e3, 1e3)
    .filter(lambda value: value == 0 or abs(value) > 1e-30)
    .map(lambda value: value + 0.0)
)
positive = st.floats(1e-12, 10.0)


one_element_cases = st.builds(
    one_element,
    gradients=st.lists(moderate, min_size=1, max_size=4).map(tuple),
    weight=moderate,
    learning_rate=positive,
    decay_rate=st.floats(0, 1),
    epsilon=positive,
)


@every_column
@given(case=one_element_cases)
def test_intervals_hold_what_rationals_and_integer_roots_give(case: Case, column: Column) -> None:
    rate, decay, epsilon = map(Fraction, RULE.used(case, FLOAT64).values())
    average = Fraction(0)
    low = high = Fraction(case.weights["w1"][0])
    for gradients, step in zip(
        case.gradients, trajectory(case, FLOAT64, RMSPROP.variant(column)), strict=True
    ):
        gradient = Fraction(gradients["w1"][0])
        average = decay * average + (1 - decay) * gradient**2
        divisors = (
            root(average + epsilon)
            if column == "inside"
            else tuple(x + epsilon for x in root(average))
        )
        changes = sorted(rate * gradient / divisor for divisor in divisors)
        low, high = low - changes[1], high - changes[0]
        average_ends, weight_ends = (
            ends(step.states["moving_average"]["w1"][0]),
            ends(step.weights["w1"][0]),
        )
        assert average_ends[0] <= average <= average_ends[1]
        assert weight_ends[0] <= high
        assert low <= weight_ends[1]
        assert weight_ends[1] - weight_ends[0] < Fraction(1, 2**130)  # and they say something


@every_column
def test_the_values_that_were_worked_out_beforehand(column: Column) -> None:
    """They are the nearest float64 of each exact value, in 17 digits."""
    case = one_element((0.1, 1e-5, 0.3), weight=0.5)
    expected = {
        "inside": ("0.49683773815110133", "0.49683740481962169", "0.49380849370072133"),
        "outside": ("0.49683772333983128", "0.49683739000661092", "0.49380847764973379"),
    }
    found = weights(case, RMSPROP.variant(column))
    assert tuple(f"{FLOAT64.nearest(low):.17g}" for low, _ in found) == expected[column]
    assert tuple(f"{FLOAT64.nearest(high):.17g}" for _, high in found) == expected[column]
    # The exact value after the first step to 30 digits, from bc at 80.
    first = {
        "inside": Fraction("0.496837738151101336668937270601"),
        "outside": Fraction("0.496837723339831304023423823465"),
    }
    assert abs(found[0][0] - first[column]) < Fraction(1, 10**30)


def test_only_the_recorded_steps_are_given() -> None:
    case = one_element((0.1, 0.2, 0.3, 0.4, 0.5))
    some = trajectory(replace(case, record=(2, 5)), FLOAT64, FORMULA)
    assert [step.step for step in some] == [2, 5]
    everything = trajectory(case, FLOAT64, FORMULA)
    assert ends(some[1].weights["w1"][0]) == ends(everything[4].weights["w1"][0])


def test_elements_and_parameters_do_not_meet() -> None:
    """Each element of a case moves as it does alone."""
    gradients = {"a": ((0.5, -3.0), (1e-3, 2.0)), "b": ((7.0, -0.25),), "c": ((0.0, 1e-5),)}
    case = Case(
        "case", "Several.", (),
        {"learning_rate": 0.01, "decay_rate": 0.75, "epsilon": 1e-6},
        weights={name: (0.5,) * len(rows) for name, rows in gradients.items()},
        gradients=tuple(
            {name: tuple(row[step] for row in rows) for name, rows in gradients.items()}
            for step in range(2)
        ),
        record=(1, 2),
    )  # fmt: skip
    together = trajectory(case, FLOAT64, FORMULA)
    for name, rows in gradients.items():
        for index, row in enumerate(rows):
            alone = one_element(row, 0.5, 0.01, 0.75, 1e-6)
            assert weights(alone) == [ends(step.weights[name][index]) for step in together]
            assert averages(alone) == [
                ends(step.states["moving_average"][name][index]) for step in together
            ]


@pytest.mark.parametrize("number_format", [FLOAT32, FLOAT64], ids=lambda f: f.name)
def test_what_is_left_out_is_the_default_in_the_number_format(number_format: NumberFormat) -> None:
    left_out = one_element((0.3, 1e-4), 0.0, None, None, None)
    written_out = one_element(
        (0.3, 1e-4), 0.0, *(number_format.parse(text) for text in ("0.001", "0.9", "1e-8"))
    )
    assert weights(left_out, FORMULA, number_format) == weights(written_out, FORMULA, number_format)


def test_the_budget_is_the_greatest_distance_of_a_faithful_result() -> None:
    (step,) = trajectory(one_element((0.3,)), FLOAT64, FORMULA)
    enclosure = step.weights["w1"][0]
    assert enclosure.faithful is not None
    low, high = ends(enclosure)
    least, greatest = enclosure.faithful.ends
    assert enclosure.budget == max(greatest - low, high - least)
    assert 0 < enclosure.budget < Fraction(1, 2**53)


def test_an_undefined_value_has_no_budget() -> None:
    with pytest.raises(ValueError, match="no budget"):
        _ = Enclosure(None, None).budget


class TestLaws:
    """What holds of the formula in real numbers, so that intervals must meet, or be equal."""

    @every_column
    @given(case=one_element_cases)
    def test_negated_gradients_and_weights_give_negated_weights(
        self, case: Case, column: Column
    ) -> None:
        behaviour = RMSPROP.variant(column)
        negated = replace(
            case,
            weights={"w1": (-case.weights["w1"][0],)},
            gradients=tuple({"w1": (-gradient["w1"][0],)} for gradient in case.gradients),
        )
        assert averages(negated, behaviour) == averages(case, behaviour)
        mirrored = [(-high, -low) for low, high in weights(case, behaviour)]
        assert weights(negated, behaviour) == mirrored

    @every_column
    @given(case=one_element_cases, exponent=st.integers(-40, 40))
    def test_gradients_scaled_with_epsilon_leave_the_weights(
        self, case: Case, column: Column, exponent: int
    ) -> None:
        """Epsilon has the unit of a squared gradient inside the root, of a gradient outside."""
        factor = 2.0**exponent
        behaviour = RMSPROP.variant(column)
        scaled = replace(
            case,
            hyper_parameters={
                **case.hyper_parameters,
                "epsilon": case.hyper_parameters["epsilon"]
                * (factor**2 if column == "inside" else factor),
            },
            gradients=tuple({"w1": (gradient["w1"][0] * factor,)} for gradient in case.gradients),
        )
        assert weights(scaled, behaviour) == weights(case, behaviour)
        square = Fraction(factor) ** 2
        assert averages(scaled, behaviour) == [
            (low * square, high * square) for low, high in averages(case, behaviour)
        ]

    @every_column
    @given(case=one_element_cases, exponent=st.integers(-40, 40))
    def test_the_learning_rate_scales_the_steps(
        self, case: Case, column: Column, exponent: int
    ) -> None:
        from_zero = replace(case, weights={"w1": (0.0,)})
        given = case.hyper_parameters
        rate = {"learning_rate": given["learning_rate"] * 2.0**exponent}
        scaled = replace(from_zero, hyper_parameters={**given, **rate})
        factor = Fraction(2) ** exponent
        assert weights(scaled, RMSPROP.variant(column)) == [
            (low * factor, high * factor)
            for low, high in weights(from_zero, RMSPROP.variant(column))
        ]

    @every_column
    @given(case=one_element_cases)
    def test_a_step_is_never_longer_than_the_decay_rate_allows(
        self, case: Case, column: Column
    ) -> None:
        """sqrt(v) is at least sqrt(1 - decay) |g|, so a step is at most rate / sqrt(1 - decay)."""
        decay_rate = Fraction(RULE.used(case, FLOAT64)["decay_rate"])
        if decay_rate == 1:
            return
        longest = Fraction(RULE.used(case, FLOAT64)["learning_rate"]) / root(1 - decay_rate)[0]
        previous = (Fraction(case.weights["w1"][0]),) * 2
        for low, high in weights(case, RMSPROP.variant(column)):
            assert previous[0] - high <= longest
            assert low - previous[1] <= longest
            previous = low, high
