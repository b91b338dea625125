"""One process at a time of a port, and the cases that it is to answer."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

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
    complete,
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
_STOP_TIMEOUT = 5.0  # seconds
_EXIT_GRACE = 1.0  # seconds between the end of its output, or of its input, and its exit
_KEYS = {"memory": "memory_mb", "processes": "processes", "disk": "disk_mb"}


@dataclass(frozen=True, slots=True)
class Ended:
    """A life that is over, and the cases that it leaves without an answer, in order."""

    ending: Ending
    unanswered: tuple[VectorCase, ...]


class PortProcess:
    """Drives one conversation: writes ahead, reads, and measures how long it is waited for.

    ``window`` is how many cases may be in flight: as many as a port answers in a moment, so that
    few are in doubt when it ends.
    """

    def __init__(self, port: Port, launch: Launch) -> None:
        """Starts the process. Raises OSError where that cannot be done."""
        self._port = port
        self._stack = ExitStack()
        self._kept: SupervisedProcess = self._stack.enter_context(launch.start())
        self.conversation = Conversation(port.number_format)
        self.window = 4
        self._out = bytearray(self.conversation.open())
        self._sent_at: deque[float] = deque()
        self._waited = 0.0
        self._deaf = False
        self._started = time.monotonic()
        self.start_seconds = 0.0

    # What the session waits for.

    @property
    def reading(self) -> int:
        """Where its answers come from, until the process or its output ends."""
        return self._kept.stdout

    @property
    def writing(self) -> int | None:
        """Where something can go, if there is something."""
        return self._kept.stdin if self._out and not self._deaf else None

    @property
    def busy(self) -> bool:
        """Whether it owes something."""
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
        return min(timeout, _EXIT_GRACE) if self._deaf else timeout

    # What the session does.

    @property
    def has_room(self) -> bool:
        """Whether it can be sent another case now."""
        if (
            self.conversation.state is not State.SERVING
            or len(self.conversation.due) >= self.window
        ):
            return False
        return not self.conversation.due or len(self._out) < _AHEAD_BYTES

    def send(self, case: VectorCase) -> None:
        """Sends a case, or will as soon as the pipe takes it."""
        if not self.conversation.due:
            self._waited = 0.0
        self._out += self.conversation.ask(case).line
        self._sent_at.append(time.monotonic())

    def waited(self, seconds: float) -> None:
        """Nothing came meanwhile. Raises EndedError at the time-out."""
        if not self.busy:
            return
        self._waited += seconds
        if self._waited >= self._timeout:
            raise EndedError(ClosedInput() if self._deaf else TimedOut(seconds=self._timeout))

    def write(self) -> None:
        """Writes what the pipe takes."""
        try:
            del self._out[: os.write(self._kept.stdin, self._out)]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            # What the port still says is read first; then its end, or its silence, tells the rest.
            self._deaf = True
            self._out.clear()

    def read(self) -> Iterator[tuple[VectorCase, Outcome]]:
        """Some of the cases that are answered by now. Raises EndedError."""
        try:
            data = os.read(self._kept.stdout, _READ)
        except BlockingIOError:
            return
        if not data:
            raise self._silence()
        yield from self._receive(data)

    def ended(self, error: EndedError) -> Ended:
        """Ends the process, and says how it ended with all that is known of it."""
        conversation, gone = self.conversation, self._kept.end()
        ending = complete(
            error.ending,
            state=conversation.state,
            expected=conversation.expected,
            standard_error=_text(gone.standard_error),
            unfinished=conversation.unfinished,
        )
        self.close()
        return Ended(ending, tuple(due.case for due in conversation.due))

    def stop(self) -> Ending | None:
        """Asks it to stop, and ends it; what is wrong with how it does, if anything."""
        if self.conversation.state is not State.SERVING:
            self.close()
            return None
        self._out += self.conversation.stop()
        self.write()
        self._kept.close_input()
        gone = self._kept.wait(_STOP_TIMEOUT)
        wrong = self._wrong_stop(gone) or self._wrong_rest()
        if wrong is not None:
            error = _text((gone or self._kept.end()).standard_error)
            wrong = complete(
                wrong,
                state=State.STOPPING,
                expected=self.conversation.expected,
                standard_error=error,
                unfinished=b"",
            )
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

    def _silence(self) -> EndedError:
        """Why no more output comes."""
        gone = self._kept.wait(_EXIT_GRACE)
        if gone is None:
            return EndedError(ClosedOutput())
        return EndedError(self._over_limit(gone) or by_status(gone.status))

    def _over_limit(self, gone: ProcessEnd) -> OverLimit | None:
        if gone.passed is None:
            return None
        return OverLimit(passed=self._port.limits.in_words(gone.passed), key=_KEYS[gone.passed])

    def _wrong_stop(self, gone: ProcessEnd | None) -> Ending | None:
        if gone is None:
            return WouldNotStop(seconds=_STOP_TIMEOUT)
        if gone.status == 0:
            return None
        return self._over_limit(gone) or StoppedBadly(exit=by_status(gone.status))

    def _wrong_rest(self) -> Ending | None:
        """What it said that nobody asked for."""
        try:
            rest = os.read(self._kept.stdout, _READ)
        except BlockingIOError:
            return None
        if not rest:
            return None
        return BrokeProtocol(problem=f"nothing was asked, and this came: {excerpt(rest)}")


def _text(standard_error: bytes, characters: int = 4000) -> str:
    return standard_error.decode(errors="replace")[-characters:]
