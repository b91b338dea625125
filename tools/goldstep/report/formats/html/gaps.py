"""How far a number is from the exact one, as pictures and tables have it."""

from __future__ import annotations

import math
from collections.abc import Sequence

EQUAL = -18  # the exponent at which numbers are drawn that are the same: below a double's precision
TOP = 8  # the exponent at which a gap is drawn that is greater, or that cannot be told


def relative_gap(got: str, exact: str) -> float:
    """``got / exact - 1``: NaN where one is, or where only one of them is infinite or zero.

    Two numbers that are the same have the gap 0.
    """
    one, other = float(got), float(exact)
    if one == other:
        return 0.0
    if other == 0 or not (math.isfinite(one) and math.isfinite(other)):
        return math.nan
    return (one - other) / other


def gap_heights(numbers: Sequence[str | None], exact: Sequence[str]) -> list[float]:
    """The height of each gap in a picture, from EQUAL to TOP; NaN where there is no number."""
    return [
        math.nan if number is None else min(gap_height(number, right), float(TOP))
        for number, right in zip(numbers, exact, strict=False)
    ]


def gap_height(got: str, exact: str) -> float:
    """The gap's magnitude as an exponent of ten: EQUAL where there is none, infinity for NaN."""
    gap = abs(relative_gap(got, exact))
    if gap == 0:
        return EQUAL
    return math.log10(gap) if gap < math.inf else math.inf


def gap_text(got: str | None, exact: str) -> str:
    """The gap to three digits and with its sign."""
    if got is None:
        return "open"
    gap = relative_gap(got, exact)
    return "0" if gap == 0 else "none" if math.isnan(gap) else f"{gap:+.2e}"
