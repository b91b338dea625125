"""Numbers in the fewest decimal digits that read back in their format."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from goldstep_reference.numbers.number_format import NumberFormat

_EXPONENT = re.compile(r"e\+?(-?)0*")
_MOST_DIGITS = 17  # with which every float64 reads back


def shortened(value: float, number_format: NumberFormat) -> float:
    """The float64 whose text is the shortest that reads back to a finite ``value``.

    It reads back by way of float64 too, as NumPy rounds numbers: 0.10000000149011612 in float32
    is shortened to 0.1.
    """
    for digits in range(1, _MOST_DIGITS):
        text = f"{value:.{digits - 1}e}"
        short = float(text)
        if number_format.parse(text) == value == number_format.nearest(Fraction(short)):
            return short if value else value  # a zero keeps its sign
    return value


@lru_cache(maxsize=10_000)
def significant_digits(value: float, number_format: NumberFormat) -> int:
    """How many digits the shortest decimal of a finite ``value`` has; zero has one."""
    return len(Decimal(repr(shortened(value, number_format))).normalize().as_tuple().digits)


def short_text(value: float, number_format: NumberFormat) -> str:
    """A finite ``value`` as a person writes it: ``0.1``, ``1e-8``, ``-0.0``."""
    return _EXPONENT.sub(r"e\1", repr(shortened(value, number_format)))


def same_bits(one: float, other: float) -> bool:
    """Whether two numbers are the same, the sign of zero included; NaN is the same as any NaN."""
    return one.hex() == other.hex()
