"""Runs a command to its end, with all that it starts, and takes what it says."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from goldstep.supervision.launch import Launch
from goldstep.supervision.process import Bounds, StoppedError, SupervisedProcess, stopped

_MOST_OUTPUT = 1 << 24  # bytes that are kept of what it says; the rest is read and dropped
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Completed:
    """A process that ended: what it wrote, and its exit code (negative: the signal)."""

    command: tuple[str, ...]
    stdout: str
    stderr: str
    returncode: int
    timed_out: bool = False


def run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], timeout: float
) -> Completed:
    """Runs a command to its end, or to its time-out in seconds; standard input is empty.

    Raises OSError if it cannot be started, StoppedError if the run was interrupted.
    """
    bounds = Bounds(kept_error=_MOST_OUTPUT)
    with SupervisedProcess(command, folder, environment, bounds) as process:
        return _complete(command, process, timeout)


def run_isolated(launch: Launch, timeout: float) -> Completed:
    """The same for a port's command, within its bounds."""
    with launch.start() as process:
        return _complete(launch.command, process, timeout)


def _complete(command: Sequence[str], process: SupervisedProcess, timeout: float) -> Completed:
    process.close_input()
    output = bytearray()
    deadline = time.monotonic() + timeout
    timed_out = False
    poll = select.poll()
    poll.register(process.stdout, select.POLLIN)
    while True:
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            timed_out = True
            break
        data = os.read(process.stdout, _CHUNK)
        if not data:
            break
        if len(output) < _MOST_OUTPUT:
            output += data
    # It may have closed its output, and work on.
    end = None if timed_out else process.wait(max(0.0, deadline - time.monotonic()))
    timed_out = end is None
    end = end or process.end()
    if stopped():
        raise StoppedError
    return Completed(
        tuple(command),
        output.decode(errors="replace"),
        end.standard_error.decode(errors="replace"),
        end.status,
        timed_out,
    )
