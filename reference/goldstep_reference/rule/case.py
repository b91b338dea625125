"""A case: the inputs of one conformance test, before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Arrays = Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Case:
    """One run of an optimizer: hyper-parameters, weights, one gradient dictionary a step.

    ``name`` is the last part of the case's id. A hyper-parameter that is not in
    ``hyper_parameters`` is left out, so that the port's own default is tested. ``record`` names the
    steps, from 1, whose results count.

    ``rejected`` is the rule that the input breaks, where it is invalid. ``choices`` are the names
    of the results among which a port may choose, where the formula leaves it open (`choices`).
    """

    name: str
    description: str
    flags: tuple[str, ...]
    hyper_parameters: Mapping[str, float]
    weights: Arrays
    gradients: tuple[Arrays, ...]
    record: tuple[int, ...]
    rejected: str | None = None
    choices: tuple[str, ...] = ()

    def given(self, name: str) -> float | None:
        """A hyper-parameter's value; None where it is left out."""
        return self.hyper_parameters.get(name)

    @property
    def elements(self) -> int:
        """How many weights there are in all parameters together."""
        return sum(len(values) for values in self.weights.values())
