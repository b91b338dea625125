"""Faults that shrinking is tried on; they remember the cases on which they were run."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from goldstep_reference.arithmetic.floating import FloatingArithmetic
from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rule.case import Case
from goldstep_reference.rule.interpreter import simulate
from goldstep_reference.vectors.trajectory import Enclosure, trajectory
from support import variants
from support.variants import FORMULA

MARGIN = 10  # budgets


@dataclass
class Fault:
    """A port with a fault, and the cases on which it was run."""

    shown: Callable[[Case], bool]
    asked: list[Case] = field(default_factory=list)

    def __call__(self, case: Case) -> bool:
        self.asked.append(case)
        return self.shown(case)


def deviating(number_format: NumberFormat, **answers: Any) -> Fault:
    """A program that deviates from the formula; steps without a real value do not count."""
    behaviour = variants.deviating(**answers)

    def shown(case: Case) -> bool:
        got = simulate(case, behaviour, FloatingArithmetic(number_format))
        expected = trajectory(case, number_format, FORMULA, precision=128)
        return any(
            is_wrong(value, enclosure)
            for (_, weights, states), step in zip(got, expected, strict=True)
            for one, other in (
                (weights, step.weights),
                *((states[each], step.states[each]) for each in states),
            )
            for name in case.weights
            for value, enclosure in zip(one[name], other[name], strict=True)
        )

    return Fault(shown)


def is_wrong(got: float | None, expected: Enclosure) -> bool:
    if got is None or expected.exact is None or expected.faithful is None:
        return False
    if not math.isfinite(got):
        return True
    return abs(Fraction(got) - expected.centre) > MARGIN * expected.budget
