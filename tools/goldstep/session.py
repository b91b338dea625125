"""Sends a rung's cases to its port, through as many lives of the process as it takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from goldstep_reference.number_format import NUMBER_FORMATS

from goldstep.connection import Connection, EndedError, TimedOutError, connect
from goldstep.errors import ToolchainError
from goldstep.port import FILE_NAME, Port
from goldstep.protocol import (
    AnswerError,
    EchoAnswer,
    Implementation,
    ProtocolError,
    RunAnswer,
    StartAnswer,
    StepBody,
    check_echo,
    echo_request,
    excerpt,
    read_answer,
    run_request,
    start_request,
    stop_request,
)
from goldstep.vectors import Numbers, VectorCase

MOST_RESTARTS = 10


@dataclass(frozen=True, slots=True)
class Answered:
    """The port ran the case. ``gradients`` are what was sent, as they are after the run."""

    steps: tuple[StepBody, ...]
    gradients: tuple[Numbers, ...] | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The port said that it did not run the case; what it holds after that, if it says so."""

    kind: Literal["rejected", "failed", "unsupported"]
    message: str
    trace: str
    weights: Numbers | None = None
    moving_average: Numbers | None = None
    gradients: tuple[Numbers, ...] | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """What came is no answer."""

    message: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The process ended, or did not answer in time."""

    message: str
    standard_error: str
    unfinished: str = ""  # the line that it had begun


@dataclass(frozen=True, slots=True)
class NotRun:
    """The case was not sent: the port had ended too often."""

    message: str


Outcome = Answered | Refused | Broken | Lost | NotRun


@dataclass(frozen=True, slots=True)
class Ready:
    """The adapter started, and numbers cross unharmed."""

    implementation: Implementation
    seconds: float


class StartError(Exception):
    """The adapter did not start; ``protocol`` where it did, but broke the protocol."""

    def __init__(self, message: str, standard_error: str, *, protocol: bool) -> None:
        super().__init__(message)
        self.message = message
        self.standard_error = standard_error
        self.protocol = protocol


@dataclass(frozen=True, slots=True)
class Session:
    """How a rung's adapter is started, and who is told of its start and of a bad end.

    ``on_bad_stop`` is told what is wrong with how the process ends when it is asked to.
    """

    port: Port
    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    on_ready: Callable[[Ready], None]
    on_bad_stop: Callable[[Lost], None]

    def run(self, cases: Sequence[VectorCase]) -> Iterator[tuple[VectorCase, Outcome]]:
        """The outcome of each case, in order.

        Raises StartError at the first life only, ToolchainError where the command is not there.
        """
        done = 0
        for life in range(MOST_RESTARTS + 1):
            try:
                for case, outcome in self._live(cases[done:], first=not life):
                    yield case, outcome
                    done += 1
            except StartError as failure:
                if not life:
                    raise
                yield cases[done], Lost(f"not started again: {failure}", failure.standard_error)
                done += 1
            if done == len(cases):
                return
        for case in cases[done:]:
            yield case, NotRun(f"the port had ended {MOST_RESTARTS + 1} times before")

    def _live(
        self, cases: Sequence[VectorCase], *, first: bool
    ) -> Iterator[tuple[VectorCase, Outcome]]:
        """Outcomes until the last case, or until the one at which this process ended."""
        started = time.monotonic()
        with ExitStack() as stack:
            try:
                connecting = connect(self.command, self.folder, self.environment)
                connection = stack.enter_context(connecting)
            except OSError as error:
                raise ToolchainError(
                    f"the command {self.command[0]!r} cannot be run: {error.strerror}",
                    place=f"{self.port.folder / FILE_NAME}, run.command",
                    mend="install it, or correct run.command",
                ) from None
            implementation = self._start(connection)
            if first:
                self.on_ready(Ready(implementation, round(time.monotonic() - started, 3)))
            yield from self._exchange(connection, cases)

    def _exchange(
        self, connection: Connection, cases: Sequence[VectorCase]
    ) -> Iterator[tuple[VectorCase, Outcome]]:
        requests = [run_request(seq, case) for seq, case in enumerate(cases, start=3)]
        lines = connection.exchange(requests, self.port.table.run.case_timeout)
        for request, case in zip(requests, cases, strict=True):
            try:
                answer = read_answer(next(lines), request.seq, RunAnswer)
            except EndedError as ended:
                unfinished = excerpt(ended.unfinished) if ended.unfinished else ""
                yield case, Lost(str(ended), connection.standard_error(), unfinished)
                return
            except AnswerError as error:
                yield case, Broken(str(error))
                continue
            except ProtocolError as error:
                # What else the process says cannot be told apart from answers: it is ended.
                yield case, Broken(str(error))
                return
            yield case, _outcome(answer)
        wrong = connection.stop(stop_request(len(cases) + 3))
        if wrong:
            self.on_bad_stop(Lost(wrong, connection.standard_error()))

    def _start(self, connection: Connection) -> Implementation:
        number_format = NUMBER_FORMATS[self.port.number_format]
        requests = [start_request(1), echo_request(2, number_format.name)]
        lines = connection.exchange(requests, self.port.table.run.start_timeout)
        try:
            start = read_answer(next(lines), 1, StartAnswer)
            if start.error:
                raise StartError(start.error.message, start.error.trace, protocol=False)
            if start.number_format != number_format.name:
                raise ProtocolError(
                    f"the adapter says {start.number_format}, port.toml {number_format.name}"
                )
            if start.implementation is None:
                raise ProtocolError("the answer to `start` names no implementation")
            check_echo(read_answer(next(lines), 2, EchoAnswer), number_format)
        except ProtocolError as error:
            raise StartError(str(error), connection.standard_error(), protocol=True) from None
        except EndedError as ended:
            hint = "; each answer has to be flushed" if isinstance(ended, TimedOutError) else ""
            raise StartError(
                f"{ended}{hint}", connection.standard_error(), protocol=False
            ) from None
        return start.implementation


def _outcome(answer: RunAnswer) -> Outcome:
    if error := answer.error:
        return Refused(
            error.kind,
            error.message,
            error.trace,
            error.weights,
            error.moving_average,
            _gradients(error.gradients),
        )
    if answer.steps is None:
        return Broken("ok is true and there are no steps")
    return Answered(tuple(answer.steps), _gradients(answer.gradients))


def _gradients(reported: list[Numbers] | None) -> tuple[Numbers, ...] | None:
    return None if reported is None else tuple(reported)
