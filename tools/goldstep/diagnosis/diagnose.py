"""What explains a port's numbers: found, tried on cases that no one has seen, and shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rmsprop.behaviour import Column

from goldstep.diagnosis.further import Ask, confirming, separating
from goldstep.diagnosis.hypotheses import Combination, Hypotheses
from goldstep.diagnosis.nearest import Nearest, nearest
from goldstep.diagnosis.repeats import Unsteady, unsteady
from goldstep.diagnosis.search import Found, search
from goldstep.diagnosis.showing import Showing, Shown
from goldstep.diagnosis.trials import Observations, Trials
from goldstep.judge.judge import Judgement
from goldstep.judge.prediction import Predictor
from goldstep.vectors.case import VectorCase

# A hypothesis that further cases refute makes room for another; this often.
_MOST_SEARCHES = 4


@dataclass(frozen=True, slots=True)
class Conforms:
    """Every value is within its budget; ``order`` says in which order of operations, if told."""

    order: str | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """These deviations reproduce every value; so does each of the ``ties``.

    ``shown`` has for each deviation where it shows. ``separated_by`` is a case that would decide
    between the ties, where the port was not asked, or did not answer.
    """

    deviations: Combination
    ties: tuple[Combination, ...]
    shown: tuple[Shown, ...]
    separated_by: VectorCase | None = None


@dataclass(frozen=True, slots=True)
class Unexplained:
    """No hypothesis reproduces every value; ``nearest`` is the one that reproduces most cases."""

    shown: Shown
    nearest: Nearest


Explanation = Conforms | Explained | Unexplained | Unsteady


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What explains the ordinary cases, and the special ones that it leaves unexplained.

    ``further`` counts the cases that the port was sent beside the vectors.
    """

    explanation: Explanation
    special: tuple[Judgement, ...] = ()
    further: int = 0


def diagnose(
    judgements: Sequence[Judgement],
    column: Column,
    number_format: NumberFormat,
    predict: Predictor,
    ask: Ask,
    ask_fresh: Ask,
    seed: int,
) -> Diagnosis:
    """The fewest deviations from ``column`` that reproduce every judged value.

    An explanation must also predict further cases, which are sent to the port by ``ask``; what they
    refute is none. Where several explain the port, the cases are sent that separate them. Before
    all that, some cases are sent again to a new process, by ``ask_fresh``: ``seed`` says which.
    """
    if changing := unsteady(judgements, ask_fresh, seed):
        return Diagnosis(changing)
    return _Explaining(judgements, column, number_format, predict, ask).run()


class _Explaining:
    def __init__(
        self,
        judgements: Sequence[Judgement],
        column: Column,
        number_format: NumberFormat,
        predict: Predictor,
        ask: Ask,
    ) -> None:
        self._judgements = list(judgements)
        self._column = column
        self._number_format = number_format
        self._predict = predict
        self._asked = ask
        self._hypotheses = Hypotheses(column, number_format)
        self._further = 0

    def run(self) -> Diagnosis:
        if all(each.passed for each in self._judgements):
            # It needs NumPy, which takes a while to load: ports run meanwhile, as they do here.
            from goldstep.diagnosis.rounding import evaluation_order

            order = evaluation_order(self._judgements, self._column, self._number_format)
            return Diagnosis(Conforms(order))
        showing = Showing(
            Observations(self._judgements), self._column, self._number_format, self._ask
        )
        found = self._found()
        if not found.combinations:
            explanation: Explanation = Unexplained(
                showing.anything(),
                nearest(Observations(self._judgements), self._hypotheses, self._predict),
            )
            return Diagnosis(explanation, found.special, self._further)
        first, *others = found.combinations
        if not first:
            return Diagnosis(Conforms(), found.special, self._further)
        separated_by = self._separating(found.combinations)
        shown = tuple(showing.deviation(each, first, self._predict) for each in first)
        explanation = Explained(first, tuple(others), shown, separated_by)
        return Diagnosis(explanation, found.special, self._further)

    def _found(self) -> Found:
        """The smallest explanations that also predict further cases, separated from each other."""
        further = confirming(self._number_format)
        for _ in range(_MOST_SEARCHES):
            found = search(self._judgements, self._column, self._number_format, self._predict)
            if not any(found.combinations):
                return found
            if case := self._separating(found.combinations):
                further = (*further, case)
            answers = self._ask(further) if further else ()
            if not self._refuted(found, answers):
                return found
            self._judgements += answers
            further = ()
        return Found(())

    def _refuted(self, found: Found, answers: Sequence[Judgement]) -> bool:
        """Whether the port answered otherwise than one of the explanations predicts."""
        trials = Trials(Observations(answers).ordinary, self._predict)
        return not all(
            trials.explains(self._hypotheses.behaviour(each)) for each in found.combinations
        )

    def _separating(self, combinations: Sequence[Combination]) -> VectorCase | None:
        behaviours = [self._hypotheses.behaviour(each) for each in combinations]
        return separating(behaviours, self._number_format, self._predict)

    def _ask(self, cases: Sequence[VectorCase]) -> Sequence[Judgement]:
        self._further += len(cases)
        return self._asked(cases)
