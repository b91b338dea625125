"""The time of a step of RMSProp, of several programs side by side in one process.

Repetitions are interleaved, so that whatever else the machine does falls on all alike.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from goldstep_numpy import RMSProp, compiled_engine
from numpy.typing import NDArray

LEARNING_RATE, DECAY_RATE, EPSILON = 1e-3, 0.9, 1e-8

_MANY_SMALL = (1_000, 100)  # parameters, and the length of each
_ROW_SECONDS = 0.02  # of steps that are timed together
_SMALL = 10_000  # elements: up to it, what matters is the time of a step

Arrays = Mapping[str, NDArray[Any]]
Steps = Callable[[int], object]  # takes so many, and returns when all are done


@dataclass(frozen=True, slots=True)
class Problem:
    """What a step is taken on: parameters of ``length`` elements each, in a number format."""

    number_format: str  # "float64" or "float32"
    threads: int
    parameters: int
    length: int

    @property
    def elements(self) -> int:
        """Of all parameters together."""
        return self.parameters * self.length

    @property
    def size(self) -> str:
        """In words."""
        return f"{self.parameters:,} x {self.length:,}".removeprefix("1 x ")

    def arrays(self) -> tuple[Arrays, Arrays]:
        """Gradients and weights, everyday numbers; every page of them is written."""
        draw = np.random.default_rng(1)
        names = [f"w{number}" for number in range(self.parameters)]
        gradients = {
            name: draw.standard_normal(self.length, np.float32).astype(self.number_format)
            for name in names
        }
        return gradients, {name: np.ones(self.length, self.number_format) for name in names}


def problems(number_formats: Iterable[str], threads: Iterable[int], most: int) -> Iterator[Problem]:
    """One array of 10 elements, 100 and so on up to ``most``; last, 1,000 parameters of 100."""
    sizes = [(1, 10**power) for power in range(1, 10) if 10**power <= most]
    if most >= _MANY_SMALL[0] * _MANY_SMALL[1]:
        sizes.append(_MANY_SMALL)
    for count in threads:
        for number_format in number_formats:
            for size in sizes:
                yield Problem(number_format, count, *size)


@dataclass(frozen=True, slots=True)
class Program:
    """``prepare`` makes it ready for a problem's gradients and weights, and gives its steps."""

    name: str
    prepare: Callable[[Problem, Arrays, Arrays], Steps]


def repeat(step: Callable[[], object]) -> Steps:
    """Steps of which each is done when it returns."""

    def steps(count: int) -> None:
        for _ in range(count):
            step()

    return steps


def _prepare(
    engine: Literal["numpy", "compiled"], problem: Problem, gradients: Arrays, weights: Arrays
) -> Steps:
    optimizer = RMSProp(LEARNING_RATE, DECAY_RATE, EPSILON, engine=engine, threads=problem.threads)
    return repeat(partial(optimizer.update_weights, gradients, weights))


NUMPY = Program("goldstep, NumPy", partial(_prepare, "numpy"))
COMPILED = Program("goldstep, compiled", partial(_prepare, "compiled"))


def engines() -> list[Program]:
    """Those of goldstep that this Python has."""
    return [NUMPY, COMPILED] if compiled_engine.available() else [NUMPY]


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of one step: the median of the repetitions, and between what half of them lie."""

    program: str
    problem: Problem
    low: float
    median: float
    high: float

    @property
    def nanoseconds(self) -> float:
        """For an element."""
        return 1e9 * self.median / self.problem.elements

    def __str__(self) -> str:
        """Microseconds a step where arrays are small, else nanoseconds an element; the spread."""
        spread = f"±{50 * (self.high - self.low) / self.median:.0f} %"
        if self.problem.length <= _SMALL:
            return f"{1e6 * self.median:.3g} us {spread}"
        return f"{self.nanoseconds:.3g} ns {spread}"

    def as_object(self) -> dict[str, object]:
        """For programs; floating-point numbers are strings, as everywhere."""
        seconds = {"low": self.low, "median": self.median, "high": self.high}
        return {
            "program": self.program,
            **asdict(self.problem),
            **{name: repr(value) for name, value in seconds.items()},
        }


def measure(problem: Problem, programs: Sequence[Program], repetitions: int) -> list[Timing]:
    """One timing a program, of at least two repetitions."""
    gradients, weights = problem.arrays()
    # Each is compiled, and its pages are touched, before the first is timed.
    rows = [_Row(program.prepare(problem, gradients, weights)) for program in programs]
    draw = random.Random(0)
    for _ in range(repetitions):
        for row in draw.sample(rows, len(rows)):
            row.seconds.append(row.time())
    return [
        Timing(program.name, problem, *statistics.quantiles(row.seconds, n=4, method="inclusive"))
        for program, row in zip(programs, rows, strict=True)
    ]


class _Row:
    """As many steps in a row as can be timed well; ``seconds`` are those of one."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self._count = 1
        self.seconds: list[float] = []
        for _ in range(3):
            seconds = self.time()
        while seconds * self._count < _ROW_SECONDS:
            self._count = max(2 * self._count, round(_ROW_SECONDS / max(seconds, 1e-9)))
            seconds = self.time()

    def time(self) -> float:
        """Seconds of a step, now."""
        started = time.perf_counter()
        self._steps(self._count)
        return (time.perf_counter() - started) / self._count
