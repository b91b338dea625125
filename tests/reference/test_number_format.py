"""Rounding and text of numbers, against rationals and the machine's own arithmetic."""

from __future__ import annotations

import math
import struct
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from goldstep_reference.numbers.number_format import (
    FLOAT32,
    FLOAT64,
    NUMBER_FORMATS,
    NumberFormat,
    round_up_to_float64,
    write_number,
)
from hypothesis import example, given
from hypothesis import strategies as st

finite = st.floats(allow_nan=False, allow_infinity=False)
finite32 = st.floats(width=32, allow_nan=False, allow_infinity=False)
everywhere = st.builds(
    lambda significand, exponent: Fraction(significand) * Fraction(2) ** exponent,
    st.integers(-(2**70), 2**70),
    st.integers(-1200, 1030),
)
# On, just below and just above the point halfway between neighbours.
nudges = st.sampled_from([Fraction(0), Fraction(1, 2**1300), Fraction(-1, 2**1300)])
every_format = pytest.mark.parametrize(
    "number_format", NUMBER_FORMATS.values(), ids=lambda f: f.name
)


def halfway(value: float, next_value: float) -> Fraction:
    return (Fraction(value) + Fraction(next_value)) / 2


def next_up32(value: float) -> float:
    """The float32 after a finite ``value``; 2^128 after the largest, as if there were one more."""
    with np.errstate(over="ignore"):
        after = float(np.nextafter(np.float32(value), np.float32(math.inf)))
    return after if math.isfinite(after) else 2.0**128


ties64 = st.builds(
    lambda value, nudge: halfway(value, math.nextafter(value, math.inf)) + nudge,
    st.floats(max_value=1e308, allow_nan=False, allow_infinity=False),
    nudges,
)
ties32 = st.builds(lambda value, nudge: halfway(value, next_up32(value)) + nudge, finite32, nudges)


def same(a: float, b: float) -> bool:
    """Whether two floats have the same bits, NaNs excepted."""
    return struct.pack("d", a) == struct.pack("d", b) or (math.isnan(a) and math.isnan(b))


@given(everywhere | ties64)
@example(Fraction(1, 2**1075))  # half of the smallest subnormal: a tie, to zero
@example(Fraction(-1, 2**1075))
@example(Fraction(1, 2**1075) + Fraction(1, 2**1200))
@example(Fraction(2**1024) - Fraction(2**970))  # the tie past the largest number: an infinity
@example(Fraction(2**1024) - Fraction(2**970) - 1)
def test_float64_rounds_as_the_division_of_integers_does(value: Fraction) -> None:
    try:
        truth = value.numerator / value.denominator
    except OverflowError:
        truth = math.inf if value > 0 else -math.inf
    assert same(FLOAT64.nearest(value), truth)


@given(everywhere | ties32)
@example(Fraction(1, 2**150))
@example(Fraction(3, 2**150))
@example(Fraction(2**128) - Fraction(2**103))
@example(Fraction(2**128) - Fraction(2**103) - 1)
def test_float32_is_no_further_than_its_neighbours(value: Fraction) -> None:
    rounded = FLOAT32.nearest(value)
    past_the_tie = abs(value) >= 2**128 - Fraction(2**103)
    assert math.isinf(rounded) == past_the_tie
    assert math.copysign(1, rounded) == (-1 if value < 0 else 1)
    if past_the_tie:
        return
    (bits,) = struct.unpack("I", struct.pack("f", abs(rounded)))  # raises where it is no float32
    distance = abs(abs(value) - Fraction(abs(rounded)))
    for neighbour_bits in {bits + 1, max(bits - 1, 0)} - {bits}:
        (neighbour,) = struct.unpack("f", struct.pack("I", neighbour_bits))
        neighbour = 2.0**128 if math.isinf(neighbour) else neighbour
        other = abs(abs(value) - Fraction(neighbour))
        assert distance < other or (distance == other and bits % 2 == 0)


@given(finite)
def test_float32_rounds_a_float64_as_the_machine_does(value: float) -> None:
    with np.errstate(over="ignore"):
        truth = float(np.float32(value))
    # A rational zero has no sign.
    assert same(FLOAT32.nearest(Fraction(value)), truth if value else 0.0)


