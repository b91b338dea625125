"""What makes RMSProp's groups, and their cases from decimals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from goldstep_reference.numbers.number_format import NumberFormat, write_number
from goldstep_reference.rmsprop.flags import FLAGS
from goldstep_reference.rmsprop.requirements import REQUIREMENTS
from goldstep_reference.rule.case import Arrays, Case
from goldstep_reference.rule.group import CaseMaker, Group

_SPECIAL = ("NaN", "Infinity")


def group(name: str, title: str, requirements: tuple[str, ...]) -> Callable[[CaseMaker], Group]:
    """Makes the decorated function the group ``name``; raises ValueError for what it cites."""
    if unknown := set(requirements) - set(REQUIREMENTS):
        raise ValueError(f"group {name}: unknown requirements {unknown}")

    return lambda make: Group(name, title, requirements, FLAGS, make)


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
        given = {"learning_rate": learning_rate, "decay_rate": decay_rate, "epsilon": epsilon}
        return Case(
            name,
            description,
            flags,
            {name: self.value(text) for name, text in given.items() if text is not None},
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
