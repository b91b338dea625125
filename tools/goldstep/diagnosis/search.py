"""The search for the smallest hypotheses that explain everything a port answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from goldstep.diagnosis.constants import constants, solved
from goldstep.diagnosis.defaults import own_defaults
from goldstep.diagnosis.hypotheses import MOST_DEVIATIONS, Combination, Hypotheses, joined
from goldstep.diagnosis.trials import Observations
from goldstep.judge.judge import Judgement

# Beside so many deviations of the catalogue a constant is solved for.
_MOST_BESIDE_A_CONSTANT = 2
# Three, and two more hyper-parameters that pass through the same format.
_MOST = MOST_DEVIATIONS + 2


@dataclass(frozen=True, slots=True)
class Found:
    """The smallest combinations that explain all ordinary cases; none if nothing does.

    The empty one is the formula. ``special`` are the cases at the ends of the range that the first
    of them leaves unexplained; if it leaves none, neither do the others.
    """

    combinations: tuple[Combination, ...]
    special: tuple[Judgement, ...] = ()


def search(observations: Observations, hypotheses: Hypotheses) -> Found:
    """The fewest deviations that reproduce every judged value.

    Ordinary cases come first: what explains them names the port's form. Special ones decide between
    several such explanations, and may add one deviation that is seen in them alone. Those that are
    then still wrong are left over.
    """
    explaining = _of_ordinary_cases(observations, hypotheses)
    left = {each: _unexplained_special(each, observations, hypotheses) for each in explaining}
    whole = [each for each in explaining if not left[each]]
    if explaining and not whole:
        whole = _extended(explaining[0], observations, hypotheses)
    if whole or not explaining:
        return Found(tuple(whole))
    best = min(explaining, key=lambda each: len(left[each]))
    return Found((best, *(each for each in explaining if each != best)), left[best])


def _of_ordinary_cases(observations: Observations, hypotheses: Hypotheses) -> list[Combination]:
    """All of the smallest size; a combination's own defaults count."""
    best: list[Combination] = []
    for count in range(_MOST + 1):
        if best and count > len(best[0]):
            break
        best += [
            (*combination, *defaults)
            for combination in _of_given_cases(count, observations, hypotheses)
            for defaults in own_defaults(combination, observations, hypotheses)
        ]
        fewest = min(map(len, best), default=0)
        best = [each for each in best if len(each) == fewest]
    return best


def _of_given_cases(
    count: int, observations: Observations, hypotheses: Hypotheses
) -> list[Combination]:
    """Those of ``count`` deviations that explain the cases that give all hyper-parameters.

    Those of the catalogue come before those with a constant solved for.
    """
    given = observations.given
    if not count:
        return [] if given.failed else [()]
    for combinations in (
        hypotheses.of(count),
        _with_a_constant(count, observations, hypotheses),
    ):
        if found := [each for each in combinations if given.explains(hypotheses.behaviour(each))]:
            return found
    return []


def _with_a_constant(
    count: int, observations: Observations, hypotheses: Hypotheses
) -> Iterator[Combination]:
    """Combinations of the catalogue's, and a constant of the port's own beside them."""
    if count > _MOST_BESIDE_A_CONSTANT + 1:
        return
    unknowns = constants(hypotheses.algorithm)
    for others in hypotheses.of(count - 1):
        behaviour = hypotheses.behaviour(others)
        for unknown in unknowns:
            if all(each.aspect != unknown.aspect for each in others):
                for constant in solved(unknown, behaviour, observations.given):
                    yield (*others, constant)


def _extended(
    combination: Combination, observations: Observations, hypotheses: Hypotheses
) -> list[Combination]:
    """With one deviation more, which explains the special cases too."""
    larger = (joined(combination, (single,)) for single in hypotheses.singles)
    return [
        each
        for each in larger
        if each is not None
        and observations.special.explains(hypotheses.behaviour(each))
        and observations.ordinary.explains(hypotheses.behaviour(each))
    ]


def _unexplained_special(
    combination: Combination, observations: Observations, hypotheses: Hypotheses
) -> tuple[Judgement, ...]:
    """The special cases that a combination leaves wrong; of none, those that failed."""
    special, behaviour = observations.special, hypotheses.behaviour(combination)
    return tuple(
        each.judgement
        for each in special.observed
        if special.explaining(behaviour, each) is None
        and (combination or not each.judgement.passed)
    )
