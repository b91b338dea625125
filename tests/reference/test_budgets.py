"""The rounding budgets: no false alarm, and none so wide that it says nothing.

Thousands of programs, and a search for the worst: ``prove_budgets.py``.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest
from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.rmsprop.columns import Column
from proofs.budget_proof import Plan, Table, work_on
from support.decimal_rmsprop import ElementStep, element_steps, hyper_parameter
from support.published_vectors import COLUMNS, VECTORS, Place, PublishedCase, published_cases

pytestmark = pytest.mark.long

# Cases of more steps than 6 run with a share of the programs, in proportion: those of 1,000 steps
# and more with none. The command is for them.
PLAN = Plan(VECTORS, programs=200, random_cases=15, steps_for_all=6)
LONGEST_BY_HAND = 100  # steps

every_format = pytest.mark.parametrize("number_format", NUMBER_FORMATS)
every_column = pytest.mark.parametrize("column", COLUMNS)


@every_format
@every_column
@pytest.mark.parametrize("source", ["published", "random"])
def test_no_faithful_program_is_outside_a_budget(
    source: str, number_format: str, column: Column
) -> None:
    table = Table()
    for task in PLAN.tasks():
        if (task.source, task.number_format, task.column) == (source, number_format, column):
            table.add(work_on(task))
    assert not table.outside, [(key, table.worst[key]) for key in table.outside]
    worst: dict[str, float] = defaultdict(float)
    for key, found in table.worst.items():
        worst[key.quantity] = max(worst[key.quantity], found.ratio)
    # Programs that never come near their budgets would prove nothing.
    assert min(worst.values()) > 0.4, worst


@every_format
@every_column
def test_every_budget_is_finite_and_none_is_zero_without_cause(
    number_format: str, column: Column
) -> None:
    for published in published_cases(number_format):
        for place, value in published.values(column).items():
            assert math.isfinite(value.tolerance), (published.id, place)
            # A zero that no operation rounds, or a weight whose steps so far are all zero.
            step, _, name, index = place
            no_step = published.case.given("learning_rate") == 0 or not any(
                gradients[name][index] for gradients in published.case.gradients[:step]
            )
            assert value.tolerance > 0 or value.exact == 0 or no_step, (published.id, place)


def is_normal(published: PublishedCase, column: Column, steps: list[ElementStep]) -> bool:
    """Whether nothing underflows on the way, in any association."""
    least = Decimal(2) ** NUMBER_FORMATS[published.number_format].least_normal_exponent
    rate, decay_rate = (
        hyper_parameter(published.document, published.number_format, name)
        for name in ("learning_rate", "decay_rate")
    )
    complement = 1 - decay_rate
    return all(
        abs(number) >= least
        for at in steps
        for number in (
            at.gradient**2,
            complement * at.gradient,
            complement * at.gradient**2,
            complement * (at.gradient**2 - at.previous_average),
            decay_rate * at.previous_average,
            rate * at.gradient,
            *((rate / at.divisor, at.gradient / at.divisor) if at.divisor else ()),
            at.change,
        )
        if number
    )


def everyday_steps(
    number_format: str, column: Column
) -> Iterator[tuple[PublishedCase, list[ElementStep]]]:
    """The published cases whose roundings are relative ones, with what happens in them."""
    for published in published_cases(number_format):
        if len(published.case.gradients) <= LONGEST_BY_HAND:
            steps = list(element_steps(published.document, number_format, column))
            if is_normal(published, column, steps):
                yield published, steps


def linearised_bounds(
    published: PublishedCase, column: Column, steps: list[ElementStep]
) -> Iterator[tuple[Place, Decimal]]:
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
    for at in steps:
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
    """Where nothing underflows, what is beyond the first order is far below a per cent."""
    worst: dict[str, float] = defaultdict(float)
    for published, steps in everyday_steps(number_format, column):
        values = published.values(column)
        for place, bound in linearised_bounds(published, column, steps):
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
    for published, _ in everyday_steps(number_format, column):
        for (step, quantity, name, index), value in published.values(column).items():
            start = published.case.weights[name][index]
            if (step, quantity, start) != (1, "weights", 0.0) or value.exact == 0:
                continue
            checked += 1
            assert error * abs(value.exact) > 50 * Fraction(value.tolerance), published.id
    assert checked > 150
