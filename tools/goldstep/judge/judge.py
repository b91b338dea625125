"""Judges what a port answered: each value by its rounding budget.

A value conforms if |got - exact| <= tolerance, decided in exact arithmetic. Floats decide first
where their own error cannot matter. A tolerance of 0 asks for the bits of the nearest value: the
same infinity, the same sign of a zero, any NaN for NaN.

Where a case offers choices, the port must make one of them in all of its values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from goldstep_reference.numbers.number_format import NumberFormat, write_number

from goldstep.connection import hints
from goldstep.connection.protocol import AnswerError, StepBody, excerpt
from goldstep.results.evidence import JudgedNumber
from goldstep.vectors.case import Arrays, ExpectedStep, Numbers, VectorCase
from goldstep.vectors.expected_number import ExpectedNumber

WEIGHTS = "weights"
"""The quantity beside the states."""


class MisshapenError(AnswerError):
    """The answer lacks something, or has more than it should, or holds what is no number."""


class LengthenedError(MisshapenError):
    """An array is as long as another parameter's: the update made it so, and not the adapter."""


@dataclass(frozen=True, slots=True)
class Value:
    """One number of an answer, and where it stands. Steps count from 1, elements from 0."""

    quantity: str  # "weights", or a state's name
    name: str
    index: int
    step: int
    got: float


@dataclass(frozen=True, slots=True)
class JudgedValue:
    """A value beside what was expected. ``budgets`` is |got - exact| / tolerance.

    ``choice`` is the one that it was compared with, if the case offers any.
    """

    value: Value
    expected: ExpectedNumber
    budgets: float
    choice: str | None = None

    @property
    def nearest(self) -> str:
        """The correctly rounded value."""
        return write_number(self.expected.nearest)

    def evidence(self) -> JudgedNumber:
        """The value as a results stream shows it."""
        return JudgedNumber(
            quantity=self.value.quantity,
            name=self.value.name,
            index=self.value.index,
            step=self.value.step,
            expected=self.nearest,
            exact=self.expected.exact,
            got=write_number(self.value.got),
            tolerance=write_number(self.expected.tolerance),
            budgets=write_number(self.budgets),
            choice=self.choice,
        )


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one answered case.

    ``errors`` are those of the values, in budgets. ``choices`` are those that the port may have
    made: several if its answer does not distinguish them, none if the case offers none or the
    answer is none of them. ``errors``, ``wrong`` and ``worst`` are by the nearest choice.
    """

    case: VectorCase
    values: tuple[Value, ...]
    errors: tuple[float, ...]
    wrong: tuple[Value, ...]  # those outside of their budgets
    worst: JudgedValue | None  # None if there was nothing to compare
    choices: tuple[str, ...] = ()

    @property
    def budgets(self) -> float:
        """The worst error, in budgets."""
        return self.worst.budgets if self.worst else 0.0

    @property
    def passed(self) -> bool:
        """Whether every value is within its budget."""
        return not self.wrong


def judge(
    case: VectorCase, column: str, number_format: NumberFormat, steps: tuple[StepBody, ...]
) -> Judgement:
    """Compares an answer with a column of a case that is not to be rejected.

    Raises MisshapenError if the answer has another shape; LengthenedError where it shows why.
    """
    alternatives = case.expected.alternatives(column)
    # All alternatives have one shape.
    values = tuple(_read(next(iter(alternatives.values())), steps, number_format))
    compared = [
        _compare(case, choice, tuple(_expected(expected, steps)), values)
        for choice, expected in alternatives.items()
    ]
    nearest = min(compared, key=lambda judgement: (len(judgement.wrong), judgement.budgets))
    made = tuple(
        choice for judgement in compared if judgement.passed for choice in judgement.choices
    )
    return Judgement(case, values, nearest.errors, nearest.wrong, nearest.worst, made)


def judged_value(case: VectorCase, column: str, choice: str | None, value: Value) -> JudgedValue:
    """One number of an answer beside what a column expects under a choice."""
    steps = case.expected.alternatives(column)[choice]
    (step,) = (step for step in steps if step.step == value.step)
    expected = step.quantities[value.quantity][value.name].numbers[value.index]
    return JudgedValue(value, expected, expected.error_in_budgets(value.got), choice)


def _compare(
    case: VectorCase,
    choice: str | None,
    expected: Sequence[ExpectedNumber],
    values: tuple[Value, ...],
) -> Judgement:
    """The verdict by one choice, or by the only alternative that there is."""
    errors = [
        number.error_in_budgets(value.got) for number, value in zip(expected, values, strict=True)
    ]
    wrong = tuple(value for value, error in zip(values, errors, strict=True) if error > 1)
    worst = None
    if errors:
        at = errors.index(max(errors))
        worst = JudgedValue(values[at], expected[at], errors[at], choice)
    choices = () if choice is None else (choice,)
    return Judgement(case, values, tuple(errors), wrong, worst, choices)


def _expected(
    expected: Sequence[ExpectedStep], steps: Sequence[StepBody]
) -> Iterator[ExpectedNumber]:
    """What the numbers of an answer are compared with, in the order in which they are read."""
    for wanted, step in zip(expected, steps, strict=True):
        for quantity, parameters in wanted.quantities.items():
            if quantity == WEIGHTS or quantity in step.states:
                for values in parameters.values():
                    yield from values.numbers


def _read(
    expected: Sequence[ExpectedStep], steps: Sequence[StepBody], number_format: NumberFormat
) -> Iterator[Value]:
    """The numbers of an answer that has the shape of what is expected."""
    if len(steps) != len(expected):
        problem = f"{len(expected)} steps were asked for, {len(steps)} came"
        raise MisshapenError(problem, hints.STEPS)
    for wanted, step in zip(expected, steps, strict=True):
        yield from _arrays(WEIGHTS, wanted, step.weights, number_format)
        for state, arrays in step.states.items():
            yield from _arrays(state, wanted, arrays, number_format)


def _arrays(
    quantity: str, expected: ExpectedStep, got: Numbers, number_format: NumberFormat
) -> Iterator[Value]:
    wanted = expected.quantities[quantity]
    place = f"step {expected.step}, {quantity}"
    if set(got) != set(wanted):
        raise MisshapenError(
            f"{place}: {', '.join(sorted(wanted))} were expected, "
            f"{', '.join(sorted(got)) or 'none'} came",
            hints.ARRAYS,
        )
    for name, numbers in wanted.items():
        if len(got[name]) != len(numbers.nearest):
            problem = (
                f"{place} of {name}: {len(numbers.nearest)} values were expected, "
                f"{len(got[name])} came"
            )
            if other := _as_long(name, wanted, got):
                message = f"{problem}, as many as {other} has: the update has mixed up their states"
                raise LengthenedError(message, hints.ARRAYS)
            raise MisshapenError(problem, hints.ARRAYS)
        for index, text in enumerate(got[name]):
            try:
                number = number_format.parse(text)
            except ValueError:
                raise MisshapenError(
                    f"{place} of {name}: {excerpt(text.encode())} is not a number",
                    hints.DECIMALS,
                ) from None
            yield Value(quantity, name, index, expected.step, number)


def _as_long(name: str, wanted: Arrays, got: Numbers) -> str | None:
    """Another parameter that a longer array took its length from, as by broadcasting."""
    length = len(got[name])
    if length > len(wanted[name].nearest):
        for other, numbers in wanted.items():
            if length == len(numbers.nearest) == len(got[other]):
                return other
    return None
