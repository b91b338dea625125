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
from typing import IO, Any

_alive: set[subprocess.Popen[bytes]] = set()
_lock = threading.Lock()
_stopped = threading.Event()


class Stopped(Exception):
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
    command: Sequence[str], folder: Path, environment: Mapping[str, str], **streams: int | IO[Any]
) -> Iterator[subprocess.Popen[bytes]]:
    """A running process while the block runs; its whole group is killed at the end.

    Raises OSError where it cannot be started, Stopped after `stop_all`.
    """
    with _lock:
        if _stopped.is_set():
            raise Stopped
        process = subprocess.Popen(
            command, cwd=folder, env=dict(environment), start_new_session=True, **streams
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
        stdout=subprocess.PIPE,
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
        raise Stopped
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


def stopped() -> bool:
    """Whether the run was interrupted."""
    return _stopped.is_set()
