"""The hypothesis that comes nearest to a port that nothing explains."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from goldstep_reference.rule.algorithm import Variant

from goldstep.diagnosis.hypotheses import Combination, Hypotheses
from goldstep.diagnosis.trials import Observations, ObservedCase
from goldstep.judge.prediction import Predictor
from goldstep.vectors.case import VectorCase

# Beyond these a case says little that smaller ones have not said.
_MOST_UPDATES = 12


@dataclass(frozen=True, slots=True)
class Nearest:
    """``deviations`` reproduce ``cases`` of ``of_cases`` small ones; ``fails`` is the first other.

    No deviations are the formula.
    """

    deviations: Combination
    cases: int
    of_cases: int
    fails: VectorCase | None


def nearest(observations: Observations, hypotheses: Hypotheses) -> Nearest:
    """Of the formula and all single deviations the one that explains most cases, in floats."""
    predict = observations.predict
    small = [each for each in observations.ordinary.observed if each.updates <= _MOST_UPDATES]

    def left(combination: Combination) -> list[ObservedCase]:
        behaviour = hypotheses.behaviour(combination)
        return [each for each in small if not _explains(behaviour, each, predict)]

    every = itertools.chain(hypotheses.of(0), hypotheses.of(1))
    unexplained = {combination: left(combination) for combination in every}
    best = min(unexplained, key=lambda combination: len(unexplained[combination]))
    fails = unexplained[best]
    return Nearest(
        best, len(small) - len(fails), len(small), fails[0].judgement.case if fails else None
    )


def _explains(behaviour: Variant, observed: ObservedCase, predict: Predictor) -> bool:
    """Whether it has the port's numbers, and not just none that contradict them."""
    case = observed.judgement.case
    numbers = predict.in_floats(case, behaviour).values()
    known = all(number is not None and number[1] < math.inf for number in numbers)
    return known and predict.may_explain(case, behaviour, observed.got)
