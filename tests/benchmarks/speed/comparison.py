"""Runs contestants side by side, with a process for each number of threads.

Some libraries take theirs when they are imported.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import groupby
from multiprocessing import get_context
from operator import attrgetter

import numpy as np
from benchmarks.speed.contestants import CONTESTANTS, Contestant
from benchmarks.speed.machine import free_memory, machine
from goldstep.bench.steps import Problem, Timing, measure

MOST_OF_MEMORY = 0.8  # of what is free
SHARED_ARRAYS = 2  # gradients and weights


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Not measured, and why."""

    program: str
    problem: Problem
    reason: str

    def as_object(self) -> dict[str, object]:
        """For programs."""
        return {"program": self.program, **asdict(self.problem), "left_out": self.reason}


@dataclass(frozen=True, slots=True)
class Comparison:
    """All timings, with the machine and the versions."""

    repetitions: int
    results: list[Timing | LeftOut]
    machine: dict[str, str | int] = field(default_factory=machine)
    versions: dict[str, str] = field(
        default_factory=lambda: {
            name: v for each in CONTESTANTS for name, v in each.versions.items()
        }
    )

    def as_object(self) -> dict[str, object]:
        """For programs."""
        return {
            "machine": self.machine,
            "versions": self.versions,
            "repetitions": self.repetitions,
            "results": [each.as_object() for each in self.results],
        }


def compare(
    names: Collection[str], problems: Iterable[Problem], repetitions: int
) -> Iterator[list[Timing | LeftOut]]:
    """A list a problem, in the order of the contestants.

    Raises BrokenProcessPool if a program ends the process.
    """
    # Threads of one program that spin for work would slow the next one.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    chosen = [each for each in CONTESTANTS if each.program.name in names]
    for threads, posed in groupby(problems, attrgetter("threads")):
        with ProcessPoolExecutor(1, get_context("spawn"), _settle, (threads,)) as process:
            yield from process.map(partial(compare_here, chosen, repetitions), posed)


def _settle(threads: int) -> None:
    """On as many processors; libraries that print have standard error for it."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    os.dup2(2, 1)


def compare_here(
    contestants: Iterable[Contestant], repetitions: int, problem: Problem
) -> list[Timing | LeftOut]:
    """Those that are installed and that memory suffices for, in this process."""
    array = problem.elements * np.dtype(problem.number_format).itemsize
    room = MOST_OF_MEMORY * free_memory() - SHARED_ARRAYS * array
    programs, left_out = [], []
    for each in contestants:
        needed = each.arrays * array
        if each.missing:
            reason = f"{', '.join(each.missing)} not installed"
            left_out.append(LeftOut(each.program.name, problem, reason))
        elif needed > room:
            reason = f"takes {needed / 1e9:.1f} GB, more than is free"
            left_out.append(LeftOut(each.program.name, problem, reason))
        else:
            room -= needed
            programs.append(each.program)
    timings = measure(problem, programs, repetitions) if programs else []
    gc.collect()
    return [*timings, *left_out]
