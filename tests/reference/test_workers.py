"""Work on several processors gives the results of one, also where there can be only one."""

from __future__ import annotations

import math
import multiprocessing.synchronize
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from goldstep_reference.vectors.workers import in_parallel

pytestmark = pytest.mark.processes

NUMBERS = [4.0, 9.0, 2.25]


def has_semaphores() -> bool:
    """Whether the system gives any: not where an ordinary user may not write to /dev/shm."""
    try:
        multiprocessing.Semaphore()
    except OSError:
        return False
    return True


# Where there are none, all is done in one process.
SEVERAL = {1, 2} if has_semaphores() else {0}


@pytest.mark.parametrize("jobs", [None, 1, 2, 5])
def test_results_come_in_the_order_of_the_tasks(jobs: int | None) -> None:
    with in_parallel(math.sqrt, NUMBERS, jobs) as results:
        assert list(results) == [2.0, 3.0, 1.5]


@pytest.mark.parametrize(("jobs", "processes"), [(1, {0}), (2, SEVERAL)])
def test_the_work_is_done_in_so_many_processes(jobs: int, processes: set[int]) -> None:
    with in_parallel(process_of, range(6), jobs) as results:
        others = set(results) - {os.getpid()}
    assert len(others) in processes


def process_of(_: int) -> int:
    """The process that a task is done in."""
    return os.getpid()


# Tells the ids of two processes at work, each for a minute, and waits to be killed.
_AT_WORK = """
import multiprocessing, time
from goldstep_reference.vectors.workers import in_parallel

if __name__ == "__main__":
    with in_parallel(time.sleep, [60, 60], 2) as results:
        print(*(child.pid for child in multiprocessing.active_children()), flush=True)
        list(results)
"""


@pytest.mark.skipif(not has_semaphores(), reason="without semaphores there are no processes")
def test_the_processes_end_where_the_caller_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(_AT_WORK)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, str(program)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout
        workers = set(map(int, process.stdout.readline().split()))
        assert len(workers) == 2
        assert all(map(alive, workers))
        process.kill()
    deadline = time.monotonic() + 120
    while any(map(alive, workers)):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def alive(process: int) -> bool:
    """Whether it is there, and has not ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_one_process_does_it_where_there_are_no_semaphores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none_here(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(multiprocessing.synchronize.SemLock, "__init__", none_here)
    with in_parallel(math.sqrt, NUMBERS) as results:
        assert list(results) == [2.0, 3.0, 1.5]


def test_an_error_in_a_task_is_the_caller_s() -> None:
    failing = pytest.raises(ValueError, match="invalid literal")
    with failing, in_parallel(int, ["1", "one"]) as results:
        list(results)
