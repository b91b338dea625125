"""Programs that take a step of RMSProp, side by side: each is made ready on its own arrays.

Those of other projects are measured where they are installed (the extra ``goldstep[bench]``).
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import io
import runpy
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from goldstep_numpy import RMSProp
from numpy.typing import NDArray

from goldstep.paths import ports_folder

Arrays = Mapping[str, NDArray[Any]]
Step = Callable[[], object]

_RATE, _DECAY, _EPSILON = 1e-3, 0.9, 1e-8


@dataclass(frozen=True, slots=True)
class Problem:
    """What a step is taken on: parameters of ``length`` elements each, in a number format."""

    number_format: Literal["float64", "float32"]
    parameters: int
    length: int
    threads: int

    @property
    def elements(self) -> int:
        """Of all parameters together."""
        return self.parameters * self.length

    @property
    def bytes_an_array(self) -> int:
        """What one number for each element takes."""
        return self.elements * np.dtype(self.number_format).itemsize

    def arrays(self) -> tuple[dict[str, NDArray[Any]], dict[str, NDArray[Any]]]:
        """Gradients and weights, everyday numbers; every page of them is written."""
        draw = np.random.default_rng(1)
        gradients, weights = {}, {}
        for number in range(self.parameters):
            name = f"w{number}"
            gradients[name] = draw.standard_normal(self.length, np.float32).astype(
                self.number_format
            )
            weights[name] = np.ones(self.length, self.number_format)
        return gradients, weights


@dataclass(frozen=True, slots=True)
class Contestant:
    """``prepare`` makes it ready for a problem and gives its step, and what ends a row of steps.

    ``arrays`` is how many numbers for each element it holds beside the shared gradients and
    weights, temporary ones among them. ``needs`` are the packages that it is made of.
    """

    name: str
    prepare: Callable[[Problem, Arrays, Arrays], tuple[Step, Step]]
    arrays: int
    needs: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The packages that are not installed."""
        return tuple(name for name in self.needs if importlib.util.find_spec(name) is None)

    @property
    def versions(self) -> dict[str, str]:
        """Those of its packages."""
        return {name: _version(name) for name in self.needs if name not in self.missing}


def _version(name: str) -> str:
    distributions = importlib.metadata.packages_distributions().get(name, [name])
    return importlib.metadata.version(distributions[0])


def _nothing() -> None:
    """Ends a row of steps, each of which is done when it returns."""


def _goldstep(
    engine: Literal["numpy", "compiled"], problem: Problem, gradients: Arrays, weights: Arrays
) -> tuple[Step, Step]:
    optimizer = RMSProp(_RATE, _DECAY, _EPSILON, engine=engine, threads=problem.threads)
    return partial(optimizer.update_weights, gradients, weights), _nothing


def _document(problem: Problem, gradients: Arrays, weights: Arrays) -> tuple[Step, Step]:
    """The document's Python program as it is printed, epsilon outside the root."""
    with redirect_stdout(io.StringIO()):  # it ends with an example, which prints
        program = runpy.run_path(str(ports_folder() / "python" / "rmsprop.py"))
    optimizer = program["RMSProp"](_RATE, _DECAY, _EPSILON)
    return partial(optimizer.update_weights, gradients, dict(weights)), _nothing


def _expression(problem: Problem, gradients: Arrays, weights: Arrays) -> tuple[Step, Step]:
    averages = {name: np.zeros_like(weight) for name, weight in weights.items()}

    def step() -> None:
        for name, weight in weights.items():
            gradient, average = gradients[name], averages[name]
            average *= _DECAY
            average += (1 - _DECAY) * gradient**2
            weight -= _RATE * gradient / np.sqrt(average + _EPSILON)

    return step, _nothing


