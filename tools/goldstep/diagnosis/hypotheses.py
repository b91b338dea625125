"""The space of hypotheses: combinations of answers that differ from the formula's.

What a port does with a hyper-parameter that is left out is a question of its own, which only cases
that leave it out can answer (`defaults`): it multiplies no combinations.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rmsprop.behaviour import Behaviour, Column, conforming
from goldstep_reference.rmsprop.deviations import DEVIATIONS, Deviation, behaviour_of
from goldstep_reference.rule.case import HYPER_PARAMETERS

MOST_DEVIATIONS = 3

Combination = tuple[Deviation, ...]


@dataclass(frozen=True)
class Hypotheses:
    """What a port that is held to a column may do in a number format."""

    column: Column
    number_format: NumberFormat

    @cached_property
    def singles(self) -> tuple[Deviation, ...]:
        """The deviations, but for those of defaults."""
        return tuple(each for each in self._all if not each.question.startswith("default_"))

    @cached_property
    def defaults(self) -> Mapping[str, tuple[Deviation, ...]]:
        """The deviations of each hyper-parameter's default."""
        return {
            name: tuple(each for each in self._all if each.question == f"default_{name}")
            for name in HYPER_PARAMETERS
        }

    @cached_property
    def _all(self) -> tuple[Deviation, ...]:
        base = conforming(self.column)
        return tuple(
            each
            for each in DEVIATIONS
            if each.differs_from(base) and each.representable(self.number_format)
        )

    def behaviour(self, combination: Combination) -> Behaviour:
        """What a port with these deviations does."""
        return behaviour_of(self.column, combination)

    def of(self, count: int) -> Iterator[Combination]:
        """All of ``count`` deviations, each from another question.

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
            if len({each.question for each in combination}) == count:
                yield combination

    def _all_rounded(self) -> Iterator[Combination]:
        formats: dict[str, list[Deviation]] = {}
        for each in self.singles:
            if each.finding == "hyper-parameter-rounded":
                formats.setdefault(each.answer, []).append(each)
        return (tuple(rounded) for rounded in formats.values())


def joined(one: Combination, other: Combination) -> Combination | None:
    """Both together; None where they answer the same question."""
    together = (*one, *other)
    apart = len({each.question for each in together}) == len(together)
    return together if apart else None
