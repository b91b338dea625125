"""The hypothesis that comes nearest to a port that nothing explains."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from goldstep.diagnosis.hypotheses import Combination, Hypotheses
from goldstep.diagnosis.trials import Observations, ObservedCase
from goldstep.judge.prediction import Predictor
from goldstep.vectors.case import VectorCase

# Beyond these a case says little that smaller ones have not said.
_MOST_UPDATES = 12
# What reproduces a smaller share of the cases does so by chance.
_LEAST_SHARE = 1 / 3


@dataclass(frozen=True, slots=True)
class Nearest:
    """``deviations`` reproduce ``cases`` of ``of_cases`` small ones; no deviations are the formula.

    Cases in which floats do not know what they do are not counted. ``fails`` is the first case that
    they do not reproduce and the port fails in; None if there is none.
    """

    deviations: Combination
    cases: int
    of_cases: int
    fails: VectorCase | None


def nearest(observations: Observations, hypotheses: Hypotheses) -> Nearest | None:
    """Of the formula and all single deviations the one that explains most cases, in floats.

    None if that is less than a third of them.
    """
    small = small_cases(observations)
    every = itertools.chain(hypotheses.of(0), hypotheses.of(1))
    tried = [_tried(each, small, hypotheses, observations.predict) for each in every]
    best = max(tried, key=lambda each: each.cases)
    return best if best.cases >= len(small) * _LEAST_SHARE else None


def small_cases(observations: Observations) -> list[ObservedCase]:
    """The ordinary ones that are simulated at once, those that failed first."""
    return [each for each in observations.ordinary.observed if each.updates <= _MOST_UPDATES]


def _tried(
    combination: Combination,
    small: Sequence[ObservedCase],
    hypotheses: Hypotheses,
    predict: Predictor,
) -> Nearest:
    """How a hypothesis does in small cases."""
    behaviour = hypotheses.behaviour(combination)
    reproduced, others = 0, list[ObservedCase]()
    for observed in small:
        case = observed.judgement.case
        if predict.reproduces(case, behaviour, observed.got):
            reproduced += 1
        elif not predict.may_explain(case, behaviour, observed.got):
            others.append(observed)
    failing = (each.judgement.case for each in others if not each.judgement.passed)
    return Nearest(combination, reproduced, reproduced + len(others), next(failing, None))
