"""What a port does to its caller: whether it refuses invalid input, and what it changes.

A refusal must leave weights and averages as they were before the refused update, and no run may
change the gradients. Both can be seen only if the adapter reports them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from goldstep_reference.algorithms import of_quantity
from goldstep_reference.numbers.number_format import NUMBER_FORMATS, NumberFormat, write_number

from goldstep.connection import hints
from goldstep.connection.outcomes import Answered, Broken, Lost, Refused
from goldstep.judge.judge import WEIGHTS, MisshapenError
from goldstep.judge.prediction import Predicted, Predictions, Predictor
from goldstep.vectors.case import Numbers, VectorCase

InvalidKind = Literal["rejected", "partly updated", "accepted", "failed", "no answer"]

# What must be there, by parameter and index.
_Known = Mapping[tuple[str, int], Predicted]


@dataclass(frozen=True, slots=True)
class Change:
    """Something that the port changed and should not have.

    ``before`` is None if nothing was there, ``after`` if nothing is left.
    """

    place: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        return f"{self.place} was {self.before or 'not there'}, and is {self.after or 'gone'}"


@dataclass(frozen=True, slots=True)
class InvalidVerdict:
    """What became of a case that must be rejected; ``change`` is what a refusal left behind."""

    case: VectorCase
    outcome: Answered | Refused | Broken | Lost
    change: Change | None = None

    @property
    def kind(self) -> InvalidKind:
        """The outcome in a word or two."""
        match self.outcome:
            case Answered():
                return "accepted"
            case Refused("rejected"):
                return "partly updated" if self.change else "rejected"
            case Refused():
                return "failed"
            case Broken() | Lost():
                return "no answer"

    @property
    def rule(self) -> str:
        """The rule that the input breaks."""
        assert self.case.expected.rejected is not None
        return self.case.expected.rejected

    @property
    def message(self) -> str:
        """What is wrong with the outcome; empty if nothing is."""
        match self.outcome:
            case Answered():
                return f"invalid input is accepted: {self.rule}"
            case Refused("rejected"):
                return f"rejected after a part of the update: {self.change}" if self.change else ""
            case Refused(kind, message):
                return f"invalid input must be rejected, and is {kind}: {message}"
            case Broken() | Lost():
                return f"invalid input must be rejected: {self.outcome.message}"


def judge_invalid(
    case: VectorCase,
    outcome: Answered | Refused | Broken | Lost,
    column: str,
    predict: Predictor,
    *,
    conforms: bool,
) -> InvalidVerdict:
    """The verdict on a case that must be rejected.

    What a port has after valid steps, before the refused one, is known only of one that
    ``conforms`` in its valid cases. Raises MisshapenError if what is reported is no number.
    """
    if not isinstance(outcome, Refused) or outcome.kind != "rejected":
        return InvalidVerdict(case, outcome)
    steps = _valid_steps(case)
    if steps and not conforms:
        return InvalidVerdict(case, outcome)
    known = predict.after_steps(case, column, steps) if steps else None
    return InvalidVerdict(case, outcome, next(_left_behind(case, outcome, known), None))


def mutated_gradient(case: VectorCase, outcome: Answered | Refused) -> Change | None:
    """The first gradient that is not what was sent, if the adapter reports them.

    Raises MisshapenError if what is reported is no number, or is not of as many steps.
    """
    if outcome.gradients is None:
        return None
    if len(outcome.gradients) != len(case.gradients):
        raise MisshapenError(
            f"gradients of {len(case.gradients)} steps were sent, "
            f"{len(outcome.gradients)} came back",
            hints.GRADIENTS,
        )
    if list(outcome.gradients) == case.gradients:
        return None  # even in the same digits
    number_format = NUMBER_FORMATS[case.number_format]
    pairs = zip(case.gradients, outcome.gradients, strict=True)
    for number, (sent, reported) in enumerate(pairs, start=1):
        before = _to_the_bit(sent, number_format)
        for change in _changes(f"step {number}, gradient of ", before, reported, number_format):
            return change
    return None


def _valid_steps(case: VectorCase) -> int:
    """How many steps come before the first whose gradients do not fit the weights.

    Where all of them fit, the hyper-parameters are what is wrong, and no step is valid.
    """
    lengths = {name: len(texts) for name, texts in case.weights.items()}
    for number, gradients in enumerate(case.gradients):
        if {name: len(texts) for name, texts in gradients.items()} != lengths:
            return number
    return 0


def _left_behind(case: VectorCase, refused: Refused, known: Predictions | None) -> Iterator[Change]:
    """What differs from the state after the valid steps; without one, from the inputs and zero.

    An average that is not there counts as zero.
    """
    number_format = NUMBER_FORMATS[case.number_format]
    weights: _Known = _to_the_bit(case.weights, number_format)
    if known is not None:
        weights = _of(WEIGHTS, known)
    if refused.weights is not None:
        yield from _changes("", weights, refused.weights, number_format)
    for state, arrays in refused.states.items():
        before = _of(state, known or {})
        for change in _changes(of_quantity(state), before, arrays, number_format):
            if change.before is not None or _number(change.after or "", number_format) != 0:
                yield change


def _of(quantity: str, known: Predictions) -> _Known:
    return {(name, i): value for (what, name, i, _), value in known.items() if what == quantity}


def _to_the_bit(arrays: Numbers, number_format: NumberFormat) -> _Known:
    return {
        (name, index): Predicted(None, Fraction(0), number_format.parse(text), 0.0)
        for name, texts in arrays.items()
        for index, text in enumerate(texts)
    }


def _changes(
    of: str, before: _Known, after: Numbers, number_format: NumberFormat
) -> Iterator[Change]:
    """Where numbers are not what was there, or where there are more or fewer of them."""
    reported = {
        (name, index): text for name, texts in after.items() for index, text in enumerate(texts)
    }
    for name, index in dict.fromkeys((*before, *reported)):
        known, text = before.get((name, index)), reported.get((name, index))
        number = None if text is None else _number(text, number_format)
        if known is None or number is None or not known.explains(number, number_format):
            was = None if known is None or known.nearest is None else write_number(known.nearest)
            yield Change(f"{of}{name}[{index}]", was, text)


def _number(text: str, number_format: NumberFormat) -> float:
    try:
        return number_format.parse(text)
    except ValueError as error:
        raise MisshapenError(str(error), hints.DECIMALS) from None
