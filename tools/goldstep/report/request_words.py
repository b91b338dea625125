"""A request to an adapter in words: a case that is small enough to be read."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

from goldstep_reference.algorithms import ALGORITHMS
from goldstep_reference.numbers.decimals import short_text
from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.rule.case import LEARNING_RATE

from goldstep.results.evidence import Request

_MOST_NUMBERS = 4  # of an array, and arrays of several steps; more are cut
_MOST_ARRAYS = 3
_MOST_COLUMNS = 200  # of weights and gradients; more of them are counted
_OFTEN = 3  # steps alike in a row, from which they are counted


def inputs(request: Request, number_format: str) -> str:
    """A request's hyper-parameters, weights and gradients, in one line that is not too long."""
    given = request.hyper_parameters
    rules = (each.rule for each in ALGORITHMS.values() if given.keys() <= {*each.rule.names})
    words = {each.name: each.words for rule in (*rules,)[:1] for each in rule.hyper_parameters}
    parts = [f"{words[name]} {number(text, number_format)}" for name, text in given.items()]
    if rates := [number(rate, number_format) for rate in request.learning_rates]:
        parts.insert(0, f"learning rates {_steps(rates)}")
        words.pop(LEARNING_RATE, None)
    if left_out := [words[name] for name in words if name not in given]:
        parts.append(f"{_listed(left_out)} left out")
    weights = _named(request.weights, number_format)
    steps = [_gradient(each, number_format) for each in request.gradients]
    several = len(steps) > 1 or len(request.weights) > 1
    gradients = f"gradient{'s' if several else ''} {_steps(steps)}"
    if len(weights) + len(gradients) > _MOST_COLUMNS:
        elements = sum(map(len, request.weights.values()))
        return ", ".join([*parts, f"{len(steps)} steps of {elements} weights"])
    return ", ".join([*parts, weights, gradients])


def number(text: str, number_format: str) -> str:
    """A number as the protocol writes it, in the fewest digits that read back in the format."""
    value, form = float(text), NUMBER_FORMATS.get(number_format)
    return short_text(value, form) if form and math.isfinite(value) else text


def _gradient(arrays: Mapping[str, Sequence[str]], number_format: str) -> str:
    """Of one parameter, which has been named with its weights, the numbers alone."""
    if len(arrays) == 1:
        return _array(next(iter(arrays.values())), number_format)
    return _named(arrays, number_format)


def _named(arrays: Mapping[str, Sequence[str]], number_format: str) -> str:
    named = [f"{name} {_array(values, number_format)}" for name, values in arrays.items()]
    if len(named) > _MOST_ARRAYS + 1:
        named[_MOST_ARRAYS:] = [f"{len(named) - _MOST_ARRAYS} others"]
    return _listed(named)


def _array(values: Sequence[str], number_format: str) -> str:
    numbers = [number(value, number_format) for value in values]
    if len(numbers) == 1:
        return numbers[0]
    if len(numbers) <= _MOST_NUMBERS:
        return f"[{', '.join(numbers)}]"
    if len(set(numbers)) == 1:
        return f"[{numbers[0]}] * {len(numbers)}"
    return f"[{', '.join(numbers[: _MOST_NUMBERS - 1])}, ... {len(numbers)} numbers]"


def _steps(steps: Sequence[str]) -> str:
    told: list[str] = []
    for text, alike in itertools.groupby(steps):
        times = len(list(alike))
        told += [text] * times if times < _OFTEN else [f"{text} ({times} times)"]
    if len(told) > _MOST_NUMBERS:
        told[_MOST_NUMBERS - 1 :] = [f"... ({len(steps)} steps)"]
    return ", then ".join(told)


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
