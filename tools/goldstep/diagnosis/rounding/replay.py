"""Replays cases in an order of operations, all of their elements at once, and compares the bits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rmsprop.rule import RULE
from numpy.typing import NDArray

from goldstep.diagnosis.rounding.orders import AverageOrder, StepOrder
from goldstep.judge.judge import WEIGHTS, Judgement

Array = NDArray[Any]

(AVERAGE,) = RULE.states
_RATE, _DECAY, _EPSILON = RULE.names


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a port reports of a quantity. ``positions`` are in all elements of all steps in turn."""

    positions: Array
    values: Array

    def agrees(self, computed: Array) -> bool:
        """Whether these are the bits of what was computed; NaN is the same as any NaN."""
        return same_bits(computed[self.positions], self.values)


@dataclass(frozen=True, slots=True)
class Averages:
    """Of all steps: as they are reported, in one array, and as each step uses them."""

    reported: Array
    used: Sequence[Array]


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases side by side, an array of all elements for each input.

    Those with most steps stand first: the n-th step has the first ``len(gradients[n - 1])``.
    """

    hyper_parameters: Mapping[str, Array]
    weights: Array
    gradients: Sequence[Array]
    recorded: Mapping[str, Recorded]

    def averages(self, order: AverageOrder) -> Averages:
        """The averages, from 0 on, in an order."""
        kept = np.zeros_like(self.weights, order.kept)
        reported, used = [], []
        for gradient in self.gradients:
            still = len(gradient)
            decay = self.hyper_parameters[_DECAY][:still]
            average = order.average(decay, kept[:still], gradient)
            kept = average.astype(order.kept, copy=False)
            reported.append(average.astype(self.weights.dtype, copy=False))
            used.append(average.astype(order.used, copy=False))
        return Averages(np.concatenate(reported), used)

    def agrees(self, averages: Averages, order: StepOrder) -> bool:
        """Whether steps in an order, with these averages, have the bits of all weights."""
        weight, weights = self.weights, []
        for gradient, average in zip(self.gradients, averages.used, strict=True):
            still = len(gradient)
            rate, epsilon = (self.hyper_parameters[each][:still] for each in (_RATE, _EPSILON))
            weight = order.weight(weight[:still], rate, gradient, average, epsilon)
            weights.append(weight)
        return self.recorded["weights"].agrees(np.concatenate(weights))


@dataclass(frozen=True, slots=True)
class SingleSteps:
    """Steps whose average and weights, before and after, are all reported: an array for each."""

    hyper_parameters: Mapping[str, Array]
    before: Array
    gradient: Array
    average: Array
    after: Array

    def agrees(self, order: StepOrder) -> bool:
        """Whether steps in an order lead from the weights before to those after."""
        rate, epsilon = self.hyper_parameters[_RATE], self.hyper_parameters[_EPSILON]
        computed = order.weight(self.before, rate, self.gradient, self.average, epsilon)
        return same_bits(computed, self.after)


def side_by_side(judgements: Sequence[Judgement], number_format: NumberFormat) -> Cases:
    """The cases of one judgement or more, each with a step or more, and what a port answered."""
    judgements = sorted(judgements, key=lambda each: len(each.case.gradients), reverse=True)
    number = np.dtype(number_format.name)
    hyper_parameters: dict[str, list[float]] = defaultdict(list)
    weights: list[float] = []
    gradients: list[list[float]] = [[] for _ in judgements[0].case.gradients]
    answers: dict[str, list[tuple[int, int, float]]] = {WEIGHTS: [], AVERAGE: []}
    for judgement in judgements:
        case = judgement.case.inputs
        first = {}
        for name, values in case.weights.items():
            first[name] = len(weights)
            weights.extend(values)
            for arrays, of_step in zip(gradients, case.gradients, strict=False):
                arrays.extend(of_step[name])
        for each, given in RULE.used(case, number_format).items():
            hyper_parameters[each].extend([given] * case.elements)
        for value in judgement.values:
            answers[value.quantity].append((value.step, first[value.name] + value.index, value.got))
    starts = np.cumsum([0, *map(len, gradients)])
    return Cases(
        {name: np.array(values, number) for name, values in hyper_parameters.items()},
        np.array(weights, number),
        [np.array(values, number) for values in gradients],
        {quantity: _recorded(values, starts, number) for quantity, values in answers.items()},
    )


def single_steps(cases: Cases) -> SingleSteps:
    """Those that the cases record whole."""
    starts = np.cumsum([0, *map(len, cases.gradients)])
    known, values = {}, {}
    for quantity, recorded in cases.recorded.items():
        known[quantity] = np.zeros(starts[-1], bool)
        known[quantity][recorded.positions] = True
        values[quantity] = np.zeros(starts[-1], cases.weights.dtype)
        values[quantity][recorded.positions] = recorded.values
    steps = [slice(start, end) for start, end in pairwise(starts)]
    lengths = list(map(len, cases.gradients))

    def of_step_before(start: Array, of_all: Array) -> Array:
        earlier = [start, *(of_all[step] for step in steps[:-1])]
        return np.concatenate([each[:n] for each, n in zip(earlier, lengths, strict=True)])

    known_before = of_step_before(np.ones_like(cases.weights, bool), known["weights"])
    whole = known["weights"] & known[AVERAGE] & known_before
    return SingleSteps(
        {
            name: np.concatenate([array[:n] for n in lengths])[whole]
            for name, array in cases.hyper_parameters.items()
        },
        of_step_before(cases.weights, values["weights"])[whole],
        np.concatenate(cases.gradients)[whole],
        values[AVERAGE][whole],
        values["weights"][whole],
    )


def same_bits(one: Array, other: Array) -> bool:
    """Whether two arrays of one format are the same; NaN is the same as any NaN."""
    bits = np.dtype(f"i{one.dtype.itemsize}")
    same = (one.view(bits) == other.view(bits)) | (np.isnan(one) & np.isnan(other))
    return bool(same.all())


def _recorded(
    answers: Sequence[tuple[int, int, float]], starts: Array, number: np.dtype[Any]
) -> Recorded:
    steps, elements, values = zip(*answers, strict=True) if answers else ((), (), ())
    positions = starts[np.array(steps, int) - 1] + np.array(elements, int)
    return Recorded(positions, np.array(values, number))
