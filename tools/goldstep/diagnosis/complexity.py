"""Which of two cases is the simpler one: the order in which a reproduction is shrunk.

The numbers of a case fall into families by the part that they play. In each one number is the
plainest: a weight of 0, a gradient of 1, a hyper-parameter's default.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from goldstep_reference.numbers.decimals import same_bits, significant_digits
from goldstep_reference.numbers.number_format import NumberFormat, write_number
from goldstep_reference.rule.algorithm import Algorithm
from goldstep_reference.rule.case import Arrays, Case
from goldstep_reference.rule.rule import HyperParameter

Complexity = tuple[int, ...]

_USUAL_NAME = re.compile(r"w[0-9]{0,2}")

# Ranks of what has no more digits than another number, and is simpler or less simple all the same.
_PLAIN, _UNIT, _POWER_OF_TEN, _NO_NUMBER = 0, 1, 2, 99


@dataclass(frozen=True, slots=True)
class Family:
    """Numbers that play one part: how they are read and written, and which are in the domain.

    ``read`` has those that are given; ``write`` takes as many.
    """

    plain: float
    read: Callable[[Case], tuple[float, ...]]
    write: Callable[[Case, Sequence[float]], Case]
    allows: Callable[[float], bool]

    def rank(self, value: float, number_format: NumberFormat) -> int:
        """Least for the plainest number, then 0 and 1, powers of ten, and fewer digits."""
        if same_bits(value, self.plain):
            return _PLAIN
        if not math.isfinite(value):
            return _NO_NUMBER
        if abs(value) in (0, 1):
            return _UNIT
        digits = significant_digits(value, number_format)
        if digits == 1 and f"{value:.0e}".lstrip("-").startswith("1"):
            return _POWER_OF_TEN
        return _POWER_OF_TEN + digits


def families(algorithm: Algorithm, number_format: NumberFormat) -> tuple[Family, ...]:
    """Weights, gradients, and each hyper-parameter."""
    given = algorithm.rule.hyper_parameters
    return WEIGHTS, GRADIENTS, *(_of(each, number_format) for each in given)


def complexity(case: Case, of: Sequence[Family], number_format: NumberFormat) -> Complexity:
    """The order, most telling first; a case is simpler than another if this is less.

    How many parameters have no elements; how many steps, recorded steps, parameters, elements and
    unusual names there are; how many different weights and gradients; the sum of all numbers'
    ranks; how many are negative. A hyper-parameter that is left out counts nothing.
    """
    ranks = negatives = different = 0
    for family in of:
        values = family.read(case)
        different += len(distinct(values))
        ranks += sum(family.rank(value, number_format) for value in values)
        negatives += sum(is_negative(value) for value in values)
    return (
        sum(not values for values in case.weights.values()),
        len(case.gradients),
        len(case.record),
        len(case.weights),
        case.elements,
        sum(map(is_unusual, case.weights)),
        different,
        ranks,
        negatives,
    )


def distinct(values: Iterable[float]) -> tuple[float, ...]:
    """The different ones among numbers, by their bits, in the order of their first appearance."""
    return tuple({write_number(value): value for value in values}.values())


def is_negative(value: float) -> bool:
    """Whether a number has a minus sign; zero may have one, NaN has none."""
    return not math.isnan(value) and math.copysign(1, value) < 0


def is_unusual(name: str) -> bool:
    """Whether a parameter's name may have a say in the fault: any but w, w1, w2, ..."""
    return not _USUAL_NAME.fullmatch(name)


def _values(dictionaries: Iterable[Arrays]) -> tuple[float, ...]:
    return tuple(value for arrays in dictionaries for array in arrays.values() for value in array)


def _filled(dictionaries: Iterable[Arrays], values: Sequence[float]) -> tuple[Arrays, ...]:
    """Arrays of the same names and lengths, with these values in the order of `_values`."""
    left = iter(values)
    return tuple(
        {name: tuple(next(left) for _ in array) for name, array in arrays.items()}
        for arrays in dictionaries
    )


def _of(parameter: HyperParameter, number_format: NumberFormat) -> Family:
    def read(case: Case) -> tuple[float, ...]:
        given = case.hyper_parameters.get(parameter.name)
        return () if given is None else (given,)

    def write(case: Case, values: Sequence[float]) -> Case:
        given = dict(zip((parameter.name,), values, strict=True))
        return replace(case, hyper_parameters={**case.hyper_parameters, **given})

    return Family(parameter.default_in(number_format), read, write, parameter.allows)


WEIGHTS = Family(
    0.0,
    lambda case: _values((case.weights,)),
    lambda case, values: replace(case, weights=_filled((case.weights,), values)[0]),
    math.isfinite,
)
GRADIENTS = Family(
    1.0,
    lambda case: _values(case.gradients),
    lambda case, values: replace(case, gradients=_filled(case.gradients, values)),
    math.isfinite,
)
