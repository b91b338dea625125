"""Constants of a port's own: solved for from its numbers, in the fewest digits that fit.

A constant has one equation for each wrong weight. Those of a few small cases are solved in floats:
bracketed on a grid, halved, and ended with secants. Then the decimal of the fewest digits near a
solution that all cases allow is taken. Whether it explains the port is left to exact simulation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from goldstep_reference.arithmetic.floating import FloatingArithmetic
from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.rule.algorithm import Algorithm, Variant
from goldstep_reference.rule.catalogue import other_default
from goldstep_reference.rule.deviation import Deviation
from goldstep_reference.rule.interpreter import simulate
from goldstep_reference.rule.rule import HyperParameter

from goldstep.diagnosis.trials import ObservedCase, Trials
from goldstep.judge.judge import Value

# Cases whose equations are solved, and as many updates of an element as they may take in all.
_MOST_CASES = 4
_MOST_UPDATES = 12
# Halvings bring a bracket near enough for secants, which double the digits.
_NEAR = 1.001
_HALVINGS = 60
_SECANTS = 8
# Constants are written with few digits, or with as many as a float has.
_DIGITS = (*range(1, 8), 17)

_ARITHMETICS = {name: FloatingArithmetic(each) for name, each in NUMBER_FORMATS.items()}

_POWERS = (0.0, *(10.0**e for e in (-30, -24, -18, -15, -12, *range(-10, 2), 3)))
_RATES = (0.0, 1e-6, 1e-3, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.999999, 1.0)


@dataclass(frozen=True, slots=True)
class Unknown:
    """An aspect in which a program may have a constant, and the deviation that each decimal is."""

    aspect: str
    answered: Callable[[str], Deviation]
    grid: tuple[float, ...]  # between whose constants solutions are sought


def constants(algorithm: Algorithm) -> Sequence[Unknown]:
    """Those that are looked for in any program."""
    grids = {each.name: _grid(each) for each in algorithm.rule.hyper_parameters}
    return [
        Unknown(aspect, answered, grids.get(aspect, _POWERS))
        for aspect, answered in algorithm.constants.items()
    ]


def default(parameter: HyperParameter) -> Unknown:
    """The one that a program may have for a hyper-parameter that is left out."""
    aspect, answered = f"default_{parameter.name}", partial(other_default, parameter)
    return Unknown(aspect, answered, _grid(parameter))


def _grid(parameter: HyperParameter) -> tuple[float, ...]:
    return _RATES if parameter.below == 1 else _POWERS


def solved(unknown: Unknown, behaviour: Variant, trials: Trials) -> list[Deviation]:
    """Each constant that, beside ``behaviour``, all cases of ``trials`` allow, as floats tell."""
    for observed in _depending(trials.failed, behaviour, unknown):
        solutions = list(_solutions(observed, behaviour, unknown))
        if solutions:
            texts = [_fewest_digits(each, behaviour, unknown, trials) for each in solutions]
            return [unknown.answered(text) for text in dict.fromkeys(texts) if text is not None]
    return []


def _depending(
    failed: Sequence[ObservedCase], behaviour: Variant, unknown: Unknown
) -> Iterator[ObservedCase]:
    """A few small cases whose result depends on the constant."""
    answered = unknown.answered("0.75")
    cases = updates = 0
    for observed in failed:
        case = observed.judgement.case
        number_format = NUMBER_FORMATS[case.number_format]
        if _wrong_weight(observed) is None:
            continue
        if behaviour.is_changed_by(answered, case.inputs, number_format):
            cases, updates = cases + 1, updates + observed.updates
            if cases > _MOST_CASES or updates > _MOST_UPDATES:
                return
            yield observed


def _wrong_weight(observed: ObservedCase) -> Value | None:
    return next(
        (
            value
            for value in observed.judgement.wrong
            if value.quantity == "weights" and math.isfinite(value.got)
        ),
        None,
    )


def _solutions(observed: ObservedCase, behaviour: Variant, unknown: Unknown) -> Iterator[float]:
    """The constants with which a program comes to the first wrong weight of a case."""
    wrong = _wrong_weight(observed)
    assert wrong

    def error(constant: float) -> float:
        answer = behaviour.deviating(unknown.answered(repr(constant)))
        return _computed(observed, answer, wrong) - wrong.got

    # One step from one weight rises or falls with every constant but a decay rate: its ends tell.
    grid = unknown.grid
    if observed.updates == 1 and grid is _POWERS:
        grid = (*grid[:2], grid[-1])
    errors = [(constant, error(constant)) for constant in grid]
    for (low, below), (high, above) in pairwise(errors):
        if below == 0:
            yield low
        elif below * above < 0:
            yield _root(error, low, high, below)


def _root(error: Callable[[float], float], low: float, high: float, below: float) -> float:
    """Where ``error`` is zero between ``low``, where it is ``below``, and ``high``."""
    for _ in range(_HALVINGS):
        if high <= low * _NEAR:
            break
        middle = math.sqrt(low * high) if low > 0 else high / 1024
        if (error(middle) < 0) == (below < 0):
            low = middle
        else:
            high = middle
    last, here = low, high
    last_error, here_error = error(last), error(here)
    for _ in range(_SECANTS):
        slope = here_error - last_error
        following = here - here_error * (here - last) / slope if slope else here
        if following == here or not low <= following <= high:
            break
        last, last_error = here, here_error
        here, here_error = following, error(following)
    return here


def _computed(observed: ObservedCase, behaviour: Variant, place: Value) -> float:
    case = observed.judgement.case
    for step, weights, _ in simulate(case.inputs, behaviour, _ARITHMETICS[case.number_format]):
        if step == place.step:
            value = weights[place.name][place.index]
            return math.nan if value is None else value
    return math.nan


def _fewest_digits(
    solution: float, behaviour: Variant, unknown: Unknown, trials: Trials
) -> str | None:
    """The shortest decimal near a solution that all cases allow; None if none does."""
    decimals = dict.fromkeys(repr(float(f"{solution:.{digits - 1}e}")) for digits in _DIGITS)
    answers = ((text, behaviour.deviating(unknown.answered(text))) for text in decimals)
    return next((text for text, answer in answers if trials.survives(answer)), None)
