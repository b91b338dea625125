"""Trials: cases whose budgets programs are held to, laid out as arrays of elements.

A trial is read from a vector file, or made by the reference from a case. Cases of several choices,
rejected ones and those with infinities or NaN have no budgets: they are left out, and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.rmsprop.columns import Column
from goldstep_reference.rmsprop.rule import RULE
from support.faithful_programs import UPWARDS, Aim, Elements, Program
from support.machine_formats import FORMATS, Array
from support.published_vectors import (
    QUANTITIES,
    Place,
    PublishedValue,
    column_values,
    read_files,
    why_without_budgets,
)


@dataclass(frozen=True)
class Trial:
    """One case in one number format, with the budgets of one column."""

    id: str
    group: str
    hyper_parameters: tuple[float, float, float]  # learning rate, decay rate, epsilon
    weights: Mapping[str, Sequence[float]]
    gradients: Sequence[Mapping[str, Sequence[float]]]
    values: Mapping[Place, PublishedValue]


@dataclass(frozen=True)
class Slot:
    """Where a compared value stands."""

    trial: Trial
    place: Place


@dataclass(frozen=True)
class Comparison:
    """The values recorded after one step of one quantity: whose they are, and what is expected."""

    quantity: int  # index in QUANTITIES
    elements: Array
    slots: Array
    values: Sequence[PublishedValue]
    nearest: Array
    rest: Array  # nearest - exact
    tolerance: Array

    def ratios(self, results: Array) -> Array:
        """Each error in budgets; infinite where a budget of zero asks for the same bits.

        The distance to ``nearest`` is exact between numbers so close, and the rest is tiny: so
        float64 will do.
        """
        got = results[self.elements].astype(np.float64)
        errors = np.abs(got - self.nearest + self.rest)
        same = (got == self.nearest) & (np.signbit(got) == np.signbit(self.nearest))
        divisors = np.where(self.tolerance > 0, self.tolerance, 1)
        ratios = np.where(self.tolerance > 0, errors / divisors, np.where(same, 0, np.inf))
        ratios = np.where(np.isfinite(errors), ratios, np.inf)
        for index in np.flatnonzero((ratios > 1) & np.isfinite(ratios)).tolist():
            # Near 1 the roundings of this quotient count: then it is the exact error that decides.
            value = self.values[index]
            if abs(Fraction(float(got[index])) - value.exact) <= Fraction(value.tolerance):
                ratios[index] = 1
        return ratios


@dataclass(frozen=True)
class Bench:
    """Trials side by side: the elements of all of them, and what each step is compared with."""

    elements: Elements
    comparisons: Sequence[Sequence[Comparison]]
    slots: Sequence[Slot]

    def ratios(self, program: Program, aim: Aim = UPWARDS) -> Array:
        """The error of every slot's value, in budgets."""
        ratios = np.zeros(len(self.slots))
        with np.errstate(all="ignore"):  # underflow, and NaN in a program that is wrong
            results = program.run(self.elements, aim)
            for comparisons, of_step in zip(self.comparisons, results, strict=True):
                for comparison in comparisons:
                    of_quantity = of_step[comparison.quantity]
                    ratios[comparison.slots] = comparison.ratios(of_quantity)
        return ratios


def published_trials(
    folder: Path, number_format: str, column: Column
) -> tuple[list[Trial], Counter[str]]:
    """The trials of a vectors folder, and how many cases are left out for what reason."""
    trials, left_out = [], Counter[str]()
    for document in read_files(folder, number_format):
        for case in document["cases"]:
            if reason := why_without_budgets(case):
                left_out[reason] += 1
            else:
                trials.append(_published_trial(case, document["group"], number_format, column))
    return trials, left_out


def bench(number_format: str, trials: Iterable[Trial]) -> Bench:
    """Lays trials out, the longest first."""
    trials = sorted(trials, key=lambda trial: -len(trial.gradients))
    narrow = FORMATS[number_format].narrow
    owners = [
        (trial, name, index)
        for trial in trials
        for name, weights in trial.weights.items()
        for index in range(len(weights))
    ]
    lengths = [len(trial.gradients) for trial, _, _ in owners]
    slots: list[Slot] = []
    gradients, comparisons = [], []
    for step in range(1, max(lengths, default=0) + 1):
        still = owners[: sum(length >= step for length in lengths)]
        gradients.append(
            np.array(
                [trial.gradients[step - 1][name][index] for trial, name, index in still], narrow
            )
        )
        comparisons.append(list(_comparisons(step, still, slots)))
    rate, decay_rate, epsilon = (
        np.array([trial.hyper_parameters[which] for trial, _, _ in owners], narrow)
        for which in range(3)
    )
    weights = np.array([trial.weights[name][index] for trial, name, index in owners], narrow)
    return Bench(Elements(rate, decay_rate, epsilon, weights, gradients), comparisons, slots)


def _comparisons(
    step: int, owners: Sequence[tuple[Trial, str, int]], slots: list[Slot]
) -> Iterator[Comparison]:
    for number, quantity in enumerate(QUANTITIES):
        found = [
            (element, trial, (step, quantity, name, index))
            for element, (trial, name, index) in enumerate(owners)
            if (step, quantity, name, index) in trial.values
        ]
        if not found:
            continue
        values = [trial.values[place] for _, trial, place in found]
        first = len(slots)
        slots += [Slot(trial, place) for _, trial, place in found]
        yield Comparison(
            number,
            np.array([element for element, _, _ in found]),
            np.arange(first, len(slots)),
            values,
            np.array([value.nearest for value in values]),
            np.array([float(Fraction(value.nearest) - value.exact) for value in values]),
            np.array([value.tolerance for value in values]),
        )


def _published_trial(
    case: Mapping[str, Any], group: str, number_format: str, column: Column
) -> Trial:
    def numbers(arrays: Mapping[str, Sequence[str]]) -> dict[str, list[float]]:
        return {name: list(map(float, texts)) for name, texts in arrays.items()}

    defaults = RULE.defaults(NUMBER_FORMATS[number_format])
    rate, decay_rate, epsilon = (float(case.get(name, defaults[name])) for name in RULE.names)
    return Trial(
        case["id"],
        group,
        (rate, decay_rate, epsilon),
        numbers(case["weights"]),
        [numbers(step) for step in case["gradients"]],
        column_values(case, column),
    )
