"""The group ``cancellation``: what its cases claim, and that they raise no false alarm."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest
from goldstep_reference.numbers.number_format import NUMBER_FORMATS, NumberFormat
from support.published_vectors import PublishedCase, published_cases

every_format = pytest.mark.parametrize(
    "number_format", NUMBER_FORMATS.values(), ids=lambda number_format: number_format.name
)
Rounding = Callable[[float], float]


def cases(number_format: NumberFormat, beginning: str = "") -> Iterator[PublishedCase]:
    """The group's published cases whose names begin so."""
    for published in published_cases(number_format.name):
        if published.group == "cancellation" and published.case.name.startswith(beginning):
            yield published


def spacing(number_format: NumberFormat) -> Fraction:
    """The distance from 1 to its upper neighbour."""
    return 2 * number_format.unit_roundoff


@every_format
def test_weights_cross_zero(number_format: NumberFormat) -> None:
    for beginning in ("crossing", "last-bits"):
        for published in cases(number_format, beginning):
            before = published.case.weights["w1"]
            turned = stayed = 0
            for (_, quantity, _, index), value in published.values("inside").items():
                if quantity == "weights":
                    turned += value.exact * Fraction(before[index]) < 0
                    stayed += value.exact * Fraction(before[index]) > 0
            assert turned, published.id
            assert stayed, published.id


@every_format
def test_budgets_do_not_shrink_with_the_weight(number_format: NumberFormat) -> None:
    """A weight of next to nothing keeps the budget of the step that led there."""
    for published in cases(number_format, "last-bits"):
        first = published.case.weights["w1"][0]
        for column in ("inside", "outside"):
            smallest = min(
                (
                    value
                    for place, value in published.values(column).items()
                    if place[1] == "weights"
                ),
                key=lambda value: abs(value.exact),
            )
            assert abs(smallest.exact) < 2 * spacing(number_format) * Fraction(first)
            assert smallest.tolerance > float(number_format.unit_roundoff) * first


@every_format
def test_an_exact_zero_keeps_a_budget(number_format: NumberFormat) -> None:
    zeros = [
        value
        for published in cases(number_format)
        for place, value in published.values("inside").items()
        if place[1] == "weights" and value.exact == 0
    ]
    assert len(zeros) >= 5
    assert all(value.tolerance > 0 for value in zeros)


@every_format
def test_there_and_back_ends_where_it_began(number_format: NumberFormat) -> None:
    for published in cases(number_format, "there-and-back"):
        for column in ("inside", "outside"):
            for (_, quantity, name, index), value in published.values(column).items():
                if quantity == "weights":
                    assert value.nearest == published.case.weights[name][index]


@every_format
def test_half_a_distance_is_a_tie(number_format: NumberFormat) -> None:
    """Away from zero: the exact weight is midway, and the even neighbour is the nearest."""
    half = spacing(number_format) / 2
    ((_, published),) = ((c.case.name, c) for c in cases(number_format) if c.id.endswith("d-half"))
    before = published.case.weights["w1"]
    gradients = published.case.gradients[0]["w1"]
    ties = {}
    for (_, quantity, _, index), value in published.values("inside").items():
        if quantity == "weights" and before[index] * gradients[index] < 0:
            ties[abs(before[index])] = value
    one, beside = Fraction(1), 1 + 2 * half
    assert abs(ties[1.0].nearest) == one
    assert abs(ties[float(beside)].nearest) == float(1 + 4 * half)
    for start in (one, beside):
        assert abs(abs(ties[float(start)].exact) - (start + half)) < Fraction(1, 10**38)


@every_format
def test_shares_below_a_half_are_absorbed(number_format: NumberFormat) -> None:
    below = {"absorbed-far-below", "absorbed-quarter", "absorbed-just-below-half"}
    found = [published for published in cases(number_format) if published.case.name in below]
    assert {published.case.name for published in found} == below
    for published in found:
        before = published.case.weights["w1"]
        for (_, quantity, _, index), value in published.values("inside").items():
            away = before[index] * published.case.gradients[0]["w1"][index] < 0
            if quantity == "weights" and away and abs(before[index]) < 1.5:
                assert value.nearest == before[index]
                assert value.exact != Fraction(before[index])


@every_format
@pytest.mark.parametrize("wide_weights", [False, True], ids=["narrow", "wide"])
def test_absorbed_or_not_a_faithful_program_passes(
    number_format: NumberFormat, wide_weights: bool
) -> None:
    """Weights that are rounded at every step, and weights that are rounded where they are told."""

    def narrow(value: float) -> float:
        return number_format.nearest(Fraction(value))

    seen = 0
    for published in cases(number_format):
        values = published.values("inside")
        for name, starts in published.case.weights.items():
            for index, start in enumerate(starts):
                gradients = [step[name][index] for step in published.case.gradients]
                results = run(published, start, gradients, narrow, wide_weights)
                for step, weight in enumerate(results, start=1):
                    if (expected := values.get((step, "weights", name, index))) is not None:
                        error = abs(Fraction(narrow(float(weight))) - expected.exact)
                        assert error <= Fraction(expected.tolerance), (published.id, index, step)
                        seen += 1
    assert seen > 300


def run(
    published: PublishedCase,
    start: float,
    gradients: list[float],
    narrow: Rounding,
    wide_weights: bool,
) -> Iterator[Fraction]:
    """One element's weights after each step; steps are formed in the number format."""
    case = published.case
    complement = narrow(1.0 - case.hyper_parameters["decay_rate"])
    average, weight = 0.0, Fraction(start)
    for gradient in gradients:
        square = narrow(gradient * gradient)
        average = narrow(
            narrow(case.hyper_parameters["decay_rate"] * average) + narrow(complement * square)
        )
        divisor = narrow(math.sqrt(narrow(average + case.hyper_parameters["epsilon"])))
        change = narrow(narrow(case.hyper_parameters["learning_rate"] * gradient) / divisor)
        weight -= Fraction(change)
        if not wide_weights:
            weight = Fraction(narrow(float(weight)))
        yield weight
