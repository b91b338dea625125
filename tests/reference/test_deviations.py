"""The catalogue of deviations, and what the cases' flags say of them."""

from __future__ import annotations

import pytest
from goldstep_reference.numbers.number_format import FLOAT64, NUMBER_FORMATS, NumberFormat
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rmsprop.columns import COLUMNS, Column
from goldstep_reference.rmsprop.deviations import DEVIATIONS
from goldstep_reference.rmsprop.groups import GROUPS
from goldstep_reference.rule.deviation import Deviation, Rewriting
from goldstep_reference.vectors.expectation import expectation
from goldstep_reference.vectors.kills import CAUGHT, margin
from support.small_cases import small_cases
from support.variants import FORMULA, answer

every_format = pytest.mark.parametrize(
    "number_format", NUMBER_FORMATS.values(), ids=lambda f: f.name
)

# The flag that a reader of a failure should find, by finding.
FLAG_OF = {
    "epsilon-outside-root": "EpsilonPlacement",
    "epsilon-missing": "EpsilonPlacement",
    "epsilon-sign": "EpsilonPlacement",
    "epsilon-form": "EpsilonPlacement",
    "epsilon-fixed": "EpsilonPlacement",
    "update-discarded": "UpdateApplied",
    "state-not-kept": "StateKept",
    "state-shared": "StateOfItsOwn",
    "initial-average": "InitialAverage",
    "average-form": "AverageForm",
    "average-lag": "AverageForm",
    "step-form": "StepForm",
    "hyper-parameter-ignored": "HyperParameterUsed",
    "hyper-parameter-rounded": "HyperParameterPrecision",
    "default-differs": "Defaults",
    "precision-loss": "PrecisionKept",
    "element-coupling": "ElementCoupling",
    "special-values subnormals": "Subnormal",
    "special-values NaN": "NotANumber",
}


@every_format
@pytest.mark.parametrize(
    "deviation",
    [each for each in DEVIATIONS if not FORMULA.has(each)],
    ids=[each.label for each in DEVIATIONS if not FORMULA.has(each)],
)
def test_a_deviation_is_caught_where_its_flag_points(
    number_format: NumberFormat, deviation: Deviation
) -> None:
    """The flags of some cases that catch it name the mistake."""
    if not deviation.representable(number_format):
        return
    named = f"{deviation.finding} {deviation.subject}"
    flag = FLAG_OF.get(deviation.finding) or FLAG_OF[named]
    behaviour = FORMULA.deviating(deviation)
    assert any(
        margin(each.case, each.expected, number_format, "inside", behaviour) >= CAUGHT
        for each in small_cases(number_format.name)
        if flag in each.case.flags
    )


@every_format
def test_every_rung_of_the_epsilon_ladder_tells_the_columns_apart(
    number_format: NumberFormat,
) -> None:
    rungs = [
        each
        for each in small_cases(number_format.name)
        if each.group == "epsilon-placement" and each.case.name.endswith("-root")
    ]
    assert len(rungs) >= 30
    for each in rungs:
        for column, other in (COLUMNS, COLUMNS[::-1]):
            behaviour = RMSPROP.variant(other)
            found = margin(each.case, each.expected, number_format, column, behaviour)
            assert found >= CAUGHT, each.case.name


@every_format
def test_the_document_s_example_alone_would_not_do(number_format: NumberFormat) -> None:
    """It lets deviations pass that change the weights, even with ten budgets for one."""
    example = next(
        case for case in GROUPS["formula"].cases(number_format) if case.name == "document-example"
    )
    expected = expectation(RMSPROP, example, number_format)
    passing = {
        deviation.finding
        for deviation in DEVIATIONS
        if not FORMULA.has(deviation)
        and margin(example, expected, number_format, "inside", FORMULA.deviating(deviation))
        < CAUGHT
    }
    assert {"state-not-kept", "hyper-parameter-ignored"} <= passing


class TestCatalogue:
    def test_every_deviation_is_one_from_some_column(self) -> None:
        for deviation in DEVIATIONS:
            assert FORMULA.deviating(deviation).has(deviation)
            assert any(not RMSPROP.variant(column).has(deviation) for column in COLUMNS)

    def test_every_aspect_has_a_deviation(self) -> None:
        assert {deviation.aspect for deviation in DEVIATIONS} == set(RMSPROP.aspects)

    @pytest.mark.parametrize("column", COLUMNS)
    def test_a_rewriting_finds_what_it_replaces(self, column: Column) -> None:
        conforming = RMSPROP.variant(column)
        for deviation in DEVIATIONS:
            for change in deviation.changes:
                if isinstance(change, Rewriting) and not conforming.has(deviation):
                    rule = conforming.rule
                    rewritten = rule.rewritten(change.target, change.replacement)
                    assert (rewritten.states, rewritten.weight) != (rule.states, rule.weight)

    def test_no_deviation_stands_twice(self) -> None:
        named = [(deviation.finding, deviation.subject) for deviation in DEVIATIONS]
        assert len(set(named)) == len(named)

    def test_each_says_what_it_means(self) -> None:
        for deviation in DEVIATIONS:
            assert deviation.meaning
            assert not deviation.meaning.endswith(".")  # half a sentence, to be continued
            several = sum(other.finding == deviation.finding for other in DEVIATIONS) > 1
            assert deviation.subject is not None or not several

    def test_rounding_to_itself_is_none(self) -> None:
        for deviation in DEVIATIONS:
            if answer(deviation)[1] == "float32":
                assert deviation.representable(FLOAT64)
                assert not deviation.representable(NUMBER_FORMATS["float32"])
            else:
                assert deviation.representable(NUMBER_FORMATS["float32"])
