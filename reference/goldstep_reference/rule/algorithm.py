"""An algorithm: its rule, the columns to which programs are held, and what they do otherwise."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rule.case import Case
from goldstep_reference.rule.deviation import (
    Always,
    Coupling,
    Default,
    Deviation,
    Rewriting,
    Rounded,
    Sharing,
)
from goldstep_reference.rule.rule import Rule

C = TypeVar("C")


@dataclass(frozen=True, eq=False)
class Algorithm:
    """A rule and what is known of programs that are called by its name.

    ``columns`` are the forms that a program may be held to, each as deviations from the rule; the
    first one, the norm, has none. ``aspects`` are those of all deviations, in the order in which
    they rewrite the rule. ``constants`` are deviations with a number of the program's own, as a
    decimal, by their aspects.
    """

    name: str
    rule: Rule
    aspects: tuple[str, ...]
    columns: Mapping[str, tuple[Deviation, ...]]
    deviations: tuple[Deviation, ...]
    constants: Mapping[str, Callable[[str], Deviation]]

    def variant(self, column: str, deviations: Iterable[Deviation] = ()) -> Variant:
        """What a program does that is held to ``column`` and deviates so."""
        return Variant(self, self.columns[column]).deviating(*deviations)

    def deviations_from(self, column: str, count: int = 1) -> Iterator[tuple[Deviation, ...]]:
        """All combinations of ``count`` deviations of different aspects."""
        base = self.variant(column)
        candidates = [each for each in self.deviations if not base.has(each)]
        for combination in itertools.combinations(candidates, count):
            if len({each.aspect for each in combination}) == count:
                yield combination


@dataclass(frozen=True, slots=True)
class Variant:
    """What one program does: an algorithm, and at most one deviation of each aspect.

    In the order of aspects; those that change nothing are left out.
    """

    algorithm: Algorithm
    deviations: tuple[Deviation, ...]

    def deviating(self, *deviations: Deviation) -> Variant:
        """With these deviations, each instead of its own of the same aspect."""
        of_aspect = {each.aspect: each for each in (*self.deviations, *deviations)}
        if len(of_aspect) > 1:
            of_aspect = {
                each: of_aspect[each] for each in self.algorithm.aspects if each in of_aspect
            }
        return Variant(self.algorithm, tuple([each for each in of_aspect.values() if each.changes]))

    def has(self, deviation: Deviation) -> bool:
        """Whether it deviates so already."""
        own = (each.changes for each in self.deviations if each.aspect == deviation.aspect)
        return next(own, ()) == deviation.changes

    def is_changed_by(self, deviation: Deviation, case: Case, number_format: NumberFormat) -> bool:
        """Whether a deviation can change what it does in a case."""
        other = self.deviating(deviation)
        return (
            self._rewriting != other._rewriting
            or self._sharing(case) != other._sharing(case)
            or self.hyper_parameters(case, number_format)
            != other.hyper_parameters(case, number_format)
        )

    def hyper_parameters(self, case: Case, number_format: NumberFormat) -> list[float]:
        """The values that it uses in a case, in the order of the rule."""
        defaults = self._of(Default)
        supplies: list[Rounded | Always] = [*self._of(Rounded), *self._of(Always)]
        values = []
        for parameter in self.algorithm.rule.hyper_parameters:
            value = case.given(parameter.name)
            if value is None:
                value = parameter.default_in(number_format)
                for other in defaults:
                    if other.hyper_parameter == parameter.name:
                        value = other.default_in(number_format)
            for each in supplies:
                if each.hyper_parameter == parameter.name:
                    value = each.supplied(value, number_format)
            values.append(value)
        return values

    @property
    def rule(self) -> Rule:
        """The algorithm's rule, rewritten."""
        return _rewritten(self.algorithm, self._rewriting)

    @property
    def key(self) -> Callable[[str, int, int], Hashable]:
        """Which state a parameter uses: by its name, its length and the step's number."""
        return next((each.key for each in self._of(Sharing)), _own_state)

    @property
    def source(self) -> Callable[[int, int], int | None]:
        """Which element's state one uses, by its position and their number."""
        return next((each.source for each in self._of(Coupling)), _own_element)

    @property
    def _rewriting(self) -> tuple[Deviation, ...]:
        return tuple(each for each in self.deviations if isinstance(each.changes[0], Rewriting))

    def _of(self, kind: type[C]) -> list[C]:
        """Its changes of a kind."""
        return [
            change
            for deviation in self.deviations
            for change in deviation.changes
            if isinstance(change, kind)
        ]

    def _sharing(self, case: Case) -> tuple[list[int], list[int | None]]:
        """Which states and elements are the same ones in a case."""
        lengths = {name: len(values) for name, values in case.weights.items()}
        steps = range(min(len(case.gradients), 2))
        keys = [self.key(name, length, step) for step in steps for name, length in lengths.items()]
        sources = [self.source(i, length) for length in lengths.values() for i in range(length)]
        return [keys.index(each) for each in keys], sources


def _own_state(name: str, length: int, step: int) -> Hashable:
    return name


def _own_element(position: int, length: int) -> int | None:
    return position


@lru_cache(maxsize=4_096)
def _rewritten(algorithm: Algorithm, deviations: tuple[Deviation, ...]) -> Rule:
    rule = algorithm.rule
    for deviation in deviations:
        for change in deviation.changes:
            if isinstance(change, Rewriting):
                rule = rule.rewritten(change.target, change.replacement)
    return rule
