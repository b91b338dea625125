"""The port protocol, ``goldstep-port/1``: requests as bytes, answers as values.

One JSON object a line each way; documented in ports/README.md.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Any, ClassVar, Literal, TypeVar

import msgspec
from goldstep_reference.algorithms import FIRST
from goldstep_reference.numbers.decimals import same_bits
from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rule.algorithm import Algorithm
from goldstep_reference.rule.case import LEARNING_RATES

from goldstep.connection import hints
from goldstep.vectors.case import Numbers, VectorCase

VERSION = 1
_LONGEST_KEY = 40  # characters that are shown of one that is not known

# Decimals at the edges of each format: shortest forms, signed zero, extremes, special values.
ECHO_VALUES = {
    "float64": (
        *("0.1", "-0.0", "5e-324", "2.2250738585072014e-308", "1.7976931348623157e+308"),
        *("1e-08", "0.30000000000000004", "9007199254740993.0", "NaN", "Infinity", "-Infinity"),
    ),
    "float32": (
        *("0.10000000149011612", "-0.0", "1.401298464324817e-45", "1.1754943508222875e-38"),
        *("3.4028234663852886e+38", "9.99999993922529e-09", "NaN", "Infinity", "-Infinity"),
    ),
}


class ProtocolError(Exception):
    """The adapter's answer is not what the protocol asks for; ``hint`` says where to look."""

    def __init__(self, problem: str, hint: str) -> None:
        super().__init__(problem)
        self.hint = hint


class AnswerError(ProtocolError):
    """An answer to the right request that is not what was asked for; others may be."""


class Implementation(msgspec.Struct, frozen=True):
    """What the adapter says it is."""

    name: str
    version: str
    language: str
    language_version: str


class _States(msgspec.Struct, frozen=True, dict=True):
    """A field for each state of an algorithm is added to these."""

    @cached_property
    def states(self) -> Mapping[str, Numbers]:
        """The states that the port reports, by their names."""
        of_port = ((name, getattr(self, name)) for name in self.STATES)
        return {name: arrays for name, arrays in of_port if arrays is not None}

    STATES: ClassVar[tuple[str, ...]] = ()


class Refused(_States, frozen=True):
    """The port says that it did not do what was asked.

    Of a run: what the caller's weights and gradients and the optimizer's states hold after it, if
    the port reports them.
    """

    kind: Literal["rejected", "failed", "unsupported"]
    message: str = ""
    trace: str = ""
    weights: Numbers | None = None
    gradients: tuple[Numbers, ...] | None = None


class _Numbered(msgspec.Struct, frozen=True):
    seq: int


class _Answer(_Numbered, frozen=True):
    ok: bool
    error: Refused | None = None
    # The objects within it, by the key that they are under.
    PARTS: ClassVar[Mapping[str, type[msgspec.Struct]]] = {
        "implementation": Implementation,
        "error": Refused,
    }

    def has_no_other_keys(self, line: bytes) -> bool:
        """Whether it is sure without a closer look that it has those read, and each once."""
        return False


class StartAnswer(_Answer, frozen=True):
    """To ``start``."""

    implementation: Implementation | None = None
    number_format: Literal["float64", "float32"] | None = None
    reports: list[str] = []


class EchoAnswer(_Answer, frozen=True):
    """To ``echo``."""

    values: list[str] | None = None


class StepBody(_States, frozen=True):
    """One recorded step, as the port sends it."""

    weights: Numbers


class RunAnswer(_Answer, frozen=True):
    """To ``run``. ``gradients`` are the caller's after the run."""

    steps: tuple[StepBody, ...] | None = None
    gradients: tuple[Numbers, ...] | None = None

    def has_no_other_keys(self, line: bytes) -> bool:
        """By counting: an answer of nothing but numbers has as many colons as it has keys."""
        if self.steps is None or self.error:
            return False
        keys = 3
        for step in self.steps:
            keys += 1 + len(step.weights)
            for arrays in step.states.values():
                keys += 1 + len(arrays)
        if self.gradients is not None:
            keys += 1 + sum(map(len, self.gradients))
        return line.count(b":") == keys


@cache
def step_type(algorithm: Algorithm) -> type[StepBody]:
    """The step with an algorithm's states."""
    return _with_states(StepBody, algorithm)


@cache
def run_answer_type(algorithm: Algorithm) -> type[RunAnswer]:
    """The answer to ``run`` with an algorithm's states in its steps, or in its error."""
    step: Any = step_type(algorithm)
    error: Any = _with_states(Refused, algorithm)
    made = msgspec.defstruct(
        "RunAnswer",
        [("error", error | None, None), ("steps", tuple[step, ...] | None, None)],
        bases=(RunAnswer,),
        namespace={"PARTS": {"error": error, "steps": step}},
        frozen=True,
    )
    assert issubclass(made, RunAnswer)
    return made


B = TypeVar("B", StepBody, Refused)


def _with_states(base: type[B], algorithm: Algorithm) -> type[B]:
    states = tuple(algorithm.rule.states)
    made = msgspec.defstruct(
        base.__name__,
        [(name, Numbers | None, None) for name in states],
        bases=(base,),
        namespace={"STATES": states},
        frozen=True,
    )
    assert issubclass(made, base)
    return made


