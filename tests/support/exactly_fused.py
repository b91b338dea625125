"""Fused multiplication and addition in rational arithmetic, rounded once at the end."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from goldstep_reference.numbers.number_format import NUMBER_FORMATS, NumberFormat
from numpy.typing import NDArray

Array = NDArray[Any]


def exactly_fused(a: Array, b: Array, c: Array) -> Array:
    """a b + c in rationals; of what is finite."""
    number_format = NUMBER_FORMATS[c.dtype.name]
    arrays = np.broadcast_arrays(a, b, c)
    return np.array(
        [fused(number_format, *map(float, each)) for each in zip(*arrays, strict=True)], c.dtype
    )


def fused(number_format: NumberFormat, a: float, b: float, c: float) -> float:
    if not all(map(math.isfinite, (a, b, c))) or not (a and b):
        return a * b + c
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    # A product that is lost to underflow leaves its sign; a sum that cancels is a positive zero.
    return number_format.nearest(exact)
