"""Constants of a port's own: solved for from its numbers, and told in the fewest digits that fit.

A constant has one equation for each wrong weight. Those of a few small cases are solved in floats,
by bisection; then the decimal of the fewest digits near a solution that every failed case allows is
taken. Whether it explains the port is left to exact simulation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from goldstep_reference.behaviour import Behaviour
from goldstep_reference.deviations import Deviation
from goldstep_reference.floating import FloatingArithmetic
from goldstep_reference.number_format import NUMBER_FORMATS
from goldstep_reference.simulation import simulate

from goldstep.diagnosis.prediction import Predictor
from goldstep.judge import Judgement, Value

# Cases whose equations are solved, and as many updates of an element as they may take in all.
_MOST_CASES = 4
_MOST_UPDATES = 12
_BISECTIONS = 80
# Constants are written with few digits, or with as many as a float has.
_DIGITS = (*range(1, 8), 17)

_ARITHMETICS = {name: FloatingArithmetic(each) for name, each in NUMBER_FORMATS.items()}

_POWERS = tuple(10.0**exponent for exponent in range(-30, 5))
_RATES = (0.0, 1e-6, 1e-3, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.999999, 1.0)


@dataclass(frozen=True, slots=True)
class _Unknown:
    """A question that a constant may answer, and how the finding puts it."""

    question: str
    finding: str
    subject: str
    meaning: str
    grid: tuple[float, ...] = _POWERS

    def answered(self, value: str) -> Deviation:
        """The deviation that the constant is."""
        return Deviation(
            self.question,
            value,
            self.finding,
            self.subject.format(value),
            self.meaning.format(value),
        )


def _unknowns() -> Iterator[_Unknown]:
    yield _Unknown("epsilon", "epsilon-fixed", "{}", "epsilon is {}, whatever is given")
    yield _Unknown("initial_average", "initial-average", "{}", "the moving average starts at {}")
    for name, grid in (("learning_rate", _POWERS), ("decay_rate", _RATES)):
        words = name.replace("_", " ")
        yield _Unknown(
            name,
            "hyper-parameter-ignored",
            f"{name}, always {{}}",
            f"the {words} is {{}}, whatever is given",
            grid,
        )
    for name, grid in (("learning_rate", _POWERS), ("decay_rate", _RATES), ("epsilon", _POWERS)):
        yield _Unknown(
            f"default_{name}",
            "default-differs",
            f"{name} {{}}",
            f"the default {name.replace('_', ' ')} is {{}}",
            grid,
        )


def solved(
    failed: Sequence[Judgement], behaviour: Behaviour, predict: Predictor
) -> Iterator[Deviation]:
    """Each constant that, beside ``behaviour``, all of the ``failed`` cases allow.

    The cases come small ones first; those with special values are not among them.
    """
    for unknown in _unknowns():
        texts: set[str] = set()
        for judgement in _telling(failed, behaviour, unknown):
            for solution in _solutions(judgement, behaviour, unknown):
                text = _fewest_digits(solution, failed, behaviour, unknown, predict)
                if text is not None and text not in texts:
                    texts.add(text)
                    yield unknown.answered(text)
            if texts:
                break


def _telling(
    failed: Sequence[Judgement], behaviour: Behaviour, unknown: _Unknown
) -> list[Judgement]:
    """A few small cases in which the constant has a say."""
    telling: list[Judgement] = []
    updates = 0
    for judgement in failed:
        case = judgement.case.inputs
        number_format = NUMBER_FORMATS[judgement.case.number_format]
        if not any(value.quantity == "weights" for value in judgement.wrong):
            continue
        if unknown.answered("0.75").acts_on(case, number_format, behaviour):
            updates += case.elements * len(case.gradients)
            if len(telling) == _MOST_CASES or updates > _MOST_UPDATES:
                break
            telling.append(judgement)
    return telling


def _solutions(judgement: Judgement, behaviour: Behaviour, unknown: _Unknown) -> Iterator[float]:
    """The constants with which a program comes to the first wrong weight of a case."""
    wrong = next(value for value in judgement.wrong if value.quantity == "weights")
    if not math.isfinite(wrong.got):
        return

    def error(constant: float) -> float:
        answer = unknown.answered(repr(constant)).applied_to(behaviour)
        return _computed(judgement, answer, wrong) - wrong.got

    errors = [(constant, error(constant)) for constant in unknown.grid]
    for (low, below), (high, above) in pairwise(errors):
        if below == 0:
            yield low
        elif below * above < 0:
            yield _bisected(error, low, high, below)


def _bisected(error: Callable[[float], float], low: float, high: float, below: float) -> float:
    for _ in range(_BISECTIONS):
        middle = math.sqrt(low * high) if low > 0 else (low + high) / 2
        if not low < middle < high:
            break
        if (error(middle) < 0) == (below < 0):
            low = middle
        else:
            high = middle
    return high


def _computed(judgement: Judgement, behaviour: Behaviour, place: Value) -> float:
    case = judgement.case
    for step, weights, _ in simulate(case.inputs, behaviour, _ARITHMETICS[case.number_format]):
        if step == place.step:
            value = weights[place.name][place.index]
            return math.nan if value is None else value
    return math.nan


def _fewest_digits(
    solution: float,
    failed: Sequence[Judgement],
    behaviour: Behaviour,
    unknown: _Unknown,
    predict: Predictor,
) -> str | None:
    """The shortest decimal near a solution that every failed case allows; None if none does."""

    def fits(text: str) -> bool:
        answer = unknown.answered(text).applied_to(behaviour)
        return all(predict.may_explain(each.case, answer, each.values) for each in failed)

    decimals = (repr(float(f"{solution:.{digits - 1}e}")) for digits in _DIGITS)
    return next(filter(fits, decimals), None)
