"""A command under a keeper, seen from the harness: its pipes, and how it ended."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from goldstep.supervision import keeper
from goldstep.supervision.limits import Limits
from goldstep.supervision.sandbox import PIPES

_LARGEST_PIPE = 1 << 20  # bytes; without privileges Linux gives as much
_KILLED_WITHIN = 10.0  # seconds; the keeper itself gives up after 5

# Imported, it is compiled once for all times; a script would be compiled at each start.
_KEEP = (
    "import sys\n"
    f"sys.path.append({str(Path(keeper.__file__).parent)!r})\n"
    "import keeper\n"
    "keeper.main(sys.argv[1:])\n"
)

_running: set[SupervisedProcess] = set()
_used: list[float] = []  # processor seconds of each command that has ended
_lock = threading.Lock()
_stopped = threading.Event()


class StoppedError(Exception):
    """The run was interrupted; no more processes are started."""


@dataclass(frozen=True, slots=True)
class ProcessEnd:
    """How a command ended. ``status`` is an exit code, or less than 0: the signal that killed it.

    ``exceeded`` is the limit that all of its processes together exceeded, if that was why.
    """

    status: int
    exceeded: str | None
    standard_error: bytes


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a command is kept within.

    The files in ``written``, else those in its folder, count as the command's. ``prefix`` is the
    command of the sandbox, if it runs in one, which has ``sandbox_processes`` of its own. The last
    ``kept_error`` bytes of standard error are kept.
    """

    limits: Limits | None = None
    written: Path | None = None
    prefix: Sequence[str] = ()
    sandbox_processes: int = 0
    kept_error: int = 1 << 16

    def settings(self, folder: Path) -> dict[str, str]:
        """As the keeper takes them, for a command that runs in ``folder``."""
        settings = {
            "folder": str(folder),
            "kept_error": str(self.kept_error),
            "written": str(self.written or folder),
        }
        if self.limits:
            settings |= self.limits.settings()
        if self.prefix:
            settings["pipes"] = ",".join(map(str, PIPES))
            settings["sandbox_processes"] = str(self.sandbox_processes)
        return settings


_NO_LIMITS = Bounds()


class SupervisedProcess:
    """A running command while its block runs; nothing of it, or that it started, is left then.

    ``stdin`` and ``stdout`` are the file descriptors of its pipes, which do not block.
    """

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        bounds: Bounds = _NO_LIMITS,
    ) -> None:
        """Raises OSError if the command cannot be started, StoppedError after `stop_all`."""
        self._in_sandbox = bool(bounds.prefix)
        self._end: ProcessEnd | None = None
        self._received = bytearray()
        settings = bounds.settings(folder)
        with _lock:
            if _stopped.is_set():
                raise StoppedError
            self._control, control_end = socket.socketpair()
            with control_end:
                self._keeper = subprocess.Popen(
                    [
                        *(sys.executable, "-I", "-S", "-c", _KEEP, str(control_end.fileno())),
                        *(f"{name}={value}" for name, value in settings.items()),
                        *("--", *bounds.prefix, *command),
                    ],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=dict(environment),
                    pass_fds=(control_end.fileno(),),
                    start_new_session=True,
                )
            _running.add(self)
        assert self._keeper.stdin
        assert self._keeper.stdout
        self.stdin = self._keeper.stdin.fileno()
        self.stdout = self._keeper.stdout.fileno()
        for pipe in (self.stdin, self.stdout):
            os.set_blocking(pipe, False)
            _widen(pipe)
        self._pid = 0
        outcome, number = self._read_start()
        if outcome != b"started":
            self.close()
            raise OSError(number, os.strerror(number) if number else "its keeper was killed")
        self._pid = number

    def __enter__(self) -> SupervisedProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close_input(self) -> None:
        """The end of what the command is sent."""
        assert self._keeper.stdin
        with suppress(OSError):
            self._keeper.stdin.close()

    def wait(self, seconds: float) -> ProcessEnd | None:
        """How it ended, if it does by itself within this time."""
        if self._end is None:
            self._control.settimeout(seconds)
            with suppress(TimeoutError, BlockingIOError):
                self._end = self._read_end()
        return self._end

    def end(self) -> ProcessEnd:
        """Kills whatever is left; how it ended."""
        with suppress(OSError):
            self._control.send(b"end")
        # A keeper that does not answer was itself killed, by a port that is not isolated.
        return self.wait(_KILLED_WITHIN) or ProcessEnd(-signal.SIGKILL, None, b"")

    def close(self) -> None:
        """Kills whatever is left, and closes everything."""
        self.interrupt()
        self.wait_for_keeper()
        self._keeper.kill()
        self._keeper.wait()
        if self._pid and self._keeper.returncode:
            # Its keeper was killed, by a port that is not isolated: its group at least is ended.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._pid, signal.SIGKILL)
        self.close_input()
        assert self._keeper.stdout
        self._keeper.stdout.close()
        self._control.close()
        with _lock:
            _running.discard(self)

    def interrupt(self) -> None:
        """Lets the keeper kill everything; from any thread."""
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_WR)

    def wait_for_keeper(self) -> None:
        """Until nothing is left of it, after `interrupt`; from any thread."""
        with suppress(subprocess.TimeoutExpired):
            self._keeper.wait(_KILLED_WITHIN)

    def _read_start(self) -> tuple[bytes, int]:
        """``started`` and the process id, or ``failed`` and an error number; or nothing."""
        while b"\n" not in self._received:
            if not self._receive():
                return b"", 0
        line, _, self._received = self._received.partition(b"\n")
        outcome, number = line.split()
        return bytes(outcome), int(number)

    def _read_end(self) -> ProcessEnd:
        """Reads until the report is whole; what has come stays if the time is over before."""
        while True:
            head, newline, error = self._received.partition(b"\n")
            if newline:
                _, status, exceeded, seconds, length = head.decode().split()
                if len(error) >= int(length):
                    _used.append(float(seconds))
                    code = self._exit_code(os.waitstatus_to_exitcode(int(status)))
                    return ProcessEnd(code, None if exceeded == "-" else exceeded, bytes(error))
            if not self._receive():
                return ProcessEnd(-signal.SIGKILL, None, b"")

    def _exit_code(self, code: int) -> int:
        """A sandbox passes a signal on as shells do, by 128 and more."""
        number = code - 128
        return -number if self._in_sandbox and number in set(signal.Signals) else code

    def _receive(self) -> bool:
        """Takes what the keeper says; False if it is gone."""
        try:
            data = self._control.recv(1 << 16)
        except ConnectionError:
            return False
        self._received += data
        return bool(data)


def processor_seconds() -> float:
    """What all commands that have ended have used, with what they started; without keepers."""
    return sum(_used)


def stop_all() -> None:
    """Ends every command, and lets no more be started. For an interrupt."""
    with _lock:
        _stopped.set()
        running = list(_running)
    for process in running:
        process.interrupt()
    for process in running:
        process.wait_for_keeper()


def stopped() -> bool:
    """Whether the run was interrupted."""
    return _stopped.is_set()


def resume() -> None:
    """Lets commands be started again, once nothing of a stopped run is left."""
    _stopped.clear()


def _widen(pipe: int) -> None:
    """More of what is sent ahead fits into the pipe, if the system lets it."""
    if sys.platform == "linux":
        with suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _LARGEST_PIPE)
