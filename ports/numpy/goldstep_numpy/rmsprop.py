"""RMSProp for NumPy arrays.

    v_t = decay_rate * v_(t-1) + (1 - decay_rate) * g_t^2,   v_0 = 0
    w_t = w_(t-1) - learning_rate * g_t / sqrt(v_t + epsilon)

Source: Hinton's lecture 6e, as the document under test states it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, TypedDict

import numpy as np
from numpy.typing import NDArray

EpsilonPlacement = Literal["inside", "outside"]
Array = NDArray[np.floating[Any]]

_DTYPES = (np.dtype(np.float32), np.dtype(np.float64))


class State(TypedDict):
    """All that an optimizer remembers; made by `RMSProp.state_dict`."""

    learning_rate: float
    decay_rate: float
    epsilon: float
    epsilon_placement: EpsilonPlacement
    moving_average: dict[str, Array]


class RMSProp:
    """Divides each gradient by the root of a moving average of its square.

    Parameters
    ----------
    learning_rate
        The step's factor; finite, >= 0. In units of the weights.
    decay_rate
        The weight of the past in the average; 0 <= decay_rate < 1.
    epsilon
        Keeps the divisor from zero; finite, >= 0. In units of the squared gradient where it is
        inside the root, of the gradient where it is outside.
    epsilon_placement
        ``"inside"``: sqrt(average + epsilon), the formula. ``"outside"``: sqrt(average) + epsilon.

    Raises ValueError for a value outside its domain, NaN among them, and TypeError for what is no
    number. All arithmetic is in the arrays' own dtype, float32 or float64, and hyper-parameters are
    rounded to it once.

    An instance must not be used by two threads at a time.
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        decay_rate: float = 0.9,
        epsilon: float = 1e-8,
        *,
        epsilon_placement: EpsilonPlacement = "inside",
    ) -> None:
        _check_hyper_parameters(learning_rate, decay_rate, epsilon, epsilon_placement)
        self.learning_rate = learning_rate
        self.decay_rate = decay_rate
        self.epsilon = epsilon
        self.epsilon_placement: EpsilonPlacement = epsilon_placement
        self._moving_average: dict[str, Array] = {}

    @property
    def moving_average(self) -> Mapping[str, Array]:
        """The average of each parameter that was updated: read-only views, by name."""
        views = {name: average.view() for name, average in self._moving_average.items()}
        for view in views.values():
            view.flags.writeable = False
        return MappingProxyType(views)

    def update_weights(self, gradients: Mapping[str, Array], weights: Mapping[str, Array]) -> None:
        """One step: changes the arrays in ``weights`` in place.

        ``gradients`` has an array for each name in ``weights``, of the same shape and dtype, and
        none for another name; it is not changed. Raises ValueError or TypeError, with nothing
        changed, where it has not.

        Elements do not touch each other. NaN, infinities, signed zeros and subnormal numbers are
        handled as IEEE 754 says, each operation rounded to the arrays' dtype: the square of a
        gradient overflows to infinity or underflows to zero, infinity by infinity is NaN, and so is
        zero by zero, of a zero gradient at an epsilon of zero. Nothing is clipped, guarded or
        skipped; NumPy warns as the caller's `numpy.errstate` asks.
        """
        for name, weight in weights.items():
            self._check_parameter(name, gradients, weight)
        if unknown := set(gradients) - set(weights):
            raise ValueError(f"gradients without weights: {', '.join(sorted(unknown))}")
        for name, weight in weights.items():
            average = self._moving_average.get(name)
            if average is None:
                average = self._moving_average[name] = np.zeros_like(weight)
            self._update(weight, average, gradients[name])

    def state_dict(self) -> State:
        """A copy of all that the optimizer remembers."""
        return State(
            learning_rate=self.learning_rate,
            decay_rate=self.decay_rate,
            epsilon=self.epsilon,
            epsilon_placement=self.epsilon_placement,
            moving_average={name: array.copy() for name, array in self._moving_average.items()},
        )

    def load_state_dict(self, state: State) -> None:
        """Goes on from a state; raises ValueError or TypeError, with nothing changed, if unfit."""
        if set(state) != State.__required_keys__:
            expected = ", ".join(sorted(State.__required_keys__))
            raise ValueError(f"a state has the keys {expected}")
        _check_hyper_parameters(
            state["learning_rate"],
            state["decay_rate"],
            state["epsilon"],
            state["epsilon_placement"],
        )
        for name, average in state["moving_average"].items():
            _check_dtype(f"moving average of {name}", average)
            if not bool(np.all((average >= 0) | np.isnan(average))):
                raise ValueError(f"moving average of {name}: a mean of squares is never negative")
        self.learning_rate = state["learning_rate"]
        self.decay_rate = state["decay_rate"]
        self.epsilon = state["epsilon"]
        self.epsilon_placement = state["epsilon_placement"]
        self._moving_average = {
            name: average.copy() for name, average in state["moving_average"].items()
        }

    def _check_parameter(self, name: str, gradients: Mapping[str, Array], weight: Array) -> None:
        _check_dtype(f"weights of {name}", weight)
        if not weight.flags.writeable:
            raise ValueError(f"weights of {name}: the array is read-only")
        if name not in gradients:
            raise ValueError(f"no gradient for {name}")
        others = {"gradient": gradients[name]}
        if name in self._moving_average:
            others["moving average"] = self._moving_average[name]
        for what, other in others.items():
            _check_dtype(f"{what} of {name}", other)
            if other.dtype != weight.dtype:
                raise TypeError(f"{what} of {name}: {other.dtype}, but its weights {weight.dtype}")
            if other.shape != weight.shape:
                raise ValueError(
                    f"{what} of {name}: shape {other.shape}, but its weights {weight.shape}"
                )

    def _update(self, weight: Array, average: Array, gradient: Array) -> None:
        number = weight.dtype.type
        decay_rate, epsilon = number(self.decay_rate), number(self.epsilon)
        square = np.empty_like(average)  # an array also where the weights have no dimension
        np.multiply(gradient, gradient, out=square)
        np.multiply(square, number(1) - decay_rate, out=square)
        np.multiply(average, decay_rate, out=average)
        np.add(average, square, out=average)
        if self.epsilon_placement == "inside":
            divisor = np.sqrt(np.add(average, epsilon))
        else:
            divisor = np.add(np.sqrt(average), epsilon)
        step = np.multiply(gradient, number(self.learning_rate))
        np.subtract(weight, np.divide(step, divisor), out=weight)


def _check_hyper_parameters(
    learning_rate: float, decay_rate: float, epsilon: float, epsilon_placement: str
) -> None:
    for name, value in (("learning_rate", learning_rate), ("epsilon", epsilon)):
        if not (math.isfinite(value) and value >= 0):
            raise ValueError(f"{name} must be finite and not negative, not {value}")
    if not 0 <= decay_rate < 1:
        raise ValueError(f"decay_rate must be at least 0 and below 1, not {decay_rate}")
    if epsilon_placement not in ("inside", "outside"):
        raise ValueError(f"epsilon_placement must be inside or outside, not {epsilon_placement!r}")


def _check_dtype(what: str, array: Array) -> None:
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{what}: a NumPy array is expected, not {type(array).__name__}")
    if array.dtype not in _DTYPES:
        raise TypeError(f"{what}: float32 or float64 is expected, not {array.dtype}")
