"""An algorithm: its rule, the columns to which programs are held, and what they do otherwise."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rule.case import LEARNING_RATES, Case
from goldstep_reference.rule.deviation import (
    Always,
    Constant,
    Coupling,
    Default,
    Deviation,
    Rewriting,
    Rounded,
    Sharing,
    WhereZero,
)
from goldstep_reference.rule.group import Group, Requirement
from goldstep_reference.rule.rule import Rule

C = TypeVar("C")


@dataclass(frozen=True, eq=False)
class Algorithm:
    """A rule and what is known of programs that are called by its name.

    ``columns`` are the forms that a program may be held to, each as deviations from the rule; the
    first one, the norm, has none. ``aspects`` are those of all deviations, in the order in which
    they rewrite the rule. ``constants`` are deviations with a number of the program's own, as a
    decimal, by their aspects. ``groups`` are those of its cases.
    """

    name: str
    rule: Rule
    aspects: tuple[str, ...]
    columns: Mapping[str, tuple[Deviation, ...]]
    deviations: tuple[Deviation, ...]
    constants: Mapping[str, Callable[[str], Deviation]]
    groups: Mapping[str, Group]
    flags: Mapping[str, str]
    requirements: Mapping[str, Requirement]

    @property
    def norm(self) -> str:
        """The column of the rule itself."""
        return next(iter(self.columns))

    @property
    def options(self) -> tuple[str, ...]:
        """What a program need not have: some hyper-parameters, a rate that changes."""
        parameters = self.rule.hyper_parameters
        return (*(each.name for each in parameters if each.neutral is not None), LEARNING_RATES)

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


@dataclass(frozen=True)
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
            self.rule is not other.rule
            or self._shared(case) != other._shared(case)
            or any(
                self.numbers(case, number_format, step) != other.numbers(case, number_format, step)
                for step in range(1, 1 + max(1, len(case.learning_rates)))
            )
        )

    def numbers(self, case: Case, number_format: NumberFormat, step: int = 1) -> dict[str, float]:
        """The hyper-parameters that it uses in a step, and numbers of its own, by their names."""
        numbers = self.algorithm.rule.used(case, number_format, step)
        for default in self._changes(Default):
            if case.given(default.name) is None:
                numbers[default.name] = number_format.parse(str(default.number))
        for where_zero in self._changes(WhereZero):
            if numbers[where_zero.name] == 0:
                numbers[where_zero.name] = number_format.parse(str(where_zero.number))
        for rounded in self._changes(Rounded):
            numbers[rounded.name] = _rounded(numbers[rounded.name], rounded.narrower)
        for always in self._changes(Always):
            numbers[always.name] = number_format.parse(str(always.number))
        for constant in self._changes(Constant):
            numbers[constant.name] = number_format.parse(str(constant.number))
        return numbers

    @property
    def rule(self) -> Rule:
        """The algorithm's rule, rewritten."""
        return _rewritten(self.algorithm, tuple(self._changes(Rewriting)))

    def key(self, name: str, length: int, step: int) -> Hashable:
        """Which state a parameter uses in a step."""
        for sharing in self._changes(Sharing):
            return sharing.key(name, length, step)
        return name

    def sources(self, length: int) -> Sequence[int | None]:
        """Which element's state each element of a parameter uses; None if it is left out."""
        for coupling in self._changes(Coupling):
            return coupling.sources(length)
        return range(length)

    @cached_property
    def _by_kind(self) -> Mapping[type, list[Any]]:
        by_kind: dict[type, list[Any]] = {}
        for deviation in self.deviations:
            for change in deviation.changes:
                by_kind.setdefault(type(change), []).append(change)
        return by_kind

    def _changes(self, kind: type[C]) -> Sequence[C]:
        """Its changes of a kind."""
        return self._by_kind.get(kind, ())

    def _shared(self, case: Case) -> tuple[list[int], list[list[int | None]]]:
        """Which states and elements are the same ones in a case."""
        lengths = {name: len(values) for name, values in case.weights.items()}
        steps = range(min(len(case.gradients), 2))
        keys = [self.key(name, length, step) for step in steps for name, length in lengths.items()]
        sources = [list(self.sources(length)) for length in lengths.values()]
        return [keys.index(each) for each in keys], sources


@lru_cache(maxsize=4_096)
def _rewritten(algorithm: Algorithm, rewritings: tuple[Rewriting, ...]) -> Rule:
    if not rewritings:
        return algorithm.rule
    *before, last = rewritings  # combinations begin alike
    return _rewritten(algorithm, tuple(before)).rewritten(last.target, last.replacement)


@lru_cache(maxsize=10_000)
def _rounded(value: float, narrower: NumberFormat) -> float:
    return narrower.nearest(Fraction(value))
