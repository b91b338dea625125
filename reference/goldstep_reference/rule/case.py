"""A case: the inputs of one conformance test, before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LEARNING_RATE = "learning_rate"
"""The hyper-parameter that every algorithm has, and that may change from step to step."""
LEARNING_RATES = "learning_rates"
"""The key of several, and the option of a program whose rate can be changed."""

Arrays = Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Case:
    """One run of an optimizer: hyper-parameters, weights, one gradient dictionary a step.

    ``name`` is the last part of the case's id. A hyper-parameter that is not in
    ``hyper_parameters`` is left out, so that the port's own default is tested. ``record`` names the
    steps, from 1, whose results count.

    ``rejected`` is the rule that the input breaks, where it is invalid. ``choices`` are the names
    of the results among which a port may choose, where the formula leaves it open (`choices`).

    ``learning_rates`` are those of the steps, in place of one for all.
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
    learning_rates: tuple[float, ...] = ()

    def given(self, name: str, step: int = 1) -> float | None:
        """A hyper-parameter's value in a step, counted from 1; None where it is left out."""
        if self.learning_rates and name == LEARNING_RATE:
            return self.learning_rates[step - 1]
        return self.hyper_parameters.get(name)

    @property
    def elements(self) -> int:
        """How many weights there are in all parameters together."""
        return sum(len(values) for values in self.weights.values())
