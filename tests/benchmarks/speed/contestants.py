"""Programs that take a step of RMSProp, side by side.

Those of other projects are measured where they are installed (the extra ``bench``).
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import io
import runpy
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from goldstep.bench.steps import (
    COMPILED,
    DECAY_RATE,
    EPSILON,
    LEARNING_RATE,
    NUMPY,
    Arrays,
    Problem,
    Program,
    Steps,
    repeat,
)
from goldstep.paths import ports_folder


@dataclass(frozen=True, slots=True)
class Contestant:
    """``arrays`` is how many numbers for each element the program holds beside the shared gradients
    and weights, temporary ones among them. ``needs`` are the packages that it is made of.
    """

    program: Program
    arrays: int
    needs: tuple[str, ...] = ()

    @property
    def missing(self) -> list[str]:
        """The packages that are not installed."""
        return [name for name in self.needs if importlib.util.find_spec(name) is None]

    @property
    def versions(self) -> dict[str, str]:
        """Those of its packages."""
        return {name: _version(name) for name in self.needs if name not in self.missing}


def _version(name: str) -> str:
    distributions = importlib.metadata.packages_distributions().get(name, [name])
    return importlib.metadata.version(distributions[0])


def _document(problem: Problem, gradients: Arrays, weights: Arrays) -> Steps:
    """The document's Python program as it is printed, epsilon outside the root."""
    with redirect_stdout(io.StringIO()):  # it ends with an example, which prints
        program = runpy.run_path(str(ports_folder() / "python" / "rmsprop.py"))
    optimizer = program["RMSProp"](LEARNING_RATE, DECAY_RATE, EPSILON)
    return repeat(partial(optimizer.update_weights, gradients, dict(weights)))


def _expression(problem: Problem, gradients: Arrays, weights: Arrays) -> Steps:
    averages = {name: np.zeros_like(weight) for name, weight in weights.items()}

    def step() -> None:
        for name, weight in weights.items():
            gradient, average = gradients[name], averages[name]
            average *= DECAY_RATE
            average += (1 - DECAY_RATE) * gradient**2
            weight -= LEARNING_RATE * gradient / np.sqrt(average + EPSILON)

    return repeat(step)


def _torch(foreach: bool, problem: Problem, gradients: Arrays, weights: Arrays) -> Steps:
    torch = importlib.import_module("torch")
    torch.set_num_threads(problem.threads)
    parameters = []
    for name, weight in weights.items():
        parameter = torch.nn.Parameter(torch.from_numpy(weight))
        parameter.grad = torch.from_numpy(gradients[name])
        parameters.append(parameter)
    optimizer = torch.optim.RMSprop(
        parameters, lr=LEARNING_RATE, alpha=DECAY_RATE, eps=EPSILON, foreach=foreach
    )
    return repeat(optimizer.step)


def _optax(problem: Problem, gradients: Arrays, weights: Arrays) -> Steps:
    jax, optax = importlib.import_module("jax"), importlib.import_module("optax")
    jax.config.update("jax_enable_x64", True)
    transform = optax.rmsprop(LEARNING_RATE, decay=DECAY_RATE, eps=EPSILON)
    values = {name: jax.numpy.array(weight) for name, weight in weights.items()}
    constants = {name: jax.numpy.array(gradient) for name, gradient in gradients.items()}

    def update(values: Any, state: Any, gradients: Any) -> Any:
        updates, state = transform.update(gradients, state, values)
        return optax.apply_updates(values, updates), state

    compiled = jax.jit(update, donate_argnums=(0, 1))
    held = [values, transform.init(values)]

    def steps(count: int) -> None:
        for _ in range(count):
            held[:] = compiled(*held, constants)
        jax.block_until_ready(held)

    return steps


def _tensorflow(problem: Problem, gradients: Arrays, weights: Arrays) -> Steps:
    """The kernel that TensorFlow's and TF1's optimizers end in, without an optimizer around it."""
    tf = importlib.import_module("tensorflow")
    constants = {
        name: tf.constant(value, problem.number_format)
        for name, value in (
            *(("lr", LEARNING_RATE), ("rho", DECAY_RATE), ("momentum", 0.0)),
            ("epsilon", EPSILON),
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

    return repeat(step)


def _memory(problem: Problem, gradients: Arrays, weights: Arrays) -> Steps:
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

    return repeat(step)


MEMORY = Program("the memory's limit", _memory)

CONTESTANTS = (
    Contestant(NUMPY, 1, ("numpy",)),
    Contestant(COMPILED, 1, ("llvmlite",)),
    Contestant(Program("the document's Python", _document), 5),
    Contestant(Program("a plain expression", _expression), 4),
    Contestant(Program("torch", partial(_torch, False)), 2, ("torch",)),
    Contestant(Program("torch, foreach", partial(_torch, True)), 3, ("torch",)),
    Contestant(Program("Optax, jitted", _optax), 5, ("jax", "optax")),
    Contestant(Program("TensorFlow's kernel", _tensorflow), 4, ("tensorflow",)),
    Contestant(MEMORY, 1, ("numba",)),
)
