"""Tries hypotheses on what a port answered.

A wrong hypothesis seldom survives its first case: so it is tried in floats with error bounds first,
and on those cases that have refuted most others. What survives all cases is confirmed in exact
arithmetic, as far as that is affordable.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.rule.algorithm import Variant

from goldstep.diagnosis.special import is_special
from goldstep.judge.judge import Judgement
from goldstep.judge.prediction import Key, Predictions, Predictor, key
from goldstep.vectors.case import VectorCase

# A hypothesis is confirmed for as many updates of an element, of failed cases and as many of passed
# ones: the largest cases, of thousands of updates each, are seldom among them.
_MOST_UPDATES = 500

# Before a hypothesis is tried on all cases it is tried on so many.
_FIRST = 50

# Of the wrong numbers an explanation has to predict this share.
_LEAST_PREDICTED = 0.25


@dataclass(frozen=True, eq=False)
class ObservedCase:
    """A judged case, and what it takes to simulate it."""

    judgement: Judgement

    @cached_property
    def got(self) -> dict[Key, float]:
        """Every number that the port reported."""
        return {key(value): value.got for value in self.judgement.values}

    @cached_property
    def updates(self) -> int:
        """Updates of one element that the case takes."""
        case = self.judgement.case
        return len(case.gradients) * sum(map(len, case.weights.values()))


class Trials:
    """Hypotheses on trial before one set of observed cases."""

    def __init__(self, observed: Sequence[ObservedCase], predict: Predictor) -> None:
        self.observed = observed
        self.failed = [each for each in observed if not each.judgement.passed]
        self._predict = predict
        ordinary = [each for each in observed if not is_special(each.judgement.case)]
        self._special = [each for each in observed if is_special(each.judgement.case)]
        # Those that refute most for the least work come first.
        self._in_floats = list(ordinary)
        self._worth = dict.fromkeys(self._in_floats, 0.0)
        wrong = [each for each in ordinary if not each.judgement.passed]
        right = [each for each in ordinary if each.judgement.passed]
        self._exactly = [*_affordable(wrong), *_affordable(right)]
        self._wrong = wrong[:_FIRST]

    def survives(self, behaviour: Variant, begin: int = 0, end: int | None = None) -> bool:
        """Whether floats with error bounds leave it open that the behaviour explains every case.

        Or those from ``begin`` to ``end``: the first refute nearly everything.
        """
        for position, each in enumerate(self._in_floats[begin:end], start=begin):
            if not self._predict.may_explain(each.judgement.case, behaviour, each.got):
                self._worth[each] += 1 / max(1, each.updates)
                self._bring_forward(position)
                return False
        return True

    def explains(self, behaviour: Variant) -> bool:
        """Whether every value of every case is within the behaviour's own budget.

        And the behaviour says what most wrong numbers are: one that has no value there, by a
        division by zero, say, contradicts nothing and explains nothing.
        """
        return (
            self.survives(behaviour, end=_FIRST)
            and self._predicts_enough(behaviour)
            and self.survives(behaviour, begin=_FIRST)
            and all(
                self.explaining(behaviour, each) is not None
                for each in (*self._exactly, *self._special)
            )
        )

    def explaining(self, behaviour: Variant, observed: ObservedCase) -> Predictions | None:
        """The predictions that explain all values of a case, under one choice; None if none do."""
        judgement = observed.judgement
        number_format = NUMBER_FORMATS[judgement.case.number_format]
        for predictions in self._predict.predict(judgement.case, behaviour).values():
            if all(
                predictions[place].explains(got, number_format)
                for place, got in observed.got.items()
            ):
                return predictions
        return None

    def _predicts_enough(self, behaviour: Variant) -> bool:
        if not self._wrong:
            return True
        wrong = predicted = 0
        for each in self._wrong:
            places = [key(value) for value in each.judgement.wrong if math.isfinite(value.got)]
            wrong += len(places)
            predicted += self._predicted(behaviour, each.judgement.case, places)
        # That there is no number comes of much.
        return wrong > 0 and predicted >= wrong * _LEAST_PREDICTED

    def _predicted(self, behaviour: Variant, case: VectorCase, places: Sequence[Key]) -> int:
        """In how many of the places the behaviour has a value, and a bound on it."""
        in_floats = self._predict.in_floats(case, behaviour)
        numbers = [number for place in places if (number := in_floats[place]) is not None]
        if all(bound < math.inf for _, bound in numbers):
            return len(numbers)
        # Floats do not know; there may be a bound all the same.
        predicted = next(iter(self._predict.predict(case, behaviour).values()))
        return sum(predicted[place].budget is not None for place in places)

    def _bring_forward(self, position: int) -> None:
        order, worth = self._in_floats, self._worth
        observed = order.pop(position)
        while position and worth[order[position - 1]] < worth[observed]:
            position -= 1
        order.insert(position, observed)


@dataclass(frozen=True)
class Observations:
    """What a port answered, in parts that decide between hypotheses one after the other."""

    judgements: Sequence[Judgement]
    predict: Predictor

    @cached_property
    def given(self) -> Trials:
        """Of the ordinary cases that give all hyper-parameters."""
        given = [each for each in self._ordinary if not each.judgement.case.left_out]
        return Trials(given, self.predict)

    @cached_property
    def leaving_out(self) -> Trials:
        """Of the ordinary cases that leave a hyper-parameter out."""
        leaving_out = [each for each in self._ordinary if each.judgement.case.left_out]
        return Trials(leaving_out, self.predict)

    def leaving_out_only(self, name: str) -> Trials:
        """Of the ordinary cases that leave out this hyper-parameter, and no other."""
        alone = [each for each in self._ordinary if each.judgement.case.left_out == {name}]
        return Trials(alone, self.predict)

    @cached_property
    def ordinary(self) -> Trials:
        """Of all cases that are not special."""
        return Trials([*self.given.observed, *self.leaving_out.observed], self.predict)

    @cached_property
    def special(self) -> Trials:
        """Of the cases at the ends of the range."""
        special = [each for each in self._observed if is_special(each.judgement.case)]
        return Trials(special, self.predict)

    @cached_property
    def _ordinary(self) -> list[ObservedCase]:
        return [each for each in self._observed if not is_special(each.judgement.case)]

    @cached_property
    def _observed(self) -> list[ObservedCase]:
        """Those first that refute most for the least work."""
        return sorted(
            map(ObservedCase, self.judgements),
            key=lambda each: (each.judgement.passed, each.updates),
        )


def _affordable(observed: Sequence[ObservedCase]) -> list[ObservedCase]:
    """The first of them, as many as can be simulated, and the furthest off that can be; or one."""
    totals = itertools.accumulate(each.updates for each in observed)
    first = [each for each, total in zip(observed, totals, strict=True) if total <= _MOST_UPDATES]
    single = [each for each in observed if each.updates <= _MOST_UPDATES]
    if not single:
        return list(observed[:1])
    furthest = max(single, key=lambda each: each.judgement.budgets)
    return first if furthest in first else [*first, furthest]
