"""The families of the group ``epsilon-placement`` beyond its first ladders."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rmsprop.groups.group import Inputs
from goldstep_reference.rule.case import Case

_ROOTS = {"1e-8": "e-4", "1e-6": "e-3", "1e-4": "e-2", "0.01": "e-1", "0.3": "e-1", "2": ""}


def far_below_every_root(inputs: Inputs) -> Iterator[Case]:
    """Gradients so small that epsilon alone divides, whatever the format."""
    for epsilon in ("1e-8", "1"):
        for gradient in ("1e-12", "1e-15", "1e-18"):
            yield inputs.having(epsilon=epsilon).single(
                f"epsilon-{epsilon}-gradient-{gradient}",
                f"One step with gradient {gradient} at epsilon {epsilon}, from weight 0.",
                gradient,
            )


def least_epsilons(inputs: Inputs) -> Iterator[Case]:
    """Subnormal and barely normal epsilons, beside squares that are normal."""
    number_format = inputs.number_format
    least_root = Fraction(2) ** (number_format.least_normal_exponent // 2 + 1)
    gradients = {
        "of-least-normal-square": inputs.exact(least_root),
        "of-small-square": inputs.exact(least_root * 2 ** (number_format.precision // 2)),
        "1e-3": "1e-3",
    }
    for name, epsilon in least_positive_numbers(number_format).items():
        for place, gradient in gradients.items():
            yield inputs.having(decay_rate="0.5", epsilon=inputs.exact(epsilon)).single(
                f"{name}-epsilon-gradient-{place}",
                f"One step with the {name.replace('-', ' ')} number as epsilon, from weight 0.",
                gradient,
            )
        if name in ("largest-subnormal", "smallest-normal"):
            yield inputs.having("PrecisionKept", epsilon=inputs.exact(epsilon)).single(
                f"{name}-epsilon-average-subnormal",
                f"The {name.replace('-', ' ')} number as epsilon, and a subnormal average.",
                gradients["of-least-normal-square"],
            )


def least_positive_numbers(number_format: NumberFormat) -> dict[str, Fraction]:
    """Numbers at the bounds of the subnormal range, by name."""
    tau, normal = number_format.smallest_subnormal, number_format.smallest_normal
    return {
        "smallest-subnormal": tau,
        "middle-subnormal": tau * 2 ** (number_format.precision // 2),
        "largest-subnormal": normal - tau,
        "smallest-normal": normal,
    }


def powers_of_two(inputs: Inputs) -> Iterator[Case]:
    """g^2 is exactly epsilon, and is the whole average."""
    for k in (1, 4, 8, 13, 20, 30, 45, 60):
        yield inputs.having(decay_rate="0", epsilon=inputs.exact(Fraction(1, 4**k))).single(
            f"equal-to-square-of-2-to-minus-{k}",
            f"One step with gradient 2^-{k} and epsilon 2^-{2 * k}, at decay rate 0.",
            inputs.exact(Fraction(1, 2**k)),
        )


def four_steps_at_the_root(inputs: Inputs) -> Iterator[Case]:
    """Several steps around the root of epsilon, where what is added to the average adds up."""
    for epsilon, exponent in _ROOTS.items():
        for decay_rate in ("0.9", "0.5"):
            yield inputs.having("InitialAverage", decay_rate=decay_rate, epsilon=epsilon).single(
                f"four-steps-around-root-of-{epsilon}-decay-{decay_rate}",
                f"Four gradients around the root of epsilon {epsilon}.",
                f"2{exponent} -1{exponent} 3{exponent} 1{exponent}",
            )


def silence_and_crossings(inputs: Inputs) -> Iterator[Case]:
    """Gradients of zero before others, and averages that cross epsilon slowly."""
    for epsilon, above, at, below in (
        ("1e-8", "1e-3", "1e-4", "1e-5"),
        ("1e-3", "0.3", "3e-2", "3e-3"),
        ("1", "10", "1", "0.1"),
    ):
        yield inputs.having("InitialAverage", epsilon=epsilon).single(
            f"epsilon-{epsilon}-silence-before-gradient",
            f"Three gradients of zero, then {at}: until then the average is zero.",
            f"0 0 0 {at}",
        )
        yield inputs.having("AverageForm", epsilon=epsilon).single(
            f"epsilon-{epsilon}-average-rising-past-epsilon",
            "Gradients grow tenfold a step, and the average with them, past epsilon.",
            "1e-6 1e-5 1e-4 1e-3 1e-2 1e-1 1 10",
        )
        yield inputs.having("StateKept", decay_rate="0.5", epsilon=epsilon).single(
            f"epsilon-{epsilon}-average-decaying-past-epsilon",
            "A gradient well above the root of epsilon, then tiny ones: the average halves.",
            " ".join((above, *[below] * 15)),
            record=(1, 4, 6, 8, 10, 12, 16),
        )
