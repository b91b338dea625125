"""The space of hypotheses: combinations of deviations of different aspects.

What a port does with a hyper-parameter that is left out is a question of its own, which only cases
that leave it out can answer (`defaults`): it multiplies no combinations.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rule.algorithm import Algorithm, Variant
from goldstep_reference.rule.deviation import Deviation, Rounded

MOST_DEVIATIONS = 3

Combination = tuple[Deviation, ...]


@dataclass(frozen=True)
class Hypotheses:
    """What a port that is held to a column of an algorithm may do in a number format."""

    algorithm: Algorithm
    column: str
    number_format: NumberFormat

    @cached_property
    def singles(self) -> tuple[Deviation, ...]:
        """The deviations, but for those of defaults."""
        return tuple(each for each in self._all if each.default_of is None)

    @cached_property
    def defaults(self) -> Mapping[str, tuple[Deviation, ...]]:
        """The deviations of each hyper-parameter's default."""
        return {
            name: tuple(each for each in self._all if each.default_of == name)
            for name in self.algorithm.rule.names
        }

    @cached_property
    def _all(self) -> tuple[Deviation, ...]:
        base = self.algorithm.variant(self.column)
        return tuple(
            each
            for each in self.algorithm.deviations
            if not base.has(each) and each.representable(self.number_format)
        )

    def behaviour(self, combination: Combination) -> Variant:
        """What a port with these deviations does."""
        return self.algorithm.variant(self.column, combination)

    def of(self, count: int) -> Iterator[Combination]:
        """All of ``count`` deviations, each of another aspect.

        Beyond `MOST_DEVIATIONS`: a few, and all hyper-parameters passing through one format. So it
        is in libraries that keep them in a tensor.
        """
        if count <= MOST_DEVIATIONS:
            yield from self._combined(count)
            return
        for rounded in self._all_rounded():
            for others in self._combined(count - len(rounded)):
                if combined := joined(rounded, others):
                    yield combined

    def _combined(self, count: int) -> Iterator[Combination]:
        for combination in itertools.combinations(self.singles, count):
            if len({each.aspect for each in combination}) == count:
                yield combination

    def _all_rounded(self) -> Iterator[Combination]:
        formats: dict[NumberFormat, list[Deviation]] = {}
        for each in self.singles:
            match each.changes:
                case (Rounded(_, narrower),):
                    formats.setdefault(narrower, []).append(each)
        return (tuple(rounded) for rounded in formats.values())


def joined(one: Combination, other: Combination) -> Combination | None:
    """Both together; None if two are of one aspect."""
    together = (*one, *other)
    apart = len({each.aspect for each in together}) == len(together)
    return together if apart else None
