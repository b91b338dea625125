"""The group ``special-values``."""

from __future__ import annotations

from collections.abc import Iterator

from goldstep_reference.rmsprop.groups.group import Inputs, group
from goldstep_reference.rule.case import Case

_ZEROS = {"plus-zero": "0.0", "minus-zero": "-0.0"}
_LANES = (2, 4, 8, 16)


@group(
    "special-values",
    "NaN, infinities, signed zeros and subnormal numbers",
    ("RMS-11", "RMS-12"),
)
def special_values(inputs: Inputs) -> Iterator[Case]:
    """What IEEE 754 makes of the formula where an input is no ordinary number.

    A NaN gradient makes its own average and weight NaN, for good: a program that puts zero in its
    place hides that training has failed. It reaches no other element, also not one in the same
    SIMD register, for which it stands once in each of 2, 4, 8 and 16 lanes. An infinite gradient
    makes the average infinite, and the step infinity by infinity, which is NaN; an infinite weight
    stays. After it a finite gradient leaves an infinite average where the average is
    decay v + (1 - decay) g^2, and NaN where it is v + (g^2 - v)(1 - decay): both are choices.

    A weight of minus zero stays one where the step is plus zero, and becomes plus zero where it is
    minus zero: x - (+0) is x, and -0 - (-0) is +0. Real numbers have no such signs; a program that
    computes the formula has, in every order of its operations. All four pairs of signs stand here,
    with a gradient of zero and with a learning rate of zero, for which the step has the gradient's
    sign.

    Subnormal numbers are numbers: a weight or a gradient below the normal range is not zero. Zero
    divided by zero, which comes of a zero gradient before any other at an epsilon of zero, is NaN;
    or no step, in programs that look for it: both are choices, because the formula has no value.

    A failure here alone means a program that guards, clips or flushes: it may be wanted, but it is
    not the formula. Each case stays for the one value and place that it tests.
    """
    yield from _not_a_number(inputs)
    yield from _infinities(inputs)
    yield from _signed_zeros(inputs)
    yield from _subnormals(inputs)
    yield from _zero_by_zero(inputs)


def _not_a_number(inputs: Inputs) -> Iterator[Case]:
    inputs = inputs.having("NotANumber")
    yield inputs.single("nan-gradient", "One step with a NaN for a gradient.", "NaN", "0.5")
    yield inputs.single(
        "nan-gradient-then-finite",
        "A NaN, then finite gradients: average and weight stay NaN.",
        "NaN 0.25 0",
        "0.5",
    )
    yield inputs.single(
        "finite-then-nan-gradient", "A NaN after finite gradients.", "0.25 -0.125 NaN", "0.5"
    )
    yield inputs.single(
        "nan-weight",
        "A weight that is NaN stays so; its average is that of any weight.",
        "0.25 -0.125",
        "NaN",
    )
    for lanes in _LANES:
        gradients = ["0.25"] * lanes
        for lane in (0, lanes - 1):
            with_nan = [*gradients[:lane], "NaN", *gradients[lane + 1 :]]
            yield inputs.having("ElementCoupling").row(
                f"nan-gradient-at-{lane}-of-{lanes}",
                f"A NaN at element {lane} of {lanes}; the others move as without it.",
                " ".join(["0"] * lanes),
                (" ".join(with_nan), " ".join(gradients)),
            )
    yield inputs.having("StateOfItsOwn").case(
        "nan-gradient-of-another-parameter",
        "A NaN in one parameter; the other, of the same length, moves as without it.",
        inputs.arrays(bad="0 0", good="0 0"),
        (
            inputs.arrays(bad="NaN NaN", good="0.25 -0.5"),
            inputs.arrays(bad="0.25 -0.5", good="0.125 1"),
        ),
    )


