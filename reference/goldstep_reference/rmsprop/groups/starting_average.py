"""The group ``starting-average``."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from goldstep_reference.rmsprop.groups.group import Inputs, group
from goldstep_reference.rule.case import Case

_DECAY_RATES = ("0.5", "0.9", "0.99", "0.999", "0.9999")
# Each epsilon with a gradient of twice its root; then with two near its root.
_EPSILONS = {"1e-12": "2e-6", "1e-8": "2e-4", "1e-4": "2e-2"}
_TWO_STEPS = {
    "1e-14": "2e-7 -1e-7",
    "1e-10": "2e-5 -1e-5",
    "1e-6": "2e-3 -1e-3",
    "1e-3": "5e-2 -4e-2",
    "1e-2": "0.2 -0.1",
    "0.3": "0.7 -0.6",
    "1": "2 -1",
}


@group("starting-average", "Where the average starts", ("RMS-1", "RMS-2", "RMS-10"))
def starting_average(inputs: Inputs) -> Iterator[Case]:
    """First steps, with averages that show what was there before: decay near 1, small gradients.

    The average starts at zero. Programs in use start it at 1, at epsilon, or at the first square,
    and one that corrects the bias acts as if it did the last. After one step decay rate times the
    start is left: much at rates near 1, more than the square itself where gradients are small.

    `one-step-...`: five decay rates at three epsilons, the gradient twice the root of epsilon, so
    that starts of zero, of epsilon, of the square and of 1 give four different steps; the decay
    rate sets their ratios, and the higher it is, the less does the gradient hide.
    `two-steps-...`: seven epsilons. A start at epsilon looks after one step like epsilon on the
    other side, or like a greater epsilon; the second step tells them apart, and an epsilon each
    tells a start that follows epsilon from a constant. `start-seen-by-...`: a gradient each decade
    from 0.1 to 1e-9 with an epsilon far below: down to which constant a start would be seen.
    `silence-...`: zero gradients first. A start other than zero decays meanwhile, by the decay
    rate; the first square is zero there, and a start delayed to the first gradient shows.
    `many-steps-...`: runs after which the start still shows, for ports that are only compared late.

    Two cases are controls: with a decay rate of 0 no start has any effect, and with the number
    next below 1 nothing of it is ever lost. The first stays because it passes where only the start
    is wrong; a gradient that starts late in one of two elements stays because a start may be made
    for all elements at once.

    A failure here alone means another start, or a bias correction; in one `two-steps` case alone,
    a constant start near that epsilon.
    """
    inputs = inputs.having("InitialAverage")
    for decay_rate in _DECAY_RATES:
        for epsilon, gradient in _EPSILONS.items():
            yield inputs.having(decay_rate=decay_rate, epsilon=epsilon).single(
                f"one-step-decay-{decay_rate}-epsilon-{epsilon}",
                f"One step with gradient {gradient} at decay rate {decay_rate}.",
                gradient,
            )
    for epsilon, gradients in _TWO_STEPS.items():
        yield inputs.having("EpsilonPlacement", epsilon=epsilon).single(
            f"two-steps-epsilon-{epsilon}",
            f"Two steps with gradients near the root of epsilon {epsilon}.",
            gradients,
        )
    for exponent in range(1, 10):
        yield inputs.having(decay_rate="0.99", epsilon=f"1e-{2 * exponent + 6}").single(
            f"start-seen-by-gradient-1e-{exponent}",
            f"Two gradients of 1e-{exponent}, with epsilon 1e-{2 * exponent + 6} far below.",
            f"1e-{exponent} 1e-{exponent}",
        )
    for decay_rate in ("0.5", "0.9", "0.999"):
        yield inputs.having("AverageForm", decay_rate=decay_rate).single(
            f"silence-then-gradient-decay-{decay_rate}",
            "Four gradients of zero, then two others.",
            "0 0 0 0 1e-3 -2e-3",
        )
    for decay_rate in ("0.99", "0.9999"):
        yield inputs.having(decay_rate=decay_rate).single(
            f"many-steps-decay-{decay_rate}",
            "Forty gradients of 0.01 and -0.02 by turns; the first, the middle and the last count.",
            " ".join(["0.01 -0.02"] * 20),
            record=(1, 20, 40),
        )
    u = inputs.number_format.unit_roundoff
    for name, decay_rate in (("0", "0"), ("next-below-1", inputs.exact(1 - u))):
        yield inputs.having(
            decay_rate=decay_rate, epsilon=inputs.exact(u * Fraction(1, 2**16))
        ).single(
            f"control-decay-{name}",
            f"Decay rate {name.replace('-', ' ')}: none of the start is left, or all of it.",
            "0.01 0.02 -0.03",
        )
    yield inputs.having("StateOfItsOwn").row(
        "one-of-two-elements-starts-late",
        "The second element has gradients of zero at first.",
        "0 0",
        ("1e-3 0", "2e-3 0", "1e-3 1e-3", "-3e-3 2e-3"),
    )
