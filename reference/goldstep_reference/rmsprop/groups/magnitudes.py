"""The families of the group ``formula`` that leave everyday magnitudes and digits."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor, log10

from goldstep_reference.numbers.number_format import FLOAT32, NumberFormat
from goldstep_reference.rmsprop.groups.group import Inputs
from goldstep_reference.rule.case import Case

# Leading digits of the gradients of neighbouring decades, so that no two share their significand.
_DIGITS = ("1.1", "7.3", "2.3", "8.9", "3.7", "6.1", "4.9")
# A case for each decade where float32 reaches, and for four beyond, where only float64 does.
_DECADES_TOGETHER = 4
# Decades of the several steps, and of the weights.
_STEPS_AT = (-150, -120, -90, -60, -30, -18, -12, -6, 6, 12, 18, 30, 60, 90, 120, 150)
_WEIGHTS_AT = (0, 5, 10, 15, 20, 25, 30, 50, 100, 150, 200, 250, 290)


def decades(number_format: NumberFormat) -> range:
    """The decades k: no gradient from 10^k to 10^(k+1) has a square that is 0 or infinite.

    The least squares are subnormal, but keep at least two digits, so that budgets stay narrow.
    """
    least = ceil(log10(number_format.smallest_subnormal) / 2) + 1
    greatest = floor(log10(number_format.largest) / 2) - 1
    return range(least, greatest + 1)


def every_decade(inputs: Inputs) -> Iterator[Case]:
    """One step in each decade of gradients.

    Epsilon is 10^(2k) below 1 and 10^k from there on, and normal: so the average shows beside it
    on whichever side of the root it is.
    """
    narrow, own = decades(FLOAT32), decades(inputs.number_format)
    smallest_normal = floor(log10(inputs.number_format.smallest_normal)) + 1
    together = _DECADES_TOGETHER
    below = [range(k, min(k + together, narrow.start)) for k in _every(own.start, narrow.start)]
    above = [range(k, min(k + together, own.stop)) for k in _every(narrow.stop, own.stop)]
    for some in (*below, *(range(k, k + 1) for k in narrow), *above):
        gradients: tuple[str, ...] = _of_decade(inputs, some[0])
        if len(some) > 1:
            gradients = tuple(_of_decade(inputs, k)[place] for place, k in enumerate(some))
        middle = some[len(some) // 2]
        exponent = max(2 * middle, smallest_normal) if middle < 0 else middle
        yield inputs.having(epsilon=f"1e{exponent}").row(
            f"decade-1e{some[0]}" + (f"-to-1e{some[-1]}" if len(some) > 1 else ""),
            f"One step with gradients between 1e{some[0]} and 1e{some[-1] + 1}, from weight 0.",
            " ".join("0" * len(gradients)),
            (" ".join(gradients),),
        )


def _every(start: int, stop: int) -> range:
    return range(start, stop, _DECADES_TOGETHER)


def _of_decade(inputs: Inputs, k: int) -> tuple[str, str, str, str]:
    """A decimal, a negative one, a power of two, and the number before the next such power."""
    digits = _DIGITS[k % len(_DIGITS)]
    power = Fraction(2) ** ceil(k / log10(2))
    before = 2 * power * (1 - inputs.number_format.unit_roundoff)
    return f"{digits}e{k}", f"-{digits[::-1]}e{k}", inputs.exact(power), inputs.exact(-before)


def steps_at_every_magnitude(inputs: Inputs) -> Iterator[Case]:
    """Five steps at one magnitude, epsilon as great as the square; then through all of them."""
    own = decades(inputs.number_format)
    for k in _STEPS_AT:
        if k in own:
            yield inputs.having("AverageForm", learning_rate="0.3", epsilon=f"1e{2 * k}").single(
                f"five-steps-at-1e{k}",
                f"Five steps with gradients around 1e{k}, and epsilon 1e{2 * k}.",
                f"1.3e{k} -2.9e{k} 0.7e{k} 0 1.9e{k}",
            )
    yield inputs.having("AverageForm").single(
        "steps-rising-through-the-range",
        "Eight gradients, each greater by decades: the average is that of the last.",
        " ".join(f"1.7e{own[4] + (own[-5] - own[4]) * place // 7}" for place in range(8)),
    )


def weights_of_every_magnitude(inputs: Inputs) -> Iterator[Case]:
    """Weights over the exponent range, with learning rates that move them visibly."""
    limit = floor(log10(inputs.number_format.largest)) - 7
    for k in sorted({sign * k for k in _WEIGHTS_AT if k < limit for sign in (-1, 1)}):
        yield inputs.having(learning_rate=f"1e{k - 1}").row(
            f"weight-1e{k}",
            f"Two steps from weights around 1e{k}, at a learning rate of 1e{k - 1}.",
            f"1.3e{k} -4.7e{k}",
            ("0.3 0.7", "-0.2 0.9"),
        )


def full_significands(inputs: Inputs) -> Iterator[Case]:
    """Numbers that use all bits of the significand: as gradient, as weight, as everything."""
    u, bits = inputs.number_format.unit_roundoff, inputs.number_format.precision
    values = {
        "all-bits-set": 2 - 2 * u,
        "one-ulp-above-1": 1 + 2 * u,
        "one-ulp-below-1": 1 - u,
        "every-other-bit-set": Fraction(2 ** (bits + 1) // 3, 2 ** (bits - 1)),
        "the-root-of-2": Fraction("1.41421356237309504880168872420969807857"),
    }
    for name, value in values.items():
        number, meaning = inputs.exact(value), name.replace("-", " ")
        yield inputs.single(
            f"gradient-{name}",
            f"Two opposite gradients, from weight 0: {meaning}.",
            f"{number} -{number}",
        )
        yield inputs.having(learning_rate="0.1").single(
            f"weight-{name}", f"One step from a weight: {meaning}.", "0.3", number
        )
        yield inputs.having(
            learning_rate=inputs.exact(value / 32),
            decay_rate=inputs.exact(value / 2),
            epsilon=inputs.exact(value / 8),
        ).single(
            f"everything-{name}",
            f"Weight, gradient and hyper-parameters, but for powers of two: {meaning}.",
            number,
            f"-{number}",
        )


def exact_steps(inputs: Inputs) -> Iterator[Case]:
    """Everything is a power of two, or three of them, and so is the divisor: nothing is rounded."""
    inputs = inputs.having(
        "StepForm", "EpsilonPlacement", learning_rate="0.0625", decay_rate="0.75"
    )
    for gradient in ("0.0009765625", "1", "1024"):
        square = Fraction(gradient) ** 2
        for column, epsilon in (("inside", square * 3 / 4), ("outside", Fraction(gradient) / 2)):
            yield inputs.having(epsilon=inputs.exact(epsilon)).single(
                f"exact-with-epsilon-{column}-gradient-{gradient}",
                f"With epsilon {column} the root the step is exactly the learning rate.",
                gradient,
            )
