"""The rounding budgets: no false alarm, and none so wide that it says nothing.

The worst ratios of error to budget are printed, to be seen with ``pytest -s``.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from decimal_rmsprop import element_steps, hyper_parameter
from faithful_programs import Array, FaithfulPrograms
from goldstep_reference.behaviour import Column, conforming
from goldstep_reference.case import HYPER_PARAMETERS, Case
from goldstep_reference.certify import published_steps
from goldstep_reference.number_format import NUMBER_FORMATS, NumberFormat
from published_vectors import (
    COLUMNS,
    QUANTITIES,
    Place,
    PublishedCase,
    PublishedValue,
    published_cases,
)

PROGRAMS = 300
EXTREME_CASES = 60

every_format = pytest.mark.parametrize("number_format", NUMBER_FORMATS)
every_column = pytest.mark.parametrize("column", COLUMNS)


def worst_ratio(
    programs: FaithfulPrograms,
    case: Case,
    number_format: NumberFormat,
    column: Column,
    values: Mapping[Place, PublishedValue],
) -> float:
    """The greatest error of any of the programs at any recorded value, in budgets."""
    rate, decay_rate, epsilon = (
        float(case.hyper_parameter(name, number_format)) for name in HYPER_PARAMETERS
    )
    ratios = [0.0]
    for name, weights in case.weights.items():
        gradients = [list(step[name]) for step in case.gradients]
        run = programs.run(column, (rate, decay_rate, epsilon), list(weights), gradients)
        for step, results in enumerate(run, start=1):
            if step not in case.record:
                continue
            for quantity, rows in zip(QUANTITIES, results, strict=True):
                ratios += (
                    _ratio(row, values[step, quantity, name, index])
                    for index, row in enumerate(rows)
                )
    return max(ratios)


def _ratio(results: Array, value: PublishedValue) -> float:
    """The greatest of the errors, in budgets.

    The distance to ``nearest`` is exact between numbers so close, and the rest is tiny: so float64
    will do.
    """
    rest = float(Fraction(value.nearest) - value.exact)
    error = float(np.max(np.abs(results.astype(np.float64) - value.nearest + rest)))
    if not math.isfinite(error):
        return math.inf
    if value.tolerance:
        return error / value.tolerance
    return math.inf if error else 0.0


@every_format
@every_column
def test_no_faithful_program_is_outside_a_published_budget(
    number_format: str, column: Column
) -> None:
    worst: dict[str, float] = defaultdict(float)
    for seed, published in enumerate(published_cases(number_format)):
        programs = FaithfulPrograms(number_format, PROGRAMS, seed)
        ratio = worst_ratio(
            programs,
            published.case,
            NUMBER_FORMATS[number_format],
            column,
            published.values(column),
        )
        assert ratio <= 1, (published.id, ratio)
        worst[published.group] = max(worst[published.group], ratio)
    print(f"\n{number_format} {column}:", {name: round(x, 3) for name, x in worst.items()})
    # Programs that never come near their budgets would prove nothing.
    assert min(worst.values()) > 0.3


def extreme_case(number_format: NumberFormat, seed: int) -> Case:
    """Three steps of numbers from all over the format, down to where products underflow.

    Only numbers whose squares and quotients stay finite are drawn: overflow has no budget.
    """
    numbers = random.Random(seed)
    least = number_format.least_normal_exponent

    def number(low: int, high: int) -> float:
        sign = numbers.choice((-1, 1))
        return sign * number_format.nearest(
            Fraction(numbers.uniform(1, 2)) * Fraction(2) ** numbers.randint(low, high)
        )

    # One scale for all gradients of a case, or any: both an average far above a gradient and
    # averages of subnormals occur.
    low, high = numbers.choice(((least - 20, 20), (least // 2 - 12, least // 2 + 2), (-20, 20)))
    return Case(
        name=f"extreme-{seed}",
        description="Numbers from all over the format.",
        flags=(),
        learning_rate=abs(number(*numbers.choice(((-20, 5), (least, -20))))),
        decay_rate=number_format.nearest(
            Fraction(numbers.choice((0.0, 1e-6, 0.3, 0.9, 1 - 2.0**-20, numbers.random())))
        ),
        epsilon=abs(number(*numbers.choice(((-40, 2), (least // 2 - 8, -20))))),
        weights={"w1": (0.0, number(-3, 3), number(least, least // 2))},
        gradients=tuple({"w1": tuple(number(low, high) for _ in range(3))} for _ in range(3)),
        record=(1, 2, 3),
    )


@every_format
@every_column
def test_no_faithful_program_is_outside_under_extreme_numbers(
    number_format: str, column: Column
) -> None:
    form = NUMBER_FORMATS[number_format]
    worst = 0.0
    for seed in range(EXTREME_CASES):
        case = extreme_case(form, seed)
        values = {
            (step.step, quantity, name, index): PublishedValue(
                value.exact, value.nearest, value.tolerance
            )
            for step in published_steps(case, form, conforming(column))
            for quantity in QUANTITIES
            for name, array in getattr(step, quantity).items()
            for index, value in enumerate(array)
        }
        ratio = worst_ratio(
            FaithfulPrograms(number_format, PROGRAMS, seed), case, form, column, values
        )
        assert ratio <= 1, (case, ratio)
        worst = max(worst, ratio)
    print(f"\n{number_format} {column}, extreme numbers: {worst:.3f}")
    assert worst > 0.3


@every_format
@every_column
def test_every_budget_is_finite_and_none_is_zero_without_cause(
    number_format: str, column: Column
) -> None:
    for published in published_cases(number_format):
        for place, value in published.values(column).items():
            assert math.isfinite(value.tolerance), (published.id, place)
            certain = value.exact == 0  # a zero that no operation rounds
            assert value.tolerance > 0 or certain, (published.id, place)


def linearised_bounds(published: PublishedCase, column: Column) -> Iterator[tuple[Place, Decimal]]:
    """An upper bound on each budget, to first order in u, worked out by hand.

    Average: ``u old + 4u new + u v`` in one form, ``(2u g^2 + 3u |g^2 - v_old|) (1 - decay) + u v``
    in the other; both are at most ``6u (v + (1 - decay) max(g^2, v_old))``, and the old bound
    decays. Step: an error of A in the average is ``A / 2v`` of the root (with v + epsilon for v
    inside); the root, the sum with epsilon and the step itself lose at most 4u, u and 6u. Weight:
    the bounds of the steps, and ``u |w|`` at each.
    """
    u = Decimal(2) ** -NUMBER_FORMATS[published.number_format].precision
    decay_rate, epsilon = (
        hyper_parameter(published.document, published.number_format, name)
        for name in ("decay_rate", "epsilon")
    )
    of_average = of_weight = Decimal(0)
    for at in element_steps(published.document, published.number_format, column):
        if at.step == 1:
            of_average = of_weight = Decimal(0)
        new = (1 - decay_rate) * max(at.gradient**2, at.previous_average)
        of_average = decay_rate * of_average + 6 * u * (at.average + new)
        if at.change:
            rooted = at.average + (epsilon if column == "inside" else 0)
            of_weight += abs(at.change) * (of_average / (2 * rooted) + 11 * u)
        of_weight += u * abs(at.weight)
        yield (at.step, "moving_average", at.name, at.index), of_average
        yield (at.step, "weights", at.name, at.index), of_weight


@every_format
@every_column
def test_no_budget_is_above_its_first_order(number_format: str, column: Column) -> None:
    """No published case underflows; so what is beyond the first order is far below a per cent."""
    worst: dict[str, float] = defaultdict(float)
    for published in published_cases(number_format):
        values = published.values(column)
        for place, bound in linearised_bounds(published, column):
            if place not in values:
                continue
            tolerance = Decimal(values[place].tolerance)
            assert tolerance <= bound * Decimal("1.01"), (published.id, place)
            if bound:
                worst[place[1]] = max(worst[place[1]], float(tolerance / bound))
    assert min(worst.values()) > 0.4  # the bound by hand is of the same size


@every_format
@every_column
def test_a_small_relative_error_of_a_step_is_caught_fifty_times_over(
    number_format: str, column: Column
) -> None:
    """900 u, which is 1e-13 in float64, at every first step from weight zero."""
    error = 900 * NUMBER_FORMATS[number_format].unit_roundoff
    checked = 0
    for published in published_cases(number_format):
        for (step, quantity, name, index), value in published.values(column).items():
            start = published.case.weights[name][index]
            if (step, quantity, start) != (1, "weights", 0.0) or value.exact == 0:
                continue
            checked += 1
            assert error * abs(value.exact) > 50 * Fraction(value.tolerance), published.id
    assert checked > 150
