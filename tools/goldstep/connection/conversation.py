"""The conversation with one process of a port: a state machine on bytes, without a process.

    starting -> echoing -> serving -> stopping -> gone

Every state can lead to gone. What the process sends is read here, and nowhere else.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.rule.algorithm import Algorithm

from goldstep.connection import hints
from goldstep.connection.endings import BrokeProtocol, Ending, Flooded, RefusedStart, State
from goldstep.connection.outcomes import Answered, Broken, Outcome
from goldstep.connection.protocol import (
    A,
    AnswerError,
    EchoAnswer,
    Implementation,
    ProtocolError,
    RunAnswer,
    StartAnswer,
    check_echo,
    echo_request,
    excerpt,
    read_answer,
    run_answer_type,
    run_request,
    seq_of,
    start_request,
    stop_request,
)
from goldstep.port.table import FormatName
from goldstep.vectors.case import VectorCase

_NEXT: dict[State, State] = dict(pairwise(list(State)[:-1]))

# An answer is longer than its request if every step is recorded: a few numbers for each sent.
_LONGEST_ANSWER = 1 << 20
_ANSWER_TO_REQUEST = 64


class EndedError(Exception):
    """The conversation is over."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.message)
        self.ending = ending


@dataclass(frozen=True, slots=True)
class Due:
    """A case that was sent and is not answered."""

    case: VectorCase
    seq: int


class Conversation:
    """The conversation with one process.

    ``opening`` is what is sent first, `start` and `echo`; ``due`` are the cases that are not
    answered, in order, and ``repeated`` those that were answered twice; ``implementation`` is what
    the adapter says that it is, and ``unknown_keys`` what its answers have that nobody reads.
    """

    def __init__(self, algorithm: Algorithm, number_format: FormatName) -> None:
        self.state = State.STARTING
        self.due: deque[Due] = deque()
        self.implementation: Implementation | None = None
        self.repeated: list[VectorCase] = []
        self.opening = start_request(1, algorithm) + echo_request(2, number_format)
        self._seq = 2
        self.unknown_keys: set[str] = set()
        self._reported: list[str] = []
        self._states = tuple(algorithm.rule.states)
        self._run_answer = run_answer_type(algorithm)
        self._format = NUMBER_FORMATS[number_format]
        self._unread = b""
        self._last_answered: Due | None = None
        self.has_answered = False
        self._longest = 0  # request, in bytes

    @property
    def expected(self) -> str:
        """What the process has to do next, in words."""
        match self.state:
            case State.STARTING:
                return "the answer to `start`"
            case State.ECHOING:
                return "the answer to `echo`"
            case State.STOPPING:
                return "exit with 0"
        return f"the answer to `run`, seq {self.due[0].seq}" if self.due else "nothing"

    @property
    def unfinished(self) -> bytes:
        """The line that it has begun."""
        return self._unread

    def ask(self, case: VectorCase) -> bytes:
        """The request for a case, which is due from now on."""
        assert self.state is State.SERVING
        self._seq += 1
        self.due.append(Due(case, self._seq))
        request = run_request(self._seq, case)
        self._longest = max(self._longest, len(request))
        return request

    def stop(self) -> bytes:
        """The request to exit."""
        self._enter(State.STOPPING)
        return stop_request(self._seq + 1)

    def end(self) -> None:
        """The process is gone, whatever state it was in."""
        self.state = State.GONE

    def receive(self, data: bytes) -> Iterator[tuple[VectorCase, Outcome]]:
        """The cases that are answered by what came; raises EndedError if it is no answer."""
        *lines, self._unread = (self._unread + data).split(b"\n")
        for line in lines:
            if self.state is State.SERVING and self.due:
                answer = self._answer_to_run(line)
                if answer is not None:
                    yield answer
            else:
                self._read_other(line)
        limit = _LONGEST_ANSWER + _ANSWER_TO_REQUEST * self._longest
        if len(self._unread) > limit:
            self._unread = self._unread[:1000]
            raise EndedError(Flooded(limit=limit))

    def _answer_to_run(self, line: bytes) -> tuple[VectorCase, Outcome] | None:
        due = self.due[0]
        try:
            outcome = self._outcome(self._read(line, due.seq, self._run_answer))
        except AnswerError as error:
            outcome = Broken(str(error), error.hint)
        except ProtocolError as error:
            if self._is_repeated(line):
                return None
            raise EndedError(BrokeProtocol(problem=str(error), hint=error.hint)) from None
        self._last_answered = self.due.popleft()
        self.has_answered = True
        return due.case, outcome

    def _read_other(self, line: bytes) -> None:
        """A line that answers no case."""
        try:
            if self.state is State.STARTING:
                self._started(self._read(line, 1, StartAnswer))
            elif self.state is State.ECHOING:
                check_echo(self._read(line, 2, EchoAnswer), self._format)
                self._enter(State.SERVING)
            elif not self._is_repeated(line):
                problem = f"nothing was asked, and this came: {excerpt(line)}"
                raise ProtocolError(problem, hints.LOGS)
        except ProtocolError as error:
            raise EndedError(BrokeProtocol(problem=str(error), hint=error.hint)) from None

    def _started(self, start: StartAnswer) -> None:
        if start.error:
            error = start.error
            raise EndedError(RefusedStart(problem=error.message, trace=error.trace))
        if start.number_format != self._format.name:
            said = start.number_format or "no number_format"
            problem = f"the adapter says {said}, port.toml {self._format.name}"
            raise ProtocolError(problem, hints.NUMBER_FORMAT)
        if start.implementation is None:
            problem = "the answer to `start` names no implementation"
            raise ProtocolError(problem, hints.IMPLEMENTATION)
        self.implementation = start.implementation
        self._reported = [name for name in self._states if name in start.reports]
        self.unknown_keys.update(f"reports: {name}" for name in {*start.reports} - {*self._states})
        self._enter(State.ECHOING)

    def _read(self, line: bytes, seq: int, kind: type[A]) -> A:
        answer, unknown_keys = read_answer(line, seq, kind)
        self.unknown_keys.update(unknown_keys)
        return answer

    def _outcome(self, answer: RunAnswer) -> Outcome:
        if answer.error:
            return answer.error
        if answer.steps is None:
            raise AnswerError("ok is true and there are no steps", hints.STEPS)
        for name in self._reported:
            if any(name not in step.states for step in answer.steps):
                raise AnswerError(
                    f"`start` says that the port reports {name}, and an answer has none",
                    f"the key {name} beside weights in `steps`; else `reports` at `start`",
                )
        return Answered(answer.steps, answer.gradients)

    def _is_repeated(self, line: bytes) -> bool:
        """Whether it answers the last answered case again, which confuses no later answer."""
        last = self._last_answered
        try:
            if last is None or seq_of(line) != last.seq:
                return False
        except ProtocolError:
            return False
        self.repeated.append(last.case)
        self._last_answered = None  # once; a port that repeats itself forever must end
        return True

    def _enter(self, state: State) -> None:
        assert state is _NEXT.get(self.state), (self.state, state)
        self.state = state
