"""IEEE 754 binary formats: rounding to nearest, and numbers as text.

Rounding works on exact rationals. mpmath's own conversion to float rounds subnormals twice, and
``numpy.float32(text)`` rounds by way of float64; neither is used here.
"""

from __future__ import annotations

import math
import re
import struct
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\Z")
_BINARY32 = struct.Struct("<f")
_SPECIAL = {
    "NaN": math.nan,
    "Infinity": math.inf,
    "+Infinity": math.inf,
    "-Infinity": -math.inf,
}


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """An IEEE 754 binary interchange format, as ``precision`` bits and the least exponents.

    Values of a format are carried as Python floats: every float32 is a float64 too.
    """

    name: str
    precision: int  # bits of the significand, the hidden one included
    least_normal_exponent: int  # of two
    greatest_exponent: int  # of two

    @property
    def unit_roundoff(self) -> Fraction:
        """u: the greatest relative error of one rounding to nearest."""
        return Fraction(1, 2**self.precision)

    @property
    def smallest_subnormal(self) -> Fraction:
        """tau: the distance between neighbours in the subnormal range."""
        return Fraction(1, 2 ** (self.precision - 1 - self.least_normal_exponent))

    @property
    def smallest_normal(self) -> Fraction:
        """The least positive number of full precision."""
        return Fraction(1, 2**-self.least_normal_exponent)

    @property
    def largest(self) -> Fraction:
        """The largest finite number."""
        return (2 - 2 * self.unit_roundoff) * _power_of_two(self.greatest_exponent)

    @property
    def overflow_threshold(self) -> Fraction:
        """From here on a number is rounded to infinity: half a unit past the largest one."""
        return (2 - self.unit_roundoff) * _power_of_two(self.greatest_exponent)

    def nearest(self, value: Fraction) -> float:
        """``value`` rounded to nearest, ties to even; an infinity past the largest number.

        A rational has no sign of zero: what rounds to zero from below is -0.0, zero itself is 0.0.
        """
        numerator, denominator = abs(value.numerator), value.denominator
        if not numerator:
            return 0.0
        exponent = numerator.bit_length() - denominator.bit_length()
        if _shifted(numerator, -exponent) < _shifted(denominator, exponent):
            exponent -= 1
        # Round to a multiple of the spacing of numbers around it.
        spacing = max(exponent, self.least_normal_exponent) - self.precision + 1
        divisor = _shifted(denominator, spacing)
        multiple, rest = divmod(_shifted(numerator, -spacing), divisor)
        if 2 * rest > divisor or (2 * rest == divisor and multiple % 2):
            multiple += 1
        overflows = multiple.bit_length() + spacing > self.greatest_exponent + 1
        result = math.inf if overflows else math.ldexp(multiple, spacing)
        return math.copysign(result, -1.0 if value < 0 else 1.0)

    def holds(self, value: float) -> bool:
        """Whether ``value`` is a number of this format."""
        return not math.isfinite(value) or self.nearest(Fraction(value)) == value

    def parse(self, text: str) -> float:
        """The number of this format nearest to a decimal, or a special value by its name.

        Raises ValueError where ``text`` is neither.
        """
        if text in _SPECIAL:
            return _SPECIAL[text]
        if not _NUMBER.match(text):
            raise ValueError(f"{text!r} is not a number")
        value = float(text)
        # What is zero or infinite in float64 is so in a narrower format, and may be 1e-999999999,
        # of which no rational is to be made.
        if self.precision < 53 and math.isfinite(value) and value != 0:
            return self._narrowed(text, value)
        return value

    def _narrowed(self, text: str, value: float) -> float:
        """The number nearest to a decimal, of which ``value`` is the nearest float64.

        Both round alike but where the float64 is in the middle between two numbers.
        """
        if self.precision == 24:
            narrow = _to_binary32(value)
            if narrow is not None:
                opposite = 2 * value - narrow  # a number too where the float64 is in the middle
                if narrow == value or _to_binary32(opposite) != opposite:
                    return narrow
        return math.copysign(self.nearest(Fraction(Decimal(text))), value)


def _to_binary32(value: float) -> float | None:
    """The nearest binary32 by the machine; None where it would be infinite."""
    try:
        (narrow,) = _BINARY32.unpack(_BINARY32.pack(value))
    except OverflowError:
        return None
    return float(narrow)


def write_number(value: float) -> str:
    """The shortest decimal that reads back to the same float64; ``NaN``, ``Infinity``."""
    if math.isfinite(value):
        return repr(value)
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def round_up_to_float64(value: Fraction) -> float:
    """The least float64 that is not below a ``value`` >= 0."""
    result = FLOAT64.nearest(value)
    return result if result >= value else math.nextafter(result, math.inf)


def _shifted(value: int, exponent: int) -> int:
    """``value`` times 2^exponent, where that is not below 0."""
    return value << exponent if exponent > 0 else value


def _power_of_two(exponent: int) -> Fraction:
    return Fraction(2**exponent) if exponent >= 0 else Fraction(1, 2**-exponent)


FLOAT64 = NumberFormat("float64", 53, -1022, 1023)
FLOAT32 = NumberFormat("float32", 24, -126, 127)
# What programs narrow numbers to; no port declares them.
BFLOAT16 = NumberFormat("bfloat16", 8, -126, 127)
FLOAT16 = NumberFormat("float16", 11, -14, 15)
NUMBER_FORMATS = {number_format.name: number_format for number_format in (FLOAT64, FLOAT32)}
ALL_FORMATS = NUMBER_FORMATS | {each.name: each for each in (BFLOAT16, FLOAT16)}
