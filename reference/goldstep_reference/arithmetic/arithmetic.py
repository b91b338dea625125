"""The operations over which the rules of algorithms are written once.

A rule is evaluated in several arithmetics:

* `real.RealArithmetic`, in intervals that certify digits: each holds the one exact value;
* `faithful.FaithfulArithmetic`, in intervals that hold the result of *every* faithful program;
* `ieee754.Ieee754Arithmetic` around either, where infinities, NaN and signed zeros are met;
* `floating.FloatingArithmetic`, in the machine's floats: one program, quickly.
"""

from __future__ import annotations

from typing import Protocol, TypeVar

from goldstep_reference.numbers.number_format import NumberFormat

N = TypeVar("N")


class NoValueError(ArithmeticError):
    """There is no real value (a division by zero, a root below zero), or no bound on one."""


class Arithmetic(Protocol[N]):
    """Numbers of some kind, and what rules and their deviations do with them.

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

    def blend(self, decay: N, previous: N, new: N) -> N:
        """decay * previous + (1 - decay) * new, of non-negative numbers."""

    def blend_of_squares(self, decay: N, previous: N, gradient: N) -> N:
        """decay * previous + (1 - decay) * gradient^2."""

    def scaled(self, rate: N, gradient: N, divisor: N) -> N:
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
