"""The group ``epsilon-placement``."""

from __future__ import annotations

from collections.abc import Iterator

from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rmsprop.groups.epsilons import (
    far_below_every_root,
    four_steps_at_the_root,
    further_ladders,
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
_PLACES = ("far-below", "below", "at", "above", "far-above")


@group("epsilon-placement", "On which side of the root epsilon is", ("RMS-3", "RMS-10"))
def epsilon_placement(number_format: NumberFormat) -> Iterator[Case]:
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
    inputs = Inputs(number_format)
    flags = ("EpsilonPlacement",)
    for epsilon, gradients in _LADDERS.items():
        for place, gradient in zip(_PLACES, gradients, strict=True):
            yield inputs.single(
                f"epsilon-{epsilon}-gradient-{place}-root",
                f"One step with gradient {gradient} at epsilon {epsilon}, from weight 0.",
                flags,
                "0",
                gradient,
                epsilon=epsilon,
            )
    yield inputs.single(
        "epsilon-1e-3-gradient-zero",
        "A gradient of zero: no step, whatever divides it.",
        flags,
        "0.5",
        "0",
        epsilon="1e-3",
    )
    for epsilon in ("1e-8", "1e-3"):
        yield inputs.single(
            f"epsilon-{epsilon}-average-falling-past-epsilon",
            "Gradients fall by 10 a step, and the average with them, past epsilon.",
            (*flags, "StateKept"),
            "0",
            "1 1e-1 1e-2 1e-3 1e-4 1e-5 1e-6 1e-7",
            epsilon=epsilon,
            decay_rate="0.01",
        )
        yield inputs.single(
            f"epsilon-{epsilon}-gradients-tiny",
            "Ten steps whose average never reaches epsilon.",
            (*flags, "StateKept"),
            "0",
            "1e-6 -2e-6 3e-6 1e-6 1e-6 -1e-6 2e-6 4e-6 -3e-6 1e-6",
            epsilon=epsilon,
        )
    yield from further_ladders(inputs)
    yield from far_below_every_root(inputs)
    yield from least_epsilons(inputs)
    yield from powers_of_two(inputs)
    yield from four_steps_at_the_root(inputs)
    yield from silence_and_crossings(inputs)
