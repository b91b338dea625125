"""The simplest case in which a port still shows a fault, found greedily.

Each pass proposes simpler cases in a fixed order, large changes before small ones; what still shows
the fault is gone on from. Passes are repeated until none finds anything.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import partial

from goldstep_reference.numbers.decimals import same_bits, shortened
from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rule.algorithm import Algorithm
from goldstep_reference.rule.case import Case

from goldstep.diagnosis.complexity import (
    GRADIENTS,
    WEIGHTS,
    Family,
    complexity,
    distinct,
    families,
    is_negative,
    is_unusual,
)
from goldstep.diagnosis.parts import (
    first_steps,
    renamed,
    with_an_element,
    without_elements,
    without_parameters,
    without_steps,
)

# The smallest part that a pass changes by itself: large cases need several passes.
_MOST_PARTS = 16
# With which numbers others are made equal: the plainest and a few that are there.
_MOST_MODELS = 3
# Gradients of one digit: of another sign, none, and one whose square is of epsilon's size.
_TELLING = ("-1", "0", "1e-4")

Shows = Callable[[Case], bool]


def simplest(
    case: Case, algorithm: Algorithm, number_format: NumberFormat, shows: Shows, most: int = 200
) -> Case:
    """The simplest case found that still shows the fault that ``case`` shows.

    ``case`` is valid input, and is not asked for again. ``shows`` is called at most ``most`` times,
    on no case twice, and each time on one of less `complexity` than all that showed the fault
    before. Numbers stay in the number format and in their domain; what is finite stays so. Name,
    description and flags are not changed, choices neither: they are left to ``shows``.
    """
    search = _Search(case, algorithm, number_format, shows, most)
    with contextlib.suppress(_SpentError):
        while _pass(search):
            pass
    return search.case


class _SpentError(Exception):
    """There are no calls left."""


class _Search:
    """The simplest case so far, and what was asked."""

    def __init__(
        self, case: Case, algorithm: Algorithm, number_format: NumberFormat, shows: Shows, most: int
    ) -> None:
        self.case = case
        self.families = families(algorithm, number_format)
        self.number_format = number_format
        self._complexity = complexity(case, self.families, number_format)
        self._shows = shows
        self._left = most
        self._asked: set[str] = set()

    def tries(self, candidate: Case) -> bool:
        """Goes on from a case if it is simpler and still shows the fault.

        Raises _SpentError if that would be a call too many.
        """
        text, simpler = repr(candidate), complexity(candidate, self.families, self.number_format)
        if simpler >= self._complexity or text in self._asked:
            return False
        if not self._left:
            raise _SpentError
        self._left -= 1
        self._asked.add(text)
        if not self._shows(candidate):
            return False
        self.case, self._complexity = candidate, simpler
        return True


def with_other_gradients(case: Case, number_format: NumberFormat) -> Iterator[Case]:
    """Cases hardly less simple, in which a fault may be easier to see."""
    values = GRADIENTS.read(case)
    for old in distinct(values)[:_MOST_MODELS]:
        for new in map(number_format.parse, _TELLING):
            yield GRADIENTS.write(case, [new if same_bits(each, old) else each for each in values])


def _pass(search: _Search) -> bool:
    """Everything once; whether anything was found."""
    before = search.case
    _fewer_steps(search)
    _fewer(search, lambda case: len(case.weights), without_parameters)
    _no_empty_parameters(search)
    _fewer_elements(search)
    _usual_names(search)
    for family in search.families:
        _equal_numbers(search, family)
        _plainer_numbers(search, family)
    return search.case is not before


def _fewer_steps(search: _Search) -> None:
    """The first steps only, 1, 2, 4 and so on, of which the last is recorded; then any fewer."""
    count = len(search.case.gradients)
    firsts = [*(1 << power for power in range((count - 1).bit_length())), count]
    any(search.tries(first_steps(search.case, first)) for first in firsts)
    _fewer(search, lambda case: len(case.gradients), without_steps)


def _no_empty_parameters(search: _Search) -> None:
    """A fault of two parameters seldom needs that one of them is empty."""
    for name, values in search.case.weights.items():
        if not values:
            search.tries(with_an_element(search.case, name, WEIGHTS.plain, GRADIENTS.plain))


def _fewer_elements(search: _Search) -> None:
    """Elements of all parameters of one length, which may belong together; then of each one."""
    by_length: dict[int, list[str]] = {}
    for name, values in search.case.weights.items():
        by_length.setdefault(len(values), []).append(name)
    together = [names for names in by_length.values() if len(names) > 1]
    for names in (*together, *([name] for name in search.case.weights)):
        _fewer(search, partial(_length, names[0]), partial(without_elements, names=names))


def _length(name: str, case: Case) -> int:
    return len(case.weights[name])


def _fewer(
    search: _Search, count: Callable[[Case], int], without: Callable[[Case, range], Case]
) -> None:
    """Leaves out things of which there are several, halves first, from the end."""
    total = count(search.case)
    for size in _sizes(total // 2, total):
        for start in range(count(search.case) - size, -1, -size):
            if size < count(search.case):
                search.tries(without(search.case, range(start, start + size)))


def _usual_names(search: _Search) -> None:
    for name in search.case.weights:
        if is_unusual(name):
            taken = search.case.weights
            free = next(f"w{n}" for n in range(1, len(taken) + 2) if f"w{n}" not in taken)
            search.tries(renamed(search.case, name, free))


def _equal_numbers(search: _Search, family: Family) -> None:
    """Makes all numbers the plainest one, or equal to one that is there; or parts of them."""

    def rank(value: float) -> int:
        return family.rank(value, search.number_format)

    there = sorted(distinct(family.read(search.case)), key=rank)
    for model in distinct((family.plain, *there))[:_MOST_MODELS]:
        values = family.read(search.case)
        others = [place for place, value in enumerate(values) if not same_bits(value, model)]
        for size in _sizes(len(others), len(others)):
            for start in range(len(others) - size, -1, -size):
                part = set(others[start : start + size])
                values = family.read(search.case)
                equal = [model if place in part else each for place, each in enumerate(values)]
                search.tries(family.write(search.case, equal))


def _plainer_numbers(search: _Search, family: Family) -> None:
    """Replaces each number, wherever it stands, by a plainer one."""
    for number in distinct(family.read(search.case)):
        old = number
        if math.isfinite(old) and is_negative(old) and _replaces(search, family, old, -old):
            old = -old
        plainer = _plainer(old, family, search.number_format)
        any(_replaces(search, family, old, new) for new in plainer)


def _replaces(search: _Search, family: Family, old: float, new: float) -> bool:
    values = family.read(search.case)
    return search.tries(
        family.write(search.case, [new if same_bits(each, old) else each for each in values])
    )


def _plainer(value: float, family: Family, number_format: NumberFormat) -> Iterator[float]:
    """What may stand for a number, the plainest first; each in the format and in the domain.

    The family's plain number; then 1, the powers of ten above and below, and the number in fewer
    digits, all with its sign, and without those that are zero in the format.
    """
    yield family.plain
    for decimals in _simpler_decimals(value, number_format):
        held = (number_format.nearest(Fraction(decimal)) for decimal in decimals)
        allowed = (each for each in held if each and math.isfinite(each) and family.allows(each))
        yield from list(allowed)[:1]


def _simpler_decimals(value: float, number_format: NumberFormat) -> Iterator[Sequence[Decimal]]:
    """Each with a second choice, in case the first is out of the domain."""
    one = Decimal(1) if math.isnan(value) else Decimal(1).copy_sign(Decimal(value))
    yield (one,)
    if not value or not math.isfinite(value):
        return
    decimal = Decimal(repr(shortened(value, number_format)))
    below = decimal.adjusted()
    yield (one.scaleb(below + 1),)
    yield (one.scaleb(below),)
    for digits in range(1, len(decimal.normalize().as_tuple().digits)):
        yield tuple(
            Context(prec=digits, rounding=rounding).create_decimal(decimal)
            for rounding in (ROUND_HALF_EVEN, ROUND_DOWN)
        )


def _sizes(largest: int, total: int) -> Iterator[int]:
    """Sizes of parts: the largest one, halves of it, down to one, or to a share of the total."""
    size = largest
    while size and size * _MOST_PARTS >= total:
        yield size
        size //= 2
