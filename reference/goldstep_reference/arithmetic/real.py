"""Real numbers, in intervals that certify digits."""

from __future__ import annotations

import math
from fractions import Fraction

from goldstep_reference.arithmetic.arithmetic import NoValueError
from goldstep_reference.numbers.interval import Interval
from goldstep_reference.numbers.number_format import NumberFormat


class RealArithmetic:
    """Real numbers, enclosed in intervals of ``precision`` bits."""

    def __init__(self, number_format: NumberFormat, precision: int) -> None:
        self.number_format = number_format
        self.precision = precision
        self.zero = self.number(0.0)
        self.one = self.number(1.0)

    def number(self, value: float) -> Interval:
        return Interval.exactly(value, self.precision)

    def total(self, a: Interval, b: Interval) -> Interval:
        return a + b

    def difference(self, a: Interval, b: Interval) -> Interval:
        return self.total(a, -b)

    def product(self, a: Interval, b: Interval) -> Interval:
        return a * b

    def square(self, a: Interval) -> Interval:
        return a**2

    def power(self, a: Interval, exponent: int) -> Interval:
        return a**exponent

    def quotient(self, a: Interval, b: Interval) -> Interval:
        return a / _divisor(b)

    def root(self, a: Interval) -> Interval:
        return _radicand(a).root()

    def maximum(self, a: Interval, b: Interval) -> Interval:
        return a.maximum(b)

    def absolute(self, a: Interval) -> Interval:
        return abs(a)

    def sign(self, a: Interval) -> Interval:
        if a.is_zero:
            return self.zero
        if a.is_positive:
            return self.one
        if a.is_negative:
            return -self.one
        raise NoValueError("the sign is not known")

    def blend(self, decay: Interval, previous: Interval, new: Interval) -> Interval:
        return decay * previous + (self.one - decay) * new

    def blend_of_squares(self, decay: Interval, previous: Interval, gradient: Interval) -> Interval:
        return self.blend(decay, previous, gradient**2)

    def scaled(self, rate: Interval, gradient: Interval, divisor: Interval) -> Interval:
        return rate * gradient / _divisor(divisor)

    def rounded(self, a: Interval, number_format: NumberFormat) -> Interval:
        def nearest(value: Fraction) -> float:
            rounded = number_format.nearest(value)
            if math.isinf(rounded):
                raise NoValueError(f"more than {number_format.name} holds")
            return rounded

        return a.mapped(nearest)

    def flushed(self, a: Interval) -> Interval:
        number_format = self.number_format
        if not a.reaches_below(number_format.least_normal_exponent):
            return a
        smallest = number_format.smallest_normal
        return a.mapped(lambda end: end if abs(end) >= smallest else 0.0)

    def without_nan(self, a: Interval) -> Interval:
        return a

    def stored(self, a: Interval) -> Interval:
        return a

    def reported(self, a: Interval) -> Interval:
        return a


def _divisor(b: Interval) -> Interval:
    if not b.is_positive and not b.is_negative:
        raise NoValueError("a division by zero")
    return b


def _radicand(a: Interval) -> Interval:
    if not a.is_never_negative:
        raise NoValueError("a root of a negative number")
    return a
