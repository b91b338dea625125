"""Fused multiply-add, IEEE 754's a b + c rounded once, on arrays of float32 or of float64.

A sum of three is rounded once by way of rounding to odd (Boldo and Melquiond, "Emulation of a FMA
and correctly rounded sums", 2008). Python has `math.fma` only from 3.13 on, and NumPy has none.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from goldstep_reference.numbers.number_format import FLOAT64

from goldstep.diagnosis.rounding.exact_sums import Array, to_odd, two_product, two_sum

# Between these magnitudes no error of a product or sum underflows, and nothing overflows.
_LEAST, _LARGEST = 2.0**-400, 2.0**400


def fused_multiply_add(a: Array, b: Array, c: Array) -> Array:
    """a b + c, rounded once; of arrays of one shape, all float32 or all float64."""
    if c.dtype == np.float32:
        # The product is exact in float64.
        total, rest = two_sum(a.astype(np.float64) * b.astype(np.float64), c.astype(np.float64))
        return to_odd(total, rest).astype(np.float32)
    return _of_float64(a, b, c)


def _of_float64(a: Array, b: Array, c: Array) -> Array:
    product, rest = two_product(a, b)
    middle, least = two_sum(c, rest)
    high, next_to_high = two_sum(product, middle)
    total = high + to_odd(*two_sum(next_to_high, least))
    # With a zero, or with what is not finite, rounding each operation is to round once.
    simple = (a == 0) | (b == 0) | ~np.isfinite(a * 0 + b * 0 + c)
    total = np.where(simple, a * b + c, np.where(c == 0, a * b, total))
    extreme = ~simple & (c != 0) & ~(_is_ordinary(a) & _is_ordinary(b) & _is_ordinary(c))
    for at in np.flatnonzero(extreme):
        exact = Fraction(float(a[at])) * Fraction(float(b[at])) + Fraction(float(c[at]))
        total[at] = FLOAT64.nearest(exact)
    return total


def _is_ordinary(a: Array) -> Array:
    size = np.abs(a)
    ordinary: Array = (size > _LEAST) & (size < _LARGEST)
    return ordinary
