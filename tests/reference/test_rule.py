"""Expressions: rewriting them, and compiling them for an arithmetic."""

from __future__ import annotations

import math

import pytest
from goldstep_reference.arithmetic.bounded import BoundedArithmetic
from goldstep_reference.arithmetic.floating import FloatingArithmetic
from goldstep_reference.numbers.number_format import FLOAT32, FLOAT64
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rule.compilation import compiled
from goldstep_reference.rule.expression import (
    FIRST,
    ONE,
    ORIGINAL,
    SECOND,
    Expression,
    name,
    power_of_steps,
    root,
    rounded,
    steps,
)

A, B, C = map(name, "abc")
FLOATS = FloatingArithmetic(FLOAT64)


def value(expression: Expression, t: int = 1, **given: float) -> float:
    """In floats."""
    (result,) = compiled((), (("result", expression),))(FLOATS, given)(t)
    assert isinstance(result, float)
    return result


class TestRewriting:
    def test_a_name_is_replaced_wherever_it_stands(self) -> None:
        assert (A + A * B).rewritten("a", C) == C + C * B

    def test_what_replaces_a_labelled_part_has_its_label(self) -> None:
        labelled = A - (B * C).labelled("change")
        assert labelled.rewritten("change", B) == A - B.labelled("change")
        once = labelled.rewritten("change", B)
        assert once.rewritten("change", ORIGINAL / C) == A - (B / C).labelled("change")

    def test_a_replacement_may_hold_what_it_replaces(self) -> None:
        labelled = root(A - B).labelled("root")
        assert labelled.rewritten("root", FIRST + ONE) == (A - B + ONE).labelled("root")
        step = (A - B).labelled("step")
        assert step.rewritten("step", SECOND * FIRST) == (B * A).labelled("step")
        assert A.rewritten("a", ORIGINAL * ORIGINAL) == A * A

    @pytest.mark.parametrize("column", RMSPROP.columns)
    def test_the_original_in_its_own_place_changes_nothing(self, column: str) -> None:
        weight = RMSPROP.variant(column).rule.weight
        for target in weight.targets:
            assert weight.rewritten(target, ORIGINAL) == weight

    def test_what_is_not_there_is_not_replaced(self) -> None:
        expression = A + B
        assert expression.rewritten("c", ONE) is expression


class TestCompilation:
    def test_operators_are_those_of_the_arithmetic(self) -> None:
        assert value(A * B - A / B + root(A), a=4.0, b=0.5) == 4.0 * 0.5 - 8.0 + 2.0
        assert value(rounded(A, FLOAT32), a=1 + 2**-40) == 1.0

    def test_the_number_of_the_step(self) -> None:
        assert value(steps(), t=3) == 3.0
        assert value(steps(1), t=3) == 2.0
        assert value(power_of_steps(A), t=3, a=2.0) == 8.0
        assert value(power_of_steps(A, 1), t=3, a=2.0) == 4.0

    def test_a_result_may_be_used_by_those_after_it(self) -> None:
        function = compiled(("a",), (("b", A + A), ("c", B * B)))(FLOATS, {})
        assert function(1, 3.0) == (6.0, 36.0)

    def test_a_missing_value_is_missed_only_where_it_is_needed(self) -> None:
        function = compiled(("a", "b"), (("c", A + B), ("d", C * A), ("e", A * A)))(FLOATS, {})
        assert function(1, 3.0, None) == (None, None, 9.0)

    def test_what_has_no_value_is_missing(self) -> None:
        bounded = BoundedArithmetic(FLOAT64)
        function = compiled(("a",), (("b", ONE / A), ("c", A)))(bounded, {})
        assert function(1, bounded.zero) == (None, bounded.zero)
        (number, bound), _ = function(1, bounded.one)
        assert number == 1.0
        assert bound < math.inf
