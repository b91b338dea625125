"""Optimizers with faults that are in no catalogue, in NumPy: none of them may be misnamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from support.deviants import NUMPY, Deviant, Request
from support.ports.deviating_port import DEFAULTS, write

Array = Any
# From the step's number, a parameter's gradient, weights and memory, and the hyper-parameters to
# the new weights; the memory changes in place.
Update = Callable[[int, Array, Array, dict[str, Array], tuple[Any, Any, Any]], Array]


def _average(memory: dict[str, Array], name: str, decay: Any, new: Array) -> Array:
    one = new.dtype.type(1)
    memory[name] = decay * memory.get(name, np.zeros_like(new)) + (one - decay) * new
    return memory[name]


def _plain(number: int, g: Array, w: Array, memory: dict[str, Array], given: Any) -> Array:
    rate, decay, epsilon = given
    return w - rate * g / np.sqrt(_average(memory, "v", decay, g * g) + epsilon)


def clipped_gradient(number: int, g: Array, w: Array, memory: Any, given: Any) -> Array:
    """Gradients are clipped to [-1, 1]."""
    return _plain(number, np.clip(g, -1, 1).astype(g.dtype), w, memory, given)


def clipped_norm(number: int, g: Array, w: Array, memory: Any, given: Any) -> Array:
    """A gradient of a norm above 1 is scaled down to it."""
    norm = np.sqrt((g * g).sum())
    return _plain(number, g if not norm > 1 else (g / norm).astype(g.dtype), w, memory, given)


def weight_decay(number: int, g: Array, w: Array, memory: Any, given: Any) -> Array:
    """0.01 w is added to the gradient."""
    return _plain(number, g + g.dtype.type(0.01) * w, w, memory, given)


def decoupled_weight_decay(number: int, g: Array, w: Array, memory: Any, given: Any) -> Array:
    """Weights shrink by rate * 0.01 before each step."""
    return _plain(number, g, w - given[0] * g.dtype.type(0.01) * w, memory, given)


def momentum(number: int, g: Array, w: Array, memory: Any, given: Any) -> Array:
    """A momentum of 0.1."""
    rate, decay, epsilon = given
    step = rate * g / np.sqrt(_average(memory, "v", decay, g * g) + epsilon)
    memory["m"] = g.dtype.type(0.1) * memory.get("m", np.zeros_like(g)) + step
    return w - memory["m"]


def nesterov(number: int, g: Array, w: Array, memory: Any, given: Any) -> Array:
    """Nesterov's momentum of 0.9."""
    rate, decay, epsilon = given
    factor = g.dtype.type(0.9)
    step = rate * g / np.sqrt(_average(memory, "v", decay, g * g) + epsilon)
    memory["m"] = factor * memory.get("m", np.zeros_like(g)) + step
    return w - (factor * memory["m"] + step)


def centered(number: int, g: Array, w: Array, memory: Any, given: Any) -> Array:
    """The average of gradients, squared, is taken from the average of squares."""
    rate, decay, epsilon = given
    mean = _average(memory, "m", decay, g)
    square = _average(memory, "v", decay, g * g)
    return w - rate * g / np.sqrt(square - mean * mean + epsilon)


def adam(number: int, g: Array, w: Array, memory: Any, given: Any) -> Array:
    """Adam, with a first decay rate of 0.9."""
    rate, decay, epsilon = given
    one, first = g.dtype.type(1), g.dtype.type(0.9)
    mean = _average(memory, "m", first, g) / (one - first**number)
    square = _average(memory, "v", decay, g * g) / (one - decay**number)
    return w - rate * mean / (np.sqrt(square) + epsilon)


def adagrad(number: int, g: Array, w: Array, memory: Any, given: Any) -> Array:
    """AdaGrad: a sum of squares, and epsilon outside of the root."""
    rate, _, epsilon = given
    memory["v"] = memory.get("v", np.zeros_like(g)) + g * g
    return w - rate * g / (np.sqrt(memory["v"]) + epsilon)


def adadelta(number: int, g: Array, w: Array, memory: Any, given: Any) -> Array:
    """AdaDelta: the rate is a root mean square of earlier steps."""
    rate, decay, epsilon = given
    root = np.sqrt(_average(memory, "v", decay, g * g) + epsilon)
    step = np.sqrt(memory.get("d", np.zeros_like(g)) + epsilon) / root * g
    _average(memory, "d", decay, step * step)
    return w - rate * step


def table_root(number: int, g: Array, w: Array, memory: Any, given: Any) -> Array:
    """The root is looked up by 8 bits of its argument."""
    rate, decay, epsilon = given
    significand, exponent = np.frexp(_average(memory, "v", decay, g * g) + epsilon)
    looked_up = np.ldexp(np.floor(significand * 256) / 256, exponent).astype(g.dtype)
    return w - rate * g / np.sqrt(looked_up)


def falling_rate(number: int, g: Array, w: Array, memory: Any, given: Any) -> Array:
    """The learning rate falls as 1 / (1 + 0.01 t)."""
    rate = given[0] / g.dtype.type(1 + 0.01 * number)
    return _plain(number, g, w, memory, (rate, *given[1:]))


def skipped_second_step(number: int, g: Array, w: Array, memory: Any, given: Any) -> Array:
    """The second step is left out."""
    return w if number == 2 else _plain(number, g, w, memory, given)


def bounded_weights(number: int, g: Array, w: Array, memory: Any, given: Any) -> Array:
    """Weights stay within [-1, 1]."""
    return np.clip(_plain(number, g, w, memory, given), -1, 1).astype(g.dtype)


def fourth_power(number: int, g: Array, w: Array, memory: Any, given: Any) -> Array:
    """The average is of fourth powers, under a fourth root."""
    rate, decay, epsilon = given
    average = _average(memory, "v", decay, g**4)
    return w - rate * g / np.sqrt(np.sqrt(average) + epsilon)


OUTSIDERS: Mapping[str, Update] = {
    update.__name__: update
    for update in (
        *(clipped_gradient, clipped_norm, weight_decay, decoupled_weight_decay),
        *(momentum, nesterov, centered, adam, adagrad, adadelta, table_root, falling_rate),
        *(skipped_second_step, bounded_weights, fourth_power),
    )
}

# What is right all the same: AdaGrad sums squares up, and adds epsilon outside of the root.
RIGHT_NAMES: Mapping[str, set[str]] = {"adagrad": {"average-form", "epsilon-outside-root"}}


def outsider(name: str, number_format: str) -> Deviant:
    """The port; its averages are not told, as of optimizers of other kinds."""
    return Deviant(
        name,
        number_format,
        lambda asked: _run(OUTSIDERS[name], NUMPY[number_format], asked),
        reports_averages=False,
    )


def _run(update: Update, number: Any, asked: Request) -> Iterator[Mapping[str, Any]]:
    given = tuple(number(asked.get(name, default)) for name, default in DEFAULTS.items())
    weights = {name: np.array(texts, number) for name, texts in asked["weights"].items()}
    memories: dict[str, dict[str, Array]] = {name: {} for name in weights}
    for step, gradients in enumerate(asked["gradients"], start=1):
        for name in weights:
            gradient = np.array(gradients[name], number)
            weights[name] = update(step, gradient, weights[name], memories[name], given)
            assert weights[name].dtype == number
        if step in asked["record"]:
            yield {
                "weights": {name: list(map(write, map(float, w))) for name, w in weights.items()}
            }


def is_right(name: str, findings: set[str]) -> bool:
    """Whether the findings of an outsider are right: unexplained, or a general name that fits."""
    return findings == {"unexplained"} or findings == RIGHT_NAMES.get(name)