def _infinities(inputs: Inputs) -> Iterator[Case]:
    inputs = inputs.having("Infinity")
    for sign, word in (("", "plus"), ("-", "minus")):
        yield inputs.single(
            f"{word}-infinity-gradient",
            "An infinite gradient: infinite average, and infinity by infinity is NaN.",
            f"{sign}Infinity",
            "0.5",
        )
        yield inputs.single(
            f"{word}-infinity-weight",
            "An infinite weight stays; its average is that of any weight.",
            "0.25 -0.125",
            f"{sign}Infinity",
        )
    yield inputs.single(
        "infinity-gradient-then-finite",
        "An infinite gradient, then a finite one: the weight stays NaN.",
        "Infinity 0.25",
        "0.5",
        choices=("narrow-range", "narrow-range-increment"),
    )
    yield inputs.having("ElementCoupling").row(
        "infinity-gradient-among-others",
        "An infinite gradient among finite ones, which move as without it.",
        "0 0 0 0",
        ("0.25 0.25 Infinity 0.25",),
    )


def _signed_zeros(inputs: Inputs) -> Iterator[Case]:
    inputs = inputs.having("SignedZero")
    for weight_name, weight in _ZEROS.items():
        for gradient_name, gradient in _ZEROS.items():
            yield inputs.having(learning_rate="0.5").single(
                f"{weight_name}-weight-{gradient_name}-gradient",
                f"A gradient of {gradient} at a weight of {weight}, twice.",
                f"{gradient} {gradient}",
                weight,
            )
        for sign, word in (("", "positive"), ("-", "negative")):
            yield inputs.having(learning_rate="0").single(
                f"{weight_name}-weight-{word}-gradient-learning-rate-zero",
                f"A learning rate of zero: a step of zero with the gradient's sign, from {weight}.",
                f"{sign}0.25",
                weight,
            )
    yield inputs.single(
        "minus-zero-gradient-from-half",
        "A gradient of minus zero is no step.",
        "-0.0 0.25 -0.0",
        "0.5",
    )


def _subnormals(inputs: Inputs) -> Iterator[Case]:
    number_format = inputs.number_format
    infinity = inputs.having("Infinity")
    inputs = inputs.having("Subnormal")
    tau, normal = number_format.smallest_subnormal, number_format.smallest_normal
    numbers = {
        "smallest-subnormal": tau,
        "subnormal": 12345 * tau,
        "largest-subnormal": normal - tau,
        "smallest-normal": normal,
    }
    for name, number in numbers.items():
        decimal = inputs.exact(number)
        yield inputs.single(
            f"{name}-weight-stays",
            "A gradient of zero leaves a tiny weight as it is.",
            "0",
            decimal,
        )
        yield inputs.having(learning_rate="1", epsilon="1e-4").single(
            f"{name}-gradient",
            "A tiny gradient: its square is nothing, its step by the root of epsilon is not.",
            decimal,
        )
    for factor in (1, 3, 1000):
        yield inputs.having(learning_rate=inputs.exact(factor * tau)).single(
            f"step-of-{factor}-subnormals",
            f"A learning rate of {factor} times the smallest subnormal: the step is subnormal.",
            "2 -1",
        )
    yield infinity.single(
        "largest-weight-stays",
        "A gradient of zero leaves the largest finite weight as it is.",
        "0",
        inputs.exact(number_format.largest),
    )


def _zero_by_zero(inputs: Inputs) -> Iterator[Case]:
    inputs = inputs.having("ZeroByZero", epsilon="0")
    choices = ("narrow-range", "no-step")
    yield inputs.single(
        "zero-by-zero",
        "A zero gradient at an epsilon of zero, before any other.",
        "0",
        "0.5",
        choices=choices,
    )
    yield inputs.single(
        "zero-by-zero-then-finite",
        "Zero by zero, then a gradient: NaN stays, or the weight moves for the first time.",
        "0 0.25",
        "0.5",
        choices=choices,
    )
    yield inputs.having("ElementCoupling").row(
        "zero-by-zero-among-others",
        "Zero by zero at one element of four; the others move as without it.",
        "0 0 0 0",
        ("0.25 0 0.25 0.25",),
        choices=choices,
    )
