"""RMSProp as one would write it in NumPy, which every engine has to equal bit for bit."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Placement = Literal["inside", "outside"]


class Expression:
    """Keeps the averages; `step` gives new weights and changes nothing."""

    def __init__(
        self, learning_rate: float, decay_rate: float, epsilon: float, placement: Placement
    ) -> None:
        self.values = (learning_rate, decay_rate, epsilon)
        self.placement = placement
        self.averages: dict[str, Array] = {}

    def step(self, gradients: dict[str, Array], weights: dict[str, Array]) -> dict[str, Array]:
        with np.errstate(all="ignore"):
            return {name: self._step(name, gradients[name], weights[name]) for name in weights}

    def _step(self, name: str, gradient: Array, weight: Array) -> Array:
        rate, decay, epsilon = (weight.dtype.type(value) for value in self.values)
        average = self.averages.get(name, np.zeros_like(weight))
        average = decay * average + (weight.dtype.type(1) - decay) * (gradient * gradient)
        self.averages[name] = average
        inside = self.placement == "inside"
        divisor = np.sqrt(average + epsilon) if inside else np.sqrt(average) + epsilon
        return np.asarray(weight - rate * gradient / divisor)


def same_bits(one: Array, other: Array) -> bool:
    """Equal shapes, dtypes and bits; which NaN it is does not matter."""

    def bits(array: Array) -> Array:
        plain = np.where(np.isnan(array), array.dtype.type(np.nan), array).astype(array.dtype)
        return np.atleast_1d(plain).view(f"u{array.dtype.itemsize}")

    return (
        one.shape == other.shape
        and one.dtype == other.dtype
        and np.array_equal(bits(one), bits(other))
    )
