"""The formula in Arb balls and IEEE 754's special values, for cases that have them.

A number is a ball, or a special value as a Python float: NaN, an infinity or minus zero. What comes
of special values is asked of Python's own floats, in which every ordinary number is stood for by
its sign.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flint import arb

Number = arb | float


@dataclass(frozen=True)
class Machine:
    """What a choice says of a program, and the range of its number format."""

    largest: arb
    vanishing: arb  # what is not greater than this is rounded to zero
    wide: bool = False
    wide_state: bool = False
    increment: bool = False
    no_step: bool = False

    def run(
        self,
        column: str,
        hyper_parameters: tuple[arb, arb, arb],
        weight_text: str,
        gradients: Sequence[str],
    ) -> Iterator[tuple[Number, Number]]:
        """Weight and average after each step of one element."""
        rate, decay, epsilon = hyper_parameters
        weight, average = number(weight_text), arb(0)
        for text in gradients:
            gradient = number(text)
            average = self._average(decay, average, gradient)
            divisor = self._divisor(column, average, epsilon)
            if self.no_step and sign(gradient) == 0 == sign(divisor):
                change: Number = arb(0)
            else:
                change = self._held(quotient(product(rate, gradient), divisor))
            weight = self._kept(added(weight, negated(change)))
            kept = self._kept(average)
            yield weight, kept
            average = average if self.wide_state else kept

    def _average(self, decay: arb, average: Number, gradient: Number) -> Number:
        square = self._held(product(gradient, gradient))
        if self.increment:
            gap = added(square, negated(average))
            return self._held(added(average, product(gap, 1 - decay)))
        return self._held(added(product(decay, average), product(1 - decay, square)))

    def _divisor(self, column: str, average: Number, epsilon: arb) -> Number:
        if column == "inside":
            return root(added(average, epsilon))
        return added(root(average), epsilon)

    def _held(self, value: Number) -> Number:
        """An intermediate result, in the range that the program has for it."""
        return value if self.wide else self._kept(value)

    def _kept(self, value: Number) -> Number:
        if not ordinary(value):
            return value
        if abs(value) > self.largest:
            return math.copysign(math.inf, sign(value))
        if abs(value) <= self.vanishing:
            return -0.0 if sign(value) < 0 else arb(0)
        return value


def number(text: str) -> Number:
    """A decimal of the vectors: a ball of no radius, or a special value."""
    value = float(text)
    return value if special(value) else arb(value)


def special(value: float) -> bool:
    return not math.isfinite(value) or str(value) == "-0.0"


def sign(value: Number) -> float:
    """A float of the number's sign: itself, if it is a special value."""
    if isinstance(value, float):
        return value
    assert value != 0 or value.is_zero(), "the ball's sign is open"
    return 0.0 if value.is_zero() else 1.0 if value > 0 else -1.0


def product(a: Number, b: Number) -> Number:
    if ordinary(a) and ordinary(b):
        return a * b
    return special_or_zero(sign(a) * sign(b))


def quotient(a: Number, b: Number) -> Number:
    if ordinary(a) and ordinary(b):
        return a / b
    x, y = sign(a), sign(b)
    if y:
        return special_or_zero(x / y)
    return math.nan if not x or math.isnan(x) else math.copysign(math.inf, x)


def ordinary(a: Number) -> bool:
    """Whether it is neither a special value nor zero."""
    return not isinstance(a, float) and not a.is_zero()


def special_or_zero(value: float) -> Number:
    return value if special(value) else arb(0)


def added(a: Number, b: Number) -> Number:
    if isinstance(a, float) and isinstance(b, float):
        return special_or_zero(a + b)
    for one, other in ((a, b), (b, a)):
        if isinstance(one, float):
            return other if one == 0 else one
    return a + b


def negated(a: Number) -> Number:
    if isinstance(a, float):
        return arb(0) if a == 0 else -a
    return -0.0 if a.is_zero() else -a


def root(a: Number) -> Number:
    return a if isinstance(a, float) else a.sqrt()
