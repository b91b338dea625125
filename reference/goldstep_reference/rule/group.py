"""What a group is, a documented function from a number format to cases, and what it tests."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from goldstep_reference.arithmetic.choices import CHOICES
from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rule.case import Case


@dataclass(frozen=True, slots=True)
class Requirement:
    """One sentence that a conforming program makes true."""

    text: str
    source: str


CaseMaker = Callable[[NumberFormat], Iterator[Case]]


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that test one thing. The maker's docstring is the manual.

    ``flags`` are those that a case may have, each with its meaning.
    """

    name: str
    title: str
    requirements: tuple[str, ...]
    flags: Mapping[str, str]
    make: CaseMaker

    @property
    def description(self) -> str:
        """What the group tests, why, and what a failure most likely means."""
        return inspect.cleandoc(self.make.__doc__ or "")

    def cases(self, number_format: NumberFormat) -> tuple[Case, ...]:
        """The group's cases in their order; raises ValueError where two share a name."""
        cases = tuple(self.make(number_format))
        names = [case.name for case in cases]
        for case in cases:
            if names.count(case.name) > 1:
                raise ValueError(f"group {self.name}: two cases are called {case.name}")
            if unknown := set(case.flags) - set(self.flags) | set(case.choices) - set(CHOICES):
                raise ValueError(f"group {self.name}, case {case.name}: unknown {unknown}")
        return cases
