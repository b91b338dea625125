"""The smallest explanation of a port's numbers: none, one or two deviations from the formula."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from goldstep_reference.behaviour import Behaviour, Column
from goldstep_reference.deviations import Deviation, behaviour_of, deviations_from
from goldstep_reference.number_format import NumberFormat

from goldstep.diagnosis.constants import solved
from goldstep.diagnosis.prediction import Predicted, Predictions, Predictor, key
from goldstep.diagnosis.special import is_special
from goldstep.judge import Judgement

_MOST_DEVIATIONS = 2

# A hypothesis is simulated for as many updates of an element, of failed cases and as many of passed
# ones: a second or two. The largest cases, of thousands of updates each, are seldom among them.
_MOST_UPDATES = 2_000

Combination = tuple[Deviation, ...]


@dataclass(frozen=True, slots=True)
class Conforms:
    """Every value is within its budget."""


@dataclass(frozen=True, slots=True)
class Explained:
    """These deviations reproduce every value; so does each of the ``ties``.

    ``evidence`` is the case where the port is furthest from the formula, an ordinary one if any
    fails; ``predicted`` is what the deviations make of that value.
    """

    deviations: Combination
    ties: tuple[Combination, ...]
    evidence: Judgement
    predicted: Predicted


@dataclass(frozen=True, slots=True)
class Unexplained:
    """No hypothesis reproduces every value."""

    evidence: Judgement


Explanation = Conforms | Explained | Unexplained


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """What explains the ordinary cases, and the special ones that it leaves unexplained."""

    explanation: Explanation
    special: tuple[Judgement, ...] = ()


def explain(
    judgements: Sequence[Judgement], column: Column, number_format: NumberFormat, predict: Predictor
) -> Diagnosed:
    """The fewest deviations from ``column`` that reproduce every judged value.

    Where simulation would take too long the largest cases are left to the smaller ones.

    Ordinary cases come first: what explains them names the port's form. Special ones decide between
    several such explanations, and may add one deviation that is seen in them alone. Those that are
    then still wrong are left over.
    """
    return _Search(judgements, column, number_format, predict).run()


class _Search:
    """A hypothesis is tried on the failed cases first, small ones before large ones.

    A wrong one seldom survives the first.
    """

    def __init__(
        self,
        judgements: Sequence[Judgement],
        column: Column,
        number_format: NumberFormat,
        predict: Predictor,
    ) -> None:
        by_cost = sorted(judgements, key=lambda judgement: (judgement.passed, _updates(judgement)))
        self._special = [each for each in by_cost if is_special(each.case)]
        ordinary = [each for each in by_cost if not is_special(each.case)]
        passed = [each for each in ordinary if each.passed]
        self._ordinary = [*_affordable(_failed(ordinary)), *_affordable(passed)]
        self._column = column
        self._number_format = number_format
        self._predict = predict

    def run(self) -> Diagnosed:
        failed = _failed(self._ordinary)
        failed_special = _failed(self._special)
        if not failed and not failed_special:
            return Diagnosed(Conforms())
        explaining = self._of_ordinary_cases() if failed else [()]
        if not explaining:
            return Diagnosed(Unexplained(_furthest(failed)))
        whole = [each for each in explaining if self._explain(each, self._special)]
        whole = whole or self._extended(explaining[0])
        if whole:
            return Diagnosed(self._explained(whole, failed or failed_special))
        left = {
            combination: tuple(
                each for each in failed_special if not self._explain(combination, [each])
            )
            for combination in explaining
        }
        best = min(explaining, key=lambda combination: len(left[combination]))
        others = [each for each in explaining if each != best]
        explanation = self._explained([best, *others], failed) if failed else Conforms()
        return Diagnosed(explanation, left[best])

    def _of_ordinary_cases(self) -> list[Combination]:
        """The smallest combinations that reproduce every value of the ordinary cases.

        Of the same size, those of the catalogue come before those with a constant solved for.
        """
        failed = _failed(self._ordinary)
        for count in range(1, _MOST_DEVIATIONS + 1):
            for combinations in (self._combinations(count), self._with_a_constant(count, failed)):
                if explaining := [
                    combination
                    for combination in combinations
                    if self._explain(combination, self._ordinary)
                    and self._predict_errors(combination, failed)
                ]:
                    return explaining
        return []

    def _with_a_constant(self, count: int, failed: Sequence[Judgement]) -> Iterator[Combination]:
        """Combinations of the catalogue's, and a constant of the port's own beside them."""
        for others in self._combinations(count - 1):
            for constant in solved(failed, self._behaviour(others), self._predict):
                if all(constant.question != other.question for other in others):
                    yield (*others, constant)

    def _extended(self, combination: Combination) -> list[Combination]:
        """With one deviation more, which explains the special cases too."""
        if len(combination) == _MOST_DEVIATIONS:
            return []
        every = [*_failed(self._special), *self._ordinary, *self._special]
        return [
            larger
            for larger in self._combinations(len(combination) + 1)
            if set(combination) <= set(larger)
            and self._explain(larger, every)
            and self._predict_errors(larger, _failed(every))
        ]

    def _combinations(self, count: int) -> Iterator[Combination]:
        """Those that a program in this number format can have."""
        return (
            combination
            for combination in deviations_from(self._column, count)
            if all(each.representable(self._number_format) for each in combination)
        )

    def _explained(
        self, combinations: Sequence[Combination], failed: Sequence[Judgement]
    ) -> Explained:
        first, *others = combinations
        evidence = _furthest(failed)
        assert evidence.worst
        predictions = self._explaining(self._behaviour(first), evidence)
        assert predictions is not None
        return Explained(first, tuple(others), evidence, predictions[key(evidence.worst.value)])

    def _explain(self, combination: Combination, judgements: Iterable[Judgement]) -> bool:
        behaviour = self._behaviour(combination)
        return all(self._explaining(behaviour, each) is not None for each in judgements)

    def _predict_errors(self, combination: Combination, failed: Iterable[Judgement]) -> bool:
        """Whether it explains a number that is wrong, not only that there is none.

        By a division by zero, say, a deviation has NaN too; but NaN comes of much else.
        """
        behaviour = self._behaviour(combination)
        return any(
            self._explaining(behaviour, judgement) is not None
            for judgement in failed
            if any(not math.isnan(wrong.got) for wrong in judgement.wrong)
        )

    def _explaining(self, behaviour: Behaviour, judgement: Judgement) -> Predictions | None:
        """The predictions that explain all values of a case, under one choice; None if none do."""
        case = judgement.case
        if not is_special(case) and not self._predict.may_explain(
            case, behaviour, judgement.values
        ):
            return None
        for predictions in self._predict.predict(judgement.case, behaviour).values():
            if all(
                predictions[key(value)].explains(value.got, self._number_format)
                for value in judgement.values
            ):
                return predictions
        return None

    def _behaviour(self, combination: Combination) -> Behaviour:
        return behaviour_of(self._column, combination)


def _failed(judgements: Iterable[Judgement]) -> list[Judgement]:
    return [judgement for judgement in judgements if not judgement.passed]


def _furthest(failed: Iterable[Judgement]) -> Judgement:
    """The case with the largest error."""
    return max(failed, key=lambda judgement: judgement.budgets)


def _affordable(judgements: Sequence[Judgement]) -> list[Judgement]:
    """The first of them, as many as can be simulated, and the furthest off that can be; or one."""
    totals = itertools.accumulate(map(_updates, judgements))
    first = [each for each, total in zip(judgements, totals, strict=True) if total <= _MOST_UPDATES]
    single = [each for each in judgements if _updates(each) <= _MOST_UPDATES]
    if not single:
        return list(judgements[:1])
    furthest = _furthest(single)
    return first if furthest in first else [*first, furthest]


def _updates(judgement: Judgement) -> int:
    case = judgement.case
    return len(case.gradients) * sum(map(len, case.weights.values()))
