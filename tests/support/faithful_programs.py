"""Faithful programs: one step of RMSProp, with a choice at every operation.

A step is written once, and asks somebody (`Choices`) wherever a faithful program is free:

* to operate in the number format, or in a wider one; to round the result, or to hold it wider;
* the average as ``decay v + (1 - decay) g^2`` or as ``v + (g^2 - v) (1 - decay)``, its second term
  associated either way, its square by product or by a power that is 1 ULP off;
* a fused multiply-add wherever a product meets a sum;
* the two products and the quotient of a step in any association, by a reciprocal too;
* a reciprocal root as one operation, where epsilon is inside;
* roots, quotients and reciprocals anything up to 2 ULP off.

Arrays hold one number for each of many elements, which have nothing to do with one another.
`RandomProgram` draws its choices; ``adversary.py`` makes them against a budget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from goldstep_reference.rmsprop.columns import Column
from support.machine_formats import Array, MachineFormat

Candidate = Callable[[], Array]


class Choices(Protocol):
    """Who makes a program's choices.

    ``place`` names the operation. ``direction`` is the sign of what is aimed at there, where an
    error has a direction: only an adversary asks for it.
    """

    keeps_average_wider: bool

    def rounding(
        self, place: str, direction: Array, narrow: Candidate, twice: Candidate, wide: Candidate
    ) -> Array:
        """The result rounded once; rounded to the wider format, then again; or held wider."""

    def form(self, place: str, direction: Array, *forms: Candidate) -> Array:
        """One of several ways to compute the same."""

    def stray(self, place: str, direction: Array) -> Array | None:
        """How many ULP off the result shall be, -2 to 2; None where it is rounded correctly."""


@dataclass(frozen=True)
class Elements:
    """What a run starts from: an array of all elements for each, in a number format."""

    learning_rate: Array
    decay_rate: Array
    epsilon: Array
    weights: Array
    gradients: Sequence[Array]  # one array a step; those that end early stand last, and drop out


@dataclass(frozen=True)
class Aim:
    """Which way an adversary errs: 1 up, -1 down; the average as the weight needs it where None."""

    weight: int = 1
    average: int | None = None


UPWARDS = Aim()


@dataclass(frozen=True)
class Program:
    """A program in a number format that is held to a column."""

    machine: MachineFormat
    column: Column
    choices: Choices

    def run(self, elements: Elements, aim: Aim = UPWARDS) -> Iterator[tuple[Array, Array]]:
        """Weights and averages after each step, as numbers of the format."""
        weights = elements.weights
        averages = np.zeros_like(weights)
        for gradients in elements.gradients:
            still = len(gradients)
            rate, decay_rate, epsilon = (
                values[:still]
                for values in (elements.learning_rate, elements.decay_rate, elements.epsilon)
            )
            sign, gradient = np.copysign(1, gradients), np.abs(gradients)
            upwards = np.full_like(gradient, aim.weight)
            of_average = sign * upwards if aim.average is None else np.full_like(sign, aim.average)
            average = self._average(decay_rate, averages[:still], gradient, of_average)
            weights = self._narrow(
                self._weight(weights[:still], rate, sign, gradient, average, epsilon, upwards)
            )
            averages = average if self.choices.keeps_average_wider else self._narrow(average)
            yield weights, self._narrow(averages)

    def _average(
        self, decay_rate: Array, previous: Array, gradient: Array, direction: Array
    ) -> Array:
        one = np.ones_like(gradient)
        op, fused = self._op, self._fused
        if self.choices.keeps_average_wider:
            # All of it is held wider: to keep the average so, and to round the increment, could
            # bring it below zero.
            op, fused = self._wide_op, self._wide_multiply_add

        def product() -> Array:
            return op("square", direction, np.multiply, gradient, gradient)

        def power() -> Array:
            way = self.choices.stray("power", direction)
            return self.machine.square(gradient, 1, way)

        def two_products() -> Array:
            weight = op("complement", direction, np.subtract, one, decay_rate)
            old = op("old term", direction, np.multiply, decay_rate, previous)
            return self.choices.form(
                "sum",
                direction,
                lambda: op("sum", direction, np.add, old, new(weight)),
                lambda: fused(decay_rate, previous, new(weight)),
                lambda: fused(weight, square, old),
                lambda: fused(scaled(weight), gradient, old),
            )

        def scaled(weight: Array) -> Array:
            return op("scaled gradient", direction, np.multiply, weight, gradient)

        def new(weight: Array) -> Array:
            return self.choices.form(
                "new term",
                direction,
                lambda: op("new term", direction, np.multiply, weight, square),
                lambda: op("new term", direction, np.multiply, scaled(weight), gradient),
            )

        def increment() -> Array:
            gap = self.choices.form(
                "gap",
                direction,
                lambda: op("gap", direction, np.subtract, square, previous),
                lambda: fused(gradient, gradient, -previous),
            )
            of_weight = direction * np.sign(gap).astype(direction.dtype)
            weight = op("complement", of_weight, np.subtract, one, decay_rate)
            return self.choices.form(
                "incremented",
                direction,
                lambda: op(
                    "incremented",
                    direction,
                    np.add,
                    previous,
                    op("increment", direction, np.multiply, gap, weight),
                ),
                lambda: fused(gap, weight, previous),
            )

        square = self.choices.form("square", direction, product, power)
        return self.choices.form("average", direction, two_products, increment)

    def _weight(
        self,
        weight: Array,
        rate: Array,
        sign: Array,
        gradient: Array,
        average: Array,
        epsilon: Array,
        direction: Array,
    ) -> Array:
        pull = -direction * sign  # for the size of the step
        push = -pull  # for the size of the divisor
        if self.column == "inside":
            radicand = self._op("radicand", push, np.add, average, epsilon)
            divisor = self._root("root", push, radicand)
        else:
            radicand = average
            divisor = self._op("divisor", push, np.add, self._root("root", push, average), epsilon)

        def product(a: Array, b: Array) -> Array:
            return self._op("product", pull, np.multiply, a, b)

        def quotient(a: Array, b: Array) -> Array:
            return self._quotient("quotient", pull, a, b)

        def reciprocal() -> Array:
            forms = [lambda: self._quotient("one by divisor", pull, np.ones_like(rate), divisor)]
            if self.column == "inside":
                forms.append(lambda: self._reciprocal_root(pull, radicand))
            return self.choices.form("reciprocal", pull, *forms)

        def less(step: Array) -> Array:
            return self._op("weight", direction, np.subtract, weight, sign * step)

        def less_product(a: Array, b: Array) -> Array:
            return self.choices.form(
                "weight",
                direction,
                lambda: less(self._op("step", pull, np.multiply, a, b)),
                lambda: self._fused(-sign * a, b, weight),
            )

        return self.choices.form(
            "association",
            direction,
            lambda: less(quotient(product(rate, gradient), divisor)),
            lambda: less_product(quotient(rate, divisor), gradient),
            lambda: less_product(rate, quotient(gradient, divisor)),
            lambda: less_product(product(rate, gradient), reciprocal()),
            lambda: less_product(product(rate, reciprocal()), gradient),
            lambda: less_product(rate, product(gradient, reciprocal())),
        )

    def _op(self, place: str, direction: Array, operation: np.ufunc, *operands: Array) -> Array:
        """A sum, difference or product."""
        return self.choices.rounding(
            place,
            direction,
            lambda: operation(*map(self._narrow, operands)),
            lambda: self._narrow(operation(*map(self._wide, operands))),
            lambda: operation(*map(self._wide, operands)),
        )

    def _quotient(self, place: str, direction: Array, a: Array, b: Array) -> Array:
        way = self.choices.stray(place, direction)
        return self._astray(
            place,
            direction,
            lambda: self.machine.quotient(self._narrow(a), self._narrow(b), 2, way),
            lambda: self._wide(a) / self._wide(b),
        )

    def _root(self, place: str, direction: Array, a: Array) -> Array:
        way = self.choices.stray(place, direction)
        return self._astray(
            place,
            direction,
            lambda: self.machine.root(self._narrow(a), 2, way),
            lambda: np.sqrt(self._wide(a)),
        )

    def _reciprocal_root(self, direction: Array, a: Array) -> Array:
        way = self.choices.stray("reciprocal root", direction)
        return self._astray(
            "reciprocal root",
            direction,
            lambda: self.machine.reciprocal_root(self._narrow(a), 2, way),
            lambda: 1 / np.sqrt(self._wide(a)),
        )

    def _astray(self, place: str, direction: Array, astray: Candidate, wide: Candidate) -> Array:
        return self.choices.rounding(place, direction, astray, lambda: self._narrow(wide()), wide)

    def _fused(self, a: Array, b: Array, c: Array) -> Array:
        return self.machine.fused(self._narrow(a), self._narrow(b), self._narrow(c))

    def _wide_op(
        self, place: str, direction: Array, operation: np.ufunc, *operands: Array
    ) -> Array:
        result: Array = operation(*map(self._wide, operands))
        return result

    def _wide_multiply_add(self, a: Array, b: Array, c: Array) -> Array:
        return self._wide(a) * self._wide(b) + self._wide(c)

    def _narrow(self, values: Array) -> Array:
        return values.astype(self.machine.narrow, copy=False)

    def _wide(self, values: Array) -> Array:
        return values.astype(self.machine.wide, copy=False)
