"""Sums and products of float64 with what their rounding leaves out, had exactly.

The transformations of Knuth and of Dekker (1971); and rounding to odd, after which a sum may be
rounded once more as if it had not been rounded before.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    """a + b rounded, and what that leaves out."""
    total = a + b
    b_of_total = total - a
    return total, (a - (total - b_of_total)) + (b - b_of_total)


def two_product(a: Array, b: Array) -> tuple[Array, Array]:
    """a b rounded, and what that leaves out; of float64 far from the ends of its range."""
    product = a * b
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(b)
    rest = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
    return product, rest


def _halves(a: Array) -> tuple[Array, Array]:
    scaled = 134217729.0 * a  # 2^27 + 1
    high = scaled - (scaled - a)
    return high, a - high


def to_odd(total: Array, rest: Array) -> Array:
    """total + rest rounded to odd: a neighbour whose last bit is 1, unless it is exact."""
    even = (total.view(np.int64) & 1) == 0
    way = np.where(rest > 0, np.inf, -np.inf)
    inexact = (rest != 0) & np.isfinite(rest)
    return np.where(inexact & even, np.nextafter(total, way), total)
