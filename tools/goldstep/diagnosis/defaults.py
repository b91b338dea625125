"""A port's own defaults: read from the cases that leave a hyper-parameter out.

Each default is found by itself, beside what explains the cases that give all of them.
"""

from __future__ import annotations

import itertools

from goldstep_reference.rule.rule import HyperParameter

from goldstep.diagnosis.constants import default, solved
from goldstep.diagnosis.hypotheses import Combination, Hypotheses
from goldstep.diagnosis.trials import Observations


def own_defaults(
    combination: Combination, observations: Observations, hypotheses: Hypotheses
) -> list[Combination]:
    """The fewest defaults that, beside a combination, explain all cases that leave some out."""
    answers = [
        _answers(each, combination, observations, hypotheses)
        for each in hypotheses.algorithm.rule.hyper_parameters
    ]
    chosen = (tuple(itertools.chain(*parts)) for parts in itertools.product(*answers))
    for _, same_count in itertools.groupby(sorted(chosen, key=len), key=len):
        explaining = [
            defaults
            for defaults in same_count
            if observations.leaving_out.explains(hypotheses.behaviour((*combination, *defaults)))
        ]
        if explaining:
            return explaining
    return []


def _answers(
    parameter: HyperParameter,
    combination: Combination,
    observations: Observations,
    hypotheses: Hypotheses,
) -> list[Combination]:
    """What one default may be: the document's, the catalogue's, or a constant solved for."""
    trials = observations.leaving_out_only(parameter.name)
    possible = [(), *((each,) for each in hypotheses.defaults[parameter.name])]
    fitting = [
        answer
        for answer in possible
        if trials.survives(hypotheses.behaviour((*combination, *answer)))
    ]
    if fitting:
        return fitting
    behaviour = hypotheses.behaviour(combination)
    return [(each,) for each in solved(default(parameter), behaviour, trials)]
