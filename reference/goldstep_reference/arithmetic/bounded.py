"""RMSProp in the machine's floats with a running bound on the error: quick, and never too sure.

A number is a float and a bound on how far a faithful program may be from the exact value there,
this one included. To first order the bounds are those of `faithful`, in floats, with a margin for
what higher orders and the floats' own roundings lose. Where a bound is not known it is infinite.

It is made for leaving out: what is further than two bounds away cannot have been computed so.
What is not left out has to be confirmed with intervals.
"""

from __future__ import annotations

import math

from goldstep_reference.arithmetic.arithmetic import NoValueError
from goldstep_reference.arithmetic.floating import FloatingArithmetic
from goldstep_reference.numbers.number_format import NumberFormat

# Value and bound.
Bounded = tuple[float, float]

# For terms of higher order, and for the roundings of the bounds themselves.
_MARGIN = 1.0625

# A bound that is a subnormal float itself has lost this much in its own roundings, at the most.
_TINY = 16 * math.ulp(0.0)


class BoundedArithmetic:
    """Floats with bounds. Raises NoValueError where there is certainly no real value."""

    zero: Bounded = (0.0, 0.0)
    one: Bounded = (1.0, 0.0)

    def __init__(self, number_format: NumberFormat) -> None:
        self.number_format = number_format
        self._floats = FloatingArithmetic(number_format)
        self._u = float(number_format.unit_roundoff) * _MARGIN
        self._tau = 2 * float(number_format.smallest_subnormal)
        # Where an intermediate result is beyond these, associations differ in more than roundings.
        self._least = 2 * float(number_format.smallest_normal)
        self._most = float(number_format.largest) / 2

    def number(self, value: float) -> Bounded:
        return value, 0.0

    def total(self, a: Bounded, b: Bounded) -> Bounded:
        if not any(a) or not any(b):
            return b if not any(a) else a
        value = a[0] + b[0]
        return self._in_range(value, a[1] + b[1] + self._u * abs(value))

    def difference(self, a: Bounded, b: Bounded) -> Bounded:
        return self.total(a, (-b[0], b[1]))

    def product(self, a: Bounded, b: Bounded) -> Bounded:
        if not any(a) or not any(b):
            return self.zero
        value = a[0] * b[0]
        carried = abs(a[0]) * b[1] + abs(b[0]) * a[1] + a[1] * b[1]
        return self._in_range(value, carried + self._u * abs(value) + self._underflow(value))

    def square(self, a: Bounded) -> Bounded:
        if not any(a):
            return self.zero
        value = a[0] * a[0]
        carried = (2 * abs(a[0]) + a[1]) * a[1]
        return self._in_range(value, carried + 2 * self._u * value + self._underflow(value))

    def power(self, a: Bounded, exponent: int) -> Bounded:
        value = self._floats.power(a[0], exponent)
        if a[1]:
            return value, math.inf
        return self._in_range(
            value, max(exponent, 2) * (self._u * abs(value) + self._underflow(value))
        )

    def quotient(self, a: Bounded, b: Bounded) -> Bounded:
        room = abs(b[0]) - b[1]
        if not any(b):
            raise NoValueError("a division by zero")
        if not room > 0:
            return math.nan, math.inf
        if not any(a):
            return self.zero
        value = a[0] / b[0]
        carried = (a[1] + abs(value) * b[1]) / room
        return self._in_range(value, carried + 4 * self._u * abs(value) + self._underflow(value))

    def root(self, a: Bounded) -> Bounded:
        value, bound = a
        if value < -bound:
            raise NoValueError("a root of a negative number")
        if not bound < math.inf:
            return math.nan, math.inf
        greatest = math.sqrt(value + bound)
        if value - bound <= 0:
            return greatest, greatest * (1 + 4 * self._u)
        root = math.sqrt(value)
        # Not the difference of two roots, which may be lost in rounding.
        carried = bound / (root + math.sqrt(value - bound))
        return self._in_range(root, carried + 4 * self._u * root)

    def maximum(self, a: Bounded, b: Bounded) -> Bounded:
        return max(a[0], b[0]), max(a[1], b[1])

    def absolute(self, a: Bounded) -> Bounded:
        return abs(a[0]), a[1]

    def sign(self, a: Bounded) -> Bounded:
        if a[1] and abs(a[0]) <= a[1]:
            return math.nan, math.inf
        return self._floats.sign(a[0]), 0.0

    def blend(self, decay: Bounded, previous: Bounded, new: Bounded) -> Bounded:
        weight = self.difference(self.one, decay)
        return self.total(self.product(decay, previous), self.product(weight, new))

    def blend_of_squares(self, decay: Bounded, previous: Bounded, gradient: Bounded) -> Bounded:
        (d, d_bound), (old, old_bound), (g, g_bound) = decay, previous, gradient
        weight, square = abs(1.0 - d), g * g
        value = d * old + (1.0 - d) * square
        carried = abs(d) * old_bound + weight * (2 * abs(g) + g_bound) * g_bound
        by_two_products = abs(d) * old + 4 * weight * square
        by_increment = weight * (2 * square + 3 * (abs(square - old) + old_bound))
        lost = max(by_two_products, by_increment) + abs(value) + carried
        tiny = min(square, weight * abs(g), weight * square, abs(d * old), abs(value))
        underflow = self._tau * (3 + abs(g)) if tiny < self._least else 0.0
        if square > self._most or d_bound:
            return value, math.inf
        return self._in_range(value, carried + self._u * lost + underflow)

    def scaled(self, rate: Bounded, gradient: Bounded, divisor: Bounded) -> Bounded:
        room = abs(divisor[0]) - divisor[1]
        if not any(divisor):
            raise NoValueError("a division by zero")
        if not room > 0:
            return math.nan, math.inf
        if not any(rate) or not any(gradient):
            return 0.0, (0.0 if 1 / room < self._most else math.inf)
        (a, a_bound), (g, g_bound), d = rate, gradient, divisor[0]
        value = a * g / d
        on_the_way = [abs(each) for each in (value, a * g, a / d, g / d, 1 / d)]
        if min(on_the_way) < self._least or max(on_the_way) > self._most:
            return value, math.inf
        carried = (
            abs(g) * a_bound + abs(a) * g_bound + a_bound * g_bound + abs(value) * divisor[1]
        ) / room
        return self._in_range(value, carried + 7 * self._u * abs(value))

    def rounded(self, a: Bounded, number_format: NumberFormat) -> Bounded:
        value, bound = a
        if not bound < math.inf:
            return a
        low, rounded, high = (
            self._floats.rounded(each, number_format)
            for each in (value - bound, value, value + bound)
        )
        if math.isinf(low) or math.isinf(high):
            raise NoValueError(f"more than {number_format.name} holds")
        return rounded, max(high - rounded, rounded - low)

    def flushed(self, a: Bounded) -> Bounded:
        value, bound = a
        if abs(value) - bound >= self._least:
            return a
        return self._floats.flushed(value), 2 * bound + self._least

    def without_nan(self, a: Bounded) -> Bounded:
        return a

    def stored(self, a: Bounded) -> Bounded:
        return a

    def reported(self, a: Bounded) -> Bounded:
        return a

    def _underflow(self, value: float) -> float:
        return self._tau if abs(value) < self._least else 0.0

    def _in_range(self, value: float, bound: float) -> Bounded:
        """The number, unless it may overflow, of which nothing is said."""
        return value, (bound + _TINY if abs(value) + bound <= self._most else math.inf)
