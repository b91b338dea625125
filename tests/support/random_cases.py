"""Random cases: numbers from all over a format, with budgets that the reference works out.

Hyper-parameters, weights and gradients are drawn from ranges of exponents, some of everyday size
and some at the ends of the format, where products underflow; zero, the smallest subnormal, a decay
of 0 and one next below 1 are among them. A case in which a faithful program may overflow or divide
by zero has no budget: another is drawn instead.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from fractions import Fraction

from goldstep_reference.numbers.number_format import NUMBER_FORMATS, NumberFormat
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rmsprop.columns import Column
from goldstep_reference.rmsprop.rule import RULE
from goldstep_reference.rule.case import Case
from goldstep_reference.vectors.certify import NoBudgetError, published_steps
from support.published_vectors import PublishedValue
from support.trials import Trial

ELEMENTS = 3
_LENGTHS = (1, 1, 1, 2, 3, 5, 8, 20)


def random_trials(number_format: str, column: Column, seed: int, count: int) -> list[Trial]:
    """The first ``count`` random cases of a seed that have budgets."""
    form = NUMBER_FORMATS[number_format]
    cases = (random_case(form, f"{seed}-{number}") for number in itertools.count())
    found = (trial for case in cases if (trial := with_budgets(case, form, column)))
    return list(itertools.islice(found, count))


def with_budgets(case: Case, number_format: NumberFormat, column: Column) -> Trial | None:
    """The case with the reference's budgets; None where it has none."""
    try:
        steps = published_steps(case, number_format, RMSPROP.variant(column))
    except NoBudgetError:
        return None
    rate, decay_rate, epsilon = RULE.used(case, number_format).values()
    return Trial(
        case.name,
        "random cases",
        (rate, decay_rate, epsilon),
        case.weights,
        case.gradients,
        {
            (step.step, quantity, name, index): PublishedValue(
                value.exact, value.nearest, value.tolerance
            )
            for step in steps
            for quantity, arrays in {"weights": step.weights, **step.states}.items()
            for name, values in arrays.items()
            for index, value in enumerate(values)
        },
    )


def random_case(number_format: NumberFormat, seed: str) -> Case:
    """A case that ``seed`` decides."""
    numbers = random.Random(seed)
    least = number_format.least_normal_exponent
    everyday = (-20, 20)

    def number(low: int, high: int) -> float:
        magnitude = Fraction(numbers.uniform(1, 2)) * Fraction(2) ** numbers.randint(low, high)
        return numbers.choice((-1, 1)) * number_format.nearest(magnitude)

    # One scale for all gradients of a case, or any: both an average far above a gradient and
    # averages of subnormals occur.
    scale = numbers.choice(
        (everyday, everyday, (least - 20, 20), (least // 2 - 12, least // 2 + 2), (20, -least // 2))
    )

    def gradients() -> Iterator[float]:
        for _ in range(ELEMENTS):
            yield 0.0 if numbers.random() < 0.1 else number(*scale)

    weights = (number(-3, 3), number(least, least // 2), number(0, -least // 2))
    steps = numbers.choice(_LENGTHS)
    below_one = float(1 - number_format.unit_roundoff)
    decay_rate = numbers.choice((0.0, 1e-6, 0.3, 0.9, 0.999, below_one, numbers.random()))
    smallest = float(number_format.smallest_subnormal)
    epsilon = numbers.choice(((-40, 2), (-40, 2), (least // 2 - 8, -20), (least - 10, least + 10)))
    return Case(
        name=f"random-{seed}",
        description="Numbers from all over the format.",
        flags=(),
        hyper_parameters={
            "learning_rate": abs(number(*numbers.choice(((-20, 5), (-20, 5), (least, -20))))),
            "decay_rate": number_format.nearest(Fraction(decay_rate)),
            "epsilon": max(abs(number(*epsilon)), smallest),
        },
        weights={"w1": (0.0, *numbers.sample(weights, ELEMENTS - 1))},
        gradients=tuple({"w1": tuple(gradients())} for _ in range(steps)),
        record=tuple(range(1, steps + 1)),
    )
