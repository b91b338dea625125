"""Which evaluation order has the bits of a conforming port, and the words for it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rmsprop.algorithm import RMSPROP

from goldstep.diagnosis.hypotheses import Hypotheses
from goldstep.diagnosis.rounding.orders import (
    AverageOrder,
    StepOrder,
    average_orders,
    step_orders,
)
from goldstep.diagnosis.rounding.replay import AVERAGE, Cases, side_by_side, single_steps
from goldstep.diagnosis.special import is_special
from goldstep.judge.judge import Judgement

# Longer cases are left out: time goes with the steps of the longest.
_MOST_STEPS = 100
# Most orders are refuted by some of the small cases, before the rest is replayed.
_FEW_STEPS, _EVERY = 4, 16
# So few values may agree by chance, or because they are round numbers.
_LEAST_VALUES = 100
_MOST_FORMS = 2

Order = AverageOrder | StepOrder
Orders = tuple[AverageOrder, StepOrder]


def evaluation_order(judgements: Sequence[Judgement], hypotheses: Hypotheses) -> str | None:
    """In words, the order of operations in which a port computes; None if it cannot be decided.

    ``judgements`` are those of a port that conforms, and is held to a column of RMSProp: orders of
    other algorithms are not known. The order has the bits of every
    value of the ordinary cases, but for the longest. If no known order has them, one may still have
    all reported averages, or lead through every step from its reported average and weight: then
    only the average or the step is named. If several have them, what they agree in is named, or at
    most two forms; of wider formats, the simplest arithmetic.
    """
    if hypotheses.algorithm is not RMSPROP:
        return None
    column, number_format = hypotheses.column, hypotheses.number_format
    ordinary = [
        each
        for each in judgements
        if 0 < len(each.case.gradients) <= _MOST_STEPS
        and not each.case.learning_rates
        and not is_special(each.case)
    ]
    small = [each for each in ordinary if len(each.case.gradients) <= _FEW_STEPS][::_EVERY]
    if not small:
        return None
    batches = [side_by_side(each, number_format) for each in (small, ordinary)]
    if len(batches[-1].recorded["weights"].values) < _LEAST_VALUES:
        return None
    with np.errstate(all="ignore"):
        return _named(batches, column, number_format)


def _named(batches: Sequence[Cases], column: str, number_format: NumberFormat) -> str | None:
    averages = list(average_orders(number_format))
    steps = list(step_orders(number_format, column))
    if orders := _of_all_values(batches, averages, steps):
        return _words(orders)
    if len(batches[-1].recorded[AVERAGE].values) < _LEAST_VALUES:
        return None
    if words := _in_common(_of_averages(batches, averages)):
        return f"average rounds {words}"
    if words := _in_common(_of_single_steps(batches, steps)):
        return f"step rounds {words}"
    return None


def _of_all_values(
    batches: Sequence[Cases], averages: Sequence[AverageOrder], steps: Sequence[StepOrder]
) -> list[Orders]:
    orders = list(product(averages, steps))
    for cases in batches:
        replayed = {average: cases.averages(average) for average in {each for each, _ in orders}}
        reported = cases.recorded[AVERAGE]
        orders = [
            (average, step)
            for average, step in orders
            if reported.agrees(replayed[average].reported) and cases.agrees(replayed[average], step)
        ]
    return orders


def _of_averages(
    batches: Sequence[Cases], averages: Sequence[AverageOrder]
) -> Sequence[AverageOrder]:
    for cases in batches:
        reported = cases.recorded[AVERAGE]
        averages = [each for each in averages if reported.agrees(cases.averages(each).reported)]
    return averages


def _of_single_steps(batches: Sequence[Cases], steps: Sequence[StepOrder]) -> Sequence[StepOrder]:
    whole = [single_steps(cases) for cases in batches]
    if len(whole[-1].after) < _LEAST_VALUES:
        return []
    for single in whole:
        steps = [each for each in steps if single.agrees(each)]
    return steps


def _words(orders: Sequence[Orders]) -> str | None:
    """What the orders that have the bits of all values have in common."""
    simplest = _arithmetics(orders[0])
    alike = [each for each in orders if _arithmetics(each) == simplest]
    average, step = (
        _in_common([each[half] for each in alike])
        if len({bool(each[half].arithmetic) for each in orders}) == 1
        else None
        for half in (0, 1)
    )
    if average and step:
        # Both in the same wider format: said once.
        alone = average == simplest[0] == simplest[1]
        return f"rounds {step}" if alone else f"average rounds {average}, step {step}"
    if average:
        return f"average rounds {average}"
    return f"step rounds {step}" if step else None


def _arithmetics(orders: Orders) -> tuple[str, ...]:
    return tuple(each.arithmetic for each in orders)


def _in_common(orders: Sequence[Order]) -> str | None:
    """In words, the simplest arithmetic, and its forms; None if too many are left, or none.

    In a wider format most forms come to the same: there it may be the arithmetic alone.
    """
    if len({bool(each.arithmetic) for each in orders}) != 1:
        return None
    arithmetic = orders[0].arithmetic
    forms = dict.fromkeys(each.form for each in orders if each.arithmetic == arithmetic)
    if not arithmetic:
        return f"like {' or '.join(forms)}" if len(forms) <= _MOST_FORMS else None
    return f"{arithmetic} ({next(iter(forms))})" if len(forms) == 1 else arithmetic
