"""Cases of one weight, and its exact values after each step."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from goldstep_reference.numbers.number_format import FLOAT64, NumberFormat
from goldstep_reference.rule.algorithm import Variant
from goldstep_reference.rule.case import Case
from goldstep_reference.vectors.trajectory import Enclosure, trajectory
from support.variants import FORMULA


def one_element(
    gradients: tuple[float, ...],
    weight: float = 0.0,
    learning_rate: float | None = 0.001,
    decay_rate: float | None = 0.9,
    epsilon: float | None = 1e-8,
) -> Case:
    given = {"learning_rate": learning_rate, "decay_rate": decay_rate, "epsilon": epsilon}
    return Case(
        name="case",
        description="One element.",
        flags=(),
        hyper_parameters={name: value for name, value in given.items() if value is not None},
        weights={"w1": (weight,)},
        gradients=tuple({"w1": (gradient,)} for gradient in gradients),
        record=tuple(range(1, len(gradients) + 1)),
    )


Ends = tuple[Fraction, Fraction]


def ends(enclosure: Enclosure) -> Ends:
    """The ends of the exact value's interval."""
    assert enclosure.exact is not None
    return enclosure.exact.ends


def weights(
    case: Case, behaviour: Variant = FORMULA, number_format: NumberFormat = FLOAT64
) -> list[Ends]:
    """The one weight at each step."""
    return [ends(step.weights["w1"][0]) for step in trajectory(case, number_format, behaviour)]


def averages(case: Case, behaviour: Variant = FORMULA) -> list[Ends]:
    """The one average at each step."""
    return [
        ends(step.states["moving_average"]["w1"][0])
        for step in trajectory(case, FLOAT64, behaviour)
    ]


def agree(a: list[Ends], b: list[Ends]) -> bool:
    """Whether two computations of the same numbers meet: their intervals overlap."""
    return len(a) == len(b) and all(
        x[0] <= y[1] and y[0] <= x[1] for x, y in zip(a, b, strict=True)
    )


def is_nan(enclosure: Enclosure) -> bool:
    """Whether IEEE 754 makes it NaN, for want of a real value."""
    return enclosure.exact is None and str(enclosure.special) == "nan"


def root(value: Fraction) -> Ends:
    """The square root between rationals 2^-800 apart and less, by integers alone."""
    scale = 2**800
    low = isqrt(value.numerator * value.denominator * scale * scale)
    denominator = value.denominator * scale
    return Fraction(low, denominator), Fraction(low + 1, denominator)
