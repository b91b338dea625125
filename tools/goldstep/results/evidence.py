"""What shows a finding: a few kinds of evidence, whose fields are the keys of the stream.

The stream has no tag by which the kinds are told apart. ``from_json`` tells them, once, where a
stream is read; what is of none of these kinds is kept as it came.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from goldstep_reference.algorithms import HYPER_PARAMETERS, of_quantity
from goldstep_reference.rule.case import LEARNING_RATES

_NUMBER = r"^(-?([0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?|Infinity)|NaN)$"
Number = Annotated[str, msgspec.Meta(pattern=_NUMBER)]
"""A floating-point number; checked where a stream is read."""


class Evidence:
    """What shows a finding. ``case`` is the id of the vector that shows it best, if one does."""

    __slots__ = ()
    case: str = ""


class OtherEvidence(dict[str, Any], Evidence):
    """Of a kind that this version does not know: its JSON."""


class _Kind(
    msgspec.Struct,
    Evidence,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    case: str = ""


class ValueAt(_Kind, frozen=True, kw_only=True):
    """A value of an answer, by its place. Steps count from 1, elements from 0."""

    quantity: str  # "weights", or a state's name
    name: str
    index: int
    step: int

    @property
    def place(self) -> str:
        """Where it is within its case, as in ``step 2, w1[0]``."""
        return f"step {self.step}, {of_quantity(self.quantity)}{self.name}[{self.index}]"


class JudgedNumber(ValueAt, frozen=True, kw_only=True):
    """A number beside what was expected; ``budgets`` is how far off it is, in ``tolerance``.

    ``choice`` is the one that it was compared with, where the case offers any.
    """

    expected: Number
    exact: Number
    got: Number
    tolerance: Number
    budgets: Number
    choice: str | None = None


class Request(dict[str, Any]):
    """A ``run`` request of the protocol, as it is sent: hyper-parameters and arrays by name."""

    @property
    def hyper_parameters(self) -> dict[str, str]:
        """Those that are given."""
        return {name: self[name] for name in HYPER_PARAMETERS if name in self}

    @property
    def learning_rates(self) -> list[str]:
        """That of each step, where it changes."""
        rates: list[str] = self.get(LEARNING_RATES, [])
        return rates

    @property
    def weights(self) -> dict[str, list[str]]:
        """The weights before the first step."""
        weights: dict[str, list[str]] = self["weights"]
        return weights

    @property
    def gradients(self) -> list[dict[str, list[str]]]:
        """The gradients of each step."""
        gradients: list[dict[str, list[str]]] = self["gradients"]
        return gradients

    @classmethod
    def from_json(cls, content: Any) -> Request:
        """Raises ValueError where it is no such request."""
        arrays = msgspec.convert(content, _Arrays)
        others = {"seq", "cmd", "record", *arrays.__struct_fields__}
        msgspec.convert(content.get(LEARNING_RATES, []), list[Number])
        others.add(LEARNING_RATES)
        msgspec.convert({k: v for k, v in content.items() if k not in others}, dict[str, Number])
        return cls(content)


class _Arrays(msgspec.Struct):
    weights: dict[str, list[Number]]
    gradients: list[dict[str, list[Number]]]


class SmallestCase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The smallest case that shows it: as a request, as a program, and a weight that is wrong."""

    request: Request
    python: str  # prints what is expected
    name: str
    index: int
    step: int
    expected: Number
    got: Number
    budgets: Number


class NearestHypothesis(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The hypothesis that reproduces most small cases; no deviations are the formula.

    ``fails`` is the first case that it does not reproduce.
    """

    deviations: list[str]  # in words
    cases: int
    of_cases: int
    fails: str | None


class PartOfCases(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of the cases that fail, so many are explained; ``rest`` is the first that is not."""

    explains: int
    of_cases: int
    rest: str


class WrongNumber(JudgedNumber, frozen=True, kw_only=True):
    """The number that shows it best.

    ``predicted`` is what the deviations that were found make of it, ``without`` what it would be
    without this one of several. ``alternatives`` explain all numbers as well, in words;
    ``separated_by`` is what they would answer in different ways. ``nearest`` is there where nothing
    explains the port.
    """

    predicted: Number | None = None
    without: Number | None = None
    first_step: int | None = None  # at which the port leaves the formula in that case
    reproduction: SmallestCase | None = None
    nearest: NearestHypothesis | None = None
    partial: PartOfCases | None = None  # where the deviations explain not all
    alternatives: list[str] = msgspec.field(name="or", default_factory=list)
    separated_by: Request | None = None
    cases: int | None = None
    of_cases: int | None = None


class Repetition(ValueAt, frozen=True, kw_only=True):
    """Two values for the same input; ``seed`` is that of the run."""

    got: Number
    again: Number
    seed: int


class EndedProcess(_Kind, frozen=True, kw_only=True):
    """A process that ended or was ended: in which state, what was waited for, what it said.

    ``cases`` failed so. Where no case is to blame, it happened ``times`` times, first with
    ``in_flight`` cases.
    """

    in_flight: int | None = None
    times: int | None = None
    cases: int | None = None
    of_cases: int | None = None
    state: str
    expected: str = ""
    half_a_line: str = ""
    standard_error: str
    look_at: str = ""


class FailedCases(_Kind, frozen=True, kw_only=True):
    """Cases that the port failed in, or whose answers are none.

    ``trace`` is the first one's, as is ``look_at``, where a person would begin.
    """

    cases: int
    of_cases: int
    trace: str | None = None
    look_at: str = ""


class InvalidInput(_Kind, frozen=True, kw_only=True):
    """Input that had to be rejected; ``rules`` counts the cases by the rule that they break.

    What it led to is told of the first case: a process that ended, or a trace.
    """

    rule: str
    cases: int
    of_cases: int
    rules: dict[str, int]
    state: str | None = None
    expected: str = ""
    half_a_line: str = ""
    standard_error: str | None = None
    look_at: str = ""
    trace: str | None = None


class ChangedValue(_Kind, frozen=True, kw_only=True):
    """Something that the port changed and should not have; null is what was not there.

    With a ``rule`` that the input breaks, it was rejected after a part of the update.
    """

    rule: str | None = None
    place: str
    before: str | None
    after: str | None
    cases: int
    of_cases: int
    rules: dict[str, int] = {}
    trace: str | None = None


class FailedBuild(_Kind, frozen=True, kw_only=True):
    """What a build said; without an exit code where nothing in it was understood."""

    command: list[str]
    exit_code: int | None = None
    output: str


class ExampleOutput(_Kind, frozen=True, kw_only=True):
    """Whether the program's own example shows the fault, and what it wrote if it could be run."""

    shows_the_fault: bool
    as_script: bool | None = None
    command: list[str] = []
    exit_code: int | None = None
    printed: str | None = None
    standard_error: str | None = None


# Each has a field that no other has and that is never left out, or has fewer than another.
KINDS: tuple[type[_Kind], ...] = (
    WrongNumber,
    Repetition,
    EndedProcess,
    FailedCases,
    InvalidInput,
    ChangedValue,
    FailedBuild,
    ExampleOutput,
)


def from_json(kind: type, content: Any) -> Any:
    """Reads evidence, and requests in it: a hook of msgspec's decoders.

    Raises ValueError where evidence is no object, or a request is none.
    """
    if kind is Request:
        return Request.from_json(content)
    if not isinstance(content, dict):
        raise ValueError("evidence is an object")
    for each in KINDS:
        try:
            return msgspec.convert(content, each, dec_hook=from_json)
        except msgspec.ValidationError:
            pass
    return OtherEvidence(content)
