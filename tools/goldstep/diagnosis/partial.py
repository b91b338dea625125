"""What explains most of a port's failures, where nothing explains them all.

One deviation after the other is taken that reproduces most of what is left. That is done in floats
with error bounds, so that one unknown fault does not hide what is known beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from goldstep_reference.rule.deviation import Deviation

from goldstep.diagnosis.further import Ask, confirming
from goldstep.diagnosis.hypotheses import MOST_DEVIATIONS, Combination, Hypotheses, joined
from goldstep.diagnosis.nearest import small_cases
from goldstep.diagnosis.trials import Observations, ObservedCase
from goldstep.judge.judge import Judgement

# Of the failing cases, of further ones and of all, so many have to be reproduced.
_LEAST_OF_FAILING = 1 / 2
_LEAST_OF_FURTHER = 1 / 2
_LEAST_OF_ALL = 1 / 3
# A deviation beside the first has to reproduce this share of what is left, and no less than two.
_LEAST_OF_REST = 1 / 3
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Part:
    """``deviations`` reproduce the failing cases that are ``explained``, and not the ``rest``."""

    deviations: Combination
    explained: tuple[Judgement, ...]
    rest: tuple[Judgement, ...]


def largest_part(observations: Observations, hypotheses: Hypotheses, ask: Ask) -> Part | None:
    """The deviations that reproduce at least half of the failing cases; None if none do.

    They must also reproduce a third of all cases, half of the further ones, and more than any
    other deviation would.
    """
    predict = observations.predict

    def reproduced(combination: Combination, cases: Sequence[ObservedCase]) -> list[ObservedCase]:
        behaviour = hypotheses.behaviour(combination)
        return [
            each for each in cases if predict.reproduces(each.judgement.case, behaviour, each.got)
        ]

    def best_beside(combination: Combination, rest: Sequence[ObservedCase]) -> Combination | None:
        """With one deviation more, which reproduces most of the rest; None if two do."""
        single: tuple[Deviation, ...] = (
            *hypotheses.singles,
            *sum(hypotheses.defaults.values(), ()),
        )
        larger = filter(None, (joined(combination, (each,)) for each in single))
        counted = [(len(reproduced(each, rest)), each) for each in larger]
        most = max(count for count, _ in counted)
        best = [each for count, each in counted if count == most]
        least = len(rest) * (_LEAST_OF_REST if combination else _LEAST_OF_FAILING)
        return best[0] if len(best) == 1 and most >= max(least, _FEWEST) else None

    small = small_cases(observations)
    rest = [each for each in small if not each.judgement.passed]
    combination: Combination = ()
    right = len(reproduced((), small))
    while rest and len(combination) < MOST_DEVIATIONS:
        larger = best_beside(combination, rest)
        more = len(reproduced(larger, small)) if larger else 0
        if not larger or more <= right:
            break
        combination, right = larger, more
        done = set(reproduced(combination, rest))
        rest = [each for each in rest if each not in done]
    if not combination or right < len(small) * _LEAST_OF_ALL:
        return None
    failing = observations.ordinary.failed
    explained = reproduced(combination, failing)
    answers = ask(confirming(hypotheses.algorithm, hypotheses.number_format))
    further = Observations(answers, predict).ordinary.observed
    if (
        len(explained) < len(failing) * _LEAST_OF_FAILING
        or len(explained) == len(failing)
        or len(reproduced(combination, further)) < len(further) * _LEAST_OF_FURTHER
    ):
        return None
    left = [each.judgement for each in failing if each not in set(explained)]
    return Part(combination, tuple(each.judgement for each in explained), tuple(left))
