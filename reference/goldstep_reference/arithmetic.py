"""Two arithmetics for one formula: real numbers, and everything a faithful program may compute.

A trajectory is written once, over the operations of `RealArithmetic`, and evaluated twice:

* with `RealArithmetic`, in intervals that certify digits: each holds the one exact value;
* with `FaithfulArithmetic`, in intervals that hold the result of *every* faithful program: each
  operation returns the exact image of its operands' intervals, widened by what a program may lose.

The rounding budget of a value is the greatest distance between the two (`trajectory`).

What a faithful program may lose
--------------------------------
u is the unit roundoff, tau the smallest subnormal, N the smallest normal number of the format.

* sum, product: one rounding, at most ``u |x|``. A sum never underflows (its operands are multiples
  of tau); a product below N is rounded to a multiple of tau instead: at most ``tau/2`` more.
* quotient, square root, reciprocal root: 2 ULP. One ULP of x is at most ``2 u |x|``, and tau below
  N, so at most ``4 u |x|``, and ``2 tau`` more below N. A root never underflows: the root of tau
  is above N.
* square: a product, or a ``pow`` that is 1 ULP off: at most ``2 u |x|``, and ``tau`` more below N.
* wider intermediates and fused multiply-add leave roundings out, so they lose nothing more.
* decay^t: a running product, at most ``t u |x|``, or a ``pow`` that is 1 ULP off.
* No rounding turns a sign: what cannot be negative stays so, and likewise what cannot be positive.
* Overflow is not bounded: a case in which a faithful program may pass the largest number has no
  budget.

Interval operations are mpmath's, which round outwards; so each bound holds with the rounding of
this module's own arithmetic included.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from mpmath.ctx_iv import MPIntervalContext

from goldstep_reference.number_format import NumberFormat

# mpmath is not typed; an Interval is a context's ``mpf``: its ends are ``.a`` and ``.b``.
Interval = Any


@lru_cache(maxsize=32)
def interval_context(precision: int) -> Any:
    """mpmath's interval context of ``precision`` bits, apart from the global one."""
    context = MPIntervalContext()
    context.prec = precision
    return context


class RealArithmetic:
    """The operations of RMSProp on real numbers, enclosed in intervals of ``precision`` bits."""

    def __init__(self, number_format: NumberFormat, precision: int) -> None:
        self.number_format = number_format
        self.context = interval_context(precision)
        self.zero = self.number(0.0)
        self.one = self.number(1.0)

    def number(self, value: float) -> Interval:
        """A float, exactly."""
        return self.context.mpf(value)

    def total(self, a: Interval, b: Interval) -> Interval:
        """a + b."""
        return a + b

    def difference(self, a: Interval, b: Interval) -> Interval:
        """a - b."""
        return self.total(a, -b)

    def product(self, a: Interval, b: Interval) -> Interval:
        """a b."""
        return a * b

    def square(self, a: Interval) -> Interval:
        """a^2."""
        return a * a

    def power(self, a: Interval, exponent: int) -> Interval:
        """a^exponent, of a positive exponent."""
        return a**exponent

    def quotient(self, a: Interval, b: Interval) -> Interval:
        """a / b."""
        return a / b

    def root(self, a: Interval) -> Interval:
        """The square root of ``a``, which must not be negative."""
        return self.context.sqrt(a)

    def moving_average(self, decay_rate: Interval, previous: Interval, new: Interval) -> Interval:
        """decay_rate * previous + (1 - decay_rate) * new, of non-negative numbers."""
        return decay_rate * previous + (self.one - decay_rate) * new

    def moving_average_of_squares(
        self, decay_rate: Interval, previous: Interval, gradient: Interval
    ) -> Interval:
        """decay_rate * previous + (1 - decay_rate) * gradient^2."""
        return self.moving_average(decay_rate, previous, gradient * gradient)

    def scaled_gradient(self, rate: Interval, gradient: Interval, divisor: Interval) -> Interval:
        """rate * gradient / divisor."""
        return rate * gradient / divisor


