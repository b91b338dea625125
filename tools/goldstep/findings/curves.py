"""What a report draws of a rung: how its numbers run beside the exact ones, and beside predictions.

Trajectories are of vectors that were judged anyway. The sweep is one case more: gradients of every
size in the first step from weights that are zero, where epsilon's place shows best.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from goldstep_reference.numbers.number_format import NUMBER_FORMATS, write_number
from goldstep_reference.rule.algorithm import Algorithm
from goldstep_reference.rule.case import Case

from goldstep.diagnosis.diagnose import Explained, Explanation
from goldstep.diagnosis.further import vector_case
from goldstep.judge.judge import Judgement, Value, judged_value
from goldstep.judge.prediction import Predictor, key
from goldstep.results.records import RungKey, Sweep, Trajectory
from goldstep.vectors.case import VectorCase

_FEWEST_STEPS = 5  # that make a curve
_MOST_UPDATES = 2000  # of elements, to be predicted
_MOST_TRAJECTORIES = 2  # of a rung, of different groups
_DECADES = range(-12, 3)
_MANTISSAS = ("1", "1.8", "3.2", "5.6")  # four in a decade, as even as two digits can be


@dataclass(frozen=True, slots=True)
class Curves:
    """Draws one rung's curves from its judgements, and from what explains them."""

    key: RungKey
    algorithm: Algorithm
    column: str
    explanation: Explanation
    predict: Predictor

    def trajectories(self, judgements: Sequence[Judgement]) -> Iterator[Trajectory]:
        """Of a few cases: wrong ones first, then the longest, then the furthest off."""
        groups: set[str] = set()
        curves = filter(_makes_a_curve, judgements)
        for judgement in sorted(curves, key=_order, reverse=True):
            group = judgement.case.id.rsplit("/", 1)[0]
            if group not in groups:
                groups.add(group)
                yield self._trajectory(judgement)
            if len(groups) == _MOST_TRAJECTORIES:
                return

    def sweep(
        self, number_format: str, ask: Callable[[VectorCase], Judgement | None]
    ) -> Sweep | None:
        """The sweep as the port answers it; None if it does not."""
        case = _sweep_case(self.algorithm, number_format)
        judgement = ask(case)
        if judgement is None:
            return None
        weights = [value for value in judgement.values if value.quantity == "weights"]
        given: dict[str, Any] = dict(case.hyper_parameters)
        return Sweep(
            port=self.key.port,
            repairs=self.key.repairs,
            **given,
            gradients=case.gradients[0][_WEIGHTS],
            **self._numbers(judgement, weights),
        )

    def _trajectory(self, judgement: Judgement) -> Trajectory:
        assert judgement.worst
        name, index = judgement.worst.value.name, judgement.worst.value.index
        values = [
            value
            for value in judgement.values
            if (value.quantity, value.name, value.index) == ("weights", name, index)
        ]
        return Trajectory(
            port=self.key.port,
            repairs=self.key.repairs,
            case=judgement.case.id,
            name=name,
            index=index,
            steps=[value.step for value in values],
            **self._numbers(judgement, values),
        )

    def _numbers(self, judgement: Judgement, values: Sequence[Value]) -> dict[str, Any]:
        exact = [judged_value(judgement.case, self.column, None, each).nearest for each in values]
        got = [write_number(value.got) for value in values]
        return {"exact": exact, "got": got, **self._predicted(judgement.case, values)}

    def _predicted(self, case: VectorCase, values: Sequence[Value]) -> dict[str, Any]:
        if not isinstance(self.explanation, Explained):
            return {}
        behaviour = case.algorithm.variant(self.column, self.explanation.deviations)
        predictions = next(iter(self.predict.predict(case, behaviour).values()))
        nearest = [predictions[key(value)].nearest for value in values]
        return {"predicted": [None if each is None else write_number(each) for each in nearest]}


def _order(judgement: Judgement) -> tuple[bool, int, float]:
    return not judgement.passed, len(judgement.case.record), judgement.budgets


def _makes_a_curve(judgement: Judgement) -> bool:
    """Whether there are steps enough to be drawn, and few enough to be predicted."""
    case = judgement.case
    elements = sum(map(len, case.weights.values()))
    return (
        case.expected.choices is None
        and len(case.record) >= _FEWEST_STEPS
        and len(case.gradients) * elements <= _MOST_UPDATES
    )


_WEIGHTS = "w1"


@cache
def _sweep_case(algorithm: Algorithm, number_format: str) -> VectorCase:
    form = NUMBER_FORMATS[number_format]
    gradients = tuple(
        form.parse(f"{mantissa}e{decade}") for decade in _DECADES for mantissa in _MANTISSAS
    )
    return vector_case(
        algorithm,
        Case(
            name="sweep",
            description="Gradients of every size, in the first step from zero.",
            flags=(),
            hyper_parameters=algorithm.rule.defaults(form),
            weights={_WEIGHTS: (0.0,) * len(gradients)},
            gradients=({_WEIGHTS: gradients},),
            record=(1,),
        ),
        form,
    )
