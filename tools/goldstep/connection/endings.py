"""The ways in which a port's process can end before it is asked to, each with words for a person.

Every ending knows in which state it happened, what was expected, the half line that had come and
the last of standard error; and says what to look at.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from goldstep.connection.protocol import excerpt


class State(StrEnum):
    """Where a port is in its conversation."""

    STARTING = "starting"
    ECHOING = "echoing"
    SERVING = "serving"
    STOPPING = "stopping"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a process ended, or why it was ended. ``expected`` is what was waited for."""

    breaks_protocol: ClassVar[bool] = False
    _how: ClassVar[str] = "{0.problem}"  # with the ending's own fields
    _look_at: ClassVar[str] = ""

    state: State = State.SERVING
    expected: str = ""
    standard_error: str = ""
    unfinished: bytes = b""

    @property
    def how(self) -> str:
        """What happened."""
        return self._how.format(self)

    @property
    def look_at(self) -> str:
        """Where a person would begin to look."""
        return self._look_at.format(self)

    @property
    def message(self) -> str:
        """What happened, and whether in the middle of a line."""
        return f"{self.how} after half a line" if self.unfinished else self.how

    def details(self) -> dict[str, Any]:
        """What a finding shows beside the message."""
        return {
            "state": str(self.state),
            "expected": self.expected,
            "half_a_line": excerpt(self.unfinished) if self.unfinished else "",
            "standard_error": self.standard_error,
            "look_at": self.look_at,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Exited(Ending):
    """It ended by itself."""

    _how = "the process exited with {0.code}"

    code: int

    @property
    def look_at(self) -> str:
        where = "the end of its standard error" if self.standard_error else "what ends it"
        return f"{where}; an adapter answers until `stop`"


_FAULTS = (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGILL, signal.SIGFPE)
_SENDERS: dict[int, str] = {
    signal.SIGXFSZ: "a file became longer than limits.file_size_mb in port.toml",
    signal.SIGKILL: "what else kills here: the system does it where memory ends",
    **dict.fromkeys(_FAULTS, "native code that the port runs"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Killed(Ending):
    """A signal ended it that the harness did not send."""

    number: int

    @property
    def how(self) -> str:
        known = self.number in set(signal.Signals)
        name = signal.Signals(self.number).name if known else str(self.number)
        return f"the process was killed by {name}"

    @property
    def look_at(self) -> str:
        return _SENDERS.get(self.number, "what sent that signal")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedOut(Ending):
    """No answer within the time-out: the time that the harness spent waiting for it."""

    _how = "no answer within {0.seconds:g} s"

    seconds: float

    @property
    def look_at(self) -> str:
        key = "case_timeout" if self.state is State.SERVING else "start_timeout"
        return (
            "whether each answer is flushed, and each line read without waiting for what comes "
            f"after it; else run.{key} in port.toml"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedOutput(Ending):
    """It runs on without a standard output."""

    _how = "the process closed its standard output"
    _look_at = "what closes or replaces standard output"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedInput(Ending):
    """It runs on without a standard input: no request can reach it."""

    _how = "the process closed its standard input"
    _look_at = "what closes or replaces standard input"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flooded(Ending):
    """A line without an end."""

    _how = "a line is longer than {0.limit} bytes"
    _look_at = "whether each answer ends with a line feed"

    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OverLimit(Ending):
    """All processes of the port together used more than they may."""

    _how = "the port was ended: it had {0.exceeded}"
    _look_at = "limits.{0.key} in port.toml, if the port needs so much"

    exceeded: str  # in words
    key: str  # in port.toml


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokeProtocol(Ending):
    """What came is no answer. What follows cannot be told apart from answers: it is ended."""

    breaks_protocol = True
    _look_at = "{0.hint}"

    problem: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedStart(Ending):
    """The adapter answered that it cannot start."""

    problem: str
    trace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldNotStop(Ending):
    """It was asked to stop, and went on."""

    breaks_protocol = True
    _how = "the process did not exit within {0.seconds:g} s of `stop`"
    _look_at = (
        "threads that keep it alive; an adapter exits with 0 at `stop`; "
        "else run.stop_timeout in port.toml"
    )

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedBadly(Ending):
    """It was asked to stop, and did not exit with 0."""

    breaks_protocol = True
    _how = "{0.exit.how} after `stop`, not with 0"

    exit: Exited | Killed


def by_status(status: int) -> Exited | Killed:
    """The ending of a process by its status: an exit code, or a signal as a negative number."""
    return Killed(number=-status) if status < 0 else Exited(code=status)
