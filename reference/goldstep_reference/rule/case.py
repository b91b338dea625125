"""A case: the inputs of one conformance test, before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Literal

from goldstep_reference.numbers.number_format import NumberFormat

HyperParameter = Literal["learning_rate", "decay_rate", "epsilon"]
HYPER_PARAMETERS: tuple[HyperParameter, ...] = ("learning_rate", "decay_rate", "epsilon")

# The defaults of the document's programs; the formula itself has none.
DEFAULTS: Mapping[HyperParameter, Decimal] = {
    "learning_rate": Decimal("0.001"),
    "decay_rate": Decimal("0.9"),
    "epsilon": Decimal("1e-8"),
}

Arrays = Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Case:
    """One run of an optimizer: hyper-parameters, weights, one gradient dictionary a step.

    ``name`` is the last part of the case's id. A hyper-parameter that is None is left out, so that
    the port's own default is tested. ``record`` names the steps, from 1, whose results count.

    ``rejected`` is the rule that the input breaks, where it is invalid. ``choices`` are the names
    of the results among which a port may choose, where the formula leaves it open (`choices`).
    """

    name: str
    description: str
    flags: tuple[str, ...]
    learning_rate: float | None
    decay_rate: float | None
    epsilon: float | None
    weights: Arrays
    gradients: tuple[Arrays, ...]
    record: tuple[int, ...]
    rejected: str | None = None
    choices: tuple[str, ...] = ()

    def hyper_parameter(self, name: HyperParameter, number_format: NumberFormat) -> Fraction:
        """The exact value a faithful port uses: the given one, or the default in its format."""
        given: float | None = getattr(self, name)
        return Fraction(given) if given is not None else default(name, number_format)

    def given(self, name: str) -> float | None:
        """A hyper-parameter's value; None where it is left out."""
        value: float | None = getattr(self, name)
        return value

    @property
    def elements(self) -> int:
        """How many weights there are in all parameters together."""
        return sum(len(values) for values in self.weights.values())


@cache
def default(name: HyperParameter, number_format: NumberFormat) -> Fraction:
    """The default as the number format holds it."""
    return Fraction(number_format.nearest(Fraction(DEFAULTS[name])))
