"""Sends a rung's cases to its port, through as many lives of the process as it takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
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


class Session:
    """A rung's adapter: started when cases are first sent, and again when it ends too early.

    ``on_ready`` is told of its first start; ``on_bad_stop`` what is wrong with how the process ends
    when it is asked to, at the end of the block.
    """

    def __init__(
        self,
        port: Port,
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        *,
        on_ready: Callable[[Ready], None],
        on_bad_stop: Callable[[Lost], None],
    ) -> None:
        self._port = port
        self._command = command
        self._folder = folder
        self._environment = environment
        self._on_ready = on_ready
        self._on_bad_stop = on_bad_stop
        self._lives = 0
        self._seq = 0
        self._connection: Connection | None = None
        self._process = ExitStack()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._process:
            if self._connection and kind is None:
                wrong = self._connection.stop(stop_request(self._next_seq()))
                if wrong:
                    self._on_bad_stop(Lost(wrong, self._connection.standard_error()))

    def run(self, cases: Sequence[VectorCase]) -> Generator[tuple[VectorCase, Outcome], None, None]:
        """The outcome of each case, in order; all are sent ahead of their answers.

        Where it is closed before its end the process is ended, and started again when more is sent.
        Raises StartError at the first life only, ToolchainError where the command is not there.
        """
        done = 0
        while done < len(cases):
            if self._connection is None and self._lives > MOST_RESTARTS:
                break
            try:
                for case, outcome in self._exchange(cases[done:]):
                    yield case, outcome
                    done += 1
            except StartError as failure:
                if self._lives == 1:
                    raise
                yield cases[done], Lost(f"not started again: {failure}", failure.standard_error)
                done += 1
        for case in cases[done:]:
            yield case, NotRun(f"the port had ended {MOST_RESTARTS + 1} times before")

    def _exchange(self, cases: Sequence[VectorCase]) -> Iterator[tuple[VectorCase, Outcome]]:
        """Outcomes until the last case, or until the one at which this process ended."""
        connection = self._connected()
        requests = [run_request(self._next_seq(), case) for case in cases]
        lines = connection.exchange(requests, self._port.table.run.case_timeout)
        unread = True
        try:
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
            unread = False
        finally:
            # So is one whose answers nobody has waited for.
            if unread:
                self._end()

    def _connected(self) -> Connection:
        """The running process, or a new one."""
        if self._connection is None:
            started = time.monotonic()
            self._lives, self._seq = self._lives + 1, 0
            try:
                connecting = connect(self._command, self._folder, self._environment)
                connection = self._process.enter_context(connecting)
            except OSError as error:
                raise ToolchainError(
                    f"the command {self._command[0]!r} cannot be run: {error.strerror}",
                    place=f"{self._port.folder / FILE_NAME}, run.command",
                    mend="install it, or correct run.command",
                ) from None
            try:
                implementation = self._start(connection)
            except StartError:
                self._end()
                raise
            self._connection = connection
            if self._lives == 1:
                self._on_ready(Ready(implementation, round(time.monotonic() - started, 3)))
        return self._connection

    def _end(self) -> None:
        self._connection = None
        self._process.close()

    def _next_seq(self) -> int:
        self._seq += 1
        return self._seq

    def _start(self, connection: Connection) -> Implementation:
        number_format = NUMBER_FORMATS[self._port.number_format]
        start_seq, echo_seq = self._next_seq(), self._next_seq()
        requests = [start_request(start_seq), echo_request(echo_seq, number_format.name)]
        lines = connection.exchange(requests, self._port.table.run.start_timeout)
        try:
            start = read_answer(next(lines), start_seq, StartAnswer)
            if start.error:
                raise StartError(start.error.message, start.error.trace, protocol=False)
            if start.number_format != number_format.name:
                raise ProtocolError(
                    f"the adapter says {start.number_format}, port.toml {number_format.name}"
                )
            if start.implementation is None:
                raise ProtocolError("the answer to `start` names no implementation")
            check_echo(read_answer(next(lines), echo_seq, EchoAnswer), number_format)
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
