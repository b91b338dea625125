"""The operations that faithful programs have beside NumPy's, against exact rationals."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from goldstep_reference.numbers.number_format import NUMBER_FORMATS, NumberFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from support.machine_formats import FORMATS, Array

every_format = pytest.mark.parametrize("number_format", NUMBER_FORMATS)


def numbers(number_format: str) -> st.SearchStrategy[float]:
    """Numbers of the format whose products are finite, and many whose products underflow."""
    form = NUMBER_FORMATS[number_format]
    anything = st.floats(-(2.0**60), 2.0**60, width=32 if number_format == "float32" else 64)
    small = st.builds(
        lambda significand, exponent: form.nearest(
            Fraction(significand) * Fraction(2) ** (form.least_normal_exponent // 2 - exponent)
        ),
        st.floats(-2, 2),
        st.integers(-3, form.precision + 3),
    )
    return st.one_of(anything, small)


def array(number_format: str, *values: float) -> Array:
    return np.array(values, FORMATS[number_format].narrow)


def ulp(number_format: NumberFormat, exact: Fraction) -> Fraction:
    """The distance of the numbers of the format between which ``exact`` lies."""
    exponent = math.floor(math.log2(abs(exact)))
    return Fraction(2) ** (
        max(exponent, number_format.least_normal_exponent) - number_format.precision + 1
    )


@every_format
@given(data=st.data())
def test_a_fused_multiply_add_is_rounded_once(number_format: str, data: st.DataObject) -> None:
    form = NUMBER_FORMATS[number_format]
    a, b = data.draw(numbers(number_format)), data.draw(numbers(number_format))
    c = data.draw(
        st.one_of(numbers(number_format), st.just(-form.nearest(Fraction(a) * Fraction(b))))
    )
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    (got,) = FORMATS[number_format].fused(*(array(number_format, x) for x in (a, b, c)))
    assert float(got) == form.nearest(exact)
    if exact:
        assert math.copysign(1, got) == math.copysign(1, exact)


@every_format
@given(data=st.data())
def test_zeros_of_a_fused_multiply_add_have_the_sign_of_separate_operations(
    number_format: str, data: st.DataObject
) -> None:
    zero = st.sampled_from([0.0, -0.0])
    a, b, c = data.draw(numbers(number_format)), data.draw(zero), data.draw(zero)
    (got,) = FORMATS[number_format].fused(*(array(number_format, x) for x in (a, b, c)))
    assert (float(got), math.copysign(1, got)) == (0, math.copysign(1, a * b + c))


@every_format
@pytest.mark.parametrize("way", range(-2, 3))
@settings(max_examples=40)
@given(data=st.data())
def test_what_strays_is_within_its_ulps_and_goes_that_way(
    number_format: str, way: int, data: st.DataObject
) -> None:
    form, machine = NUMBER_FORMATS[number_format], FORMATS[number_format]
    x, y = (
        abs(data.draw(numbers(number_format).filter(lambda x: abs(x) > 2.0**-60 or x == 0)))
        for _ in range(2)
    )
    a, ways = array(number_format, x), np.array([way])
    results = [(machine.square(a, 1, ways), Fraction(x) ** 2, 1)]
    if y:
        b = array(number_format, y)
        results.append((machine.quotient(a, b, 2, ways), Fraction(x) / Fraction(y), 2))
    for (got,), exact, ulps in results:
        error = Fraction(float(got)) - exact
        if exact == 0:
            assert error == 0
            continue
        assert abs(error) <= ulps * ulp(form, exact)
        assert got >= 0
        if abs(way) == 2 and exact > form.smallest_normal:
            assert error * way > 0 or abs(error) < ulp(form, exact)


@every_format
@pytest.mark.parametrize("way", range(-2, 3))
@settings(max_examples=40)
@given(data=st.data())
def test_roots_that_stray_are_within_two_ulps(
    number_format: str, way: int, data: st.DataObject
) -> None:
    form, machine = NUMBER_FORMATS[number_format], FORMATS[number_format]
    x = abs(data.draw(numbers(number_format).filter(bool)))
    a, ways = array(number_format, x), np.array([way])
    (root,), (reciprocal,) = machine.root(a, 2, ways), machine.reciprocal_root(a, 2, ways)
    # |r - sqrt(x)| <= d as r - d <= sqrt(x) <= r + d, squared; and so for the reciprocal root.
    for got, near, square in (
        (root, math.sqrt(x), Fraction(x)),
        (reciprocal, 1 / math.sqrt(x), 1 / Fraction(x)),
    ):
        got = Fraction(float(got))
        spacing = ulp(form, Fraction(near))
        assert (got - 2 * spacing) ** 2 <= square <= (got + 2 * spacing) ** 2
        if way == 2:
            assert square <= got**2
        if way == -2:
            assert got**2 <= square


@every_format
def test_none_strays_where_none_is_to(number_format: str) -> None:
    machine = FORMATS[number_format]
    a, b = array(number_format, 2, 3, 0.1), array(number_format, 3, 7, 0.7)
    assert np.array_equal(machine.quotient(a, b, 2, None), a / b)
    assert np.array_equal(machine.root(a, 2, None), np.sqrt(a))
    assert np.array_equal(machine.square(a, 1, None), a * a)
