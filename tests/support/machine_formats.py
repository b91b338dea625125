"""What a machine does with numbers of a format, beside the operations that NumPy has.

Fused multiply-add, and results up to some ULP off, exactly as they are defined: over the whole
exponent range and on any platform. A sum of three is rounded once by way of rounding to odd (Boldo
and Melquiond, "Emulation of a FMA and correctly rounded sums", 2008).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from goldstep.diagnosis.rounding.exact_sums import Array, to_odd, two_product, two_sum

_SMALLEST_NORMAL = 2.0**-1022


@dataclass(frozen=True)
class MachineFormat:
    """A number format, and a wider one in which a program may hold what it likes."""

    name: str
    narrow: type[np.floating[Any]]
    wide: type[np.floating[Any]]

    @property
    def has_wider(self) -> bool:
        """Whether ``wide`` is wider: long double is float64 once more on some platforms."""
        return bool(np.finfo(self.wide).nmant > np.finfo(self.narrow).nmant)

    def fused(self, a: Array, b: Array, c: Array) -> Array:
        """a b + c, rounded once; of numbers of the format."""
        if self.narrow is np.float32:
            total, rest = two_sum(_float64(a) * _float64(b), _float64(c))  # an exact product
            return to_odd(total, rest).astype(np.float32)
        return _fused_float64(a, b, c)

    def quotient(self, a: Array, b: Array, ulps: int, way: Array | None) -> Array:
        """a / b, ``way`` ULP off where that is at most ``ulps``; of positive numbers."""
        nearest = a / b
        return _astray(nearest, self._excess(nearest, b, a), ulps, way)

    def root(self, a: Array, ulps: int, way: Array | None) -> Array:
        """The root of ``a``, likewise."""
        nearest = np.sqrt(a)
        return _astray(nearest, self._excess(nearest, nearest, a), ulps, way)

    def square(self, a: Array, ulps: int, way: Array | None) -> Array:
        """a^2, likewise."""
        nearest = a * a
        return _astray(nearest, -self._excess(a, a, nearest), ulps, way)

    def reciprocal_root(self, a: Array, ulps: int, way: Array | None) -> Array:
        """1 / sqrt(a), likewise."""
        near = 1 / np.sqrt(a)  # rounded twice: mended by a step of Newton's
        near = near - near * (_excess_of_reciprocal_root(near, a) / 2).astype(self.narrow)
        return _astray(near, _excess_of_reciprocal_root(near, a), ulps, way)

    def _excess(self, a: Array, b: Array, c: Array) -> Array:
        """A number with the sign of a b - c, exactly."""
        if self.narrow is np.float32:
            return _float64(a) * _float64(b) - _float64(c)
        return _sign_of_total(a, b, -c)


FORMATS = {
    "float32": MachineFormat("float32", np.float32, np.float64),
    "float64": MachineFormat("float64", np.float64, np.longdouble),
}


def _astray(nearest: Array, excess: Array, ulps: int, way: Array | None) -> Array:
    """A number at most ``ulps`` ULP from an exact result, ``way`` of them above; None for none.

    ``nearest`` is the exact result rounded, ``excess`` has the sign of what it is too great by.
    """
    if way is None:
        return nearest
    exact = excess == 0
    below = np.where(excess > 0, np.nextafter(nearest, nearest.dtype.type(0)), nearest)
    # From the next number below the exact one, of which only ulps - 1 are near enough there.
    steps = np.clip(way, np.where(exact, -ulps, 1 - ulps), ulps).astype(nearest.dtype)
    moved = np.maximum(below + steps * np.spacing(below), 0)
    return np.where(exact & (nearest == 0), nearest, moved)


def _fused_float64(a: Array, b: Array, c: Array) -> Array:
    high, low = _total(*two_product(a, b), c)
    return _with_extremes(high + low, _fused_anywhere, a, b, c)


def _sign_of_total(a: Array, b: Array, c: Array) -> Array:
    """The sign of a b + c, exactly."""
    high, low = _total(*two_product(a, b), c)
    return _with_extremes(np.sign(high + low), _sign_anywhere, a, b, c)


def _with_extremes(
    results: Array, anywhere: Callable[..., Array], a: Array, b: Array, c: Array
) -> Array:
    """The results, from elsewhere for operands so great or so small that errors are no numbers."""
    ordinary = c == 0
    for each in (c, a, b):
        size = np.abs(each)
        inside = (size > 2.0**-400) & (size < 2.0**400)
        ordinary = ordinary | inside if each is c else ordinary & inside
    at = np.flatnonzero(~ordinary)
    if at.size:
        results[at] = anywhere(a[at], b[at], c[at])
    return results


def _fused_anywhere(a: Array, b: Array, c: Array) -> Array:
    product = a * b
    with_zero = (a == 0) | (b == 0) | (c == 0)
    # Then one rounding will do; and a product that comes to zero keeps its own sign.
    plain = np.where((c == 0) & (a != 0) & (b != 0), product, product + c)
    high, low, exponent, lone = _scaled_total(a, b, c)
    scaled = high + low
    total = np.ldexp(scaled, exponent)
    subnormal = np.abs(total) <= _SMALLEST_NORMAL
    if subnormal.any():
        # To add and subtract 2^52 quanta rounds a lesser number to a multiple of the quantum.
        quanta = np.copysign(np.ldexp(1.0, np.clip(52 - 1074 - exponent, -1000, 1000)), scaled)
        at, rest = two_sum(quanta, high)
        rounded = np.copysign((at + to_odd(*two_sum(rest, low))) - quanta, scaled)
        total = np.where(subnormal, np.ldexp(rounded, exponent), total)
    return np.where(with_zero, plain, np.where(lone, c, total))


def _sign_anywhere(a: Array, b: Array, c: Array) -> Array:
    high, low, _, lone = _scaled_total(a, b, c)
    of_product = np.sign(a) * np.sign(b)
    total = np.where(lone | (of_product == 0), np.sign(c), np.sign(high + low))
    return np.where(c == 0, of_product, total)


def _scaled_total(a: Array, b: Array, c: Array) -> tuple[Array, Array, Array, Array]:
    """a b + c as (high + low) 2^exponent, low rounded to odd; and where only c counts."""
    (a, a_exponent), (b, b_exponent), (c, c_exponent) = np.frexp(a), np.frexp(b), np.frexp(c)
    exponent = a_exponent + b_exponent
    distance = c_exponent - exponent
    # Farther apart than twice the precision, only the sign of the lesser one counts.
    addend = np.ldexp(c, np.clip(distance, -200, 200))
    high, low = _total(*two_product(a, b), addend)
    return high, low, exponent, distance > 199


def _total(product: Array, rest: Array, addend: Array) -> tuple[Array, Array]:
    """The sum of three as two, the lesser rounded to odd: their sum then is rounded but once."""
    middle, least = two_sum(addend, rest)
    high, next_to_high = two_sum(product, middle)
    return high, to_odd(*two_sum(next_to_high, least))


def _excess_of_reciprocal_root(near: Array, a: Array) -> Array:
    """a near^2 - 1, of what is near 1 / sqrt(a); to some bits, and always of the right sign."""
    a, exponent = np.frexp(_float64(a))
    half = exponent // 2
    a, near = np.ldexp(a, exponent - 2 * half), np.ldexp(_float64(near), half)
    square, rest_of_square = two_product(near, near)
    product, rest = two_product(a, square)
    excess: Array = (product - 1) + (rest + a * rest_of_square)
    return excess


def _float64(a: Array) -> Array:
    return a.astype(np.float64)
