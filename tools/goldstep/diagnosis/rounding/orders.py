"""The orders of operations that are distinguished: how the average is formed, and the step.

Each is what a few words of source code do in the port's number format, or with intermediates in a
wider one. Forms are written as they are computed: from left to right, each operation rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from goldstep_reference.numbers.number_format import NumberFormat
from numpy.typing import NDArray

from goldstep.diagnosis.rounding.fused import fused_multiply_add as fma

Array = NDArray[Any]
DType = type[np.floating[Any]]

# Of the decay rate, the average before, and the gradient.
_AVERAGES: Mapping[str, Callable[[Array, Array, Array], Array]] = {
    "decay * v + (1 - decay) * g^2": lambda decay, v, g: decay * v + (1 - decay) * (g * g),
    "decay * v + (1 - decay) * g * g": lambda decay, v, g: decay * v + (1 - decay) * g * g,
    "v + (g^2 - v) * (1 - decay)": lambda decay, v, g: v + (g * g - v) * (1 - decay),
}
_FUSED_AVERAGES: Mapping[str, Callable[[Array, Array, Array], Array]] = {
    "fma(decay, v, (1 - decay) * g^2)": lambda decay, v, g: fma(decay, v, (1 - decay) * (g * g)),
    "fma(decay, v, (1 - decay) * g * g)": lambda decay, v, g: fma(decay, v, (1 - decay) * g * g),
    "fma(1 - decay, g^2, decay * v)": lambda decay, v, g: fma(1 - decay, g * g, decay * v),
    "fma((1 - decay) * g, g, decay * v)": lambda decay, v, g: fma((1 - decay) * g, g, decay * v),
    "fma(g^2 - v, 1 - decay, v)": lambda decay, v, g: fma(g * g - v, 1 - decay, v),
    "v + fma(g, g, -v) * (1 - decay)": lambda decay, v, g: v + fma(g, g, -v) * (1 - decay),
    "fma(fma(g, g, -v), 1 - decay, v)": lambda decay, v, g: fma(fma(g, g, -v), 1 - decay, v),
}
# Of the learning rate, the gradient, and the divisor, which the words call {root}.
_STEPS: Mapping[str, Callable[[Array, Array, Array], Array]] = {
    "rate * g / {root}": lambda rate, g, root: rate * g / root,
    "rate * (g / {root})": lambda rate, g, root: rate * (g / root),
    "rate / {root} * g": lambda rate, g, root: rate / root * g,
    "rate * g * (1 / {root})": lambda rate, g, root: rate * g * (1 / root),
    "rate * (g * (1 / {root}))": lambda rate, g, root: rate * (g * (1 / root)),
    "rate * (1 / {root}) * g": lambda rate, g, root: rate * (1 / root) * g,
}
# Of the weight before, too: the step and its subtraction in one.
_FUSED_STEPS: Mapping[str, Callable[[Array, Array, Array, Array], Array]] = {
    "fma(-rate, g / {root}, w)": lambda w, rate, g, root: fma(-rate, g / root, w),
    "fma(-rate / {root}, g, w)": lambda w, rate, g, root: fma(-rate / root, g, w),
    "fma(-rate * g, 1 / {root}, w)": lambda w, rate, g, root: fma(-rate * g, 1 / root, w),
    "fma(-rate, g * (1 / {root}), w)": lambda w, rate, g, root: fma(-rate, g * (1 / root), w),
    "fma(-rate * (1 / {root}), g, w)": lambda w, rate, g, root: fma(-rate * (1 / root), g, w),
}


@dataclass(frozen=True, slots=True)
class AverageOrder:
    """How the average is formed.

    ``arithmetic`` is empty if all of it is in the port's number format, else the words for what
    is wider: the gradient, as in languages whose power is, or all of it. Of a wider average the
    port keeps, and uses in the step, what is rounded to the number format or the wider number.
    """

    form: str
    arithmetic: str
    compute: Callable[[Array, Array, Array], Array]
    before: DType  # of the decay rate and the average before
    gradient: DType
    kept: DType
    used: DType

    def average(self, decay: Array, before: Array, gradient: Array) -> Array:
        """The average after a gradient, in the format that it is computed in."""
        decay, before = (each.astype(self.before, copy=False) for each in (decay, before))
        return self.compute(decay, before, gradient.astype(self.gradient, copy=False))


@dataclass(frozen=True, slots=True)
class StepOrder:
    """How the step is formed and subtracted; ``arithmetic`` as of the average.

    Of a step in a wider format the sum under the root and ``rate * g`` are so too, unless it is
    wider only from the root on, as in languages whose root is.
    """

    form: str
    arithmetic: str
    compute: Callable[[Array, Array, Array, Array], Array]
    before_root: DType
    from_root: DType
    column: str

    def weight(
        self, weight: Array, rate: Array, gradient: Array, average: Array, epsilon: Array
    ) -> Array:
        """The weight after a step, in its own format; all arrays are of one shape."""
        own = weight.dtype
        rate, gradient, epsilon = (
            each.astype(self.before_root, copy=False) for each in (rate, gradient, epsilon)
        )
        if self.from_root == own:
            average = average.astype(own, copy=False)
        is_inside = self.column == "inside"
        radicand = average + epsilon if is_inside else average
        root = np.sqrt(radicand.astype(self.from_root, copy=False))
        divisor = root if is_inside else root + epsilon
        # NumPy promotes as the languages do: a wider operand makes the operation wider.
        return self.compute(weight, rate, gradient, divisor).astype(own, copy=False)


def average_orders(number_format: NumberFormat) -> Iterator[AverageOrder]:
    """All of a number format; simple ones first."""
    own, wider, name = _formats(number_format)
    for form, compute in [*_AVERAGES.items(), *_FUSED_AVERAGES.items()]:
        yield AverageOrder(form, "", compute, own, own, own, own)
    if wider is None:
        return
    for words, before, kept, used in (
        (f"as with {name} intermediates", wider, own, own),
        (f"as with {name} from the square on", own, own, own),
        (f"as with {name} intermediates, unrounded in the step", wider, own, wider),
        (f"as if kept in {name}", wider, wider, wider),
    ):
        for form, compute in _AVERAGES.items():
            yield AverageOrder(form, words, compute, before, wider, kept, used)


def step_orders(number_format: NumberFormat, column: str) -> Iterator[StepOrder]:
    """All of a number format; simple ones first."""
    own, wider, name = _formats(number_format)
    divisor = "root" if column == "inside" else "(root + epsilon)"
    forms = {
        form.format(root=divisor): (partial(_subtracted, step), partial(_rounded_first, step))
        for form, step in _STEPS.items()
    }
    for form, (at_once, _) in forms.items():
        yield StepOrder(form, "", at_once, own, own, column)
    for form, compute in _FUSED_STEPS.items():
        yield StepOrder(form.format(root=divisor), "", compute, own, own, column)
    if wider is None:
        return
    for words, before_root in (
        (f"as with {name} intermediates", wider),
        (f"as with {name} from the root on", own),
    ):
        rounded = f"{words}, then to {number_format.name}"
        for form, (at_once, rounded_first) in forms.items():
            yield StepOrder(form, words, at_once, before_root, wider, column)
            yield StepOrder(form, rounded, rounded_first, before_root, wider, column)


def _subtracted(
    step: Callable[[Array, Array, Array], Array], w: Array, rate: Array, g: Array, root: Array
) -> Array:
    return w - step(rate, g, root)


def _rounded_first(
    step: Callable[[Array, Array, Array], Array], w: Array, rate: Array, g: Array, root: Array
) -> Array:
    rounded: Array = step(rate, g, root).astype(w.dtype)
    return w - rounded


def _formats(number_format: NumberFormat) -> tuple[DType, DType | None, str]:
    """Its own type, a wider one if this machine has any, and what that is called."""
    if number_format.name == "float32":
        return np.float32, np.float64, "float64"
    names: Mapping[int, str] = {63: "80-bit extended", 112: "binary128"}
    name = names.get(int(np.finfo(np.longdouble).nmant), "")
    return np.float64, np.longdouble if name else None, name
