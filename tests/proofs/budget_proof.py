"""Runs random programs on trials, in tasks for several processes, and keeps the worst of each."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.rmsprop.columns import Column
from support.faithful_programs import Program
from support.machine_formats import FORMATS
from support.published_vectors import COLUMNS
from support.random_cases import random_trials
from support.random_program import RandomProgram
from support.trials import Bench, Trial, bench, published_trials

STEPS_FOR_ALL = 50  # longer cases run with a share of the programs, in proportion
PROGRAMS_A_TASK = 100

Source = Literal["published", "random"]


class Key(NamedTuple):
    """A row of the table, and which of its two ratios."""

    group: str
    number_format: str
    column: Column
    quantity: str


@dataclass(frozen=True)
class Worst:
    """The greatest error of any program so far, in budgets; and how many values were compared."""

    ratio: float
    case: str
    step: int
    program: int
    compared: int

    def and_also(self, other: Worst) -> Worst:
        """Of both; of equal ratios the first program's."""
        worst = min(self, other, key=lambda one: (-one.ratio, one.program, one.case, one.step))
        compared = self.compared + other.compared
        return Worst(worst.ratio, worst.case, worst.step, worst.program, compared)


@dataclass(frozen=True)
class Plan:
    """All that decides a proof."""

    folder: Path
    programs: int
    seed: int = 0
    random_cases: int = 0
    steps_for_all: int = STEPS_FOR_ALL

    def stride(self, steps: int) -> int:
        """A case of so many steps runs with every so many-th program: a power of two."""
        return 1 << max(0, math.ceil(steps / self.steps_for_all) - 1).bit_length()

    def share(self, steps: int) -> int:
        """How many programs a case of so many steps runs with."""
        return self.programs // self.stride(steps)

    def tasks(self) -> list[Task]:
        """The work in pieces, each of some programs on all trials of one kind."""
        sources: tuple[Source, ...] = (
            ("published", "random") if self.random_cases else ("published",)
        )
        return [
            Task(self, source, number_format, column, first)
            for source in sources
            for number_format in NUMBER_FORMATS
            for column in COLUMNS
            for first in range(0, self.programs, PROGRAMS_A_TASK)
        ]


@dataclass(frozen=True)
class Task:
    """Programs ``first`` to ``first + PROGRAMS_A_TASK`` of a plan."""

    plan: Plan
    source: Source
    number_format: str
    column: Column
    first: int


@dataclass
class Table:
    """What all tasks together found."""

    worst: dict[Key, Worst] = field(default_factory=dict)

    def add(self, found: Mapping[Key, Worst]) -> None:
        """Takes in what one task found."""
        for key, worst in found.items():
            self.worst[key] = self.worst[key].and_also(worst) if key in self.worst else worst

    @property
    def outside(self) -> list[Key]:
        """Where a program is outside a budget."""
        return [key for key, worst in self.worst.items() if worst.ratio > 1]


def work_on(task: Task) -> dict[Key, Worst]:
    """The worst of the task's programs, for each group and quantity."""
    table = Table()
    machine = FORMATS[task.number_format]
    benches = _benches(task.plan, task.source, task.number_format, task.column)
    for number in range(task.first, min(task.first + PROGRAMS_A_TASK, task.plan.programs)):
        for stride, (trials, places) in benches.items():
            if (number + 1) % stride:
                continue
            choices = RandomProgram(task.plan.seed, number)
            ratios = trials.ratios(Program(machine, task.column, choices))
            for (group, quantity), slots in places.items():
                at = slots[np.argmax(ratios[slots])]
                slot = trials.slots[at]
                worst = Worst(float(ratios[at]), slot.trial.id, slot.place[0], number, len(slots))
                table.add({Key(group, task.number_format, task.column, quantity): worst})
    return table.worst


def left_out(folder: Path) -> Counter[str]:
    """How many published cases have no budgets, for what reason."""
    counts = (published_trials(folder, name, COLUMNS[0])[1] for name in NUMBER_FORMATS)
    return sum(counts, Counter[str]())


_Places = Mapping[tuple[str, str], "np.ndarray[tuple[int], np.dtype[np.intp]]"]


@lru_cache(maxsize=1)  # tasks that share a bench follow one another
def _benches(
    plan: Plan, source: Source, number_format: str, column: Column
) -> dict[int, tuple[Bench, _Places]]:
    """The trials by the share of the programs that they run with."""
    if source == "published":
        trials = published_trials(plan.folder, number_format, column)[0]
    else:
        trials = random_trials(number_format, column, plan.seed, plan.random_cases)
    by_stride: dict[int, list[Trial]] = {}
    for trial in trials:
        by_stride.setdefault(plan.stride(len(trial.gradients)), []).append(trial)
    benches = {key: bench(number_format, found) for key, found in sorted(by_stride.items())}
    return {key: (found, _places(found)) for key, found in benches.items()}


def _places(found: Bench) -> _Places:
    """The slots of each group and quantity."""
    places: dict[tuple[str, str], list[int]] = {}
    for index, slot in enumerate(found.slots):
        places.setdefault((slot.trial.group, slot.place[1]), []).append(index)
    return {key: np.array(slots) for key, slots in places.items()}
