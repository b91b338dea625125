"""Trajectories against rationals, against laws of the formula, and what each deviation does."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import isqrt
from typing import Any

import pytest
from goldstep_reference.behaviour import FORMULA, Behaviour, Column, conforming
from goldstep_reference.case import Case
from goldstep_reference.number_format import FLOAT32, FLOAT64, NumberFormat
from goldstep_reference.trajectory import Enclosure, trajectory
from hypothesis import given
from hypothesis import strategies as st
from published_vectors import COLUMNS

every_column = pytest.mark.parametrize("column", COLUMNS)

# Without minus zero, whose sign no real number has.
moderate = (
    st.floats(-1e3, 1e3)
    .filter(lambda value: value == 0 or abs(value) > 1e-30)
    .map(lambda value: value + 0.0)
)
positive = st.floats(1e-12, 10.0)


def one_element(
    gradients: tuple[float, ...],
    weight: float = 0.0,
    learning_rate: float | None = 0.001,
    decay_rate: float | None = 0.9,
    epsilon: float | None = 1e-8,
) -> Case:
    return Case(
        name="case",
        description="One element.",
        flags=(),
        learning_rate=learning_rate,
        decay_rate=decay_rate,
        epsilon=epsilon,
        weights={"w1": (weight,)},
        gradients=tuple({"w1": (gradient,)} for gradient in gradients),
        record=tuple(range(1, len(gradients) + 1)),
    )


one_element_cases = st.builds(
    one_element,
    gradients=st.lists(moderate, min_size=1, max_size=4).map(tuple),
    weight=moderate,
    learning_rate=positive,
    decay_rate=st.floats(0, 1),
    epsilon=positive,
)

Ends = tuple[Fraction, Fraction]


def ends(enclosure: Enclosure) -> Ends:
    """The ends of the exact value's interval."""
    assert enclosure.exact is not None
    return enclosure.exact.ends


def weights(
    case: Case, behaviour: Behaviour = FORMULA, number_format: NumberFormat = FLOAT64
) -> list[Ends]:
    """The one weight at each step."""
    return [ends(step.weights["w1"][0]) for step in trajectory(case, number_format, behaviour)]


def averages(case: Case, behaviour: Behaviour = FORMULA) -> list[Ends]:
    """The one average at each step."""
    return [ends(step.moving_average["w1"][0]) for step in trajectory(case, FLOAT64, behaviour)]


def agree(a: list[Ends], b: list[Ends]) -> bool:
    """Whether two computations of the same numbers meet: their intervals overlap."""
    return len(a) == len(b) and all(
        x[0] <= y[1] and y[0] <= x[1] for x, y in zip(a, b, strict=True)
    )


def is_nan(enclosure: Enclosure) -> bool:
    """Whether IEEE 754 makes it NaN, for want of a real value."""
    return enclosure.exact is None and str(enclosure.special) == "nan"


def root(value: Fraction) -> Ends:
    """The square root between rationals 2^-800 apart and less, by integers alone."""
    scale = 2**800
    low = isqrt(value.numerator * value.denominator * scale * scale)
    denominator = value.denominator * scale
    return Fraction(low, denominator), Fraction(low + 1, denominator)


