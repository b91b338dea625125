"""The group ``cancellation``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Context, Decimal
from fractions import Fraction

from goldstep_reference.rmsprop.groups.group import Inputs, group
from goldstep_reference.rule.case import Case

# At decay rate 0.75 a gradient of 2 makes the average 1, and gradients of 1 and -1 keep it there:
# without epsilon the steps are 2, 1 and -1 learning rates, exactly, on either side of rounding.
_STEADY_DECAY_RATE = "0.75"
_FRACTIONS = ("0.5", "0.9", "0.999", "0.999999", "1", "1.000001", "1.001", "1.1", "2")
_MAGNITUDES = ("1e-12", "1e-9", "1e-6", "1e-3", "1", "1e3", "1e6", "1e9", "1e12")

# Without epsilon and without memory a step is the learning rate itself, exactly. So these are the
# steps in units of the distance of neighbours at 1; "just" is by the least bit of the rate.
_SHARES = {
    "far-below": Fraction(1, 2**30),
    "quarter": Fraction(1, 4),
    "just-below-half": Fraction(1, 2),
    "half": Fraction(1, 2),
    "just-above-half": Fraction(1, 2),
    "three-quarters": Fraction(3, 4),
    "whole": Fraction(1),
    "one-and-a-half": Fraction(3, 2),
    "two": Fraction(2),
}
_REPEATED = ("quarter", "just-below-half", "half", "just-above-half", "three-quarters")


@group("cancellation", "Weights that cross zero, updates that are absorbed", ("RMS-4", "RMS-10"))
def cancellation(inputs: Inputs) -> Iterator[Case]:
    """Updates that take a weight to zero and beyond, and updates that a weight is too large for.

    Where a weight nearly equals its update their difference is tiny, but the update's rounding
    errors stay: the budget must not shrink with the weight. Where an update is below half the
    distance of neighbouring numbers a faithful weight stays as it is, or moves by twice as much:
    the budget must hold both, and their sum over many steps. So this group is where a suite with
    relative tolerances, or with tolerances in units of the last place, raises false alarms. Most
    of its cases catch little that others do not; they stay because they prove the budgets.

    * Crossing: weights of 0.5 to 2 times the step, of either sign, without epsilon (one of them
      cancels exactly), with 1e-8 (what is left is epsilon's own effect) and with 1e-3.
    * The last bits: weights that are the float nearest to the update, and its neighbours, for
      epsilon inside and outside the root; three gradients, around the root of epsilon.
    * There and back, and oscillation: gradients after which the weight stands where it began, or
      passes zero at every step, over 3 to 101 steps.
    * Absorbed: one step of a share of the distance between neighbours at 1. A half is a tie, which
      goes to the even neighbour, below 1 a number of the format; one and a half is the next tie.
      The weights stand at 1, beside 1, and below 2, of either sign, and move either way.
    * Absorbed again and again: shares around a half over 100 steps, in one direction and back and
      forth. A weight of the format does not move, or twice too far; a wider one would follow.
    * A ladder of weights whose last place is from 2^-16 to 16, over 1, 10 and 100 everyday steps,
      and weights of 24 orders of magnitude at a small and a large learning rate.
    * The average: squares far below it and far above it, and equal to it.

    A failure here alone means weights that are held, or steps that are formed, in a narrower
    format; or a program that leaves out updates which it takes for too small.
    """
    updates = inputs.having("Cancellation", "UpdateApplied")
    steps = updates.having("StepForm")
    yield from _crossing(steps)
    yield from _last_bits(steps)
    yield from _there_and_back(steps)
    yield from _absorbed(updates)
    yield from _of_many_magnitudes(updates)
    yield from _in_the_average(inputs.having("AverageForm", "Cancellation"))


def _case(
    inputs: Inputs,
    name: str,
    description: str,
    weights: Sequence[Fraction | str],
    gradients: str,
    *,
    signs: tuple[int, ...] = (1,),
    record: tuple[int, ...] | None = None,
) -> Case:
    """One parameter, all of whose elements have the same gradients; once with each of ``signs``."""

    def decimals(numbers: Iterable[Fraction | str]) -> str:
        return " ".join(inputs.exact(sign * Fraction(each)) for sign in signs for each in numbers)

    steps = (decimals([gradient] * len(weights)) for gradient in gradients.split())
    return inputs.row(name, description, decimals(weights), steps, record=record)


def _crossing(inputs: Inputs) -> Iterator[Case]:
    weights = [Fraction(fraction) * Fraction("0.002") for fraction in _FRACTIONS]
    for epsilon in ("0", "1e-8", "1e-3"):
        yield _case(
            inputs.having(epsilon=epsilon, decay_rate=_STEADY_DECAY_RATE),
            f"crossing-zero-epsilon-{epsilon}",
            f"Weights of 0.5 to 2 times a step of 0.002, epsilon {epsilon}.",
            weights,
            "2",
            signs=(1, -1),
        )


def _last_bits(inputs: Inputs) -> Iterator[Case]:
    u = inputs.number_format.unit_roundoff
    for gradient in ("1e-4", "0.1", "30"):
        steps = _first_steps(inputs, gradient)
        yield _case(
            inputs,
            f"last-bits-gradient-{gradient}",
            f"The floats nearest to the first step of gradient {gradient}, with epsilon inside and "
            "outside the root, and their neighbours.",
            [step * (1 + 2 * places * u) for step in steps for places in (-2, -1, 0, 1, 2)],
            gradient,
            signs=(1, -1),
        )


def _first_steps(inputs: Inputs, gradient: str) -> tuple[Fraction, Fraction]:
    """The first step at the usual hyper-parameters, to 50 digits: epsilon inside, and outside."""
    context = Context(prec=50)

    def root(value: Fraction) -> Fraction:
        ratio = context.divide(Decimal(value.numerator), Decimal(value.denominator))
        return Fraction(context.sqrt(ratio))

    rate, decay_rate, epsilon, g = (
        Fraction(inputs.value(decimal)) for decimal in ("0.001", "0.9", "1e-8", gradient)
    )
    average = (1 - decay_rate) * g * g
    return rate * g / root(average + epsilon), rate * g / (root(average) + epsilon)


def _there_and_back(inputs: Inputs) -> Iterator[Case]:
    for turns in (0, 5, 24):
        steps = 3 + 4 * turns
        yield _case(
            inputs.having(epsilon="0", decay_rate=_STEADY_DECAY_RATE),
            f"there-and-back-{steps}-steps",
            f"{steps} steps without epsilon, after which the weights stand where they began.",
            ["0", "0.001", "0.002", "0.5"],
            "2 -1 -1" + " 1 1 -1 -1" * turns,
            record=(steps,),
        )
    for epsilon in ("0", "1e-8"):
        for steps in (10, 100):
            yield _case(
                inputs.having(epsilon=epsilon, decay_rate=_STEADY_DECAY_RATE),
                f"oscillation-{steps}-steps-epsilon-{epsilon}",
                f"{steps} steps which take the weights through zero or onto it, epsilon {epsilon}.",
                ["0.001", "0.0015", "0.002"],
                "2 -1" + " 1 -1" * (steps // 2 - 1),
                record=(steps - 1, steps),
            )


def _absorbed(inputs: Inputs) -> Iterator[Case]:
    inputs = inputs.having(decay_rate="0", epsilon="0")
    spacing = 2 * inputs.number_format.unit_roundoff
    at_one = (Fraction(1), 1 + spacing, 2 - spacing)
    for share in _SHARES:
        yield _case(
            inputs.having(learning_rate=_rate(inputs, share)),
            f"absorbed-{share}",
            f"A step of {share.replace('-', ' ')} the distance between neighbours at 1.",
            [*at_one, *(-weight for weight in at_one)],
            "1",
            signs=(1, -1),
        )
    directions = {"one-direction": "1" + " 1" * 99, "back-and-forth": "1 -1" + " 1 -1" * 49}
    for direction, gradients in directions.items():
        for share in _REPEATED:
            yield _case(
                inputs.having(learning_rate=_rate(inputs, share)),
                f"absorbed-{share}-100-steps-{direction}",
                f"A hundred steps of {share.replace('-', ' ')} the distance between neighbours "
                f"at 1, {direction.replace('-', ' ')}.",
                ["1", 1 + spacing, "-1"],
                gradients,
                record=(10, 100) if direction == "one-direction" else (99, 100),
            )


def _rate(inputs: Inputs, share: str) -> str:
    """The learning rate that is this share of the distance between neighbours at 1."""
    u = inputs.number_format.unit_roundoff
    rate = _SHARES[share] * 2 * u
    if share.startswith("just-"):
        rate *= 1 - 2 * u if "below" in share else 1 + 2 * u
    return inputs.exact(rate)


def _of_many_magnitudes(inputs: Inputs) -> Iterator[Case]:
    last_place_at_one = inputs.number_format.precision - 1
    ladder = [
        Fraction(3, 2) * Fraction(2) ** (last_place_at_one + exponent)
        for exponent in range(-16, 5, 2)
    ]
    for steps in (1, 10, 100):
        yield _case(
            inputs,
            f"ladder-{steps}-steps",
            f"Steps of about 0.001, {steps} of them, against weights whose last place is from "
            "2^-16 to 16.",
            ladder,
            " ".join(["0.1"] * steps),
            record=(steps,),
        )
    for learning_rate in ("0.001", "1000"):
        yield _case(
            inputs.having(learning_rate=learning_rate),
            f"magnitudes-learning-rate-{learning_rate}",
            f"Weights of 24 orders of magnitude at learning rate {learning_rate}.",
            _MAGNITUDES,
            "0.1 0.2 -0.05",
            signs=(1, -1),
        )


def _in_the_average(inputs: Inputs) -> Iterator[Case]:
    squares = {
        "average-absorbs-square": ("a square far below the average", "1e5 1e-6 -1e-6"),
        "square-absorbs-average": ("a square far above the average", "1e-6 1e5 1e5"),
    }
    for name, (meaning, gradients) in squares.items():
        yield inputs.single(name, f"The average is formed from {meaning}.", gradients)
    yield inputs.having(decay_rate="0.01").single(
        "average-equals-square",
        "Without much memory, the average is the square but for its last bits.",
        "0.3 0.3 -0.3 0.3 0.3 0.3 0.3 -0.3 0.3 0.3",
        record=(2, 3, 10),
    )
