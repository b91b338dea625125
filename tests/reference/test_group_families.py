"""What the families of cases promise: the ranges they cover, and nothing a program may choke on."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import pytest
from goldstep_reference.numbers.number_format import (
    ALL_FORMATS,
    FLOAT32,
    FLOAT64,
    NUMBER_FORMATS,
    NumberFormat,
)
from goldstep_reference.rmsprop.groups import GROUPS
from goldstep_reference.rmsprop.rule import RULE
from goldstep_reference.rule.case import Case

every_format = pytest.mark.parametrize(
    "number_format", NUMBER_FORMATS.values(), ids=lambda f: f.name
)
# The groups in which every number stays finite and nothing is divided by zero.
FINITE = (
    "formula",
    "epsilon-placement",
    "accumulation",
    "starting-average",
    "long-runs",
    "hyper-parameters",
    "defaults",
)


def cases(group: str, number_format: NumberFormat) -> dict[str, Case]:
    return {case.name: case for case in GROUPS[group].cases(number_format)}


def gradients(case: Case) -> Iterator[float]:
    return (value for step in case.gradients for values in step.values() for value in values)


def decade(value: float) -> int:
    """k of 10^k <= |value| < 10^(k+1)."""
    return int(f"{abs(value):.17e}".partition("e")[2])


@every_format
def test_formula_has_gradients_of_every_decade_whose_squares_are_held(
    number_format: NumberFormat,
) -> None:
    singles = [
        case for case in cases("formula", number_format).values() if len(case.gradients) == 1
    ]
    covered = {decade(value) for case in singles for value in gradients(case) if value}
    held = [
        k
        for k in range(-200, 200)
        if Fraction(10) ** (2 * k) > 300 * number_format.smallest_subnormal
        and Fraction(10) ** (2 * k + 2) < number_format.largest
    ]
    assert len(held) > (300 if number_format is FLOAT64 else 35)
    assert set(held) <= covered


@every_format
def test_each_decade_of_float32_has_both_signs_a_power_of_two_and_a_full_significand(
    number_format: NumberFormat,
) -> None:
    checked = 0
    for name, case in cases("formula", number_format).items():
        if name.startswith("decade-") and "-to-" not in name:
            values = list(gradients(case))
            significands = [math.frexp(value)[0] for value in values]
            assert min(values) < 0 < max(values)
            assert 0.5 in significands
            assert float(number_format.unit_roundoff) - 1 in significands
            checked += 1
    assert checked == 40


@every_format
def test_formula_has_weights_near_both_ends_of_the_range(number_format: NumberFormat) -> None:
    weights = {
        abs(value)
        for case in cases("formula", number_format).values()
        for values in case.weights.values()
        for value in values
    } - {0.0}
    assert min(weights) < float(number_format.smallest_normal) * 1e20
    assert max(weights) > float(number_format.largest) / 1e20


@every_format
def test_epsilons_of_every_size(number_format: NumberFormat) -> None:
    given = {
        Fraction(case.given("epsilon"))
        for case in cases("epsilon-placement", number_format).values()
        if case.given("epsilon") is not None
    }
    tau, normal = number_format.smallest_subnormal, number_format.smallest_normal
    assert {tau, normal - tau, normal, Fraction(1)} <= given
    assert any(tau < epsilon < normal - tau for epsilon in given)
    assert all(0 < epsilon <= 100 for epsilon in given)


@every_format
def test_gradients_on_both_sides_of_the_root_of_each_common_epsilon(
    number_format: NumberFormat,
) -> None:
    ratios: dict[float, set[str]] = {}
    for name, case in cases("epsilon-placement", number_format).items():
        if name.endswith("-root") and case.given("epsilon") is not None:
            (gradient,) = gradients(case)
            ratio = gradient / math.sqrt(case.given("epsilon"))
            place = "below" if ratio < 0.5 else "above" if ratio > 2 else "at"
            ratios.setdefault(case.given("epsilon"), set()).add("far" if ratio < 0.02 else place)
    assert len(ratios) == 16
    assert all(places == {"far", "below", "at", "above"} for places in ratios.values())


@every_format
def test_weights_start_at_zero_where_epsilon_is_looked_for(number_format: NumberFormat) -> None:
    for case in cases("epsilon-placement", number_format).values():
        if any(gradients(case)):
            assert case.weights == {"w1": (0.0,)}, case.name


@every_format
@pytest.mark.parametrize("group", FINITE)
def test_nothing_overflows_or_is_divided_by_zero(group: str, number_format: NumberFormat) -> None:
    """Whatever the order of operations, on either side of the root; with a factor 2 to spare."""
    for case in cases(group, number_format).values():
        for magnitude in _magnitudes(case, number_format):
            assert magnitude < float(number_format.largest) / 2, case.name


def _magnitudes(case: Case, number_format: NumberFormat) -> Iterator[float]:
    rate, decay_rate, epsilon = (RULE.used(case, number_format)[name] for name in RULE.names)
    tau = float(number_format.smallest_subnormal)
    for name, values in case.weights.items():
        for index, weight in enumerate(values):
            average, reached = 0.0, abs(weight)
            for step in case.gradients:
                gradient = abs(step[name][index])
                average = decay_rate * average + (1 - decay_rate) * (gradient * gradient)
                # Whatever is lost by underflow, and to rounding where the average falls.
                least = max(0.0, average * 0.99 - 8 * tau)
                divisor = min(math.sqrt(least + epsilon), math.sqrt(least) + epsilon)
                yield gradient * gradient
                yield rate * gradient
                yield rate / divisor
                yield gradient / divisor
                yield 1 / divisor
                reached += rate * gradient / divisor
            yield reached


def test_decimals_are_as_inexact_as_they_are_said_to_be() -> None:
    inexact = 0
    for name, case in cases("hyper-parameters", FLOAT64).items():
        for hyper_parameter in RULE.names:
            if name.startswith(f"inexact-{hyper_parameter.replace('_', '-')}-"):
                value = Fraction(RULE.used(case, FLOAT64)[hyper_parameter])
                for narrower in (each for each in ALL_FORMATS.values() if each is not FLOAT64):
                    error = abs(Fraction(narrower.nearest(value)) - value)
                    assert error > value * narrower.unit_roundoff / 3, name
                inexact += 1
    assert inexact == 12


def test_widths_of_hyper_parameters_are_exact() -> None:
    """Numbers of few bits pass unchanged through a format, those of more do not."""
    found = 0
    for name, case in cases("hyper-parameters", FLOAT64).items():
        if name.endswith("-bits"):
            bits = int(name.split("-")[-2])
            hyper_parameter = name.partition("-of-")[0].replace("-", "_")
            value = case.given(hyper_parameter)
            for narrower in ALL_FORMATS.values():
                assert narrower.holds(value) == (bits <= narrower.precision), (name, narrower)
            found += 1
    assert found == 18


@every_format
def test_long_runs_are_few_and_small(number_format: NumberFormat) -> None:
    runs = cases("long-runs", number_format)
    lengths = sorted(len(case.gradients) for case in runs.values())
    assert lengths == [1_000] * 10 + [10_000] * 2
    assert all(len(case.record) <= 13 for case in runs.values())
    assert {case.given("decay_rate") for case in runs.values()} == {
        number_format.nearest(Fraction(decimal)) for decimal in ("0.9", "0.99", "0.999", "0.9999")
    }
    assert sum(len(repr(value)) for case in runs.values() for value in gradients(case)) < 500_000


@pytest.mark.parametrize(
    ("group", "name", "first"),
    [
        ("formula", "random-1", [-0.378, -0.632, -0.718]),
        ("accumulation", "random-5-steps-decay-0.25", [1.019, 1.589, 0.619]),
        ("long-runs", "random-1000-steps-decay-0.9", [-0.86, 1.99, 1.27]),
        ("long-runs", "random-10000-steps-decay-0.999", [0.19, -0.87, 1.28]),
    ],
)
def test_seeds_give_the_same_numbers_everywhere(group: str, name: str, first: list[float]) -> None:
    case = cases(group, FLOAT64)[name]
    assert [step["w1"][0] for step in case.gradients[:3]] == first


def test_float32_reaches_fewer_decades_and_has_fewer_cases() -> None:
    narrow, wide = cases("formula", FLOAT32), cases("formula", FLOAT64)
    assert narrow.keys() < wide.keys()
