"""Judges what a port answered: each value by its rounding budget.

A value conforms if |got - exact| <= tolerance, decided in exact arithmetic. Floats decide first
where their own error cannot matter.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from goldstep_reference.behaviour import Column
from goldstep_reference.number_format import NumberFormat, write_number

from goldstep.protocol import StepBody
from goldstep.vectors import ExpectedStep, ExpectedValues, Numbers, VectorCase

Quantity = Literal["weights", "moving_average"]

_LARGEST = Fraction(sys.float_info.max)


class MisshapenError(Exception):
    """The answer lacks something, or has more than it should, or holds what is no number."""


@dataclass(frozen=True, slots=True)
class Value:
    """One number of an answer, and where it stands. Steps count from 1, elements from 0."""

    quantity: Quantity
    name: str
    index: int
    step: int
    got: float

    @property
    def place(self) -> str:
        """The place in words, as in ``step 2, w1[0]``."""
        of = "average of " if self.quantity == "moving_average" else ""
        return f"step {self.step}, {of}{self.name}[{self.index}]"


@dataclass(frozen=True, slots=True)
class JudgedValue:
    """A value beside what was expected. ``budgets`` is |got - exact| / tolerance."""

    value: Value
    exact: str
    nearest: str
    tolerance: str
    budgets: float

    def evidence(self) -> dict[str, object]:
        """The value as a results stream shows it."""
        return {
            "quantity": self.value.quantity,
            "name": self.value.name,
            "index": self.value.index,
            "step": self.value.step,
            "expected": self.nearest,
            "exact": self.exact,
            "got": write_number(self.value.got),
            "tolerance": self.tolerance,
            "budgets": write_number(self.budgets),
        }


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one answered case."""

    case: VectorCase
    values: tuple[Value, ...]
    wrong: tuple[Value, ...]  # those outside of their budgets
    worst: JudgedValue | None  # None where there was nothing to compare

    @property
    def budgets(self) -> float:
        """The worst error, in budgets."""
        return self.worst.budgets if self.worst else 0.0

    @property
    def passed(self) -> bool:
        """Whether every value is within its budget."""
        return not self.wrong


def judge(
    case: VectorCase, column: Column, number_format: NumberFormat, steps: tuple[StepBody, ...]
) -> Judgement:
    """Compares an answer with a column; raises MisshapenError where it has another shape."""
    expected = case.expected[column]
    if len(steps) != len(expected):
        raise MisshapenError(f"{len(expected)} steps were asked for, {len(steps)} came")
    values: list[Value] = []
    wrong: list[Value] = []
    worst: JudgedValue | None = None
    for wanted, step in zip(expected, steps, strict=True):
        for value, numbers in _values(wanted, step, number_format):
            values.append(value)
            index = value.index
            budgets = error_in_budgets(
                value.got,
                numbers.exact[index],
                float(numbers.nearest[index]),
                float(numbers.tolerance[index]),
                number_format,
            )
            if budgets > 1:
                wrong.append(value)
            if worst is None or budgets > worst.budgets:
                worst = JudgedValue(
                    value,
                    numbers.exact[index],
                    numbers.nearest[index],
                    numbers.tolerance[index],
                    budgets,
                )
    return Judgement(case, tuple(values), tuple(wrong), worst)


def error_in_budgets(
    got: float, exact: str, nearest: float, tolerance: float, number_format: NumberFormat
) -> float:
    """|got - exact| / tolerance; infinite for what is not finite, and for any error at budget 0.

    In floats, |got - nearest| is off by less than ``slack``; only a value that close to the edge of
    its budget is compared in exact arithmetic.
    """
    if not math.isfinite(got):
        return math.inf
    distance = abs(got - nearest)
    slack = (abs(nearest) + abs(got)) * float(number_format.unit_roundoff)
    slack += float(number_format.smallest_subnormal)
    if tolerance > 0 and abs(distance - tolerance) > 2 * slack:
        return distance / tolerance
    error = abs(Fraction(got) - Fraction(exact))
    if not tolerance:
        return math.inf if error else 0.0
    ratio = min(error / Fraction(tolerance), _LARGEST)
    # Rounding must not carry a value over the edge.
    return max(float(ratio), math.nextafter(1, 2)) if ratio > 1 else min(float(ratio), 1.0)


def _values(
    expected: ExpectedStep, step: StepBody, number_format: NumberFormat
) -> Iterator[tuple[Value, ExpectedValues]]:
    yield from _arrays("weights", expected.step, expected.weights, step.weights, number_format)
    if step.moving_average is not None:
        yield from _arrays(
            "moving_average",
            expected.step,
            expected.moving_average,
            step.moving_average,
            number_format,
        )


def _arrays(
    quantity: Quantity,
    step: int,
    expected: Mapping[str, ExpectedValues],
    got: Numbers,
    number_format: NumberFormat,
) -> Iterator[tuple[Value, ExpectedValues]]:
    if set(got) != set(expected):
        raise MisshapenError(
            f"step {step}, {quantity}: {', '.join(sorted(expected))} were expected, "
            f"{', '.join(sorted(got)) or 'none'} came"
        )
    for name, numbers in expected.items():
        if len(got[name]) != len(numbers.nearest):
            raise MisshapenError(
                f"step {step}, {quantity} of {name}: {len(numbers.nearest)} values were expected, "
                f"{len(got[name])} came"
            )
        for index, text in enumerate(got[name]):
            try:
                number = number_format.parse(text)
            except ValueError as error:
                raise MisshapenError(f"step {step}, {quantity} of {name}: {error}") from None
            yield Value(quantity, name, index, step, number), numbers
