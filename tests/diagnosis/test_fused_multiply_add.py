"""The fused multiplication and addition of replayed programs, beside rational arithmetic."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from goldstep.diagnosis.rounding.fused import fused_multiply_add
from goldstep_reference.numbers.number_format import FLOAT32, FLOAT64, NumberFormat
from hypothesis import example, given
from hypothesis import strategies as st
from support.exactly_fused import fused


def floats(number_format: NumberFormat) -> st.SearchStrategy[float]:
    width = {"float32": 32, "float64": 64}[number_format.name]
    return st.floats(width=width)


def triples(number_format: NumberFormat) -> st.SearchStrategy[Sequence[float]]:
    """Any numbers, or those of a sum that nearly cancels."""
    any_numbers = st.tuples(*[floats(number_format)] * 3)

    def cancelling(a: float, b: float, ulps: int) -> tuple[float, float, float]:
        number = np.dtype(number_format.name).type
        with np.errstate(all="ignore"):
            c = -(number(a) * number(b))
            return a, b, float(c + ulps * np.spacing(c))

    near = st.builds(cancelling, floats(number_format), floats(number_format), st.integers(-3, 3))
    return st.one_of(any_numbers, near)


def check_fused(number_format: NumberFormat, numbers: Sequence[float]) -> None:
    with np.errstate(all="ignore"):
        (got,) = fused_multiply_add(*(np.array([each], number_format.name) for each in numbers))
        expected = float(np.dtype(number_format.name).type(fused(number_format, *numbers)))
    assert float(got).hex() == expected.hex()


@given(triples(FLOAT64))
@example((5e-324, 0.5, 5e-324))
@example((-5e-324, 0.25, 0.0))
@example((1e200, -1e-200, 1.0))
@example((1e308, 10.0, -1e308))
@example((0.1, 0.1, -0.010000000000000002))
@example((-0.0, 1.0, 0.0))
def test_fused_multiply_add_of_float64_rounds_once(numbers: Sequence[float]) -> None:
    check_fused(FLOAT64, numbers)


@given(triples(FLOAT32))
@example((1.0 + 2.0**-23, 1.0 + 2.0**-23, -1.0))
@example((2.0**-149, 0.5, 2.0**-149))
@example((2.0**127, 2.0, -(2.0**127)))
@example((1.0 + 2.0**-12, 1.0 - 2.0**-12, 2.0**-100))
def test_fused_multiply_add_of_float32_rounds_once(numbers: Sequence[float]) -> None:
    check_fused(FLOAT32, numbers)