def start_request(seq: int, algorithm: Algorithm) -> bytes:
    """Asks whether the adapter is ready, for another algorithm than the first."""
    of = {} if algorithm.name == FIRST else {"algorithm": algorithm.name}
    return _request(seq, "start", protocol=VERSION, **of)


def echo_request(seq: int, number_format: str) -> bytes:
    """Sends numbers that must come back unharmed."""
    return _request(seq, "echo", values=ECHO_VALUES[number_format])


def run_request(seq: int, case: VectorCase) -> bytes:
    """Sends a case's inputs, and nothing of what is expected."""
    return _request(
        seq,
        "run",
        **({LEARNING_RATES: case.learning_rates} if case.learning_rates else {}),
        **case.hyper_parameters,
        weights=case.weights,
        gradients=case.gradients,
        record=case.record,
    )


def stop_request(seq: int) -> bytes:
    """Asks the adapter to exit with 0."""
    return _request(seq, "stop")


# Also of values that are skipped: what is nested too deep, texts that are no UTF-8.
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

A = TypeVar("A", bound=_Answer)


def read_answer(line: bytes, seq: int, kind: type[A]) -> tuple[A, Sequence[str]]:
    """The answer to request ``seq``, and those of its keys that the protocol does not know.

    Raises ProtocolError if the line is none, AnswerError if it is one of a wrong shape.
    """
    try:
        answer = msgspec.json.decode(line, type=kind)
    except _UNREADABLE as error:
        # What is no answer to this request at all comes before what is wrong with the answer.
        _check_seq(line, seq, seq_of(line))
        raise _unreadable(AnswerError, error, line) from None
    if answer.seq != seq:
        _check_seq(line, seq, answer.seq)
    if answer.ok != (answer.error is None):
        raise AnswerError(f"ok and error do not go together: {excerpt(line)}", hints.OK_OR_ERROR)
    if answer.has_no_other_keys(line):
        return answer, ()
    return answer, _unknown_keys(line, kind)


def seq_of(line: bytes) -> int:
    """The number of the request that a line answers. Raises ProtocolError if there is none."""
    try:
        return msgspec.json.decode(line, type=_Numbered).seq
    except _UNREADABLE as error:
        raise _unreadable(ProtocolError, error, line) from None


def _unreadable(kind: type[ProtocolError], error: Exception, line: bytes) -> ProtocolError:
    return kind(f"{error}: {excerpt(line)}", hints.of_decoding(str(error), line))


def _check_seq(line: bytes, expected: int, came: int) -> None:
    if came != expected:
        raise ProtocolError(
            f"seq {expected} was expected, seq {came} came: {excerpt(line)}", hints.SEQ
        )


def _unknown_keys(line: bytes, kind: type[_Answer]) -> Sequence[str]:
    """Keys that are not read; raises AnswerError if one is given twice: the last would be."""

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        keys = Counter(key for key, _ in pairs)
        for key, times in keys.items():
            if times > 1:
                raise AnswerError(
                    f"the key {key!a} is given {times} times: {excerpt(line)}",
                    hints.EACH_KEY_ONCE,
                )
        return dict(pairs)

    try:
        # Integers stay text: Python refuses to read very long ones.
        content = json.loads(line, object_pairs_hook=once, parse_int=str)
    except (UnicodeDecodeError, RecursionError) as error:
        raise _unreadable(AnswerError, error, line) from None
    return [*_unknown(content, kind, kind.PARTS)]


def _unknown(
    content: Mapping[str, object],
    kind: type[msgspec.Struct],
    parts: Mapping[str, type[msgspec.Struct]],
    place: str = "",
) -> Iterator[str]:
    for key, value in content.items():
        if key not in kind.__struct_fields__:
            yield place + ascii(key[:_LONGEST_KEY])[1:-1]
        elif part := parts.get(key):
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, dict):
                    yield from _unknown(each, part, {}, f"{key}.")


def check_echo(answer: EchoAnswer, number_format: NumberFormat) -> None:
    """Raises ProtocolError if a number did not come back with the same bits."""
    sent = ECHO_VALUES[number_format.name]
    got = answer.values
    if got is None or len(got) != len(sent):
        problem = f"{len(sent)} values were sent, {len(got or ())} came back"
        raise ProtocolError(problem, hints.VALUES)
    for text, echoed in zip(sent, got, strict=True):
        try:
            same = same_bits(number_format.parse(text), number_format.parse(echoed))
        except ValueError as error:
            raise ProtocolError(str(error), hints.DECIMALS) from None
        if not same:
            hint = hints.of_echo(text, echoed, number_format)
            raise ProtocolError(f"{text} came back as {echoed}", hint)


def excerpt(line: bytes, length: int = 120) -> str:
    """The beginning of a line, quoted, with what does not print escaped."""
    text = ascii(line[:length].decode("utf-8", "backslashreplace"))
    return f"{text} and {len(line) - length} bytes more" if len(line) > length else text


def _request(seq: int, command: str, **fields: object) -> bytes:
    return msgspec.json.encode({"seq": seq, "cmd": command, **fields}) + b"\n"
