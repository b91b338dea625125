"""The families of the group ``epsilon-placement`` beyond its first ladders."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rmsprop.groups.group import Inputs
from goldstep_reference.rule.case import Case

_FLAGS = ("EpsilonPlacement",)
# Each epsilon with decimals near its square root times 0.01, 0.3, 1 and 3.
_LADDERS = {
    "1e-30": ("1e-17", "3e-16", "1e-15", "3e-15"),
    "1e-20": ("1e-12", "3e-11", "1e-10", "3e-10"),
    "1e-16": ("1e-10", "3e-9", "1e-8", "3e-8"),
    "1e-6": ("1e-5", "3e-4", "1e-3", "3e-3"),
    "1e-5": ("3e-5", "1e-3", "3e-3", "1e-2"),
    "1e-3": ("3e-4", "1e-2", "3e-2", "0.1"),
    "1e-2": ("1e-3", "3e-2", "0.1", "0.3"),
    "4": ("2e-2", "0.6", "2", "6"),
    "100": ("0.1", "3", "10", "30"),
}
_PLACES = ("far-below", "below", "at", "above")
_ROOTS = {"1e-8": "e-4", "1e-6": "e-3", "1e-4": "e-2", "0.01": "e-1", "0.3": "e-1", "2": ""}


def further_ladders(inputs: Inputs) -> Iterator[Case]:
    """More epsilons with four gradients each."""
    for epsilon, gradients in _LADDERS.items():
        for place, gradient in zip(_PLACES, gradients, strict=True):
            yield inputs.single(
                f"epsilon-{epsilon}-gradient-{place}-root",
                f"One step with gradient {gradient} at epsilon {epsilon}, from weight 0.",
                _FLAGS,
                "0",
                gradient,
                epsilon=epsilon,
            )


def far_below_every_root(inputs: Inputs) -> Iterator[Case]:
    """Gradients so small that epsilon alone divides, whatever the format."""
    for epsilon in ("1e-8", "1"):
        for gradient in ("1e-12", "1e-15", "1e-18"):
            yield inputs.single(
                f"epsilon-{epsilon}-gradient-{gradient}",
                f"One step with gradient {gradient} at epsilon {epsilon}, from weight 0.",
                _FLAGS,
                "0",
                gradient,
                epsilon=epsilon,
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
            yield inputs.single(
                f"{name}-epsilon-gradient-{place}",
                f"One step with the {name.replace('-', ' ')} number as epsilon, from weight 0.",
                _FLAGS,
                "0",
                gradient,
                decay_rate="0.5",
                epsilon=inputs.exact(epsilon),
            )
        if name in ("largest-subnormal", "smallest-normal"):
            yield inputs.single(
                f"{name}-epsilon-average-subnormal",
                f"The {name.replace('-', ' ')} number as epsilon, and a subnormal average.",
                (*_FLAGS, "PrecisionKept"),
                "0",
                gradients["of-least-normal-square"],
                epsilon=inputs.exact(epsilon),
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
        yield inputs.single(
            f"equal-to-square-of-2-to-minus-{k}",
            f"One step with gradient 2^-{k} and epsilon 2^-{2 * k}, at decay rate 0.",
            _FLAGS,
            "0",
            inputs.exact(Fraction(1, 2**k)),
            decay_rate="0",
            epsilon=inputs.exact(Fraction(1, 4**k)),
        )


def four_steps_at_the_root(inputs: Inputs) -> Iterator[Case]:
    """Several steps around the root of epsilon, where what is added to the average adds up."""
    for epsilon, exponent in _ROOTS.items():
        for decay_rate in ("0.9", "0.5"):
            yield inputs.single(
                f"four-steps-around-root-of-{epsilon}-decay-{decay_rate}",
                f"Four gradients around the root of epsilon {epsilon}.",
                (*_FLAGS, "InitialAverage"),
                "0",
                f"2{exponent} -1{exponent} 3{exponent} 1{exponent}",
                decay_rate=decay_rate,
                epsilon=epsilon,
            )


def silence_and_crossings(inputs: Inputs) -> Iterator[Case]:
    """Gradients of zero before others, and averages that cross epsilon slowly."""
    for epsilon, above, at, below in (
        ("1e-8", "1e-3", "1e-4", "1e-5"),
        ("1e-3", "0.3", "3e-2", "3e-3"),
        ("1", "10", "1", "0.1"),
    ):
        yield inputs.single(
            f"epsilon-{epsilon}-silence-before-gradient",
            f"Three gradients of zero, then {at}: until then the average is zero.",
            (*_FLAGS, "InitialAverage"),
            "0",
            f"0 0 0 {at}",
            epsilon=epsilon,
        )
        yield inputs.single(
            f"epsilon-{epsilon}-average-rising-past-epsilon",
            "Gradients grow tenfold a step, and the average with them, past epsilon.",
            (*_FLAGS, "AverageForm"),
            "0",
            "1e-6 1e-5 1e-4 1e-3 1e-2 1e-1 1 10",
            epsilon=epsilon,
        )
        yield inputs.single(
            f"epsilon-{epsilon}-average-decaying-past-epsilon",
            "A gradient well above the root of epsilon, then tiny ones: the average halves.",
            (*_FLAGS, "StateKept"),
            "0",
            " ".join((above, *[below] * 15)),
            decay_rate="0.5",
            epsilon=epsilon,
            record=(1, 4, 6, 8, 10, 12, 16),
        )