@every_format
@given(value=everywhere)
def test_rounding_is_symmetric(number_format: NumberFormat, value: Fraction) -> None:
    assert number_format.nearest(-value) == -number_format.nearest(value)


@pytest.mark.parametrize(
    ("number_format", "machine"), [(FLOAT32, np.float32), (FLOAT64, np.float64)]
)
def test_constants_are_those_of_the_machine(
    number_format: NumberFormat, machine: type[np.float32] | type[np.float64]
) -> None:
    info = np.finfo(machine)
    assert number_format.unit_roundoff == Fraction(float(info.eps)) / 2
    assert number_format.smallest_subnormal == Fraction(float(info.smallest_subnormal))
    assert number_format.smallest_normal == Fraction(float(info.smallest_normal))
    assert number_format.largest == Fraction(float(info.max))


@given(finite)
def test_a_format_holds_exactly_its_own_numbers(value: float) -> None:
    assert FLOAT64.holds(value)
    with np.errstate(over="ignore"):
        assert FLOAT32.holds(value) == (float(np.float32(value)) == value)


@given(st.floats())
def test_what_is_written_reads_back_to_the_same_bits(value: float) -> None:
    text = write_number(value)
    assert same(FLOAT64.parse(text), value)
    if not math.isnan(value):
        assert same(float(text), value)


@given(st.floats(width=32))
def test_a_float32_reads_back_in_either_format(value: float) -> None:
    text = write_number(value)
    assert same(FLOAT32.parse(text), value)
    assert same(FLOAT64.parse(text), value)


@given(finite32.filter(lambda value: abs(value) < 1e38), st.sampled_from([1, -1]))
@example(1.0, 1)
@example(2.0**-149, 1)
def test_float32_is_read_with_one_rounding(value: float, side: int) -> None:
    """A decimal so near to a tie that float64 cannot tell them apart."""
    tie = halfway(value, next_up32(value))
    near = tie + side * Fraction(1, 2**300)
    text = format(Decimal(near.numerator * 5**300 * 2 ** (300 - _log2(near.denominator))), "f")
    text = text + "e-300"
    assert Fraction(Decimal(text)) == near
    assert Fraction(float(text)) == tie  # the trap: float64 has lost the side
    assert FLOAT32.parse(text) == (next_up32(value) if side > 0 else value)


def _log2(power_of_two: int) -> int:
    return power_of_two.bit_length() - 1


@pytest.mark.parametrize("text", ["1", "1.", ".5", "+1", "-0.0", "4.9E-324", "1e5", "1E+05", "007"])
def test_decimals_of_every_language_are_read(text: str) -> None:
    assert same(FLOAT64.parse(text), float(text))


@every_format
@pytest.mark.parametrize(
    "text",
    [
        *("", " 1", "1 ", "1\n", "nan", "inf", "-NaN", "infinity", "1e", "e5", ".", "--1", "1_000"),
        *("0x1p3", "1,5", "1f", "1.0d", "NaN0", "\u0661"),  # the last is an Arabic digit one
    ],
)
def test_what_is_no_number_is_refused(number_format: NumberFormat, text: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        number_format.parse(text)


@every_format
def test_special_values_go_by_their_names(number_format: NumberFormat) -> None:
    assert math.isnan(number_format.parse("NaN"))
    assert number_format.parse("Infinity") == math.inf
    assert number_format.parse("-Infinity") == -math.inf
    assert same(number_format.parse("-0.0"), -0.0)


@every_format
def test_exponents_out_of_all_proportion_are_read_at_once(number_format: NumberFormat) -> None:
    """As a rational, such a number would not fit into memory."""
    assert same(number_format.parse("1e-999999999"), 0.0)
    assert same(number_format.parse("-1e-999999999"), -0.0)
    assert number_format.parse("1e999999999") == math.inf


@given(everywhere.map(abs))
@example(Fraction(1, 2**1100))
@example(Fraction(2**1024) - Fraction(2**960))
def test_rounding_up_gives_the_least_float_that_is_not_below(value: Fraction) -> None:
    rounded = round_up_to_float64(value)
    assert rounded >= value
    assert rounded == 0 or math.nextafter(rounded, -math.inf) < value
