"""The group ``epsilon-placement``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from goldstep_reference.rmsprop.groups.epsilons import (
    far_below_every_root,
    four_steps_at_the_root,
    least_epsilons,
    powers_of_two,
    silence_and_crossings,
)
from goldstep_reference.rmsprop.groups.group import Inputs, group
from goldstep_reference.rule.case import Case

# Each epsilon with decimals near its square root times 0.01, 0.3, 1, 3 and 100.
_LADDERS = {
    "1e-12": ("1e-8", "3e-7", "1e-6", "3e-6", "1e-4"),
    "1e-10": ("1e-7", "3e-6", "1e-5", "3e-5", "1e-3"),
    "1e-8": ("1e-6", "3e-5", "1e-4", "3e-4", "1e-2"),
    "1e-7": ("3e-6", "1e-4", "3e-4", "1e-3", "3e-2"),
    "1e-4": ("1e-4", "3e-3", "1e-2", "3e-2", "1"),
    "0.25": ("5e-3", "0.15", "0.5", "1.5", "50"),
    "1": ("1e-2", "0.3", "1", "3", "100"),
}
# The same without the last.
_FURTHER_LADDERS = {
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
_PLACES = ("far-below", "below", "at", "above", "far-above")


@group("epsilon-placement", "On which side of the root epsilon is", ("RMS-3", "RMS-10"))
def epsilon_placement(inputs: Inputs) -> Iterator[Case]:
    """Gradients around the square root of epsilon, where its place decides the step.

    With epsilon inside the root a tiny gradient meets a divisor of sqrt(epsilon), with epsilon
    outside one of epsilon itself: far below sqrt(epsilon) the steps differ by orders of magnitude,
    far above they agree to many digits. Seven epsilons with five gradients each, from weight zero,
    because from 0.5 both places round to the same float32. Then a gradient of zero, and runs of
    several steps in which the average falls past epsilon, or never reaches it.

    Further epsilons from 1e-30 to 100, four gradients each: below, where epsilon alone divides;
    around, where all ways to combine the two differ; and above, where a greater constant than the
    one given still shows. Each epsilon tells one fixed constant from the others (1e-5 and 1e-6 are
    those in use), and above 1 epsilon outside is the greater divisor instead of the lesser.
    `...-epsilon-gradient-...`: the least epsilons that the format has, subnormal ones among them,
    with squares that are still normal: the least such square, where the greater of these epsilons
    show; one in between; and one so great that epsilon must not show at all, unless the program
    raises it to a constant of its own. `...-average-subnormal`: the square is normal, its part in
    the average is not, and must not be taken for zero. `equal-to-square-...`: decay rate 0 and g^2
    equal to epsilon, powers of two both. The divisor is sqrt(2) g inside, g + g^2 outside, g for
    the greater of the two and for none, 2 g for the sum of roots, zero for the difference; the
    smaller the power, the nearer is epsilon outside to none at all.

    `four-steps-...`: gradients around the root of six epsilons at two decay rates; what is added
    into the stored average, or is the average's start, adds up there otherwise than epsilon in
    the divisor, by another amount at each decay rate. `...-silence-before-gradient`: gradients of
    zero before the first other one, where an average must stay zero. Last, averages that rise past
    epsilon, and ones that decay past it over many steps.

    A failure here alone means epsilon on the other side, left out, subtracted, or another constant
    than the one given.
    """
    inputs = inputs.having("EpsilonPlacement")
    yield from _ladders(inputs, _LADDERS)
    yield inputs.having(epsilon="1e-3").single(
        "epsilon-1e-3-gradient-zero",
        "A gradient of zero: no step, whatever divides it.",
        "0",
        "0.5",
    )
    for epsilon in ("1e-8", "1e-3"):
        yield inputs.having("StateKept", epsilon=epsilon, decay_rate="0.01").single(
            f"epsilon-{epsilon}-average-falling-past-epsilon",
            "Gradients fall by 10 a step, and the average with them, past epsilon.",
            "1 1e-1 1e-2 1e-3 1e-4 1e-5 1e-6 1e-7",
        )
        yield inputs.having("StateKept", epsilon=epsilon).single(
            f"epsilon-{epsilon}-gradients-tiny",
            "Ten steps whose average never reaches epsilon.",
            "1e-6 -2e-6 3e-6 1e-6 1e-6 -1e-6 2e-6 4e-6 -3e-6 1e-6",
        )
    yield from _ladders(inputs, _FURTHER_LADDERS)
    yield from far_below_every_root(inputs)
    yield from least_epsilons(inputs)
    yield from powers_of_two(inputs)
    yield from four_steps_at_the_root(inputs)
    yield from silence_and_crossings(inputs)


def _ladders(inputs: Inputs, ladders: Mapping[str, tuple[str, ...]]) -> Iterator[Case]:
    for epsilon, gradients in ladders.items():
        for place, gradient in zip(_PLACES, gradients, strict=False):
            yield inputs.having(epsilon=epsilon).single(
                f"epsilon-{epsilon}-gradient-{place}-root",
                f"One step with gradient {gradient} at epsilon {epsilon}, from weight 0.",
                gradient,
            )
