"""Everything that a faithful program may compute: the derivation of the rounding budgets.

Each operation returns the exact image of its operands' intervals, widened by what a program may
lose there. The rounding budget of a value is the greatest distance from it to the exact value
(`trajectory`).

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
* Overflow has no bound: where a faithful program may pass the largest number there is no budget
  (NoValueError), and a case has to say which results a port may choose (`choices`).
"""

from __future__ import annotations

from functools import lru_cache, reduce

from goldstep_reference.arithmetic.arithmetic import NoValueError
from goldstep_reference.arithmetic.real import RealArithmetic
from goldstep_reference.numbers.interval import Interval, UpperBound
from goldstep_reference.numbers.number_format import NumberFormat


class FaithfulArithmetic(RealArithmetic):
    """Each interval holds what any faithful program may have there.

    With ``wide``, of those programs whose intermediate results have an exponent range so wide that
    nothing overflows or underflows on the way.
    """

    def __init__(self, number_format: NumberFormat, precision: int, *, wide: bool = False) -> None:
        super().__init__(number_format, precision)
        self._wide = wide
        self._least = number_format.least_normal_exponent
        self._largest = Interval.exactly(number_format.largest, precision)
        u = number_format.unit_roundoff
        bound = UpperBound.of
        self._u, self._2u, self._4u = bound(u), bound(2 * u), bound(4 * u)
        self._two_roundings = bound((1 + u) ** 2 - 1)
        self._two_times_rounded = bound((1 + u) ** 2)
        self._three_roundings = bound((1 + u) ** 2 * (1 + 2 * u) - 1)
        self._update_roundings = bound((1 + u) ** 2 * (1 + 4 * u) - 1)
        tau = number_format.smallest_subnormal
        self._half_tau, self._tau, self._two_tau = bound(tau / 2), bound(tau), bound(2 * tau)
        # A case has the same averages wherever epsilon is: half of all time is in them.
        self._remembered_average = lru_cache(maxsize=20_000)(self._average_of_squares)

    def total(self, a: Interval, b: Interval) -> Interval:
        # Nothing is lost where nothing is added.
        if a.is_zero or b.is_zero:
            return b if a.is_zero else a
        return self._widen(a + b, self._u)

    def product(self, a: Interval, b: Interval) -> Interval:
        exact = a * b
        return self._widen(exact, self._u, self._underflow(exact, self._half_tau))

    def square(self, a: Interval) -> Interval:
        exact = a**2
        return self._widen(exact, self._2u, self._underflow(exact, self._tau))

    def power(self, a: Interval, exponent: int) -> Interval:
        exact = a**exponent
        relative = UpperBound.of(max(exponent, 2) * self.number_format.unit_roundoff)
        absolute = UpperBound.of(exponent * self.number_format.smallest_subnormal)
        return self._widen(exact, relative, self._underflow(exact, absolute))

    def quotient(self, a: Interval, b: Interval) -> Interval:
        exact = super().quotient(a, b)
        return self._widen(exact, self._4u, self._underflow(exact, self._two_tau))

    def root(self, a: Interval) -> Interval:
        return self._widen(super().root(a), self._4u)

    def blend(self, decay: Interval, previous: Interval, new: Interval) -> Interval:
        weight = self.total(self.one, -decay)
        return self.total(self.product(decay, previous), self.product(weight, new))

    def blend_of_squares(self, decay: Interval, previous: Interval, gradient: Interval) -> Interval:
        return self._remembered_average(decay, previous, gradient)

    def _average_of_squares(
        self, decay: Interval, previous: Interval, gradient: Interval
    ) -> Interval:
        """Either form of the average, whichever may lose more.

        Both are the same linear function of the previous average; so the previous error is carried
        on by the factor ``decay``, once, and each form adds errors of its own.
        """
        weight = self.one - decay
        square = gradient**2
        old, new = decay * previous, weight * square
        exact = old + new
        if square.reaches_above(self._largest) and not self._wide:
            raise NoValueError("the square of a gradient may overflow")
        lost_by_two_products = self._lost_by_two_products(old, new, square, weight, gradient)
        lost_by_increment = self._lost_by_increment(previous, square, weight, exact)
        # Neither form is ever negative: 1 - decay rounds to 1 at the most, and g^2 - v to -v at
        # the least, where v is a number of the format that the difference is rounded to.
        return self._widen(exact, None, lost_by_two_products.greater(lost_by_increment))

    def scaled(self, rate: Interval, gradient: Interval, divisor: Interval) -> Interval:
        """Products associated freely, divided by the divisor or multiplied by its reciprocal.

        The worst of them rounds two products and a reciprocal. Where an intermediate can underflow
        the associations differ, and each is followed by itself.
        """
        exact = super().scaled(rate, gradient, divisor)
        if self._wide:
            return self._widen(exact, self._update_roundings)
        reciprocal = self.one / divisor
        scaled = rate * gradient
        others = (reciprocal, scaled, rate * reciprocal, gradient * reciprocal)
        if any(each.reaches_above(self._largest) for each in others):
            raise NoValueError("a step may overflow on the way")
        if not any(each.reaches_below(self._least) for each in (exact, *others)):
            return self._widen(exact, self._update_roundings)
        reciprocal = self.quotient(self.one, divisor)
        scaled = self.product(rate, gradient)
        associations = (
            self.quotient(scaled, divisor),
            self.product(self.quotient(rate, divisor), gradient),
            self.product(rate, self.quotient(gradient, divisor)),
            self.product(scaled, reciprocal),
            self.product(self.product(rate, reciprocal), gradient),
            self.product(rate, self.product(gradient, reciprocal)),
        )
        return reduce(Interval.hull, associations)

    def reported(self, a: Interval) -> Interval:
        """What is wide on the way may underflow when it is rounded to the number format."""
        if not self._wide or not a.reaches_below(self._least):
            return a
        return self._widen(a, None, self._half_tau)

    def _lost_by_two_products(
        self, old: Interval, new: Interval, square: Interval, weight: Interval, gradient: Interval
    ) -> UpperBound:
        """``decay v + (1 - decay) g^2``: what is lost beyond the previous average's own error.

        The second term rounds ``1 - decay``, a square or two products, and a product: relative
        ``(1 + u)^2 (1 + 2u) - 1``. What underflows on the way, g^2 or ``(1 - decay) g``, is
        multiplied by ``1 - decay`` or g afterwards.
        """
        lost = self._plus(self._u * old.magnitude, self._underflow(old, self._half_tau))
        lost_new = self._three_roundings * new.magnitude
        on_the_way = [
            lost_there * factor.magnitude
            for lost_there, factor in (
                (self._underflow(square, self._tau), weight),
                (self._underflow(weight * gradient, self._half_tau), gradient),
            )
            if lost_there
        ]
        if on_the_way:
            lost_new += self._two_times_rounded * reduce(UpperBound.greater, on_the_way)
        lost += self._plus(lost_new, self._underflow(new, self._half_tau))
        return lost + self._u * ((old + new).magnitude + lost)

    def _lost_by_increment(
        self, previous: Interval, square: Interval, weight: Interval, exact: Interval
    ) -> UpperBound:
        """``v + (g^2 - v) (1 - decay)``: what is lost beyond the previous average's own error."""
        gap = (square - previous).magnitude
        lost_square = self._plus(self._2u * square.magnitude, self._underflow(square, self._tau))
        lost_gap = lost_square + self._u * (gap + lost_square)
        lost = weight.magnitude * (self._two_roundings * gap + self._two_times_rounded * lost_gap)
        lost = self._plus(lost, self._underflow(weight * (square - previous), self._half_tau))
        return lost + self._u * (exact.magnitude + lost)

    def _widen(
        self, exact: Interval, relative: UpperBound | None, absolute: UpperBound | None = None
    ) -> Interval:
        """``exact`` with what may be lost: ``relative`` of the greatest magnitude, ``absolute``.

        The lower end of what is not negative must not come to zero for that: there it loses only
        ``relative`` of its own magnitude, which is as sound, and not past zero.
        """
        if exact.is_zero and absolute is None:
            return exact
        if not exact.is_never_negative:
            if exact.is_never_positive:
                return -self._widen(-exact, relative, absolute)
            return self._in_range(exact.widened(self._lost(exact, relative, absolute)))
        widened = exact.widened(self._lost(exact, relative, absolute))
        if not widened.is_positive:
            low = Interval(exact.low, exact.low, exact.precision)
            lowest = low.widened(self._lost(low, relative, absolute)).never_below(self.zero)
            widened = Interval(lowest.low, widened.high, exact.precision)
        return self._in_range(widened)

    def _lost(
        self, exact: Interval, relative: UpperBound | None, absolute: UpperBound | None
    ) -> UpperBound:
        if relative is None:
            assert absolute is not None
            return absolute
        return self._plus(exact.magnitude * relative, absolute)

    def _in_range(self, value: Interval) -> Interval:
        if not self._wide and value.reaches_above(self._largest):
            raise NoValueError("a result may overflow")
        return value

    def _underflow(self, value: Interval, lost: UpperBound) -> UpperBound | None:
        """``lost`` where ``value`` may be below the normal range.

        Zero is no underflow: a product is exactly zero only where a factor is.
        """
        return lost if not self._wide and value.reaches_below(self._least) else None

    @staticmethod
    def _plus(lost: UpperBound, more: UpperBound | None) -> UpperBound:
        return lost if more is None else lost + more
