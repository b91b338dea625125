"""Every published digit, recomputed by an implementation that shares only the formula."""

from __future__ import annotations

import math
import struct
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

import pytest
from goldstep_reference.numbers.interval import Interval
from goldstep_reference.numbers.number_format import FLOAT64, NUMBER_FORMATS
from goldstep_reference.rmsprop.columns import Column
from goldstep_reference.vectors.certify import (
    NoBudgetError,
    NotCertifiedError,
    certified,
    decimal_digits,
)
from goldstep_reference.vectors.trajectory import Enclosure, trajectory
from hypothesis import given
from hypothesis import strategies as st
from support.decimal_rmsprop import element_steps
from support.published_vectors import COLUMNS, PublishedCase, published_cases
from support.variants import FORMULA

_FORTY = Context(prec=40, rounding=ROUND_HALF_EVEN, Emin=-999_999, Emax=999_999)

# The second oracle has all cases; this one, in decimals, those that take no long.
_MOST_ELEMENT_STEPS = 200


def cases(number_format: str) -> list[PublishedCase]:
    return [
        published
        for published in published_cases(number_format)
        if published.case.elements * len(published.case.gradients) <= _MOST_ELEMENT_STEPS
    ]


every_column = pytest.mark.parametrize("column", COLUMNS)
every_format = pytest.mark.parametrize("number_format", NUMBER_FORMATS)


def recomputed(
    published: PublishedCase, column: Column
) -> dict[tuple[int, str, str, int], Decimal]:
    """The recorded values of a case, to 120 digits less a few."""
    values = {}
    for at in element_steps(published.document, published.number_format, column):
        if at.step in published.document["record"]:
            values[at.step, "weights", at.name, at.index] = at.weight
            values[at.step, "moving_average", at.name, at.index] = at.average
    return values


@every_format
@every_column
def test_every_digit_is_right(number_format: str, column: Column) -> None:
    for published in cases(number_format):
        expected = recomputed(published, column)
        values = published.values(column)
        assert values.keys() == expected.keys(), published.id
        for place, value in values.items():
            if expected[place] == 0:
                assert value.digits in ("0.0", "-0.0"), (published.id, place)
                continue
            assert Decimal(value.digits) == _FORTY.plus(expected[place]), (published.id, place)
            digits = value.digits.split("e")[0].removeprefix("-")
            assert len(digits) == 41, (published.id, place)  # one point, forty digits


@every_format
@every_column
def test_nearest_is_the_nearest_number_of_the_format(number_format: str, column: Column) -> None:
    code, bits = ("d", "q") if number_format == "float64" else ("f", "i")

    def pattern(value: float) -> int:
        assert struct.unpack(code, struct.pack(code, value)) == (value,)
        return int(struct.unpack(bits, struct.pack(code, abs(value)))[0])

    def magnitude(pattern: int) -> Fraction:
        return Fraction(struct.unpack(code, struct.pack(bits, pattern))[0])

    largest = pattern(float(NUMBER_FORMATS[number_format].largest))
    for published in cases(number_format):
        expected = recomputed(published, column)
        for place, value in published.values(column).items():
            exact = Fraction(expected[place])
            if exact == 0:
                assert str(value.nearest) in ("0.0", "-0.0")
                continue
            assert (math.copysign(1.0, value.nearest) > 0) == (exact > 0)
            at = pattern(value.nearest)
            distance = abs(magnitude(at) - abs(exact))
            for neighbour in (max(at - 1, 0), min(at + 1, largest)):
                other = abs(magnitude(neighbour) - abs(exact))
                tie_to_even = distance == other and (at % 2 == 0 or neighbour == at)
                assert distance < other or tie_to_even, (published.id, place)


@given(st.fractions().filter(bool), st.integers(-400, 400))
def test_forty_digits_are_correctly_rounded(fraction: Fraction, exponent: int) -> None:
    value = fraction * Fraction(10) ** exponent
    text = decimal_digits(value)
    assert len(text.split("e")[0].removeprefix("-")) == 41
    unit = Fraction(10) ** (int(text.split("e")[1]) - 39)
    assert abs(Fraction(Decimal(text)) - value) <= unit / 2


def test_a_decimal_tie_goes_to_the_even_digit() -> None:
    tie = Fraction(10**40 + 5, 10**40)  # 1.000...0005 with 40 decimals
    assert decimal_digits(tie) == "1." + 39 * "0" + "e+0"
    assert decimal_digits(tie + Fraction(1, 10**60)) == "1." + 38 * "0" + "1e+0"
    assert decimal_digits(tie + Fraction(1, 10**39)) == "1." + 38 * "0" + "2e+0"


def test_digits_that_the_interval_leaves_open_are_not_published() -> None:
    published = published_cases("float64")[0]
    coarse, fine = (
        trajectory(published.case, FLOAT64, FORMULA, precision=bits)[0].weights["w1"][0]
        for bits in (120, 192)
    )
    assert len(certified(fine, FLOAT64).exact.split("e")[0].removeprefix("-")) == 41
    with pytest.raises(NotCertifiedError):
        certified(coarse, FLOAT64)


def test_an_interval_across_a_float_tie_is_not_published() -> None:
    """All forty digits agree, and yet the nearest float is open."""
    tie, radius = 1 + Fraction(1, 2**53), Fraction(1, 2**200)
    low, high = tie - radius, tie + radius
    across = Interval.exactly(low, 400).hull(Interval.exactly(high, 400))
    assert decimal_digits(low) == decimal_digits(high)
    with pytest.raises(NotCertifiedError):
        certified(Enclosure(across, across), FLOAT64)
    exactly = certified(Enclosure(Interval.exactly(tie, 400), across), FLOAT64)
    assert exactly.nearest == 1.0
    assert exactly.tolerance == 2.0**-200


def test_an_undefined_value_is_not_published() -> None:
    with pytest.raises(NoBudgetError):
        certified(Enclosure(None, None), FLOAT64)


def test_a_value_without_a_bound_is_not_published() -> None:
    one = Interval.exactly(1.0, 192)
    with pytest.raises(NoBudgetError):
        certified(Enclosure(one, None), FLOAT64)


def test_special_values_are_published_by_name_and_without_a_budget() -> None:
    for value, name in ((math.nan, "NaN"), (-math.inf, "-Infinity"), (-0.0, "-0.0")):
        published = certified(Enclosure(None, None, value), FLOAT64)
        assert (published.exact, published.tolerance) == (name, 0.0)
        assert repr(published.nearest) == repr(value)
