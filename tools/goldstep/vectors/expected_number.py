"""One expected number, and how far another is from it: decided exactly, mostly in floats."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

from goldstep_reference.numbers.decimals import same_bits

_LARGEST = Fraction(sys.float_info.max)
_DIGITS = Context(prec=60, Emin=-99999, Emax=99999)
# Of the sum of what is added up: a few roundings of float64, and its smallest number.
_SLACK = 2.0**-49
_TINY = 1e-322


@dataclass(frozen=True, slots=True)
class ExpectedNumber:
    """What a vector expects in one place.

    ``high + low`` is the exact value to twice the digits of float64. A tolerance of 0 asks for the
    bits of the nearest value: the same infinity, the same sign of a zero, any NaN for NaN.
    """

    exact: str
    nearest: float
    tolerance: float
    high: float
    low: float

    @classmethod
    def read(cls, exact: str, nearest: str, tolerance: str) -> ExpectedNumber:
        """From the decimals of a vector."""
        high = float(exact)
        finite = math.isfinite(high)
        low = float(_DIGITS.subtract(Decimal(exact), Decimal(high))) if finite else 0.0
        return cls(exact, float(nearest), float(tolerance), high, low)

    def error_in_budgets(self, got: float) -> float:
        """|got - exact| / tolerance; infinite for what is not finite and should be.

        With a tolerance of 0 it is 0 for the bits of ``nearest``, and infinite for all others. Only
        a value very close to the edge of its budget is compared in exact arithmetic.
        """
        tolerance = self.tolerance
        if not tolerance:
            return 0.0 if same_bits(got, self.nearest) else math.inf
        away = got - self.high
        distance = abs(away - self.low)
        slack = (abs(away) + abs(self.low)) * _SLACK + _TINY
        # What is not finite is near no edge: it is decided below.
        if abs(distance - tolerance) > slack and distance < math.inf:
            return distance / tolerance
        return self._exactly(got)

    def _exactly(self, got: float) -> float:
        if not math.isfinite(got):
            return math.inf
        error = abs(Fraction(got) - Fraction(self.exact))
        ratio = min(error / Fraction(self.tolerance), _LARGEST)
        # Rounding must not carry a value over the edge.
        return max(float(ratio), math.nextafter(1, 2)) if ratio > 1 else min(float(ratio), 1.0)