def _torch(
    foreach: bool, problem: Problem, gradients: Arrays, weights: Arrays
) -> tuple[Step, Step]:
    torch = importlib.import_module("torch")
    torch.set_num_threads(problem.threads)
    parameters = []
    for name, weight in weights.items():
        parameter = torch.nn.Parameter(torch.from_numpy(weight))
        parameter.grad = torch.from_numpy(gradients[name])
        parameters.append(parameter)
    optimizer = torch.optim.RMSprop(
        parameters, lr=_RATE, alpha=_DECAY, eps=_EPSILON, foreach=foreach
    )
    return optimizer.step, _nothing


def _optax(problem: Problem, gradients: Arrays, weights: Arrays) -> tuple[Step, Step]:
    jax, optax = importlib.import_module("jax"), importlib.import_module("optax")
    jax.config.update("jax_enable_x64", True)
    transform = optax.rmsprop(_RATE, decay=_DECAY, eps=_EPSILON)
    values = {name: jax.numpy.array(weight) for name, weight in weights.items()}
    steps = {name: jax.numpy.array(gradient) for name, gradient in gradients.items()}

    def update(values: Any, state: Any, steps: Any) -> Any:
        updates, state = transform.update(steps, state, values)
        return optax.apply_updates(values, updates), state

    compiled = jax.jit(update, donate_argnums=(0, 1))
    held = [values, transform.init(values)]

    def step() -> None:
        held[:] = compiled(*held, steps)

    return step, lambda: jax.block_until_ready(held)


def _tensorflow(problem: Problem, gradients: Arrays, weights: Arrays) -> tuple[Step, Step]:
    """The kernel that TensorFlow's and TF1's optimizers end in, without an optimizer around it."""
    tf = importlib.import_module("tensorflow")
    constants = {
        name: tf.constant(value, problem.number_format)
        for name, value in (
            *(("lr", _RATE), ("rho", _DECAY), ("momentum", 0.0)),
            ("epsilon", _EPSILON),
        )
    }
    held = [
        (
            tf.Variable(weight),
            tf.Variable(np.zeros_like(weight)),
            tf.Variable(np.zeros_like(weight)),
            tf.constant(gradients[name]),
        )
        for name, weight in weights.items()
    ]

    def step() -> None:
        for weight, square, momentum, gradient in held:
            tf.raw_ops.ResourceApplyRMSProp(
                var=weight.handle,
                ms=square.handle,
                mom=momentum.handle,
                grad=gradient,
                **constants,
            )

    return step, _nothing


def _memory(problem: Problem, gradients: Arrays, weights: Arrays) -> tuple[Step, Step]:
    """Reads gradient, average and weight, and writes the last two, with two additions."""
    numba = importlib.import_module("numba")
    numba.set_num_threads(problem.threads)

    def touch(gradient: Any, average: Any, weight: Any) -> None:
        for index in numba.prange(gradient.size):
            total = average[index] + gradient[index]
            average[index] = total
            weight[index] -= total

    compiled = numba.njit(touch, parallel=problem.threads > 1)
    averages = {name: np.zeros_like(weight) for name, weight in weights.items()}

    def step() -> None:
        for name, weight in weights.items():
            compiled(gradients[name], averages[name], weight)

    return step, _nothing


NUMPY = "goldstep, NumPy"
COMPILED = "goldstep, compiled"
DOCUMENT = "the document's Python"
TORCH, FOREACH = "torch", "torch, foreach"
OPTAX = "Optax, jitted"
MEMORY = "the memory's limit"

CONTESTANTS: tuple[Contestant, ...] = (
    Contestant(NUMPY, partial(_goldstep, "numpy"), 1),
    Contestant(COMPILED, partial(_goldstep, "compiled"), 1, ("llvmlite",)),
    Contestant(DOCUMENT, _document, 5),
    Contestant("a plain expression", _expression, 4),
    Contestant(TORCH, partial(_torch, False), 2, ("torch",)),
    Contestant(FOREACH, partial(_torch, True), 3, ("torch",)),
    Contestant(OPTAX, _optax, 5, ("jax", "optax")),
    Contestant("TensorFlow's kernel", _tensorflow, 4, ("tensorflow",)),
    Contestant(MEMORY, _memory, 1, ("numba",)),
)
