"""The search for the smallest hypotheses that explain everything a port answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rmsprop.behaviour import Column

from goldstep.diagnosis.constants import CONSTANTS, solved
from goldstep.diagnosis.defaults import OwnDefaults
from goldstep.diagnosis.hypotheses import MOST_DEVIATIONS, Combination, Hypotheses, joined
from goldstep.diagnosis.trials import Observations, ObservedCase, Trials, failed
from goldstep.judge.judge import Judgement
from goldstep.judge.prediction import Predictor

# Beside so many deviations of the catalogue a constant is solved for.
_MOST_BESIDE_A_CONSTANT = 2
# Three, and two more hyper-parameters that pass through the same format.
_MOST = MOST_DEVIATIONS + 2


@dataclass(frozen=True, slots=True)
class Found:
    """The smallest combinations that explain all ordinary cases; none where nothing does.

    The empty one is the formula. ``special`` are the cases at the ends of the range that the first
    of them leaves unexplained; where it leaves none, neither do the others.
    """

    combinations: tuple[Combination, ...]
    special: tuple[Judgement, ...] = ()


def search(
    judgements: Sequence[Judgement], column: Column, number_format: NumberFormat, predict: Predictor
) -> Found:
    """The fewest deviations from ``column`` that reproduce every judged value.

    Ordinary cases come first: what explains them names the port's form. Special ones decide between
    several such explanations, and may add one deviation that is seen in them alone. Those that are
    then still wrong are left over.
    """
    return _Search(judgements, Hypotheses(column, number_format), predict).run()


class _Search:
    def __init__(
        self, judgements: Sequence[Judgement], hypotheses: Hypotheses, predict: Predictor
    ) -> None:
        self._hypotheses = hypotheses
        self._predict = predict
        self._observations = observations = Observations(judgements)
        self._given = Trials(observations.given, predict)
        self._special = Trials(observations.special, predict)
        self._everything = Trials([*observations.ordinary, *observations.special], predict)
        self._defaults = OwnDefaults(observations.leaving_out, hypotheses, predict)

    def run(self) -> Found:
        explaining = self._of_ordinary_cases()
        special = self._observations.special
        if not explaining or not special:
            return Found(tuple(explaining))
        whole = [each for each in explaining if self._explains_special(each)]
        whole = whole or self._extended(explaining[0])
        if whole:
            return Found(tuple(whole))
        left = {each: tuple(self._unexplained(each, special)) for each in explaining}
        best = min(explaining, key=lambda each: len(left[each]))
        return Found((best, *(each for each in explaining if each != best)), left[best])

    def _of_ordinary_cases(self) -> list[Combination]:
        """All of the smallest size; a combination's own defaults count."""
        best: list[Combination] = []
        for count in range(_MOST + 1):
            if best and count > len(best[0]):
                break
            for combination in self._of_given_cases(count):
                for defaults in self._defaults.beside(combination):
                    whole = (*combination, *defaults)
                    if not best or len(whole) < len(best[0]):
                        best = [whole]
                    elif len(whole) == len(best[0]):
                        best.append(whole)
        return best

    def _of_given_cases(self, count: int) -> list[Combination]:
        """Those of ``count`` deviations that explain the cases that give all hyper-parameters.

        Those of the catalogue come before those with a constant solved for.
        """
        for combinations in (self._hypotheses.of(count), self._with_a_constant(count)):
            if explaining := [each for each in combinations if self._explains_given(each)]:
                return explaining
        return []

    def _explains_given(self, combination: Combination) -> bool:
        if not combination:
            return not failed(self._observations.given)
        return self._given.explains(self._hypotheses.behaviour(combination))

    def _with_a_constant(self, count: int) -> Iterator[Combination]:
        """Combinations of the catalogue's, and a constant of the port's own beside them."""
        if not 1 <= count <= _MOST_BESIDE_A_CONSTANT + 1:
            return
        wrong = failed(self._observations.given)
        for others in self._hypotheses.of(count - 1):
            behaviour = self._hypotheses.behaviour(others)
            for unknown in CONSTANTS:
                if any(each.question == unknown.question for each in others):
                    continue
                for constant in solved(unknown, behaviour, wrong, self._given.survives):
                    yield (*others, constant)

    def _extended(self, combination: Combination) -> list[Combination]:
        """With one deviation more, which explains the special cases too."""
        extended = []
        for single in self._hypotheses.singles:
            larger = joined(combination, (single,))
            if larger is None:
                continue
            behaviour = self._hypotheses.behaviour(larger)
            if self._special.explains(behaviour) and self._everything.explains(behaviour):
                extended.append(larger)
        return extended

    def _explains_special(self, combination: Combination) -> bool:
        return not self._unexplained(combination, self._observations.special)

    def _unexplained(
        self, combination: Combination, special: Sequence[ObservedCase]
    ) -> list[Judgement]:
        behaviour = self._hypotheses.behaviour(combination)
        return [
            each.judgement
            for each in special
            if self._special.explaining(behaviour, each) is None
            and (combination or not each.judgement.passed)
        ]