@every_column
@given(case=one_element_cases)
def test_intervals_hold_what_rationals_and_integer_roots_give(case: Case, column: Column) -> None:
    rate, decay, epsilon = (
        case.hyper_parameter(name, FLOAT64) for name in ("learning_rate", "decay_rate", "epsilon")
    )
    average = Fraction(0)
    low = high = Fraction(case.weights["w1"][0])
    for gradients, step in zip(
        case.gradients, trajectory(case, FLOAT64, conforming(column)), strict=True
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
        average_ends, weight_ends = ends(step.moving_average["w1"][0]), ends(step.weights["w1"][0])
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
    found = weights(case, conforming(column))
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
    some = trajectory(replace(case, record=(2, 5)), FLOAT64)
    assert [step.step for step in some] == [2, 5]
    everything = trajectory(case, FLOAT64)
    assert ends(some[1].weights["w1"][0]) == ends(everything[4].weights["w1"][0])


def test_elements_and_parameters_do_not_meet() -> None:
    """Each element of a case moves as it does alone."""
    gradients = {"a": ((0.5, -3.0), (1e-3, 2.0)), "b": ((7.0, -0.25),), "c": ((0.0, 1e-5),)}
    case = Case(
        "case", "Several.", (), 0.01, 0.75, 1e-6,
        weights={name: (0.5,) * len(rows) for name, rows in gradients.items()},
        gradients=tuple(
            {name: tuple(row[step] for row in rows) for name, rows in gradients.items()}
            for step in range(2)
        ),
        record=(1, 2),
    )  # fmt: skip
    together = trajectory(case, FLOAT64)
    for name, rows in gradients.items():
        for index, row in enumerate(rows):
            alone = one_element(row, 0.5, 0.01, 0.75, 1e-6)
            assert weights(alone) == [ends(step.weights[name][index]) for step in together]
            assert averages(alone) == [ends(step.moving_average[name][index]) for step in together]


@pytest.mark.parametrize("number_format", [FLOAT32, FLOAT64], ids=lambda f: f.name)
def test_what_is_left_out_is_the_default_in_the_number_format(number_format: NumberFormat) -> None:
    left_out = one_element((0.3, 1e-4), 0.0, None, None, None)
    written_out = one_element(
        (0.3, 1e-4), 0.0, *(number_format.parse(text) for text in ("0.001", "0.9", "1e-8"))
    )
    assert weights(left_out, FORMULA, number_format) == weights(written_out, FORMULA, number_format)


def test_the_budget_is_the_greatest_distance_of_a_faithful_result() -> None:
    (step,) = trajectory(one_element((0.3,)), FLOAT64)
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
        behaviour = conforming(column)
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
        assert case.epsilon is not None
        factor = 2.0**exponent
        behaviour = conforming(column)
        scaled = replace(
            case,
            epsilon=case.epsilon * (factor**2 if column == "inside" else factor),
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
        assert case.learning_rate is not None
        from_zero = replace(case, weights={"w1": (0.0,)})
        scaled = replace(from_zero, learning_rate=case.learning_rate * 2.0**exponent)
        factor = Fraction(2) ** exponent
        assert weights(scaled, conforming(column)) == [
            (low * factor, high * factor) for low, high in weights(from_zero, conforming(column))
        ]

    @every_column
    @given(case=one_element_cases)
    def test_a_step_is_never_longer_than_the_decay_rate_allows(
        self, case: Case, column: Column
    ) -> None:
        """sqrt(v) is at least sqrt(1 - decay) |g|, so a step is at most rate / sqrt(1 - decay)."""
        decay_rate = case.hyper_parameter("decay_rate", FLOAT64)
        if decay_rate == 1:
            return
        longest = case.hyper_parameter("learning_rate", FLOAT64) / root(1 - decay_rate)[0]
        previous = (Fraction(case.weights["w1"][0]),) * 2
        for low, high in weights(case, conforming(column)):
            assert previous[0] - high <= longest
            assert low - previous[1] <= longest
            previous = low, high


class TestDeviations:
    """Each answer other than the formula's, where it can be said what it must come to."""

    gradients = (0.3, -0.07, 1e-4)

    def deviating(self, case: Case | None = None, **answers: Any) -> list[Ends]:
        return weights(case or self.case(), replace(FORMULA, **answers))

    def case(self, **values: Any) -> Case:
        return one_element(self.gradients, **{"weight": 0.5, **values})

    def test_a_discarded_update_leaves_the_weights_exactly(self) -> None:
        half = Fraction(1, 2)
        assert self.deviating(update="discarded") == [(half, half)] * 3
        kept = averages(self.case(), replace(FORMULA, update="discarded"))
        assert kept == averages(self.case())

    def test_renewed_state_makes_every_step_a_first_one(self) -> None:
        case = self.case(weight=0.0)
        renewed = averages(case, replace(FORMULA, state="renewed"))
        assert renewed == [averages(one_element((gradient,)))[0] for gradient in self.gradients]
        assert self.deviating(case, state="renewed")[0] == weights(case)[0]
        assert not agree(self.deviating(case, state="renewed")[1:2], weights(case)[1:2])

    def test_shared_state_is_that_of_all_parameters_of_one_length(self) -> None:
        case = Case(
            "case", "Three parameters.", (), 0.001, 0.9, 1e-8,
            weights={"a": (0.0,), "b": (0.0,), "c": (0.0, 0.0)},
            gradients=({"a": (0.5,), "b": (2.0,), "c": (3.0, 4.0)},) * 2,
            record=(1, 2),
        )  # fmt: skip
        shared = trajectory(case, FLOAT64, replace(FORMULA, state="shared"))
        chained = averages(one_element((0.5, 2.0, 0.5, 2.0)))
        assert ends(shared[0].moving_average["a"][0]) == chained[1]
        assert ends(shared[1].moving_average["b"][0]) == chained[3]
        formula = trajectory(case, FLOAT64)
        assert shared[1].weights["c"] != ()
        for index in (0, 1):
            assert ends(shared[1].weights["c"][index]) == ends(formula[1].weights["c"][index])
        alone = self.case()
        assert self.deviating(alone, state="shared") == weights(alone)

    def test_ascent_is_descent_mirrored_at_the_start(self) -> None:
        mirrored = [(1 - high, 1 - low) for low, high in weights(self.case())]
        assert agree(self.deviating(step="ascent"), mirrored)

    def test_the_sign_alone_makes_steps_of_the_learning_rate(self) -> None:
        rate, half = Fraction(0.001), Fraction(1, 2)
        steps = self.deviating(step="sign")
        assert agree(steps, [(half - rate,) * 2, (half,) * 2, (half - rate,) * 2])
        still = self.deviating(one_element((0.0,), 0.5), step="sign")
        assert still == [(half, half)]

    def test_without_a_root_the_divisor_is_the_mean_square(self) -> None:
        (low, high), *_ = self.deviating(step="without-root")
        average = (1 - Fraction(0.9)) * Fraction(0.3) ** 2
        step = Fraction(0.001) * Fraction(0.3) / (average + Fraction(1e-8))
        assert low <= Fraction(1, 2) - step <= high

    def test_a_corrected_bias_leaves_the_first_gradient_itself(self) -> None:
        (low, high), *_ = self.deviating(average="bias-corrected")
        divisor = root(Fraction(0.3) ** 2 + Fraction(1e-8))
        step = Fraction(0.001) * Fraction(0.3) / divisor[0]
        assert abs(Fraction(1, 2) - step - (low + high) / 2) < Fraction(1, 2**180)

    def test_a_corrected_bias_without_decay_divides_by_nothing(self) -> None:
        case = self.case(decay_rate=1.0)
        (step, *_) = trajectory(case, FLOAT64, replace(FORMULA, average="bias-corrected"))
        assert step.weights["w1"][0].exact is None

    def test_swapped_rates_are_the_formula_at_the_complement(self) -> None:
        swapped = self.deviating(self.case(decay_rate=0.25), average="swapped-rates")
        assert agree(swapped, weights(self.case(decay_rate=0.75)))

    def test_a_cumulative_sum_adds_squares(self) -> None:
        total = Fraction(0)
        summed = averages(self.case(), replace(FORMULA, average="cumulative-sum"))
        for gradient, (low, high) in zip(self.gradients, summed, strict=True):
            total += Fraction(gradient) ** 2
            assert low <= total <= high

    def test_magnitudes_of_one_cannot_be_told_from_squares(self) -> None:
        ones = one_element((1.0, -1.0, 1.0))
        assert agree(self.deviating(ones, average="magnitudes"), weights(ones))
        assert not agree(self.deviating(average="magnitudes"), weights(self.case()))

    def test_an_initial_average_is_forgotten_at_once_without_decay(self) -> None:
        case = self.case(decay_rate=0.0)
        assert agree(self.deviating(case, initial_average="one"), weights(case))
        (low, high), *_ = averages(self.case(), replace(FORMULA, initial_average="one"))
        assert low <= Fraction(0.9) + (1 - Fraction(0.9)) * Fraction(0.3) ** 2 <= high
        (low, high), *_ = averages(self.case(), replace(FORMULA, initial_average="epsilon"))
        expected = Fraction(0.9) * Fraction(1e-8) + (1 - Fraction(0.9)) * Fraction(0.3) ** 2
        assert low <= expected <= high

    def test_a_lagging_first_step_divides_by_the_root_of_epsilon(self) -> None:
        case = self.case(epsilon=0.25)
        (low, high), *_ = self.deviating(case, lagging=True)
        assert low <= Fraction(1, 2) - Fraction(0.001) * Fraction(0.3) * 2 <= high
        assert averages(case, replace(FORMULA, lagging=True)) == averages(case)

    def test_a_missing_epsilon_is_an_epsilon_of_zero(self) -> None:
        case = self.case(epsilon=0.0)
        for behaviour in (FORMULA, conforming("outside")):
            assert agree(self.deviating(epsilon_placement="missing"), weights(case, behaviour))

    def test_a_subtracted_epsilon_is_a_negative_one(self) -> None:
        gradients = (0.3, -0.07)
        subtracted = self.deviating(one_element(gradients), epsilon_placement="subtracted")
        assert agree(subtracted, weights(one_element(gradients, epsilon=-1e-8)))

    def test_where_there_is_no_real_value_the_weight_stays_undefined(self) -> None:
        """A port has NaN there from then on; its averages are as good as ever."""
        case = one_element((1e-6, 0.5))
        behaviour = replace(FORMULA, epsilon_placement="subtracted")
        for step in trajectory(case, FLOAT64, behaviour):
            assert is_nan(step.weights["w1"][0])
        assert averages(case, behaviour) == averages(case)

    @pytest.mark.parametrize("name", ["learning_rate", "decay_rate", "epsilon"])
    def test_a_hyper_parameter_may_be_rounded_or_ignored(self, name: str) -> None:
        given = {"learning_rate": 0.3, "decay_rate": 0.7, "epsilon": 0.1}[name]
        rounded = self.deviating(self.case(**{name: given}), **{name: "float32"})
        assert rounded == weights(self.case(**{name: FLOAT32.nearest(Fraction(given))}))
        assert not agree(rounded[:1], weights(self.case(**{name: given}))[:1])
        ignored = self.deviating(self.case(**{name: given}), **{name: "default"})
        assert ignored == weights(self.case())
