"""What IEEE 754 makes of infinities, NaN and signed zeros: around either interval arithmetic.

A number is an interval, or a special value: NaN, an infinity, or negative zero, as a float. Where
one is met the standard's rules decide, and need no more than the signs of the other operands.
Where the range of the number format ends, a `Choice` decides what is met.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

from goldstep_reference.arithmetic.arithmetic import NoValueError
from goldstep_reference.arithmetic.choices import Choice
from goldstep_reference.arithmetic.real import RealArithmetic
from goldstep_reference.numbers.interval import Interval
from goldstep_reference.numbers.number_format import NumberFormat

Extended = Interval | float


class Ieee754Arithmetic:
    """The operations of ``inner``, extended to special values under a ``choice``.

    Raises NoValueError where it cannot be told whether a result is special: no case is to stand
    there.
    """

    def __init__(self, inner: RealArithmetic, choice: Choice) -> None:
        self.number_format = inner.number_format
        self._inner = inner
        self._choice = choice
        self._overflow = Interval.exactly(self.number_format.overflow_threshold, inner.precision)
        # Half of the smallest subnormal and less is rounded to zero.
        self._vanishing = Interval.exactly(
            self.number_format.smallest_subnormal / 2, inner.precision
        )
        self.zero: Extended = inner.zero
        self.one: Extended = inner.one

    def number(self, value: float) -> Extended:
        return value if is_special(value) else self._inner.number(value)

    def total(self, a: Extended, b: Extended) -> Extended:
        if isinstance(a, Interval) and isinstance(b, Interval):
            return self._rounded_off(a + b, lambda: self._inner.total(a, b))
        if _is_negative_zero(a) and isinstance(b, Interval):
            return b
        if _is_negative_zero(b) and isinstance(a, Interval):
            return a
        # NaN and infinities swallow what is added, whatever its sign.
        swallowed = (0.0 if isinstance(each, Interval) else each for each in (a, b))
        return self.number(operator.add(*swallowed))

    def difference(self, a: Extended, b: Extended) -> Extended:
        return self.total(a, self._negated(b))

    def product(self, a: Extended, b: Extended) -> Extended:
        if isinstance(a, Interval) and isinstance(b, Interval) and not _zero_in(a, b):
            return self._rounded_off(a * b, lambda: self._inner.product(a, b))
        return self._by_signs(operator.mul, a, b)

    def square(self, a: Extended) -> Extended:
        if isinstance(a, Interval) and not a.is_zero:
            return self._rounded_off(a**2, lambda: self._inner.square(a))
        return self._by_signs(operator.mul, a, a)

    def power(self, a: Extended, exponent: int) -> Extended:
        if isinstance(a, Interval):
            return self._inner.power(a, exponent)
        return self._by_signs(lambda x: x**exponent, a)

    def quotient(self, a: Extended, b: Extended) -> Extended:
        if isinstance(a, Interval) and isinstance(b, Interval) and not _zero_in(a, b):
            if not b.is_positive and not b.is_negative:
                raise NoValueError("a division by what may be zero")
            return self._rounded_off(a / b, lambda: self._inner.quotient(a, b))
        return self._by_signs(_divided, a, b)

    def root(self, a: Extended) -> Extended:
        if isinstance(a, Interval) and a.is_never_negative:
            return self._inner.root(a)
        return self._by_signs(lambda x: math.nan if x < 0 else math.sqrt(x), a)

    def maximum(self, a: Extended, b: Extended) -> Extended:
        if isinstance(a, Interval) and isinstance(b, Interval):
            return self._inner.maximum(a, b)
        return self._by_signs(lambda x, y: x + y if math.isnan(x + y) else max(x, y), a, b)

    def absolute(self, a: Extended) -> Extended:
        if isinstance(a, Interval):
            return self._inner.absolute(a)
        return self._by_signs(abs, a)

    def sign(self, a: Extended) -> Extended:
        if isinstance(a, Interval):
            return self._inner.sign(a)
        return a if math.isnan(a) or a == 0 else self.number(math.copysign(1.0, a))

    def blend(self, decay: Extended, previous: Extended, new: Extended) -> Extended:
        weight = self.difference(self.one, decay)
        return self.total(self.product(decay, previous), self.product(weight, new))

    def blend_of_squares(self, decay: Extended, previous: Extended, gradient: Extended) -> Extended:
        square = self.square(gradient)
        if (
            isinstance(decay, Interval)
            and isinstance(previous, Interval)
            and isinstance(gradient, Interval)
            and isinstance(square, Interval)
            and square.is_zero == gradient.is_zero
        ):
            exact = decay * previous + (self._inner.one - decay) * gradient**2
            return self._rounded_off(
                exact,
                lambda: self._inner.blend_of_squares(decay, previous, gradient),
            )
        weight = self.difference(self.one, decay)
        if self._choice.by_increment:
            increment = self.product(self.difference(square, previous), weight)
            return self.total(previous, increment)
        return self.total(self.product(decay, previous), self.product(weight, square))

    def scaled(self, rate: Extended, gradient: Extended, divisor: Extended) -> Extended:
        if self._choice.no_step_at_zero and _is_zero(gradient) and _is_zero(divisor):
            return self.zero
        if isinstance(divisor, Interval) and not divisor.is_zero:
            ordinary_rate, ordinary_gradient = self._ordinary(rate), self._ordinary(gradient)
            if ordinary_rate is not None and ordinary_gradient is not None:
                # Of a step of zero too: where a reciprocal overflows on the way, it is NaN.
                step = self._inner.scaled(ordinary_rate, ordinary_gradient, divisor)
                if not step.is_zero:
                    return step
        return self.quotient(self.product(rate, gradient), divisor)

    def rounded(self, a: Extended, number_format: NumberFormat) -> Extended:
        if not isinstance(a, Interval):
            return a
        if a.is_above(Interval.exactly(number_format.overflow_threshold, a.precision)):
            return _infinity(a)
        return self._inner.rounded(a, number_format)

    def flushed(self, a: Extended) -> Extended:
        return self._inner.flushed(a) if isinstance(a, Interval) else a

    def without_nan(self, a: Extended) -> Extended:
        return self.zero if isinstance(a, float) and math.isnan(a) else a

    def stored(self, a: Extended) -> Extended:
        return a if self._choice.wide_state else self.reported(a)

    def reported(self, a: Extended) -> Extended:
        if not isinstance(a, Interval) or a.is_zero:
            return a
        if a.is_above(self._overflow):
            return _infinity(a)
        if a.reaches_above(self._overflow):
            raise NoValueError("a result may overflow or not")
        return self._inner.reported(a) if a.reaches_above(self._vanishing) else _vanished(a)

    def _rounded_off(self, exact: Interval, ordinary: Callable[[], Interval]) -> Extended:
        """An operation's result: special where it is certain to be, otherwise the ordinary one."""
        if self._choice.wide_intermediates or exact.is_zero:
            return ordinary()
        if exact.is_above(self._overflow):
            return _infinity(exact)
        return ordinary() if exact.reaches_above(self._vanishing) else _vanished(exact)

    def _ordinary(self, a: Extended) -> Interval | None:
        """The real number that it is; None for NaN and infinities."""
        if isinstance(a, Interval):
            return a
        return self._inner.zero if _is_negative_zero(a) else None

    def _negated(self, a: Extended) -> Extended:
        if isinstance(a, Interval):
            return -0.0 if a.is_zero else -a
        return self.zero if _is_negative_zero(a) else -a

    def _by_signs(self, operation: Callable[..., float], *operands: Extended) -> Extended:
        """A result that depends on the signs of ordinary operands alone: special, or a zero."""
        return self.number(operation(*map(_representative, operands)))


def _representative(a: Extended) -> float:
    """A float of the same sign; a special value itself."""
    if not isinstance(a, Interval):
        return a
    if a.is_zero:
        return 0.0
    if a.is_positive:
        return 1.0
    if a.is_negative:
        return -1.0
    raise NoValueError("the sign of an operand is not known")


def _divided(a: float, b: float) -> float:
    if b != 0:
        return a / b
    return (
        math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1.0, b)
    )


def _infinity(a: Interval) -> float:
    return -math.inf if a.is_negative else math.inf


def _vanished(a: Interval) -> Extended:
    """The zero that is left of what is not more than half of the smallest subnormal."""
    return -0.0 if a.is_negative else Interval.exactly(0.0, a.precision)


def is_special(value: float) -> bool:
    """Whether a float is NaN, an infinity or negative zero."""
    return not math.isfinite(value) or (value == 0 and math.copysign(1.0, value) < 0)


def _is_negative_zero(a: Extended) -> bool:
    return not isinstance(a, Interval) and a == 0


def _is_zero(a: Extended) -> bool:
    return a.is_zero if isinstance(a, Interval) else a == 0


def _zero_in(*operands: Interval) -> bool:
    return any(each.is_zero for each in operands)
