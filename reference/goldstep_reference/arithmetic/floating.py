"""RMSProp in the machine's own floats: one program of many, thousands of times faster.

Every operation is IEEE 754's in float64 and correctly rounded, so that results are the same bits on
every machine. In float64 it is one faithful program. In float32 it is one that holds everything
wider, as many do, and whose stored numbers overflow where float32 ends.
"""

from __future__ import annotations

import math
from functools import cache

from goldstep_reference.numbers.number_format import FLOAT64, NumberFormat


class FloatingArithmetic:
    """Numbers are floats; what has no value is NaN."""

    zero = 0.0
    one = 1.0

    def __init__(self, number_format: NumberFormat) -> None:
        self.number_format = number_format
        # float64 overflows by itself, and has no number for where it does.
        threshold = min(number_format.overflow_threshold, FLOAT64.largest)
        self._greatest = float(threshold)
        self._smallest_normal = float(number_format.smallest_normal)

    def number(self, value: float) -> float:
        return value

    def total(self, a: float, b: float) -> float:
        return a + b

    def difference(self, a: float, b: float) -> float:
        return a - b

    def product(self, a: float, b: float) -> float:
        return a * b

    def square(self, a: float) -> float:
        return a * a

    def power(self, a: float, exponent: int) -> float:
        # Products only: the system's pow is not the same everywhere.
        result = 1.0
        while exponent:
            if exponent % 2:
                result *= a
            a *= a
            exponent //= 2
        return result

    def quotient(self, a: float, b: float) -> float:
        if b:
            return a / b
        if not a or math.isnan(a):
            return math.nan
        return math.copysign(math.inf, a) * math.copysign(1.0, b)

    def root(self, a: float) -> float:
        return math.sqrt(a) if a >= 0 else math.nan

    def maximum(self, a: float, b: float) -> float:
        return a + b if math.isnan(a + b) else max(a, b)

    def absolute(self, a: float) -> float:
        return abs(a)

    def sign(self, a: float) -> float:
        return a if a == 0 or math.isnan(a) else math.copysign(1.0, a)

    def blend(self, decay: float, previous: float, new: float) -> float:
        return decay * previous + (1.0 - decay) * new

    def blend_of_squares(self, decay: float, previous: float, gradient: float) -> float:
        return decay * previous + (1.0 - decay) * (gradient * gradient)

    def scaled(self, rate: float, gradient: float, divisor: float) -> float:
        return self.quotient(rate * gradient, divisor)

    def rounded(self, a: float, number_format: NumberFormat) -> float:
        if not math.isfinite(a):
            return a
        exponent = max(math.frexp(a)[1], number_format.least_normal_exponent + 1)
        if exponent > number_format.greatest_exponent + 1:
            return math.copysign(math.inf, a)
        quantum = exponent - number_format.precision
        # Exact in both directions: the significand is an integer of few bits.
        rounded = math.ldexp(round(math.ldexp(a, -quantum)), quantum)
        fits = abs(rounded) <= _largest(number_format)
        return math.copysign(abs(rounded) if fits else math.inf, a)

    def flushed(self, a: float) -> float:
        return math.copysign(0.0, a) if abs(a) < self._smallest_normal else a

    def without_nan(self, a: float) -> float:
        return 0.0 if math.isnan(a) else a

    def stored(self, a: float) -> float:
        return self.reported(a)

    def reported(self, a: float) -> float:
        return math.copysign(math.inf, a) if abs(a) > self._greatest else a


@cache
def _largest(number_format: NumberFormat) -> float:
    return float(number_format.largest)
