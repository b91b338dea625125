"""The operations of RMSProp, over which a trajectory is written once; and their real-number form.

A trajectory is evaluated in several arithmetics:

* `RealArithmetic`, in intervals that certify digits: each holds the one exact value;
* `faithful.FaithfulArithmetic`, in intervals that hold the result of *every* faithful program;
* `ieee754.Ieee754Arithmetic` around either, where infinities, NaN and signed zeros are met;
* `floating.FloatingArithmetic`, in the machine's floats: one program, quickly.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Protocol, TypeVar

from goldstep_reference.numbers.interval import Interval
from goldstep_reference.numbers.number_format import NumberFormat

N = TypeVar("N")


class NoValueError(ArithmeticError):
    """There is no real value (a division by zero, a root below zero), or no bound on one."""


class Arithmetic(Protocol[N]):
    """Numbers of some kind, and what RMSProp and its deviations do with them.

    Operations raise NoValueError where there is no value and the kind has no NaN for it.
    """

    number_format: NumberFormat
    zero: N
    one: N

    def number(self, value: float) -> N:
        """A number of the format."""

    def total(self, a: N, b: N) -> N:
        """a + b."""

    def difference(self, a: N, b: N) -> N:
        """a - b."""

    def product(self, a: N, b: N) -> N:
        """a b."""

    def square(self, a: N) -> N:
        """a^2."""

    def power(self, a: N, exponent: int) -> N:
        """a^exponent, of a positive exponent."""

    def quotient(self, a: N, b: N) -> N:
        """a / b."""

    def root(self, a: N) -> N:
        """The square root."""

    def maximum(self, a: N, b: N) -> N:
        """The greater of the two."""

    def absolute(self, a: N) -> N:
        """|a|."""

    def sign(self, a: N) -> N:
        """1, 0 or -1."""

    def moving_average(self, decay_rate: N, previous: N, new: N) -> N:
        """decay_rate * previous + (1 - decay_rate) * new, of non-negative numbers."""

    def moving_average_of_squares(self, decay_rate: N, previous: N, gradient: N) -> N:
        """decay_rate * previous + (1 - decay_rate) * gradient^2."""

    def scaled_gradient(self, rate: N, gradient: N, divisor: N) -> N:
        """rate * gradient / divisor."""

    def rounded(self, a: N, number_format: NumberFormat) -> N:
        """The nearest number of a narrower format."""

    def flushed(self, a: N) -> N:
        """Zero for what is below the normal range."""

    def without_nan(self, a: N) -> N:
        """Zero for NaN."""

    def stored(self, a: N) -> N:
        """What is left of an average when it is kept from one step to the next."""

    def reported(self, a: N) -> N:
        """What is left of a number in the caller's arrays, or where it is told."""


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

    def moving_average(self, decay_rate: Interval, previous: Interval, new: Interval) -> Interval:
        return decay_rate * previous + (self.one - decay_rate) * new

    def moving_average_of_squares(
        self, decay_rate: Interval, previous: Interval, gradient: Interval
    ) -> Interval:
        return self.moving_average(decay_rate, previous, gradient**2)

    def scaled_gradient(self, rate: Interval, gradient: Interval, divisor: Interval) -> Interval:
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
