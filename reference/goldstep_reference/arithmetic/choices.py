"""Choices: where IEEE 754 and real arithmetic part, the results that a program may have.

A faithful program may hold intermediate results in a wider exponent range, and may form the average
in either way. In the range of normal numbers that changes roundings only, which the budgets cover.
At the ends of the range it decides whether a result is finite, infinite or NaN, and the formula
does not say which. Each such way of computing is a choice; a case names those that lead to
different results there, and the vectors hold the results of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """One way of computing, as far as the ends of the range are concerned."""

    name: str
    meaning: str
    # Whether intermediate results, and the average from step to step, are out of range where the
    # number format ends.
    wide_intermediates: bool = False
    wide_state: bool = False
    # Whether the average is v + (g^2 - v)(1 - decay), not decay v + (1 - decay) g^2.
    by_increment: bool = False
    # Whether zero divided by zero is no step, not NaN.
    no_step_at_zero: bool = False


NARROW = Choice(
    "narrow-range",
    "Each result is rounded to the number format: g^2 overflows to infinity, or underflows to "
    "zero. Zero divided by zero is NaN.",
)

CHOICES: Mapping[str, Choice] = {
    choice.name: choice
    for choice in (
        NARROW,
        Choice(
            "narrow-range-increment",
            "Each result is rounded to the number format, and the average is formed as "
            "v + (g^2 - v)(1 - decay): infinity less infinity is NaN.",
            by_increment=True,
        ),
        Choice(
            "wide-range",
            "Intermediate results have a wider exponent range; the average and the weight that "
            "are kept are rounded to the number format.",
            wide_intermediates=True,
        ),
        Choice(
            "wide-range-increment",
            "Intermediate results have a wider exponent range, and the average is formed as "
            "v + (g^2 - v)(1 - decay): infinity less infinity is NaN.",
            wide_intermediates=True,
            by_increment=True,
        ),
        Choice(
            "wide-state",
            "Intermediate results and the average have a wider exponent range from step to step; "
            "the average is rounded to the number format where it is told.",
            wide_intermediates=True,
            wide_state=True,
        ),
        Choice(
            "no-step",
            "Where gradient and divisor are both zero the weight stays, as in the limit of "
            "epsilon towards zero.",
            no_step_at_zero=True,
        ),
    )
}
