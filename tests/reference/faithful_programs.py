"""Random faithful programs: many at once, each drawing an allowed choice at every operation.

An array has a row for each element and a column for each program. Every number is carried in a
wider machine format (float64 for float32; for float64 the machine's long double) and is rounded to
the number format where a program does so. The choices:

* operate in the number format, or in the wider one; round the result, or hold it wider;
* either form of the average, with the square by product or by a power that is 1 ULP off;
* the two products and the quotient of a step in any association, by a reciprocal too;
* a reciprocal root as one operation, where epsilon is inside;
* roots, quotients and reciprocals anything up to 2 ULP off.

A program has habits: where it rounds, which way its kernels err. Without habits the errors of many
operations would cancel, and no program would come near its budget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, get_args

import numpy as np
from goldstep_reference.behaviour import Column
from numpy.typing import NDArray

Array = NDArray[Any]
Operation = Callable[..., Array]
Kind = Literal["average", "root", "step", "weight"]
Form = Literal["square", "new term", "average", "reciprocal", "step"]

_NARROW: dict[str, type[np.floating[Any]]] = {"float32": np.float32, "float64": np.float64}
_WIDE: dict[str, type[np.floating[Any]]] = {"float32": np.float64, "float64": np.longdouble}


class FaithfulPrograms:
    """``count`` programs in a number format; ``seed`` decides all that they do."""

    def __init__(self, number_format: str, count: int, seed: int) -> None:
        self.narrow, self.wide = _NARROW[number_format], _WIDE[number_format]
        self.count = count
        self._random = np.random.default_rng(seed)
        self._holds_wider = self._habit([0.0, 0.0, 0.1, 0.5, 0.9])
        self._operates_narrow = self._habit([0.0, 0.5, 1.0])
        self._leans: dict[Kind, Array] = {
            kind: self._habit([-1.0, 0.0, 1.0]) for kind in ("average", "root", "step")
        }
        self._strays = self._habit([0.0, 0.3, 1.0])
        self._keeps_state_wider = self._habit([0.0, 0.0, 1.0]) > 0
        self._has_forms_of_its_own = self._habit([0.0, 1.0]) > 0
        self._forms = {form: self._random.integers(0, 60, count) for form in get_args(Form)}

    def run(
        self,
        column: Column,
        hyper_parameters: tuple[float, float, float],
        weights: list[float],
        gradients: list[list[float]],
    ) -> Iterator[tuple[Array, Array]]:
        """Weights and averages after each step, ``(elements, programs)``, as numbers of the format.

        ``hyper_parameters`` are learning rate, decay rate and epsilon.
        """
        shape = (len(weights), self.count)
        rate, decay_rate, epsilon = (np.full(shape, x, self.wide) for x in hyper_parameters)
        weight = self._rows(weights)
        average = np.zeros(shape, self.wide)
        for row in gradients:
            gradient = self._rows(row)
            average = self._average(decay_rate, average, gradient)
            average = np.where(self._keeps_state_wider, average, self._rounded(average))
            change = self._change(column, rate, gradient, average, epsilon)
            weight = self._rounded(self._operation("weight", np.subtract, weight, change))
            yield weight.astype(self.narrow), average.astype(self.narrow)

    def _average(self, decay_rate: Array, average: Array, gradient: Array) -> Array:
        def op(operation: Operation, *operands: Array, ulps: int = 0) -> Array:
            return self._operation("average", operation, *operands, ulps=ulps)

        one = np.ones_like(gradient)
        weight = op(np.subtract, one, decay_rate)
        square = self._choice(
            "square",
            op(np.multiply, gradient, gradient),
            op(np.multiply, gradient, gradient, ulps=1),
        )
        new = self._choice(
            "new term",
            op(np.multiply, weight, square),
            op(np.multiply, op(np.multiply, weight, gradient), gradient),
        )
        return self._choice(
            "average",
            op(np.add, op(np.multiply, decay_rate, average), new),
            op(np.add, average, op(np.multiply, op(np.subtract, square, average), weight)),
        )

    def _change(
        self, column: Column, rate: Array, gradient: Array, average: Array, epsilon: Array
    ) -> Array:
        def op(operation: Operation, *operands: Array, ulps: int = 0) -> Array:
            return self._operation("step", operation, *operands, ulps=ulps)

        def root(x: Array) -> Array:
            return self._operation("root", np.sqrt, x, ulps=2)

        one = np.ones_like(gradient)
        if column == "inside":
            radicand = op(np.add, average, epsilon)
            divisor = root(radicand)
            reciprocal = self._choice(
                "reciprocal",
                op(np.divide, one, divisor, ulps=2),
                self._operation("root", _reciprocal_root, radicand, ulps=2),
            )
        else:
            divisor = op(np.add, root(average), epsilon)
            reciprocal = op(np.divide, one, divisor, ulps=2)
        scaled = op(np.multiply, rate, gradient)
        return self._choice(
            "step",
            op(np.divide, scaled, divisor, ulps=2),
            op(np.multiply, op(np.divide, rate, divisor, ulps=2), gradient),
            op(np.multiply, rate, op(np.divide, gradient, divisor, ulps=2)),
            op(np.multiply, scaled, reciprocal),
            op(np.multiply, op(np.multiply, rate, reciprocal), gradient),
            op(np.multiply, rate, op(np.multiply, gradient, reciprocal)),
        )

    def _operation(
        self, kind: Kind, operation: Operation, *operands: Array, ulps: int = 0
    ) -> Array:
        """The result, held wider or rounded, at most ``ulps`` ULP off where it is rounded."""
        shape = operands[0].shape
        exact = operation(*operands)
        # Rounded once, in the narrow format itself; or twice, by way of the wider one. Only what
        # is a number of the narrow format already can be operated on there.
        in_narrow = self._draw(shape) < self._operates_narrow
        narrow_operands = [operand.astype(self.narrow) for operand in operands]
        for operand, narrow_operand in zip(operands, narrow_operands, strict=True):
            in_narrow &= operand == narrow_operand
        rounded = np.where(in_narrow, operation(*narrow_operands), exact.astype(self.narrow))
        if ulps:
            rounded = self._astray(kind, rounded, exact, ulps)
        held = self._draw(shape) < self._holds_wider
        # To keep the average wider and round its increment could bring it below zero.
        held |= self._keeps_state_wider & (kind == "average")
        return np.where(held, exact, rounded)

    def _astray(self, kind: Kind, rounded: Array, exact: Array, ulps: int) -> Array:
        """Another number within ``ulps`` ULP of the exact result."""
        rounded = rounded.astype(self.narrow)
        zero = self.narrow(0)
        below = np.where(np.abs(rounded) > np.abs(exact), np.nextafter(rounded, zero), rounded)
        farthest = ulps * np.abs(np.spacing(below)).astype(self.wide)
        lean = self._leans[kind]
        way = np.where(lean == 0, self._random.choice([-1.0, 1.0], rounded.shape), lean)
        toward = (way * np.inf).astype(self.narrow)
        for _ in range(ulps):
            moved = np.nextafter(rounded, toward)
            allowed = np.abs(moved.astype(self.wide) - exact) <= farthest
            allowed &= (moved == 0) | (np.sign(moved) == np.sign(exact))
            wanted = self._draw(rounded.shape) < self._strays
            rounded = np.where(allowed & wanted & (exact != 0), moved, rounded)
        return rounded

    def _choice(self, form: Form, *results: Array) -> Array:
        """One of several results, for each element of each program; or always the program's own."""
        drawn = self._random.integers(0, len(results), results[0].shape)
        choice = np.where(self._has_forms_of_its_own, self._forms[form] % len(results), drawn)
        return np.choose(choice, results)

    def _habit(self, values: list[float]) -> Array:
        return self._random.choice(values, self.count)

    def _draw(self, shape: tuple[int, ...]) -> Array:
        return self._random.random(shape, np.float32)

    def _rows(self, values: list[float]) -> Array:
        return np.repeat(np.array(values, self.wide)[:, None], self.count, axis=1)

    def _rounded(self, values: Array) -> Array:
        return values.astype(self.narrow).astype(self.wide)


def _reciprocal_root(x: Array) -> Array:
    """1 / sqrt(x), as one operation; its error beside 2 ULP is that of the wider format."""
    return (1 / np.sqrt(x)).astype(x.dtype)
