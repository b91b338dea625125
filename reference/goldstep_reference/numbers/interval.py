"""Intervals of real numbers, and upper bounds: mpmath's floats, rounded outwards.

mpmath's own interval type converts and checks each operand at each operation; these call the same
functions on the raw numbers, which takes a third of the time.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from mpmath import libmp

# mpmath is not typed: a raw number is (sign, mantissa, exponent, bit count).
Raw = Any

_DOWN, _UP = libmp.round_floor, libmp.round_ceiling
_BOUND_PRECISION = 128  # bits: an upper bound needs no more


class Interval:
    """All numbers from ``low`` to ``high``; operations round outwards to ``precision`` bits.

    The operands of one operation have the same precision.
    """

    __slots__ = ("high", "low", "precision")

    def __init__(self, low: Raw, high: Raw, precision: int) -> None:
        self.low, self.high, self.precision = low, high, precision

    @classmethod
    def exactly(cls, value: float | Fraction, precision: int) -> Interval:
        """One float, or a fraction whose denominator is a power of two; exact at any precision."""
        raw = _raw(value)
        return cls(raw, raw, precision)

    @property
    def ends(self) -> tuple[Fraction, Fraction]:
        """Both ends, as the rationals that they are. Raises ValueError for an infinite one."""
        return as_fraction(self.low), as_fraction(self.high)

    @property
    def is_zero(self) -> bool:
        """Whether zero is the only number of the interval."""
        return bool(self.low == libmp.fzero == self.high)

    @property
    def is_positive(self) -> bool:
        """Whether every number is above zero."""
        sign, mantissa, _, _ = self.low
        return not sign and bool(mantissa or self.low == libmp.finf)

    @property
    def is_negative(self) -> bool:
        """Whether every number is below zero."""
        return bool(self.high[0])

    @property
    def is_never_negative(self) -> bool:
        """Whether no number is below zero."""
        return not self.low[0]

    @property
    def is_never_positive(self) -> bool:
        """Whether no number is above zero."""
        return bool(self.high[0] or self.high == libmp.fzero)

    @property
    def magnitude(self) -> UpperBound:
        """The greatest absolute value."""
        if not self.low[0]:
            return UpperBound(self.high)
        low, high = libmp.mpf_abs(self.low), libmp.mpf_abs(self.high)
        return UpperBound(high if libmp.mpf_ge(high, low) else low)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Interval) and (
            (self.low, self.high, self.precision) == (other.low, other.high, other.precision)
        )

    def __hash__(self) -> int:
        return hash((self.low, self.high))

    def __neg__(self) -> Interval:
        return Interval(libmp.mpf_neg(self.high), libmp.mpf_neg(self.low), self.precision)

    def __abs__(self) -> Interval:
        return self._of(libmp.libmpi.mpi_abs((self.low, self.high), self.precision))

    def __add__(self, other: Interval) -> Interval:
        return self._with(libmp.libmpi.mpi_add, other)

    def __sub__(self, other: Interval) -> Interval:
        return self._with(libmp.libmpi.mpi_sub, other)

    def __mul__(self, other: Interval) -> Interval:
        if not self.low[0] and not other.low[0]:  # most are, and need no look at all the signs
            low = libmp.mpf_mul(self.low, other.low, self.precision, _DOWN)
            high = libmp.mpf_mul(self.high, other.high, self.precision, _UP)
            if libmp.fnan not in (low, high):  # zero times infinity
                return Interval(low, high, self.precision)
        return self._with(libmp.libmpi.mpi_mul, other)

    def __truediv__(self, other: Interval) -> Interval:
        return self._with(libmp.libmpi.mpi_div, other)

    def __pow__(self, exponent: int) -> Interval:
        return self._of(libmp.libmpi.mpi_pow_int((self.low, self.high), exponent, self.precision))

    def root(self) -> Interval:
        """The square root of what is never negative."""
        return self._of(libmp.libmpi.mpi_sqrt((self.low, self.high), self.precision))

    def widened(self, lost: UpperBound) -> Interval:
        """The interval with ``lost`` taken from its lower end and added to its upper end."""
        raw = lost.raw
        return Interval(
            libmp.mpf_sub(self.low, raw, self.precision, _DOWN),
            libmp.mpf_add(self.high, raw, self.precision, _UP),
            self.precision,
        )

    def hull(self, other: Interval) -> Interval:
        """The least interval that holds both."""
        return Interval(
            other.low if libmp.mpf_lt(other.low, self.low) else self.low,
            other.high if libmp.mpf_gt(other.high, self.high) else self.high,
            self.precision,
        )

    def maximum(self, other: Interval) -> Interval:
        """Every maximum of a number of one and a number of the other."""
        return Interval(
            other.low if libmp.mpf_gt(other.low, self.low) else self.low,
            other.high if libmp.mpf_gt(other.high, self.high) else self.high,
            self.precision,
        )

    def never_below(self, zero: Interval) -> Interval:
        """Without what is below zero."""
        return self if self.is_never_negative else Interval(zero.low, self.high, self.precision)

    def mapped(self, monotonic: Callable[[Fraction], float | Fraction]) -> Interval:
        """The image of the ends under a function that never decreases, such as a rounding."""
        low, high = map(monotonic, self.ends)
        return Interval(_raw(low), _raw(high), self.precision)

    def reaches_below(self, exponent: int) -> bool:
        """Whether a number of the interval, zero alone excepted, is below 2^exponent in size."""
        if not self.low[0]:
            return not self.is_zero and _is_below(self.low, exponent)
        return not self.high[0] or _is_below(self.high, exponent)

    def reaches_above(self, limit: Interval) -> bool:
        """Whether a number of the interval is above ``limit`` >= 0 in size."""
        high = limit.high
        return _is_above(self.high, high) or (
            bool(self.low[0]) and _is_above(libmp.mpf_neg(self.low), high)
        )

    def is_above(self, limit: Interval) -> bool:
        """Whether every number of the interval is above ``limit`` in size."""
        return bool(
            libmp.mpf_gt(self.low, limit.high) or libmp.mpf_gt(libmp.mpf_neg(self.high), limit.high)
        )

    def _with(self, operation: Callable[..., Any], other: Interval) -> Interval:
        low, high = operation((self.low, self.high), (other.low, other.high), self.precision)
        return Interval(low, high, self.precision)

    def _of(self, ends: tuple[Raw, Raw]) -> Interval:
        return Interval(*ends, self.precision)


class UpperBound:
    """A number >= 0 that bounds another from above; operations round up."""

    __slots__ = ("raw",)

    def __init__(self, raw: Raw) -> None:
        self.raw = raw

    @classmethod
    def of(cls, value: Fraction) -> UpperBound:
        """The least bound of its precision that is not below ``value`` >= 0."""
        return cls(libmp.from_rational(value.numerator, value.denominator, _BOUND_PRECISION, _UP))

    def __add__(self, other: UpperBound) -> UpperBound:
        return UpperBound(libmp.mpf_add(self.raw, other.raw, _BOUND_PRECISION, _UP))

    def __mul__(self, other: UpperBound) -> UpperBound:
        return UpperBound(libmp.mpf_mul(self.raw, other.raw, _BOUND_PRECISION, _UP))

    def greater(self, other: UpperBound) -> UpperBound:
        """The greater of the two."""
        return self if libmp.mpf_ge(self.raw, other.raw) else other


def as_fraction(raw: Raw) -> Fraction:
    """A raw number as a rational. Raises ValueError for an infinity."""
    sign, mantissa, exponent, _ = raw
    if not mantissa and exponent:
        raise ValueError("the interval is unbounded")
    # The mantissa may be another library's integer.
    value = -int(mantissa) if sign else int(mantissa)
    return Fraction(value << exponent) if exponent >= 0 else Fraction(value, 1 << -exponent)


def _raw(value: float | Fraction) -> Raw:
    if isinstance(value, float):
        return libmp.from_float(value)  # exact; only the way back is not
    return libmp.from_man_exp(value.numerator, 1 - value.denominator.bit_length())


def _is_above(raw: Raw, limit: Raw) -> bool:
    """Whether ``raw`` > ``limit`` >= 0; mostly the powers of two tell."""
    sign, mantissa, exponent, bits = raw
    if sign or (mantissa and limit[1] and exponent + bits < limit[2] + limit[3]):
        return False
    return bool(libmp.mpf_gt(raw, limit))


def _is_below(raw: Raw, exponent: int) -> bool:
    _, mantissa, own, bits = raw
    return not mantissa or own + bits <= exponent
