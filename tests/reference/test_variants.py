"""What each deviation does, where it can be said what it must come to."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from goldstep_reference.numbers.number_format import FLOAT32, FLOAT64
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rule.case import Case
from goldstep_reference.vectors.trajectory import trajectory
from support.one_element import Ends, agree, averages, ends, is_nan, one_element, root, weights
from support.variants import FORMULA, deviating


class TestDeviations:
    """Each answer other than the formula's, where it can be said what it must come to."""

    gradients = (0.3, -0.07, 1e-4)

    def deviating(self, case: Case | None = None, **answers: Any) -> list[Ends]:
        return weights(case or self.case(), deviating(**answers))

    def case(self, **values: Any) -> Case:
        return one_element(self.gradients, **{"weight": 0.5, **values})

    def test_a_discarded_update_leaves_the_weights_exactly(self) -> None:
        half = Fraction(1, 2)
        assert self.deviating(update="discarded") == [(half, half)] * 3
        kept = averages(self.case(), deviating(update="discarded"))
        assert kept == averages(self.case())

    def test_renewed_state_makes_every_step_a_first_one(self) -> None:
        case = self.case(weight=0.0)
        renewed = averages(case, deviating(state="renewed"))
        assert renewed == [averages(one_element((gradient,)))[0] for gradient in self.gradients]
        assert self.deviating(case, state="renewed")[0] == weights(case)[0]
        assert not agree(self.deviating(case, state="renewed")[1:2], weights(case)[1:2])

    def test_shared_state_is_that_of_all_parameters_of_one_length(self) -> None:
        case = Case(
            "case", "Three parameters.", (),
            {"learning_rate": 0.001, "decay_rate": 0.9, "epsilon": 1e-8},
            weights={"a": (0.0,), "b": (0.0,), "c": (0.0, 0.0)},
            gradients=({"a": (0.5,), "b": (2.0,), "c": (3.0, 4.0)},) * 2,
            record=(1, 2),
        )  # fmt: skip
        shared = trajectory(case, FLOAT64, deviating(state="shared"))
        chained = averages(one_element((0.5, 2.0, 0.5, 2.0)))
        assert ends(shared[0].states["moving_average"]["a"][0]) == chained[1]
        assert ends(shared[1].states["moving_average"]["b"][0]) == chained[3]
        formula = trajectory(case, FLOAT64, FORMULA)
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
        (step, *_) = trajectory(case, FLOAT64, deviating(average="bias-corrected"))
        assert step.weights["w1"][0].exact is None

    def test_swapped_rates_are_the_formula_at_the_complement(self) -> None:
        swapped = self.deviating(self.case(decay_rate=0.25), average="swapped-rates")
        assert agree(swapped, weights(self.case(decay_rate=0.75)))

    def test_a_cumulative_sum_adds_squares(self) -> None:
        total = Fraction(0)
        summed = averages(self.case(), deviating(average="cumulative-sum"))
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
        (low, high), *_ = averages(self.case(), deviating(initial_average="one"))
        assert low <= Fraction(0.9) + (1 - Fraction(0.9)) * Fraction(0.3) ** 2 <= high
        (low, high), *_ = averages(self.case(), deviating(initial_average="epsilon"))
        expected = Fraction(0.9) * Fraction(1e-8) + (1 - Fraction(0.9)) * Fraction(0.3) ** 2
        assert low <= expected <= high

    def test_a_lagging_first_step_divides_by_the_root_of_epsilon(self) -> None:
        case = self.case(epsilon=0.25)
        (low, high), *_ = self.deviating(case, lagging=True)
        assert low <= Fraction(1, 2) - Fraction(0.001) * Fraction(0.3) * 2 <= high
        assert averages(case, deviating(lagging=True)) == averages(case)

    def test_a_missing_epsilon_is_an_epsilon_of_zero(self) -> None:
        case = self.case(epsilon=0.0)
        for behaviour in (FORMULA, RMSPROP.variant("outside")):
            assert agree(self.deviating(epsilon_placement="missing"), weights(case, behaviour))

    def test_a_subtracted_epsilon_is_a_negative_one(self) -> None:
        gradients = (0.3, -0.07)
        subtracted = self.deviating(one_element(gradients), epsilon_placement="subtracted")
        assert agree(subtracted, weights(one_element(gradients, epsilon=-1e-8)))

    def test_where_there_is_no_real_value_the_weight_stays_undefined(self) -> None:
        """A port has NaN there from then on; its averages are as good as ever."""
        case = one_element((1e-6, 0.5))
        behaviour = deviating(epsilon_placement="subtracted")
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
