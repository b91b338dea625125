"""A command under a keeper, seen from the harness: its pipes, and how it ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from goldstep.supervision import keeper
from goldstep.supervision.limits import Limits
from goldstep.supervision.sandbox import PIPES

_LARGEST_PIPE = 1 << 20  # bytes; without privileges Linux gives as much
_F_SETPIPE_SZ = 1031
_KILLED_WITHIN = 10.0  # seconds; the keeper itself gives up after 5

# Imported, it is compiled once for all times; a script would be compiled at each start.
_KEEP = (
    "import sys\n"
    f"sys.path.append({str(Path(keeper.__file__).parent)!r})\n"
    "import keeper\n"
    "keeper.main(sys.argv[1:])\n"
)

_alive: set[SupervisedProcess] = set()
_used: list[float] = []  # processor seconds of each command that has ended
_lock = threading.Lock()
_stopped = threading.Event()


class StoppedError(Exception):
    """The run was interrupted; no more processes are started."""


@dataclass(frozen=True, slots=True)
class ProcessEnd:
    """How a command ended. ``status`` is an exit code, or less than 0: the signal that killed it.

    ``passed`` is the limit that all of its processes together have passed, if that was why;
    ``processor_seconds`` is what they have used together.
    """

    status: int
    passed: str | None
    standard_error: bytes
    processor_seconds: float = 0.0


class SupervisedProcess:
    """A running command. Ends with everything that it started; use `supervise`."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        *,
        limits: Limits | None,
        written: Path,
        prefix: Sequence[str],
        around: int,
        kept_error: int,
    ) -> None:
        """Raises OSError where the command cannot be started, StoppedError after `stop_all`."""
        self._prefix = prefix
        self._gone: ProcessEnd | None = None
        self._heard = bytearray()
        settings = {
            "folder": str(folder),
            "kept_error": str(kept_error),
            "written": str(written),
            **(limits.settings() if limits else {}),
            **({"pipes": ",".join(map(str, PIPES)), "around": str(around)} if prefix else {}),
        }
        with _lock:
            if _stopped.is_set():
                raise StoppedError
            self._control, control_end = socket.socketpair()
            with control_end:
                self._process = subprocess.Popen(
                    [
                        *(sys.executable, "-I", "-S", "-c", _KEEP, str(control_end.fileno())),
                        *(f"{name}={value}" for name, value in settings.items()),
                        *("--", *prefix, *command),
                    ],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=dict(environment),
                    pass_fds=(control_end.fileno(),),
                    start_new_session=True,
                )
            _alive.add(self)
        assert self._process.stdin
        assert self._process.stdout
        self.stdin = self._process.stdin.fileno()
        self.stdout = self._process.stdout.fileno()
        for pipe in (self.stdin, self.stdout):
            os.set_blocking(pipe, False)
            _widen(pipe)
        self._pid = 0
        first = self._first_line()
        if first is None or not first.startswith(b"started"):
            number = int(first.split()[1]) if first and first.startswith(b"failed") else 0
            self.close()
            raise OSError(number, os.strerror(number) if number else "its keeper was killed")
        self._pid = int(first.split()[1])

    def close_input(self) -> None:
        """The end of what the command is sent."""
        assert self._process.stdin
        with suppress(OSError):
            self._process.stdin.close()

    def wait(self, seconds: float) -> ProcessEnd | None:
        """How it ended, if it does by itself within this time."""
        if self._gone is None:
            self._control.settimeout(seconds)
            with suppress(TimeoutError, BlockingIOError):
                self._gone = self._hear_end()
        return self._gone

    def end(self) -> ProcessEnd:
        """Kills whatever is left; how it ended."""
        with suppress(OSError):
            self._control.send(b"end")
        # A keeper that does not answer was itself killed, by a port that is not isolated.
        return self.wait(_KILLED_WITHIN) or ProcessEnd(-signal.SIGKILL, None, b"")

    def close(self) -> None:
        """Kills whatever is left, and lets go of everything."""
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_WR)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_KILLED_WITHIN)
        self._process.kill()
        self._process.wait()
        if self._pid and self._process.returncode:
            # Its keeper was killed, by a port that is not isolated: its group at least is ended.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._pid, signal.SIGKILL)
        for stream in (self._process.stdin, self._process.stdout):
            assert stream
            with suppress(OSError):
                stream.close()
        self._control.close()
        with _lock:
            _alive.discard(self)

    def interrupt(self) -> None:
        """Lets the keeper kill everything; from any thread."""
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_WR)

    def wait_for_keeper(self) -> None:
        """Until nothing is left of it, after `interrupt`; from any thread."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_KILLED_WITHIN)

    def _hear_end(self) -> ProcessEnd:
        """Reads until the report is whole; what has come stays where the time is over before."""
        while True:
            head, newline, error = bytes(self._heard).partition(b"\n")
            if newline:
                _, status, passed, seconds, length = head.split()
                if len(error) >= int(length):
                    _used.append(float(seconds))
                    return ProcessEnd(
                        self._status(os.waitstatus_to_exitcode(int(status))),
                        None if passed == b"-" else passed.decode(),
                        error,
                        float(seconds),
                    )
            if not self._hear():
                return ProcessEnd(-signal.SIGKILL, None, b"")

    def _status(self, status: int) -> int:
        """A sandbox passes a signal on as shells do, by 128 and more."""
        number = status - 128
        return -number if self._prefix and number in set(signal.Signals) else status

    def _first_line(self) -> bytes | None:
        while b"\n" not in self._heard:
            if not self._hear():
                return None
        line, _, rest = bytes(self._heard).partition(b"\n")
        self._heard = bytearray(rest)
        return line

    def _hear(self) -> bool:
        """Takes what the keeper says; False where it is gone."""
        try:
            data = self._control.recv(1 << 16)
        except ConnectionError:
            return False
        self._heard += data
        return bool(data)


@contextmanager
def supervise(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    *,
    limits: Limits | None = None,
    written: Path | None = None,
    prefix: Sequence[str] = (),
    around: int = 0,
    kept_error: int = 1 << 16,
) -> Iterator[SupervisedProcess]:
    """A running command while the block runs; nothing of it is left at the end.

    ``prefix`` is the command of the sandbox, if it runs in one, which has ``around`` processes of
    its own. The files in ``written`` count as the command's. The last ``kept_error`` bytes of its
    standard error are kept. Raises OSError where it cannot be started, StoppedError after
    `stop_all`.
    """
    kept = SupervisedProcess(
        command,
        folder,
        environment,
        limits=limits,
        written=written or folder,
        prefix=prefix,
        around=around,
        kept_error=kept_error,
    )
    try:
        yield kept
    finally:
        kept.close()


def processor_seconds() -> float:
    """What all commands that have ended have used, with what they started; without keepers."""
    return sum(_used)


def stop_all() -> None:
    """Ends every command, and lets no more be started. For an interrupt."""
    with _lock:
        _stopped.set()
        alive = list(_alive)
    for kept in alive:
        kept.interrupt()
    for kept in alive:
        kept.wait_for_keeper()


def stopped() -> bool:
    """Whether the run was interrupted."""
    return _stopped.is_set()


def resume() -> None:
    """Lets commands be started again, once nothing of a stopped run is left."""
    _stopped.clear()


def _widen(pipe: int) -> None:
    """More of what is sent ahead fits into the pipe, where the system lets it."""
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(pipe, _F_SETPIPE_SZ, _LARGEST_PIPE)
