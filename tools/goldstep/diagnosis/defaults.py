"""A port's own defaults: read from the cases that leave a hyper-parameter out.

Each default is found by itself, beside what explains the cases that give all of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from goldstep_reference.rule.case import HYPER_PARAMETERS, HyperParameter

from goldstep.diagnosis.constants import DEFAULTS, solved
from goldstep.diagnosis.hypotheses import Combination, Hypotheses
from goldstep.diagnosis.trials import ObservedCase, Trials, failed
from goldstep.judge.prediction import Predictor


class OwnDefaults:
    """What cases that leave hyper-parameters out say of their defaults."""

    def __init__(
        self, leaving_out: Sequence[ObservedCase], hypotheses: Hypotheses, predict: Predictor
    ) -> None:
        self._hypotheses = hypotheses
        self._all = leaving_out
        self._trials = Trials(leaving_out, predict)
        # By the one hyper-parameter that they leave out.
        self._alone = {
            name: [each for each in leaving_out if _left_out(each) == {name}]
            for name in HYPER_PARAMETERS
        }
        self._trials_alone = {
            name: Trials(observed, predict) for name, observed in self._alone.items()
        }

    def beside(self, combination: Combination) -> list[Combination]:
        """The fewest defaults that, beside a combination, explain all of these cases."""
        answers = [self._answers(name, combination) for name in HYPER_PARAMETERS]
        chosen = sorted(itertools.product(*answers), key=lambda parts: sum(map(len, parts)))
        for _, same_count in itertools.groupby(chosen, key=lambda parts: sum(map(len, parts))):
            explaining = [
                defaults
                for defaults in (tuple(itertools.chain(*parts)) for parts in same_count)
                if self._trials.explains(self._hypotheses.behaviour((*combination, *defaults)))
            ]
            if explaining:
                return explaining
        return []

    def _answers(self, name: HyperParameter, combination: Combination) -> list[Combination]:
        """What one default may be: the document's, the catalogue's, or a constant solved for."""
        trials = self._trials_alone[name]
        behaviour = self._hypotheses.behaviour(combination)
        possible = [(), *((each,) for each in self._hypotheses.defaults[name])]
        fitting = [
            answer
            for answer in possible
            if trials.survives(self._hypotheses.behaviour((*combination, *answer)))
        ]
        if fitting:
            return fitting
        wrong = failed(self._alone[name])
        return [(each,) for each in solved(DEFAULTS[name], behaviour, wrong, trials.survives)]


def _left_out(observed: ObservedCase) -> set[str]:
    case = observed.judgement.case
    return {name for name in HYPER_PARAMETERS if getattr(case, name) is None}
