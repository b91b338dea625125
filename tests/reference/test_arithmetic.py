"""Each operation's interval holds the exact result, and everything a faithful program may get."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from goldstep_reference.arithmetic.faithful import FaithfulArithmetic
from goldstep_reference.arithmetic.real import RealArithmetic
from goldstep_reference.numbers.interval import Interval
from goldstep_reference.numbers.number_format import FLOAT32, FLOAT64, NUMBER_FORMATS, NumberFormat
from hypothesis import assume, given
from hypothesis import strategies as st

PRECISION = 192
every_format = pytest.mark.parametrize(
    "number_format", NUMBER_FORMATS.values(), ids=lambda f: f.name
)
_MACHINE: dict[str, type[np.floating[Any]]] = {"float32": np.float32, "float64": np.float64}


def floats(number_format: NumberFormat, least: float = -(2.0**49)) -> st.SearchStrategy[float]:
    """Numbers of a format, of every magnitude down to the subnormals."""
    return st.floats(
        min_value=least,
        max_value=2.0**49,
        width=32 if number_format is FLOAT32 else 64,
    )


def around(number_format: NumberFormat, exponent: int) -> st.SearchStrategy[float]:
    """Positive numbers of a format within a factor of about a thousand of 2^exponent."""
    return st.builds(
        lambda significand, shift: number_format.nearest(
            Fraction(significand) * Fraction(2) ** (exponent + shift)
        ),
        st.floats(0.5, 1),
        st.integers(-9, 9),
    ).filter(bool)


def holds(interval: Interval, value: Fraction) -> bool:
    low, high = interval.ends
    return low <= value <= high


def nearby(number_format: NumberFormat, value: Fraction, ulps: int) -> set[Fraction]:
    """Every number of the format whose error is at most ``ulps`` ULP of ``value``."""
    machine = _MACHINE[number_format.name]
    nearest = number_format.nearest(value)
    found = {nearest}
    for toward in (-math.inf, math.inf):
        neighbour = nearest
        for _ in range(2 * ulps + 1):
            neighbour = float(np.nextafter(machine(neighbour), machine(toward)))
            found.add(neighbour)
    exponent = value.numerator.bit_length() - value.denominator.bit_length()
    exponent -= abs(value) < Fraction(2) ** exponent
    ulp = max(
        Fraction(2) ** (exponent - number_format.precision + 1), number_format.smallest_subnormal
    )
    return {Fraction(x) for x in found if abs(Fraction(x) - value) <= ulps * ulp}


def arithmetics(number_format: NumberFormat) -> tuple[RealArithmetic, FaithfulArithmetic]:
    return RealArithmetic(number_format, PRECISION), FaithfulArithmetic(number_format, PRECISION)


@every_format
@given(data=st.data())
def test_sums_and_products_hold_the_exact_value_and_its_rounding(
    number_format: NumberFormat, data: st.DataObject
) -> None:
    a, b = data.draw(floats(number_format)), data.draw(floats(number_format))
    exact_results = {
        "total": Fraction(a) + Fraction(b),
        "difference": Fraction(a) - Fraction(b),
        "product": Fraction(a) * Fraction(b),
    }
    for name, exact in exact_results.items():
        real, faithful = (
            getattr(arithmetic, name)(arithmetic.number(a), arithmetic.number(b))
            for arithmetic in arithmetics(number_format)
        )
        assert holds(real, exact)
        assert holds(faithful, exact)
        assert holds(faithful, Fraction(number_format.nearest(exact)))


@every_format
@given(data=st.data())
def test_a_square_holds_a_power_that_is_one_ulp_off(
    number_format: NumberFormat, data: st.DataObject
) -> None:
    a = data.draw(floats(number_format))
    real, faithful = (x.square(x.number(a)) for x in arithmetics(number_format))
    exact = Fraction(a) ** 2
    assert holds(real, exact)
    assume(exact)
    for result in nearby(number_format, exact, 1):
        assert result < 0 or holds(faithful, result)


@every_format
@given(data=st.data())
def test_a_quotient_holds_every_result_two_ulp_off(
    number_format: NumberFormat, data: st.DataObject
) -> None:
    a, b = data.draw(floats(number_format)), data.draw(floats(number_format))
    assume(a and b)
    exact = Fraction(a) / Fraction(b)
    assume(abs(exact) < 10**30)
    real, faithful = (x.quotient(x.number(a), x.number(b)) for x in arithmetics(number_format))
    assert holds(real, exact)
    for result in nearby(number_format, exact, 2):
        assert result * exact < 0 or holds(faithful, result)


@every_format
@given(data=st.data())
def test_a_root_holds_every_result_two_ulp_off(
    number_format: NumberFormat, data: st.DataObject
) -> None:
    smallest = float(number_format.smallest_subnormal)
    a = data.draw(floats(number_format, smallest) | st.just(smallest))
    real, faithful = (x.root(x.number(a)) for x in arithmetics(number_format))
    assert real.ends[0] ** 2 <= Fraction(a) <= real.ends[1] ** 2
    assert real.ends[1] - real.ends[0] <= real.ends[1] / 2 ** (PRECISION - 2)
    for result in nearby(number_format, real.ends[0], 2):
        # The enclosure's own end stands for the root: allow its distance from it.
        slack = real.ends[1] - real.ends[0]
        assert faithful.ends[0] - slack <= result <= faithful.ends[1] + slack


@every_format
def test_no_budget_is_wider_than_it_says(number_format: NumberFormat) -> None:
    """What is one rounding, or two ULP, is so in the bound too: not a multiple of it."""
    faithful = FaithfulArithmetic(number_format, PRECISION)
    u = number_format.unit_roundoff
    three, seven = faithful.number(3.0), faithful.number(7.0)
    for interval, exact, relative in (
        (faithful.total(three, seven), Fraction(10), u),
        (faithful.product(three, seven), Fraction(21), u),
        (faithful.square(three), Fraction(9), 2 * u),
        (faithful.quotient(three, seven), Fraction(3, 7), 4 * u),
        (faithful.root(faithful.number(9.0)), Fraction(3), 4 * u),
        (faithful.power(three, 5), Fraction(243), 5 * u),
    ):
        radius = max(interval.ends[1] - exact, exact - interval.ends[0])
        assert relative * exact <= radius <= relative * exact * (1 + Fraction(1, 2**100))


@every_format
@pytest.mark.parametrize("decay_rate", [0.0, 0.25, 0.875])
@pytest.mark.parametrize("previous", [0.0, 1.0, 9.0, 100.0])
def test_the_bound_of_the_average_is_that_of_the_form_that_loses_more(
    number_format: NumberFormat, decay_rate: float, previous: float
) -> None:
    """To first order, as it comes out by hand."""
    faithful = FaithfulArithmetic(number_format, PRECISION)
    u = number_format.unit_roundoff
    decay, old, square = Fraction(decay_rate), Fraction(previous), Fraction(9)
    exact = decay * old + (1 - decay) * square
    two_products = u * decay * old + 4 * u * (1 - decay) * square + u * exact
    increment = (2 * u * square + 3 * u * abs(square - old)) * (1 - decay) + u * exact
    interval = faithful.blend_of_squares(*map(faithful.number, (decay_rate, previous, 3.0)))
    for radius in (interval.ends[1] - exact, exact - interval.ends[0]):
        expected = max(two_products, increment)
        assert expected <= radius <= expected * (1 + 8 * u)


@every_format
def test_the_bound_of_a_step_is_two_products_and_a_quotient(number_format: NumberFormat) -> None:
    faithful = FaithfulArithmetic(number_format, PRECISION)
    u = number_format.unit_roundoff
    interval = faithful.scaled(*map(faithful.number, (3.0, -7.0, 11.0)))
    for radius in (interval.ends[1] + Fraction(21, 11), -Fraction(21, 11) - interval.ends[0]):
        assert 6 * u * Fraction(21, 11) <= radius <= 6 * u * Fraction(21, 11) * (1 + 8 * u)


@every_format
@given(data=st.data())
def test_the_average_holds_either_form(number_format: NumberFormat, data: st.DataObject) -> None:
    # Of any size; or such that squares, products with the decay rate, or both are subnormal.
    least = number_format.least_normal_exponent
    decay_rate = data.draw(st.floats(0, 1, width=32) | around(FLOAT32, -10))
    previous = data.draw(floats(number_format, 0.0) | around(number_format, least))
    gradient = data.draw(
        floats(number_format)
        | around(number_format, least // 2)
        | around(number_format, least)
        | st.just(math.sqrt(previous)).map(lambda root: number_format.nearest(Fraction(root)))
    )
    real, faithful = (
        x.blend_of_squares(*map(x.number, (decay_rate, previous, gradient)))
        for x in arithmetics(number_format)
    )
    decay, old, g = map(Fraction, (decay_rate, previous, gradient))
    assert holds(real, decay * old + (1 - decay) * g * g)

    def rounded(value: Fraction) -> Fraction:
        return Fraction(number_format.nearest(value))

    weight = rounded(1 - decay)
    results = {
        rounded(rounded(decay * old) + rounded(rounded(weight * g) * g)),
        rounded(decay * old + rounded(weight * g * g)),
    }
    for square in {s for s in nearby(number_format, g * g, 1) if s >= 0} if g else {g}:
        results |= {
            rounded(rounded(decay * old) + rounded(weight * square)),
            rounded(old + rounded(weight * rounded(square - old))),
        }
    assert all(holds(faithful, result) for result in results)


@every_format
@given(data=st.data())
def test_the_step_holds_every_association(number_format: NumberFormat, data: st.DataObject) -> None:
    """With the tiniest of factors too, where the associations underflow in different places."""
    least = number_format.least_normal_exponent
    magnitudes = floats(number_format, 0.0) | around(number_format, least)
    magnitudes |= around(number_format, least // 2)
    rate, gradient = data.draw(magnitudes), data.draw(magnitudes)
    huge = around(number_format, number_format.greatest_exponent - 9)
    divisor = data.draw(floats(number_format, 2.0**-60) | around(number_format, least // 2) | huge)
    a, g, d = map(Fraction, (rate, gradient, divisor))
    assume(max(a * g / d, a / d, g / d, 1 / d, a * g) < number_format.largest / 2)
    real, faithful = (
        x.scaled(*map(x.number, (rate, gradient, divisor))) for x in arithmetics(number_format)
    )
    assert holds(real, a * g / d)

    def rounded(value: Fraction) -> Fraction:
        return Fraction(number_format.nearest(value))

    def divided(dividend: Fraction, by: Fraction) -> set[Fraction]:
        exact = dividend / by
        near = {rounded(exact)} | (nearby(number_format, exact, 2) if exact else set())
        return {result for result in near if result >= 0}

    results = divided(rounded(a * g), d)
    results |= {rounded(quotient * g) for quotient in divided(a, d)}
    results |= {rounded(a * quotient) for quotient in divided(g, d)}
    for reciprocal in divided(Fraction(1), d):
        results |= {
            rounded(rounded(a * g) * reciprocal),
            rounded(rounded(a * reciprocal) * g),
            rounded(a * rounded(g * reciprocal)),
        }
    assert all(holds(faithful, result) for result in results)


@every_format
def test_no_bound_turns_a_sign(number_format: NumberFormat) -> None:
    """An interval from zero to far, as that of an average that may have underflowed."""
    faithful = FaithfulArithmetic(number_format, PRECISION)
    wide = faithful.zero.hull(faithful.one)
    for interval in (
        faithful.total(wide, wide),
        faithful.product(wide, faithful.one),
        faithful.square(wide),
        faithful.quotient(wide, faithful.one),
        faithful.root(wide),
        faithful.blend_of_squares(faithful.number(0.5), wide, faithful.zero),
    ):
        assert interval.ends[0] == 0
        assert interval.ends[1] > Fraction(1, 2)
    assert faithful.product(wide, faithful.number(-1.0)).ends[1] == 0


def test_zero_factors_lose_nothing() -> None:
    faithful = FaithfulArithmetic(FLOAT64, PRECISION)
    zero, three = faithful.zero, faithful.number(3.0)
    for interval in (
        faithful.product(zero, three),
        faithful.quotient(zero, three),
        faithful.root(zero),
        faithful.scaled(three, zero, three),
        faithful.blend_of_squares(three, zero, zero),
    ):
        assert interval.ends[0] == interval.ends[1] == 0


@given(st.floats(0, 1), st.integers(1, 60))
def test_a_power_holds_the_running_product(base: float, exponent: int) -> None:
    real, faithful = (x.power(x.number(base), exponent) for x in arithmetics(FLOAT64))
    running = 1.0
    for _ in range(exponent):
        running *= base
    assert holds(real, Fraction(base) ** exponent)
    assert holds(faithful, Fraction(running))
    assert holds(faithful, Fraction(base**exponent))


@pytest.mark.parametrize("precision", [64, 100, 400])
def test_intervals_hold_at_every_precision(precision: int) -> None:
    real = RealArithmetic(FLOAT64, precision)
    numbers = (0.1, -3.7, 1e-300, 123456789.0)
    for a, b in product(numbers, numbers):
        x, y = real.number(a), real.number(b)
        assert holds(real.product(real.product(x, y), y), Fraction(a) * Fraction(b) ** 2)
        assert holds(real.quotient(real.total(x, y), y), (Fraction(a) + Fraction(b)) / Fraction(b))
