"""Learning rate, decay rate and epsilon: their domains, and what they are in a dtype."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goldstep_numpy.formula import CONSTANTS, EpsilonPlacement


@dataclass(frozen=True, slots=True)
class HyperParameters:
    """Values within their domains: see `RMSProp`.

    Raises ValueError for one outside its domain, NaN among them, TypeError for what is no number.
    """

    learning_rate: float
    decay_rate: float
    epsilon: float
    epsilon_placement: EpsilonPlacement

    def __post_init__(self) -> None:
        for name in ("learning_rate", "decay_rate", "epsilon"):
            object.__setattr__(self, name, _number(name, getattr(self, name)))
        for name in ("learning_rate", "epsilon"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise ValueError(f"{name} must be finite and not negative, not {value}")
        if not 0 <= self.decay_rate < 1:
            raise ValueError(f"decay_rate must be at least 0 and below 1, not {self.decay_rate}")
        if self.epsilon_placement not in ("inside", "outside"):
            raise ValueError(
                f"epsilon_placement must be inside or outside, not {self.epsilon_placement!r}"
            )

    def constants(self, dtype: np.dtype[Any]) -> NDArray[Any]:
        """The formula's constants in ``dtype``, in the order of `formula.CONSTANTS`.

        Raises ValueError where rounding takes a value out of its domain.
        """
        with np.errstate(all="ignore"):
            rate, decay, epsilon = np.array(
                [self.learning_rate, self.decay_rate, self.epsilon], np.float64
            ).astype(dtype)
        for name, value in (("learning_rate", rate), ("epsilon", epsilon)):
            if not np.isfinite(value):
                raise ValueError(f"{name} {getattr(self, name)} is too large for {dtype}")
        if not decay < 1:
            raise ValueError(f"decay_rate {self.decay_rate} is 1 in {dtype}; it must be below 1")
        values = {
            "learning_rate": rate,
            "decay_rate": decay,
            "complement": dtype.type(1) - decay,
            "epsilon": epsilon,
        }
        return np.array([values[name] for name in CONSTANTS], dtype)


def _number(name: str, value: object) -> float:
    if not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, not {type(value).__name__}")
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"{name} is too large for a float") from None
