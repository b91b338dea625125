"""The command while it runs, to be interrupted or killed."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from support.desk import Desk
from support.goldstep_command import COMMAND, environment

# Seconds in which whatever was interrupted has ended: no time-out that it could wait for instead is
# so short.
ENDS_WITHIN = 25.0
MARK = "LC_GOLDSTEP_TEST_MARK"  # ports get the variables of the language


class Running:
    """The command while it runs, and all processes that came of it, by a mark they inherit."""

    def __init__(self, process: subprocess.Popen[str], mark: str) -> None:
        self.process = process
        self._mark = mark.encode()

    def processes(self) -> set[int]:
        """The ids of those that are alive."""
        return {int(path.name) for path in Path("/proc").glob("[0-9]*") if self._marked(path)}

    def running(self, program: str) -> set[int]:
        """The ids of those that run a program of this name."""
        return {
            pid for pid in self.processes() if Path(f"/proc/{pid}/exe").readlink().name == program
        }

    def end(self, number: int, *, group: bool = False) -> tuple[int, str]:
        """Sends a signal, to its whole group as a terminal does; exit code and standard error.

        Raises subprocess.TimeoutExpired where it does not end soon.
        """
        (os.killpg if group else os.kill)(self.process.pid, number)
        _, error = self.process.communicate(timeout=ENDS_WITHIN)
        return self.process.returncode, error.strip()

    def _marked(self, process: Path) -> bool:
        try:
            return self._mark in (process / "environ").read_bytes()
        except OSError:  # ended, or of somebody else
            return False


def hear_signals() -> None:
    """For a new process: tests in the background, or under nohup, were told to ignore some."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


@contextmanager
def running(desk: Desk, *arguments: str | Path, **changes: str | Path) -> Iterator[Running]:
    """The command, started; whatever it leaves is killed in the end."""
    mark = uuid4().hex
    process = subprocess.Popen(
        [COMMAND, *map(str, arguments)],
        cwd=desk.work,
        env=environment(TMPDIR=desk.temporary, **{MARK: mark}, **changes),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=hear_signals,
    )
    run = Running(process, mark)
    try:
        yield run
    finally:
        for pid in run.processes():
            os.kill(pid, signal.SIGKILL)
        process.communicate()


def until(condition: Callable[[], object]) -> None:
    """Waits for it, however busy the machine is."""
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
