"""The smallest explanation of a port's numbers: none, one or two deviations from the formula."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from goldstep_reference.behaviour import (
    Behaviour,
    Column,
    Deviation,
    behaviour_of,
    deviations_from,
)
from goldstep_reference.number_format import NumberFormat

from goldstep.diagnosis.prediction import Predicted, Predictor, key
from goldstep.judge import Judgement

_MOST_DEVIATIONS = 2


@dataclass(frozen=True, slots=True)
class Conforms:
    """Every value is within its budget."""


@dataclass(frozen=True, slots=True)
class Explained:
    """These deviations reproduce every value; so does each of the ``ties``.

    ``evidence`` is the case where the port is furthest from the formula, ``predicted`` what the
    deviations make of that value.
    """

    deviations: tuple[Deviation, ...]
    ties: tuple[tuple[Deviation, ...], ...]
    evidence: Judgement
    predicted: Predicted


@dataclass(frozen=True, slots=True)
class Unexplained:
    """No hypothesis reproduces every value."""

    evidence: Judgement


Explanation = Conforms | Explained | Unexplained


def explain(
    judgements: Sequence[Judgement], column: Column, number_format: NumberFormat, predict: Predictor
) -> Explanation:
    """The fewest deviations from ``column`` that reproduce every judged value.

    A hypothesis is tried on the failed cases first, small ones before large ones: a wrong one
    seldom survives the first.
    """
    failed = [judgement for judgement in judgements if not judgement.passed]
    if not failed:
        return Conforms()
    by_cost = sorted(judgements, key=lambda judgement: (judgement.passed, _cost(judgement)))
    evidence = max(failed, key=lambda judgement: judgement.budgets)
    for count in range(1, _MOST_DEVIATIONS + 1):
        hypotheses = (
            (deviations, behaviour_of(column, deviations))
            for deviations in deviations_from(column, count)
        )
        explaining = [
            (deviations, behaviour)
            for deviations, behaviour in hypotheses
            if all(_explains(behaviour, each, number_format, predict) for each in by_cost)
            and any(_predicts_errors(behaviour, each, predict) for each in failed)
        ]
        if explaining:
            (deviations, behaviour), *others = explaining
            assert evidence.worst
            predicted = predict.predict(evidence.case, behaviour)[key(evidence.worst.value)]
            return Explained(deviations, tuple(tie for tie, _ in others), evidence, predicted)
    return Unexplained(evidence)


def _explains(
    behaviour: Behaviour, judgement: Judgement, number_format: NumberFormat, predict: Predictor
) -> bool:
    predictions = predict.predict(judgement.case, behaviour)
    return all(
        predictions[key(value)].explains(value.got, number_format) for value in judgement.values
    )


def _predicts_errors(behaviour: Behaviour, judgement: Judgement, predict: Predictor) -> bool:
    """Whether it explains a number that is wrong, not only that there is none.

    Where it has no real value, by a division by zero, say, NaN fits; but NaN comes of much else.
    """
    predictions = predict.predict(judgement.case, behaviour)
    return any(
        predictions[key(wrong)].exact is not None or math.isinf(wrong.got)
        for wrong in judgement.wrong
    )


def _cost(judgement: Judgement) -> int:
    case = judgement.case
    return len(case.gradients) * sum(map(len, case.weights.values()))
