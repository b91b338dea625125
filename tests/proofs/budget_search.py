"""How near to their budgets faithful programs can be driven: a search for the worst.

Two questions. Of each published value: how much of its budget does an adversary use (`adversary`),
or any of some random programs, on just these inputs? And of a kind of case, everyday numbers in
runs of some length: how much can be used at all, where the inputs are sought by hill climbing?
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from goldstep_reference.numbers.number_format import NUMBER_FORMATS, NumberFormat
from goldstep_reference.rmsprop.columns import Column
from goldstep_reference.rule.case import Case
from goldstep_reference.vectors.workers import in_parallel
from proofs.adversary import AIMS, Adversary
from proofs.budget_page import Row
from proofs.budget_proof import Plan
from support.faithful_programs import Program
from support.machine_formats import FORMATS, Array
from support.published_vectors import COLUMNS
from support.random_cases import with_budgets
from support.random_program import RandomProgram
from support.trials import Bench, Trial, bench, published_trials

LOOSE = 0.25  # what is used of a budget that is called loose: less than this
GREATEST_LENGTH = 1000  # of a published case that an adversary has time for
_LENGTHS = (1, 2, 3, 10, 100, 1000)
_PARENTS, _CHILDREN = 8, 64  # children of cases of one step; of longer ones there are fewer
# What to compare: a weight that starts anywhere; one that starts at zero, so that the step is all;
# the average.
_AIMS = {"weight": "weights", "weight from zero": "weights", "moving average": "moving_average"}

Tables = Iterator[tuple[str, Sequence[Row]]]


def loosest_tables(folder: Path, programs: int, jobs: int | None) -> Tables:
    """For each group what is used of its budgets, and its loosest value."""
    tasks = [
        (Plan(folder, programs), name, column) for name in NUMBER_FORMATS for column in COLUMNS
    ]
    with in_parallel(_used_in_published, tasks, jobs) as results:
        rows = [row for found in results for row in found]
    rows.sort(key=lambda row: row["group"])
    yield (
        f"Published budgets: what an adversary or {programs} programs used",
        rows,
    )


def search_tables(seconds: float, seed: int, jobs: int | None) -> Tables:
    """The greatest part of a budget that hill climbing could use, for runs of some lengths."""
    combinations = [
        (number_format, column, aim, steps)
        for number_format in NUMBER_FORMATS
        for column in COLUMNS
        for aim in _AIMS
        for steps in _LENGTHS
    ]
    tasks = [Climb(*each, seconds / len(combinations), seed) for each in combinations]
    with in_parallel(climb, tasks, jobs) as results:
        yield "The most of a budget that was used, everyday numbers", list(results)


def used(found: Bench, number_format: str, column: Column, programs: int) -> Array:
    """The most of each budget that an adversary uses, or any of some random programs."""
    machine = FORMATS[number_format]
    runs = [found.ratios(Program(machine, column, Adversary()), aim) for aim in AIMS]
    runs += (
        found.ratios(Program(machine, column, RandomProgram(0, number)))
        for number in range(programs)
    )
    most: Array = np.maximum.reduce(runs)
    return most


@dataclass(frozen=True)
class Climb:
    """Which ratio to drive up, and for how long."""

    number_format: str
    column: Column
    aim: str
    steps: int
    seconds: float
    seed: int


def climb(task: Climb) -> Row:
    """From random cases of one element, by small changes of the best."""
    form = NUMBER_FORMATS[task.number_format]
    numbers = random.Random(f"{task}")
    best: list[tuple[float, Case]] = []
    tried, end = 0, time.monotonic() + task.seconds
    while tried == 0 or time.monotonic() < end:
        parents = [case for _, case in best]
        children = [
            _changed(numbers.choice(parents), form, numbers)
            if parents and numbers.random() < 0.8
            else _everyday(form, task, numbers)
            for _ in range(max(2, _CHILDREN // task.steps))
        ]
        best += zip(_greatest(children, form, task), children, strict=True)
        best = sorted(best, key=lambda one: -one[0])[:_PARENTS]
        tried += len(children)
    ratio, case = best[0]
    return {
        "format": task.number_format,
        "column": task.column,
        "of": task.aim,
        "steps": str(task.steps),
        "most used": f"{ratio:.3f}",
        "cases tried": f"{tried:,}",
        "learning rate": f"{case.hyper_parameters['learning_rate']:.3g}",
        "decay rate": f"{case.hyper_parameters['decay_rate']:.3g}",
        "epsilon": f"{case.hyper_parameters['epsilon']:.3g}",
        "weight": f"{case.weights['w1'][0]:.3g}",
        "last gradient": f"{case.gradients[-1]['w1'][0]:.3g}",
    }


def _greatest(cases: Sequence[Case], form: NumberFormat, task: Climb) -> list[float]:
    """The greatest ratio of each case after its last step."""
    trials = [
        replace(trial, id=str(number))
        for number, case in enumerate(cases)
        if (trial := with_budgets(case, form, task.column))
    ]
    found = bench(form.name, trials)
    ratios = [0.0] * len(cases)
    for slot, ratio in zip(found.slots, used(found, form.name, task.column, 0), strict=True):
        if slot.place[1] == _AIMS[task.aim]:
            ratios[int(slot.trial.id)] = float(ratio)
    return ratios


def _everyday(form: NumberFormat, task: Climb, numbers: random.Random) -> Case:
    """One weight, gradients and hyper-parameters as they are in practice."""

    def number(low: float, high: float) -> float:
        return form.nearest(Fraction(10.0 ** numbers.uniform(low, high)))

    size = numbers.uniform(-3, 2)
    gradients = [
        {"w1": (numbers.choice((-1, 1)) * number(size - 1, size + 1),)} for _ in range(task.steps)
    ]
    return Case(
        name="everyday",
        description="Everyday numbers.",
        flags=(),
        hyper_parameters={
            "learning_rate": number(-5, 0),
            "decay_rate": form.nearest(Fraction(numbers.choice((0.9, 0.99, numbers.random())))),
            "epsilon": number(-10, -3),
        },
        weights={"w1": (0.0 if task.aim == "weight from zero" else number(-2, 1),)},
        gradients=tuple(gradients),
        record=(task.steps,),
    )


def _changed(case: Case, form: NumberFormat, numbers: random.Random) -> Case:
    """The case with one or two of its numbers a little different."""

    def nudged(value: float) -> float:
        factor = 1 + numbers.choice((-1, 1)) * 2.0 ** numbers.uniform(-form.precision, -2)
        return form.nearest(Fraction(value) * Fraction(factor))

    for _ in range(numbers.choice((1, 1, 2))):
        what = numbers.choice(("learning_rate", "decay_rate", "epsilon", "weight", "gradient"))
        if what == "weight":
            case = replace(case, weights={"w1": (nudged(case.weights["w1"][0]),)})
        elif what == "gradient":
            at = numbers.randrange(len(case.gradients))
            gradients = list(case.gradients)
            gradients[at] = {"w1": (nudged(gradients[at]["w1"][0]),)}
            case = replace(case, gradients=tuple(gradients))
        else:
            changed = {what: min(nudged(case.hyper_parameters[what]), 1.0)}
            case = replace(case, hyper_parameters={**case.hyper_parameters, **changed})
    return case


def _used_in_published(task: tuple[Plan, str, Column]) -> list[Row]:
    _, number_format, column = task
    parts: dict[tuple[str, str], list[tuple[float, Trial, int]]] = {}
    for trial_bench, programs in _benches(*task):
        ratios = used(trial_bench, number_format, column, programs)
        for slot, ratio in zip(trial_bench.slots, ratios, strict=True):
            if slot.trial.values[slot.place].tolerance:
                group = parts.setdefault((slot.trial.group, slot.place[1]), [])
                group.append((float(ratio), slot.trial, slot.place[0]))
    return [
        _row(group, number_format, column, quantity, found)
        for (group, quantity), found in parts.items()
    ]


def _benches(plan: Plan, number_format: str, column: Column) -> Iterator[tuple[Bench, int]]:
    by_share: dict[int, list[Trial]] = {}
    for trial in published_trials(plan.folder, number_format, column)[0]:
        steps = len(trial.gradients)
        if steps <= GREATEST_LENGTH:
            by_share.setdefault(plan.share(steps), []).append(trial)
    for share, trials in by_share.items():
        yield bench(number_format, trials), share


def _row(
    group: str,
    number_format: str,
    column: Column,
    quantity: str,
    found: Sequence[tuple[float, Trial, int]],
) -> Row:
    ratios = np.array([ratio for ratio, _, _ in found])
    least, trial, step = min(found, key=lambda one: one[0])
    return {
        "group": group,
        "format": number_format,
        "column": column,
        "quantity": quantity.replace("_", " "),
        "most": f"{ratios.max():.3f}",
        "median": f"{np.median(ratios):.3f}",
        "least": f"{least:.3f}",
        f"below {LOOSE}": f"{np.count_nonzero(ratios < LOOSE)} of {len(ratios)}",
        "loosest": trial.id.rpartition("/")[2],
        "step": str(step),
    }
