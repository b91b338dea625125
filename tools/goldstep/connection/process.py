"""One process of a port: sent cases ahead of its answers, read, timed, and ended."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

from goldstep.connection import hints
from goldstep.connection.conversation import Conversation, EndedError
from goldstep.connection.endings import (
    BrokeProtocol,
    ClosedInput,
    ClosedOutput,
    Ending,
    OverLimit,
    State,
    StoppedBadly,
    TimedOut,
    WouldNotStop,
    by_status,
)
from goldstep.connection.outcomes import Outcome
from goldstep.connection.protocol import excerpt
from goldstep.port.port import Port
from goldstep.supervision.launch import Launch
from goldstep.supervision.process import ProcessEnd, SupervisedProcess
from goldstep.vectors.case import VectorCase

_READ = 1 << 18  # bytes
_AHEAD_BYTES = 1 << 20
_MOST_AHEAD = 512  # requests
_QUICK, _SLOW = 0.02, 0.1  # seconds from a request to its answer, for more or fewer ahead
_EXIT_GRACE = 1.0  # seconds between the end of its output, or of its input, and its exit
_MOST_ERROR = 4000  # characters of standard error in an ending
_KEYS = {"memory": "memory_mb", "processes": "processes", "disk": "disk_mb"}


class PortProcess:
    """Holds the conversation with one process, and measures how long it is waited for.

    ``window`` is how many cases may be in flight: as many as it answers in a moment, so that few
    are unanswered when it ends. ``start_seconds`` is 0 until it serves.
    """

    def __init__(self, port: Port, launch: Launch) -> None:
        """Starts the process. Raises OSError if that cannot be done."""
        self._port = port
        self._stack = ExitStack()
        self._process: SupervisedProcess = self._stack.enter_context(launch.start())
        self.conversation = Conversation(port.algorithm, port.number_format)
        self.window = 4
        self._out = bytearray(self.conversation.opening)
        self._sent_at: deque[float] = deque()
        self._waited = 0.0
        self._input_closed = False
        self._started = time.monotonic()
        self.start_seconds = 0.0

    @property
    def reading(self) -> int:
        """The file descriptor that its answers come from."""
        return self._process.stdout

    @property
    def writing(self) -> int | None:
        """The file descriptor that requests go to; None if there is nothing to be sent."""
        return self._process.stdin if self._out and not self._input_closed else None

    @property
    def busy(self) -> bool:
        """Whether it has something to answer."""
        return bool(self.conversation.due) or self.conversation.state in (
            State.STARTING,
            State.ECHOING,
        )

    @property
    def patience(self) -> float | None:
        """Seconds that it may still be waited for."""
        return max(0.0, self._timeout - self._waited) if self.busy else None

    @property
    def _timeout(self) -> float:
        run = self._port.table.run
        serving = self.conversation.state is State.SERVING
        timeout = run.case_timeout if serving else run.start_timeout
        return min(timeout, _EXIT_GRACE) if self._input_closed else timeout

    @property
    def has_room(self) -> bool:
        """Whether it can be sent another case now."""
        due = self.conversation.due
        if self.conversation.state is not State.SERVING or len(due) >= self.window:
            return False
        return not due or len(self._out) < _AHEAD_BYTES

    def send(self, case: VectorCase) -> None:
        """Sends a case, or will as soon as the pipe takes it."""
        if not self.conversation.due:
            self._waited = 0.0
        self._out += self.conversation.ask(case)
        self._sent_at.append(time.monotonic())

    def waited(self, seconds: float) -> None:
        """It was waited for, and nothing came. Raises EndedError at the time-out."""
        if not self.busy:
            return
        self._waited += seconds
        if self._waited >= self._timeout:
            raise EndedError(
                ClosedInput() if self._input_closed else TimedOut(seconds=self._timeout)
            )

    def write(self) -> None:
        """Writes what the pipe takes."""
        try:
            del self._out[: os.write(self._process.stdin, self._out)]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            # What the port has still written is read first; its end or a time-out comes after that.
            self._input_closed = True
            self._out.clear()

    def read(self) -> Iterator[tuple[VectorCase, Outcome]]:
        """Some of the cases that are answered by now. Raises EndedError."""
        try:
            data = os.read(self._process.stdout, _READ)
        except BlockingIOError:
            return
        if not data:
            raise EndedError(self._end_of_output())
        yield from self._receive(data)

    def end(self, ending: Ending) -> Ending:
        """Ends the process; the ending with all that is known of it."""
        whole = self._whole(ending, self._process.end())
        self.close()
        return whole

    def stop(self) -> Ending | None:
        """Asks it to stop, and ends it; what is wrong with how it does, if anything."""
        if self.conversation.state is not State.SERVING:
            self.close()
            return None
        self._out += self.conversation.stop()
        self.write()
        self._process.close_input()
        end = self._process.wait(self._port.table.run.stop_timeout)
        wrong = self._wrong_stop(end) or self._wrong_rest()
        if wrong is not None:
            wrong = replace(self._whole(wrong, end or self._process.end()), unfinished=b"")
        self.close()
        return wrong

    def close(self) -> None:
        """Ends the process, if it is not gone."""
        self.conversation.end()
        self._stack.close()

    def _receive(self, data: bytes) -> Iterator[tuple[VectorCase, Outcome]]:
        state, before = self.conversation.state, len(self.conversation.due)
        try:
            yield from self.conversation.receive(data)
        finally:
            answered = before - len(self.conversation.due)
            if answered:
                self._waited = 0.0
                self._adapt(answered)
            elif self.conversation.state is not state:
                self._waited = 0.0
                if self.conversation.state is State.SERVING:
                    self.start_seconds = time.monotonic() - self._started

    def _adapt(self, answered: int) -> None:
        for _ in range(answered):
            sent = self._sent_at.popleft()
        latency = time.monotonic() - sent
        if latency < _QUICK:
            self.window = min(_MOST_AHEAD, 2 * self.window)
        elif latency > _SLOW:
            self.window = max(2, self.window // 2)

    def _whole(self, ending: Ending, end: ProcessEnd) -> Ending:
        """The ending with what is known only here."""
        conversation = self.conversation
        return replace(
            ending,
            state=conversation.state,
            expected=conversation.expected,
            standard_error=end.standard_error.decode(errors="replace")[-_MOST_ERROR:],
            unfinished=conversation.unfinished,
        )

    def _end_of_output(self) -> Ending:
        """Why no more output comes."""
        end = self._process.wait(_EXIT_GRACE)
        return ClosedOutput() if end is None else self._over_limit(end) or by_status(end.status)

    def _over_limit(self, end: ProcessEnd) -> OverLimit | None:
        if end.exceeded is None:
            return None
        limits = self._port.table.limits
        return OverLimit(exceeded=limits.in_words(end.exceeded), key=_KEYS[end.exceeded])

    def _wrong_stop(self, end: ProcessEnd | None) -> Ending | None:
        if end is None:
            return WouldNotStop(seconds=self._port.table.run.stop_timeout)
        if end.status == 0:
            return None
        return self._over_limit(end) or StoppedBadly(exit=by_status(end.status))

    def _wrong_rest(self) -> Ending | None:
        """What it wrote after `stop`."""
        try:
            rest = os.read(self._process.stdout, _READ)
        except BlockingIOError:
            return None
        if not rest:
            return None
        problem = f"nothing was asked, and this came: {excerpt(rest)}"
        return BrokeProtocol(problem=problem, hint=hints.LOGS)
