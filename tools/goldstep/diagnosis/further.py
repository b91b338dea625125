"""Further cases, made for a port while it is diagnosed.

The vectors distinguish known deviations; they cannot distinguish unknown ones. So an explanation
must also predict cases that no one has seen, and if several explain a port, a case is sought that
separates them.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Sequence
from functools import cache

import msgspec
from goldstep_reference.numbers.number_format import NUMBER_FORMATS, NumberFormat
from goldstep_reference.rule.algorithm import Algorithm, Variant
from goldstep_reference.rule.case import Case
from goldstep_reference.vectors.certify import NoBudgetError
from goldstep_reference.vectors.expectation import expectation
from goldstep_reference.vectors.vector_file import case_entry

from goldstep.judge.judge import Judgement
from goldstep.judge.prediction import Predictor
from goldstep.vectors.case import VectorCase, case_type

Ask = Callable[[Sequence[VectorCase]], Sequence[Judgement]]
"""Sends cases to the port; the judgements of those that it answers."""

GROUP = "further"
_CONFIRMING = 8
_SEPARATING = 48


def confirming(algorithm: Algorithm, number_format: NumberFormat) -> tuple[VectorCase, ...]:
    """The cases that every explanation has to predict; the same for all ports."""
    return tuple(_further(algorithm, number_format.name, number) for number in range(_CONFIRMING))


def separating(
    behaviours: Sequence[Variant], number_format: NumberFormat, predict: Predictor
) -> VectorCase | None:
    """The case that distinguishes most pairs of the behaviours; None if none is found."""
    pairs = list(itertools.combinations(behaviours, 2))
    best, most = None, 0
    for number in range(_CONFIRMING, _CONFIRMING + (_SEPARATING if pairs else 0)):
        case = _further(behaviours[0].algorithm, number_format.name, number)
        apart = sum(predict.differ(case, *pair) for pair in pairs)
        if apart > most:
            best, most = case, apart
    return best


def vector_case(algorithm: Algorithm, case: Case, number_format: NumberFormat) -> VectorCase:
    """A case of our own with what is expected of it.

    Raises NoBudgetError if the formula has no bound.
    """
    expected = expectation(algorithm, case, number_format)
    entry = case_entry(algorithm, GROUP, case, number_format, expected)
    return msgspec.convert(entry, case_type(algorithm))


@cache
def _further(algorithm: Algorithm, number_format: str, number: int) -> VectorCase:
    form = NUMBER_FORMATS[number_format]
    for attempt in itertools.count():
        try:
            return vector_case(algorithm, _random_case(algorithm, form, number, attempt), form)
        except NoBudgetError:
            continue
    raise AssertionError


def _random_case(
    algorithm: Algorithm, number_format: NumberFormat, number: int, attempt: int
) -> Case:
    """Everyday numbers: a few steps of several parameters, each number with a will of its own."""
    # Only `random` is the same in every version of Python.
    draw = random.Random(f"{number_format.name} {number} {attempt}").random

    def decimal(low: float, high: float, digits: int = 3) -> float:
        """A decimal of few digits, as people write them, between two powers of ten."""
        power = low + (high - low) * draw()
        return number_format.parse(f"{10.0**power:.{digits - 1}e}")

    def signed(low: float, high: float) -> float:
        return math.copysign(decimal(low, high), draw() - 0.5)

    size = -0.5 + 2 * (draw() - 0.5) if number % 2 else -4 + 3 * draw()
    lengths = {f"w{index + 1}": 1 + int(6 * draw()) for index in range(1 + int(3 * draw()))}
    lengths["again"] = lengths["w1"]
    steps = 1 + number % 5
    return Case(
        name=f"random-{number}",
        description="Random numbers, to see whether an explanation holds.",
        flags=(),
        hyper_parameters={
            each.name: number_format.parse(f"{0.5 + 0.49 * draw():.2f}")
            if each.below == 1
            else decimal(*each.everyday, 1 + number % 2 if position else 2)
            for position, each in enumerate(algorithm.rule.hyper_parameters)
        },
        weights={
            name: tuple(0.0 if draw() < 0.5 else signed(-2, 0.5) for _ in range(length))
            for name, length in lengths.items()
        },
        gradients=tuple(
            {
                name: tuple(
                    0.0 if draw() < 0.1 else signed(size - 1, size + 1) for _ in range(length)
                )
                for name, length in lengths.items()
            }
            for _ in range(steps)
        ),
        record=tuple(range(1, steps + 1)),
    )
