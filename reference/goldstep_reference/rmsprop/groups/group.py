"""What makes RMSProp's groups, and their cases from decimals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import wraps

from goldstep_reference.numbers.number_format import NumberFormat, write_number
from goldstep_reference.rmsprop.flags import FLAGS
from goldstep_reference.rmsprop.requirements import REQUIREMENTS
from goldstep_reference.rmsprop.rule import RULE
from goldstep_reference.rule.case import Arrays, Case
from goldstep_reference.rule.group import Group

_SPECIAL = ("NaN", "Infinity")
_DEFAULTS = {each.name: str(each.default) for each in RULE.hyper_parameters}


def group(
    name: str, title: str, requirements: tuple[str, ...]
) -> Callable[[Callable[[Inputs], Iterator[Case]]], Group]:
    """Makes the decorated function the group ``name``; raises ValueError for what it cites."""
    if unknown := set(requirements) - set(REQUIREMENTS):
        raise ValueError(f"group {name}: unknown requirements {unknown}")

    def made(cases: Callable[[Inputs], Iterator[Case]]) -> Group:
        @wraps(cases)
        def make(number_format: NumberFormat) -> Iterator[Case]:
            return cases(Inputs(number_format))

        return Group(name, title, requirements, FLAGS, make)

    return made


@dataclass(frozen=True, slots=True)
class Inputs:
    """Makes cases of one number format from decimals: each is rounded to the format once.

    All its cases have these flags and these hyper-parameters.
    """

    number_format: NumberFormat
    flags: tuple[str, ...] = ()
    hyper_parameters: Mapping[str, str | None] = field(default_factory=lambda: _DEFAULTS)

    def having(self, *flags: str, **hyper_parameters: str | None) -> Inputs:
        """Inputs whose cases have these flags too, and these hyper-parameters; None leaves one out.

        A hyper-parameter that is never told has its default; ValueError for one that is unknown.
        """
        if unknown := set(hyper_parameters) - set(RULE.names):
            raise ValueError(f"unknown hyper-parameters {unknown}")
        return replace(
            self,
            flags=(*self.flags, *flags),
            hyper_parameters={**self.hyper_parameters, **hyper_parameters},
        )

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
        weights: Arrays,
        gradients: Iterable[Arrays],
        *,
        record: tuple[int, ...] | None = None,
        rejected: str | None = None,
        choices: tuple[str, ...] = (),
    ) -> Case:
        """A case that records every step, unless told which."""
        steps = tuple(gradients)
        return Case(
            name,
            description,
            self.flags,
            {
                name: self.value(decimal)
                for name, decimal in self.hyper_parameters.items()
                if decimal is not None
            },
            weights,
            steps,
            tuple(range(1, len(steps) + 1)) if record is None else record,
            rejected,
            choices,
        )

    def row(
        self,
        name: str,
        description: str,
        weights: str,
        gradients: Iterable[str],
        *,
        record: tuple[int, ...] | None = None,
        choices: tuple[str, ...] = (),
    ) -> Case:
        """A case of one parameter, whose weights, and gradients of each step, are decimals."""
        steps = (self.arrays(w1=step) for step in gradients)
        weights_by_name = self.arrays(w1=weights)
        return self.case(name, description, weights_by_name, steps, record=record, choices=choices)

    def single(
        self,
        name: str,
        description: str,
        gradients: str,
        weight: str = "0",
        *,
        record: tuple[int, ...] | None = None,
        choices: tuple[str, ...] = (),
    ) -> Case:
        """A case of one weight; ``gradients`` are decimals between blanks, one a step."""
        return self.row(
            name, description, weight, gradients.split(), record=record, choices=choices
        )
