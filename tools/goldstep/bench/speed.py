"""The time of a step, of many programs side by side in one process.

Repetitions are interleaved, so that whatever else the machine does falls on all alike. A process
has one number of threads: some libraries take theirs when they are imported.
"""

from __future__ import annotations

import gc
import json
import math
import os
import random
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from goldstep.bench.contestants import CONTESTANTS, Contestant, Problem, Step
from goldstep.bench.machine import free_memory

_ROW_SECONDS = 0.02  # of steps that are timed together
_MOST_OF_MEMORY = 0.8  # of what is free
_SHARED_ARRAYS = 2  # gradients and weights


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds of one step: the median of the repetitions, and between what half of them lie.

    ``skipped`` says why there are none.
    """

    contestant: str
    number_format: str
    parameters: int
    length: int
    threads: int
    median: float = math.nan
    low: float = math.nan
    high: float = math.nan
    skipped: str = ""

    @property
    def elements(self) -> int:
        """Of all parameters together."""
        return self.parameters * self.length

    @property
    def nanoseconds(self) -> float:
        """For an element."""
        return 1e9 * self.median / self.elements


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What one process measures. ``sizes`` are parameters and the length of each."""

    contestants: list[str]
    number_formats: list[Literal["float64", "float32"]]
    sizes: list[tuple[int, int]]
    threads: int
    repetitions: int


@dataclass
class _Ready:
    contestant: Contestant
    step: Step
    finish: Step
    steps: int  # in a row
    times: list[float]


def measure(plan: Plan) -> Iterator[Timing]:
    """All timings of a plan, in this process. Its affinity is set to as many processors."""
    processors = sorted(os.sched_getaffinity(0))[: plan.threads]
    os.sched_setaffinity(0, processors)
    chosen = [each for each in CONTESTANTS if each.name in plan.contestants]
    for number_format in plan.number_formats:
        for parameters, length in plan.sizes:
            problem = Problem(number_format, parameters, length, plan.threads)
            yield from _of_problem(problem, chosen, plan.repetitions)
            gc.collect()


def _of_problem(
    problem: Problem, chosen: Sequence[Contestant], repetitions: int
) -> Iterator[Timing]:
    room = _MOST_OF_MEMORY * free_memory() - _SHARED_ARRAYS * problem.bytes_an_array
    gradients, weights = problem.arrays() if room > 0 else ({}, {})
    ready: list[_Ready] = []
    for contestant in chosen:
        needed = contestant.arrays * problem.bytes_an_array
        if contestant.missing:
            why = f"{', '.join(contestant.missing)} not installed"
            yield _timing(problem, contestant, skipped=why)
        elif needed > room:
            gigabytes = needed / 1e9
            yield _timing(
                problem, contestant, skipped=f"takes {gigabytes:.1f} GB, more than is free"
            )
        else:
            room -= needed
            ready.append(_prepared(problem, contestant, gradients, weights))
    order = random.Random(0)
    for _ in range(repetitions):
        order.shuffle(ready)
        for each in ready:
            each.times.append(_seconds(each))
    for contestant in chosen:
        for each in ready:
            if each.contestant is contestant:
                yield _timing(problem, contestant, **_spread(each.times))


def _prepared(problem: Problem, contestant: Contestant, gradients: Any, weights: Any) -> _Ready:
    """Compiled, its pages touched; with as many steps in a row as can be timed well."""
    step, finish = contestant.prepare(problem, gradients, weights)
    ready = _Ready(contestant, step, finish, 1, [])
    for _ in range(3):
        seconds = _seconds(ready)
    while seconds * ready.steps < _ROW_SECONDS:
        ready.steps = max(2 * ready.steps, round(_ROW_SECONDS / max(seconds, 1e-9)))
        seconds = _seconds(ready)
    return ready


def _seconds(ready: _Ready) -> float:
    step, steps = ready.step, range(ready.steps)
    started = time.perf_counter()
    for _ in steps:
        step()
    ready.finish()
    return (time.perf_counter() - started) / ready.steps


def _spread(times: Sequence[float]) -> dict[str, float]:
    low, median, high = statistics.quantiles(times, n=4, method="inclusive")
    return {"median": median, "low": low, "high": high}


def _timing(problem: Problem, contestant: Contestant, **measured: Any) -> Timing:
    return Timing(
        contestant=contestant.name,
        number_format=problem.number_format,
        parameters=problem.parameters,
        length=problem.length,
        threads=problem.threads,
        **measured,
    )


def main() -> None:
    """Reads a plan from standard input; writes timings as they come, one JSON object a line."""
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    # Libraries that print have standard error for it.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for timing in measure(plan):
        known = msgspec.to_builtins(timing)
        if math.isnan(timing.median):
            known = {name: value for name, value in known.items() if value == value}
        out.write(json.dumps(known) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
