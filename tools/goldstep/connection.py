"""One life of a port's process: lines out, lines in, with time-outs.

A single loop writes ahead and reads, so that a port is never kept waiting by its own answers. The
ways in which a life can end early are exceptions, each with the words for a person.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from goldstep import processes
from goldstep.protocol import Request

_CHUNK = 1 << 16
_LONGEST_LINE = 1 << 28
_STOP_TIMEOUT = 5.0  # seconds
_EXIT_GRACE = 1.0  # seconds between the end of its output and its exit


class EndedError(Exception):
    """The port's process gives no more answers. ``unfinished`` is the line that it had begun."""

    def __init__(self, how: str, unfinished: bytes = b"") -> None:
        super().__init__(f"{how} after half a line" if unfinished else how)
        self.unfinished = unfinished


class TimedOutError(EndedError):
    """No answer within the time-out."""

    def __init__(self, seconds: float, unfinished: bytes) -> None:
        super().__init__(f"no answer within {seconds:g} s", unfinished)


class ExitedError(EndedError):
    """The process ended while answers were due."""

    def __init__(self, returncode: int, unfinished: bytes = b"") -> None:
        how = f"exited with {returncode}"
        if returncode < 0:
            known = -returncode in set(signal.Signals)
            how = f"was killed by {signal.Signals(-returncode).name if known else -returncode}"
        super().__init__(f"the process {how}", unfinished)


class SilencedError(EndedError):
    """The process lives on without a standard output."""

    def __init__(self) -> None:
        super().__init__("the process closed its standard output")


class FloodedError(EndedError):
    """A line without an end."""

    def __init__(self) -> None:
        super().__init__(f"a line is longer than {_LONGEST_LINE} bytes")


class Connection:
    """Exchanges lines with a running port."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        assert process.stdin
        assert process.stdout
        self._process = process
        self._log = log
        self._stdin = process.stdin.fileno()
        self._stdout = process.stdout.fileno()
        os.set_blocking(self._stdin, False)
        os.set_blocking(self._stdout, False)
        self._unread = bytearray()

    def exchange(self, requests: Iterable[Request], timeout: float) -> Iterator[bytes]:
        """One line for each request, in order; requests are written ahead of their answers.

        ``timeout`` in seconds is for each answer, from the moment when the port can work on it:
        its request is sent, and the answer before it has come. Raises EndedError.
        """
        waiting = deque(requests)
        due = len(waiting)
        unsent = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self._stdout, selectors.EVENT_READ)
            if waiting:
                selector.register(self._stdin, selectors.EVENT_WRITE)
            deadline = time.monotonic() + timeout
            while due:
                while (line := self._line()) is not None:
                    yield line
                    due -= 1
                    deadline = time.monotonic() + timeout
                    if not due:
                        return
                events = selector.select(max(0.0, deadline - time.monotonic()))
                if not events:
                    raise TimedOutError(timeout, bytes(self._unread))
                for key, _ in events:
                    if key.fd == self._stdout:
                        self._read()
                    else:
                        while len(unsent) < _CHUNK and waiting:
                            unsent += waiting.popleft().line
                        unsent = unsent[self._write(unsent) :]
                        if not unsent and not waiting:
                            selector.unregister(self._stdin)

    def stop(self, request: Request) -> str | None:
        """Asks the port to stop; what is wrong with how it does, if anything."""
        self._write(request.line)
        assert self._process.stdin
        with suppress(OSError):
            self._process.stdin.close()
        try:
            returncode = self._process.wait(_STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            return f"the process did not exit within {_STOP_TIMEOUT:g} s of `stop`"
        return None if returncode == 0 else f"{ExitedError(returncode)} after `stop`, not with 0"

    def standard_error(self, characters: int = 4000) -> str:
        """The end of what the port wrote to standard error."""
        with self._log.open("rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - 4 * characters))
            return log.read().decode(errors="replace")[-characters:]

    def _line(self) -> bytes | None:
        end = self._unread.find(b"\n")
        if end < 0:
            return None
        line = bytes(self._unread[:end])
        del self._unread[: end + 1]
        return line

    def _read(self) -> None:
        data = os.read(self._stdout, _CHUNK)
        if not data:
            raise self._end()
        self._unread += data
        if len(self._unread) > _LONGEST_LINE:
            raise FloodedError

    def _write(self, data: bytes) -> int:
        try:
            return os.write(self._stdin, data)
        except BlockingIOError:
            return 0
        except BrokenPipeError:
            # What the port still says is read first; then the end of its output tells the rest.
            return len(data)

    def _end(self) -> EndedError:
        try:
            return ExitedError(self._process.wait(_EXIT_GRACE), bytes(self._unread))
        except subprocess.TimeoutExpired:
            return SilencedError()


@contextmanager
def connect(
    command: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> Iterator[Connection]:
    """A connection to a new process; the process is gone when the block ends."""
    with (
        tempfile.NamedTemporaryFile(prefix="goldstep-stderr-") as log,
        processes.child(
            command,
            folder,
            environment,
            stdin=subprocess.PIPE,
            stderr=log,
        ) as process,
    ):
        yield Connection(process, Path(log.name))
