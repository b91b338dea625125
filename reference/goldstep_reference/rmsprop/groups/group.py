"""What a group is: a documented function from a number format to cases."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from goldstep_reference.arithmetic.choices import CHOICES
from goldstep_reference.numbers.number_format import NumberFormat, write_number
from goldstep_reference.rmsprop.flags import FLAGS
from goldstep_reference.rmsprop.requirements import REQUIREMENTS
from goldstep_reference.rule.case import Arrays, Case

_SPECIAL = ("NaN", "Infinity")

CaseMaker = Callable[[NumberFormat], Iterator[Case]]


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that test one thing. The maker's docstring is the manual."""

    name: str
    title: str
    requirements: tuple[str, ...]
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
            if unknown := set(case.flags) - set(FLAGS) | set(case.choices) - set(CHOICES):
                raise ValueError(f"group {self.name}, case {case.name}: unknown {unknown}")
        return cases


def group(name: str, title: str, requirements: tuple[str, ...]) -> Callable[[CaseMaker], Group]:
    """Makes the decorated function the group ``name``; raises ValueError for what it cites."""
    if unknown := set(requirements) - set(REQUIREMENTS):
        raise ValueError(f"group {name}: unknown requirements {unknown}")

    return lambda make: Group(name, title, requirements, make)


@dataclass(frozen=True, slots=True)
class Inputs:
    """Makes cases of one number format from decimals: each is rounded to the format once."""

    number_format: NumberFormat

    def value(self, decimal: str) -> float:
        """The number of the format nearest to ``decimal``; "NaN" and "Infinity" by their names.

        A zero keeps its sign.
        """
        if decimal.lstrip("-") in _SPECIAL or not Decimal(decimal):
            return float(decimal)
        return self.number_format.nearest(Fraction(Decimal(decimal)))

    def exact(self, value: Fraction) -> str:
        """The number of the format nearest to ``value``, as a decimal that reads back to it."""
        return write_number(self.number_format.nearest(value))

    def arrays(self, /, **values: str) -> Arrays:
        """Named arrays, each written as decimals between blanks."""
        return {name: tuple(map(self.value, text.split())) for name, text in values.items()}

    def case(
        self,
        name: str,
        description: str,
        flags: tuple[str, ...],
        weights: Arrays,
        gradients: tuple[Arrays, ...],
        *,
        learning_rate: str | None = "0.001",
        decay_rate: str | None = "0.9",
        epsilon: str | None = "1e-8",
        record: tuple[int, ...] | None = None,
        rejected: str | None = None,
        choices: tuple[str, ...] = (),
    ) -> Case:
        """A case that records every step, unless told which."""
        return Case(
            name,
            description,
            flags,
            None if learning_rate is None else self.value(learning_rate),
            None if decay_rate is None else self.value(decay_rate),
            None if epsilon is None else self.value(epsilon),
            weights,
            gradients,
            tuple(range(1, len(gradients) + 1)) if record is None else record,
            rejected,
            choices,
        )

    def single(
        self,
        name: str,
        description: str,
        flags: tuple[str, ...],
        weight: str,
        gradients: str,
        *,
        learning_rate: str | None = "0.001",
        decay_rate: str | None = "0.9",
        epsilon: str | None = "1e-8",
        record: tuple[int, ...] | None = None,
        choices: tuple[str, ...] = (),
    ) -> Case:
        """A case of one weight; ``gradients`` are decimals between blanks, one a step."""
        return self.case(
            name,
            description,
            flags,
            self.arrays(w1=weight),
            tuple(self.arrays(w1=gradient) for gradient in gradients.split()),
            learning_rate=learning_rate,
            decay_rate=decay_rate,
            epsilon=epsilon,
            record=record,
            choices=choices,
        )
