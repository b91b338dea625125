"""Where a deviation shows: the case that shows it best, and the smallest one that shows it at all.

A deviation among several shows where the port is far from what it would be without that one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from goldstep_reference.arithmetic.bounded import Bounded
from goldstep_reference.arithmetic.choices import CHOICES
from goldstep_reference.rule.case import Case
from goldstep_reference.rule.deviation import Deviation
from goldstep_reference.vectors.certify import NoBudgetError, NotCertifiedError

from goldstep.diagnosis.further import Ask, vector_case
from goldstep.diagnosis.hypotheses import Combination, Hypotheses
from goldstep.diagnosis.reproduction import Reproduction
from goldstep.diagnosis.shrinking import simplest, with_other_gradients
from goldstep.diagnosis.trials import Observations, ObservedCase, Trials
from goldstep.judge.judge import JudgedValue, Judgement, Value, judged_value
from goldstep.judge.prediction import Alternatives, Key, Predicted, key

# What a reproduction has to show, so that no rounding can be the reason.
_CLEARLY = 10.0  # budgets
_IN_THE_FIRST_DIGIT = 0.1
# A case is run again with all of its steps recorded if it takes no more updates of an element.
_MOST_UPDATES = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """The value that shows it best, in a vector, and the smallest case that shows it.

    ``deviation`` and ``predicted`` are None if nothing explains the port. ``without`` is what it
    would have without this one of several deviations, if that is known. ``first_step`` is the first
    of the case at which the port leaves the formula.
    """

    deviation: Deviation | None
    judgement: Judgement
    value: JudgedValue
    predicted: Predicted | None
    without: Predicted | None
    first_step: int
    reproduction: Reproduction | None


# How far values of a case are from where they would be without the deviation, in budgets.
_Distances = Callable[[Judgement, Sequence[Value]], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Showing:
    """Shows what is wrong with a port by its judged cases, and by asking it for smaller ones."""

    observations: Observations
    hypotheses: Hypotheses
    ask: Ask

    def anything(self, beside: Combination = ()) -> Shown:
        """The value that is furthest off, and the smallest case in which one is far off.

        In a case that the deviations ``beside`` do not explain.
        """
        predict, behaviour = self.observations.predict, self.hypotheses.behaviour(beside)

        def left(observed: ObservedCase) -> bool:
            case = observed.judgement.case
            return not beside or not predict.may_explain(case, behaviour, observed.got)

        return self._shown(None, self._budgets, left)

    def deviation(self, deviation: Deviation, combination: Combination) -> Shown:
        """Where one deviation of a combination that explains the port shows."""
        predict = self.observations.predict
        behaviour = self.hypotheses.behaviour(combination)
        others = tuple(each for each in combination if each != deviation)
        without = self.hypotheses.behaviour(others)

        def from_without(judgement: Judgement, values: Sequence[Value]) -> Sequence[float]:
            """In floats, so roughly; 0 if nothing is known of what it would be."""
            numbers = predict.in_floats(judgement.case, without)
            return [_distance(value.got, numbers.get(key(value))) for value in values]

        def explained(observed: ObservedCase) -> bool:
            return predict.may_explain(observed.judgement.case, behaviour, observed.got)

        shown = self._shown(deviation, from_without if others else self._budgets, explained)
        observed, place = ObservedCase(shown.judgement), key(shown.value.value)
        predicted = Trials([observed], predict).explaining(behaviour, observed)
        return replace(
            shown,
            predicted=predicted[place] if predicted else None,
            without=_alone(predict.predict(shown.judgement.case, without), place)
            if others
            else None,
        )

    @property
    def _failed(self) -> Sequence[ObservedCase]:
        return self.observations.ordinary.failed or self.observations.special.failed

    def _shown(
        self,
        deviation: Deviation | None,
        distances: _Distances,
        explained: Callable[[ObservedCase], bool],
    ) -> Shown:
        judgements = [each.judgement for each in self._failed]
        judgement, value, _ = max(
            (
                (judgement, value, distance)
                for judgement in judgements
                for value, distance in zip(
                    judgement.wrong, distances(judgement, judgement.wrong), strict=True
                )
            ),
            # A wrong number is easier to follow than that there is none, or that zero was expected.
            key=lambda shown: (
                math.isfinite(shown[1].got) and math.isfinite(shown[2]),
                shown[2],
            ),
        )
        return Shown(
            deviation,
            judgement,
            self._judged(judgement, value),
            None,
            None,
            self._first_step(judgement),
            self._reproduction(distances, explained),
        )

    def _reproduction(
        self, distances: _Distances, explained: Callable[[ObservedCase], bool]
    ) -> Reproduction | None:
        """The smallest case that the port itself answers so; None if no small one shows it.

        Of those that are as small, the one in which the numbers differ most.
        """
        found: list[Reproduction] = []

        def shows(case: Case, judgement: Judgement) -> bool:
            weights = [value for value in judgement.wrong if value.quantity == "weights"]
            apart = distances(judgement, weights), self._budgets(judgement, weights)
            clear = [
                value for value, *both in zip(weights, *apart, strict=True) if min(both) >= _CLEARLY
            ]
            found.extend(Reproduction(case, self._judged(judgement, each)) for each in clear[-1:])
            return bool(clear)

        def asked(case: Case) -> bool:
            judgement = self._asked(case)
            return (
                judgement is not None
                and explained(ObservedCase(judgement))
                and shows(case, judgement)
            )

        number_format = self.hypotheses.number_format
        for observed in sorted(self._failed, key=_has_empty_parameters):
            case = replace(observed.judgement.case.inputs, choices=())
            if shows(case, observed.judgement):
                smallest = simplest(case, self.hypotheses.algorithm, number_format, asked)
                as_small = found[-1:]
                found.clear()
                for each in with_other_gradients(smallest, number_format):
                    asked(each)
                return max((*as_small, *found), key=_difference_seen)
        return None

    def _asked(self, case: Case) -> Judgement | None:
        """The verdict on a case; where the result may be no number, by what any choice allows."""
        algorithm, number_format = self.hypotheses.algorithm, self.hypotheses.number_format
        try:
            cases = [vector_case(algorithm, case, number_format)]
            if cases[0].special_values:
                case = replace(case, choices=tuple(CHOICES))
                cases = [vector_case(algorithm, case, number_format)]
        except (NoBudgetError, NotCertifiedError):
            return None
        return next(iter(self.ask(cases)), None)

    def _first_step(self, judgement: Judgement) -> int:
        """The first wrong step: of all if the port can be asked for all, else of those recorded.

        A value may be wrong after a step and right again later.
        """
        case = judgement.case.inputs
        steps = len(case.gradients)
        recorded = min(value.step for value in judgement.wrong)
        if recorded == 1 or steps * case.elements > _MOST_UPDATES or case.choices:
            return recorded
        whole = self._asked(replace(case, record=tuple(range(1, steps + 1))))
        return min((value.step for value in whole.wrong), default=recorded) if whole else recorded

    def _judged(self, judgement: Judgement, value: Value) -> JudgedValue:
        assert judgement.worst
        return judged_value(judgement.case, self.hypotheses.column, judgement.worst.choice, value)

    def _budgets(self, judgement: Judgement, values: Sequence[Value]) -> Sequence[float]:
        return [self._judged(judgement, value).budgets for value in values]


def _has_empty_parameters(observed: ObservedCase) -> bool:
    return not all(observed.judgement.case.weights.values())


def _difference_seen(found: Reproduction) -> float:
    """How much of the larger number the two differ by; as good as all if it is the first digit."""
    got, expected = found.shown.value.got, found.shown.expected.nearest
    if not (math.isfinite(got) and math.isfinite(expected)):
        return 0.0
    larger = max(abs(got), abs(expected))
    return min(abs(got - expected) / larger, _IN_THE_FIRST_DIGIT) if larger else 0.0


def _distance(got: float, number: Bounded | None) -> float:
    if number is None or not number[1] < math.inf or not math.isfinite(got):
        return 0.0
    return abs(got - number[0]) / (number[1] or math.ulp(0.0))


def _alone(alternatives: Alternatives, place: Key) -> Predicted | None:
    """The prediction, if there is but one choice."""
    predictions = list(alternatives.values())
    return predictions[0][place] if len(predictions) == 1 else None
