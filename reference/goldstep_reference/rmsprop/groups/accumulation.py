"""The group ``accumulation``."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping

from goldstep_reference.rmsprop.groups.group import Inputs, group
from goldstep_reference.rule.case import Case

_SEED = 20261123
_RANDOM = random.Random(_SEED)
_DRAWN = tuple(f"{int(_RANDOM.random() * 4000) - 2000}e-3" for _ in range(50))

# Each pattern gives the gradient of step 1, 2, ... as a decimal.
_PATTERNS: Mapping[str, tuple[str, Callable[[int], str]]] = {
    "constant": ("the same gradient at every step", lambda step: "0.3"),
    "alternating": ("the sign changes at every step", lambda step: "0.3" if step % 2 else "-0.3"),
    "sparse": ("a gradient at every fourth step, else zero", lambda step: "0" if step % 4 else "2"),
    "decaying": ("gradients shrink as 1/step^2", lambda step: f"{1 / step**2:.4f}"),
    "growing": ("gradients grow with the step", lambda step: f"{step}e-2"),
    "impulse": ("one gradient, then silence", lambda step: "7" if step == 1 else "0"),
    "late-impulse": ("small gradients, a large one last", lambda step: "1e-3"),
}
_LENGTHS = (2, 3, 10, 50)
_FURTHER_PATTERNS: Mapping[str, tuple[str, Callable[[int], str]]] = {
    "late-start": ("two steps of silence, then gradients", lambda step: "0.3" if step > 2 else "0"),
    "doubling": ("gradients double at every step", lambda step: f"{2**step}e-4"),
    "falling-by-a-fifth": (
        "gradients shrink by a fifth",
        lambda step: f"{8**step * 10**6 // 10**step}e-6",
    ),
    "two-magnitudes": ("large and small by turns", lambda step: "1.5" if step % 2 else "-0.02"),
    "opposite-pairs": ("two up, two down", lambda step: "0.4" if step % 4 in (1, 2) else "-0.4"),
    "repeated-impulse": (
        "a gradient at steps 1, 6, ...",
        lambda step: "0" if step % 5 - 1 else "3",
    ),
    "random": (f"random decimals (seed {_SEED})", lambda step: _DRAWN[step - 1]),
}
# Lengths, each with the decay rate at which that length shows most: few steps reach an average
# that forgets soon, many are needed by one that hardly forgets.
_SPANS = ((5, "0.25"), (5, "0.75"), (20, "0.95"), (20, "0.999"))
_FURTHER_SPANS = ((3, "0.9"), (5, "0.25"), (10, "0.75"), (20, "0.95"), (50, "0.99"))


@group("accumulation", "The average over steps", ("RMS-1", "RMS-2", "RMS-4", "RMS-5", "RMS-10"))
def accumulation(inputs: Inputs) -> Iterator[Case]:
    """The moving average over 2 to 50 steps of fourteen patterns of gradients.

    From the second step on a result depends on what the optimizer remembers. Constant and
    alternating gradients show an average that is a sum, or that averages signs away; sparse ones
    and impulses show whether it decays while there is nothing to add; growing and decaying ones
    show a lag by one step.

    Of the further patterns, a late start shows a count of steps that runs on in silence (as bias
    corrections and cumulative means keep one), or that starts only with the first gradient.
    Doubling gradients and ones that fall by a fifth keep each step in a fixed relation to the last,
    in which a lag is a factor. Two magnitudes by turns show magnitudes in place of squares, and
    squares of sums; opposite pairs a momentum, which alternation averages away; repeated impulses
    an average that decays twice, or only where there is a gradient. Random decimals stay for what
    nobody thought of (their seed is in the description).

    Each pattern runs over several lengths, each at the decay rates that it can tell apart: from
    0.25, of which nothing remains after five steps, to 0.999, of which after twenty nearly all is
    still to come. A case of two steps shows what a case of fifty shows later and more: it stays,
    because it is the first that a reader can follow, and because a state may last for one step
    and not for two.

    A failure from step 2 on means that state is lost, shared or formed otherwise; one at step 1
    already, that the average starts at another value than zero.
    """
    for pattern, (meaning, gradient) in _PATTERNS.items():
        for length in _LENGTHS:
            for decay_rate in ("0.9", "0.5") if length < 50 else ("0.99",):
                yield _run(inputs, pattern, meaning, gradient, length, decay_rate)
    for pattern, (meaning, gradient) in _PATTERNS.items():
        for length, decay_rate in _SPANS:
            yield _run(inputs, pattern, meaning, gradient, length, decay_rate)
    for pattern, (meaning, gradient) in _FURTHER_PATTERNS.items():
        for length, decay_rate in _FURTHER_SPANS:
            yield _run(inputs, pattern, meaning, gradient, length, decay_rate)


def _run(
    inputs: Inputs,
    pattern: str,
    meaning: str,
    gradient: Callable[[int], str],
    length: int,
    decay_rate: str,
) -> Case:
    steps = [gradient(step) for step in range(1, length + 1)]
    if pattern == "late-impulse":
        steps[-1] = "5"
    return inputs.having(
        "StateKept", "AverageForm", "InitialAverage", decay_rate=decay_rate
    ).single(
        f"{pattern}-{length}-steps-decay-{decay_rate}",
        f"{length} steps: {meaning}.",
        " ".join(steps),
        record=tuple(sorted({1, 2, length // 2, length} - {0})),
    )
