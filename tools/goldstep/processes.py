"""Child processes: each leads a process group of its own, and none outlives the harness."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_alive: set[subprocess.Popen[bytes]] = set()
_lock = threading.Lock()
_stopped = threading.Event()


class StoppedError(Exception):
    """The run was interrupted; no more processes are started."""


@dataclass(frozen=True, slots=True)
class Completed:
    """A process that ended: what it wrote, and its exit code (negative: the signal)."""

    command: tuple[str, ...]
    stdout: str
    stderr: str
    returncode: int
    timed_out: bool = False


@contextmanager
def child(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    *,
    stdin: int,
    stderr: int | IO[bytes],
) -> Iterator[subprocess.Popen[bytes]]:
    """A running process while the block runs; its whole group is killed at the end.

    Standard output is a pipe; standard input and error are as `subprocess.Popen` takes them.

    Raises OSError where it cannot be started, StoppedError after `stop_all`.
    """
    with _lock:
        if _stopped.is_set():
            raise StoppedError
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            start_new_session=True,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )
        _alive.add(process)
    try:
        yield process
    finally:
        kill(process)
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                with suppress(OSError):
                    stream.close()
        with _lock:
            _alive.discard(process)


def run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], timeout: float
) -> Completed:
    """Runs a command to its end, or to its time-out in seconds; standard input is empty."""
    with child(
        command,
        folder,
        environment,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        timed_out = False
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            timed_out = True
            kill(process)
            stdout, stderr = process.communicate()
    if _stopped.is_set():
        raise StoppedError
    return Completed(
        tuple(command),
        stdout.decode(errors="replace"),
        stderr.decode(errors="replace"),
        process.returncode,
        timed_out,
    )


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kills the process and its group, whatever is left of it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def stop_all() -> None:
    """Kills every child, and lets no more be started. For an interrupt."""
    with _lock:
        _stopped.set()
        for process in _alive:
            kill(process)


def resume() -> None:
    """Lets children be started again, once nothing of a stopped run is left."""
    _stopped.clear()