class FaithfulArithmetic(RealArithmetic):
    """The same operations; each interval holds what any faithful program may have there."""

    def __init__(self, number_format: NumberFormat, precision: int) -> None:
        super().__init__(number_format, precision)
        self._u = self.number(float(number_format.unit_roundoff))
        self._tau = self.number(float(number_format.smallest_subnormal))
        self._smallest_normal = self.number(float(number_format.smallest_normal))
        u = self._u
        self._three_roundings = (1 + u) ** 2 * (1 + 2 * u) - 1
        self._update_roundings = (1 + u) ** 2 * (1 + 4 * u) - 1

    def total(self, a: Interval, b: Interval) -> Interval:
        exact = a + b
        return self._widen(exact, self._u)

    def product(self, a: Interval, b: Interval) -> Interval:
        exact = a * b
        return self._widen(exact, self._u, self._underflow(exact) / 2)

    def square(self, a: Interval) -> Interval:
        exact = a * a
        return self._widen(exact, 2 * self._u, self._underflow(exact))

    def power(self, a: Interval, exponent: int) -> Interval:
        exact = a**exponent
        return self._widen(exact, max(exponent, 2) * self._u, exponent * self._underflow(exact))

    def quotient(self, a: Interval, b: Interval) -> Interval:
        exact = a / b
        return self._widen(exact, 4 * self._u, 2 * self._underflow(exact))

    def root(self, a: Interval) -> Interval:
        exact = self.context.sqrt(a)
        return self._widen(exact, 4 * self._u)

    def moving_average(self, decay_rate: Interval, previous: Interval, new: Interval) -> Interval:
        weight = self.total(self.one, -decay_rate)
        return self.total(self.product(decay_rate, previous), self.product(weight, new))

    def moving_average_of_squares(
        self, decay_rate: Interval, previous: Interval, gradient: Interval
    ) -> Interval:
        """Either form of the average, whichever may lose more.

        Both are the same linear function of the previous average; so the previous error is carried
        on by the factor ``decay_rate``, once, and each form adds errors of its own.
        """
        exact = decay_rate * previous + (self.one - decay_rate) * (gradient * gradient)
        lost = _greater(
            self._lost_by_two_products(decay_rate, previous, gradient),
            self._lost_by_increment(decay_rate, previous, gradient, exact),
        )
        # Neither form is ever negative: 1 - decay rounds to 1 at the most, and g^2 - v to -v at
        # the least, where v is a number of the format that the difference is rounded to.
        return self._widen(exact, self.zero, lost)

    def scaled_gradient(self, rate: Interval, gradient: Interval, divisor: Interval) -> Interval:
        """Products associated freely, divided by the divisor or multiplied by its reciprocal.

        The worst of them rounds two products and a reciprocal. Where an intermediate can underflow
        the associations differ, and each is followed by itself.
        """
        exact = rate * gradient / divisor
        reciprocal = self.one / divisor
        intermediates = (rate * gradient, rate * reciprocal, gradient * reciprocal)
        if not any(map(self._may_underflow, (exact, reciprocal, *intermediates))):
            return self._widen(exact, self._update_roundings)
        reciprocal = self.quotient(self.one, divisor)
        return self._hull(
            self.quotient(self.product(rate, gradient), divisor),
            self.product(self.quotient(rate, divisor), gradient),
            self.product(rate, self.quotient(gradient, divisor)),
            self.product(self.product(rate, gradient), reciprocal),
            self.product(self.product(rate, reciprocal), gradient),
            self.product(rate, self.product(gradient, reciprocal)),
        )

    def _lost_by_two_products(
        self, decay_rate: Interval, previous: Interval, gradient: Interval
    ) -> Interval:
        """``decay v + (1 - decay) g^2``: what is lost beyond the previous average's own error.

        The second term rounds ``1 - decay``, a square or two products, and a product: relative
        ``(1 + u)^2 (1 + 2u) - 1``. What underflows on the way, g^2 or ``(1 - decay) g``, is
        multiplied by ``1 - decay`` or g afterwards.
        """
        weight = abs(self.one - decay_rate).b
        magnitude = abs(gradient).b
        old = decay_rate * previous
        new = weight * magnitude * magnitude
        lost_old = self._u * old.b + self._underflow(old) / 2
        underflow_on_the_way = _greater(
            self._underflow(gradient * gradient) * weight,
            self._underflow(weight * gradient) / 2 * magnitude,
        )
        lost_new = (
            self._three_roundings * new
            + (1 + self._u) ** 2 * underflow_on_the_way
            + self._underflow(new) / 2
        )
        return lost_old + lost_new + self._u * (old + new + lost_old + lost_new).b

    def _lost_by_increment(
        self, decay_rate: Interval, previous: Interval, gradient: Interval, exact: Interval
    ) -> Interval:
        """``v + (g^2 - v) (1 - decay)``: what is lost beyond the previous average's own error."""
        weight = abs(self.one - decay_rate).b
        square = gradient * gradient
        gap = abs(square - previous).b
        lost_square = 2 * self._u * square.b + self._underflow(square)
        lost_gap = lost_square + self._u * (gap + lost_square)
        increment = weight * gap
        lost_increment = (
            weight * (1 + self._u) * (gap + lost_gap) * (1 + self._u)
            - increment
            + self._underflow(increment) / 2
        )
        return lost_increment + self._u * (abs(exact).b + lost_increment)

    def _widen(self, exact: Interval, relative: Interval, absolute: Interval = 0) -> Interval:
        """``exact`` with what may be lost: ``relative`` of the greatest magnitude, ``absolute``.

        The lower end of what is not negative must not come to zero for that: there it loses only
        ``relative`` of its own magnitude, which is as sound, and not past zero.
        """
        if exact.a < 0 and exact.b <= 0:
            return -self._widen(-exact, relative, absolute)
        lost = relative * abs(exact).b + absolute
        low, high = exact.a - lost, exact.b + lost
        if exact.a >= 0 and not low.a > 0:
            low = exact.a * (1 - relative) - absolute
            low = low if low.a > 0 else self.zero
        return self.context.mpf([low.a, high.b])

    def _may_underflow(self, value: Interval) -> bool:
        """Whether a number of the interval, zero excepted, is below the normal range.

        Zero is no underflow: a product is exactly zero only where a factor is.
        """
        if value.a == 0 and value.b == 0:
            return False
        return bool(value.a < self._smallest_normal and value.b > -self._smallest_normal)

    def _underflow(self, value: Interval) -> Interval:
        """tau where ``value`` may be below the normal range, else 0."""
        return self._tau if self._may_underflow(value) else self.zero

    def _hull(self, *intervals: Interval) -> Interval:
        least, greatest = intervals[0].a, intervals[0].b
        for interval in intervals[1:]:
            least = interval.a if interval.a < least else least
            greatest = interval.b if interval.b > greatest else greatest
        return self.context.mpf([least, greatest])


def _greater(a: Interval, b: Interval) -> Interval:
    return a if a.b > b.b else b
