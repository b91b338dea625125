"""The group ``long-runs``."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

from goldstep_reference.rmsprop.groups.group import Inputs, group
from goldstep_reference.rule.case import Case

_SEED = 20261124
_LENGTH = 1_000
_GREAT_LENGTH = 10_000
# Pattern, decay rate, epsilon: every pattern once where it shows most, every decay rate twice.
_RUNS = (
    ("random", "0.9", "1e-8"),
    ("random", "0.999", "1e-8"),
    ("alternating", "0.99", "1e-8"),
    ("alternating", "0.9999", "1e-8"),
    ("slowly-decaying", "0.99", "1e-8"),
    ("slowly-decaying", "0.9", "1e-3"),
    ("sparse", "0.999", "1e-8"),
    ("sparse", "0.9", "1e-5"),
    ("constant", "0.9999", "1e-8"),
    ("constant", "0.999", "1e-3"),
)
_GREAT_RUNS = (("random", "0.999", "1e-8"), ("sparse", "0.9999", "1e-3"))


@group("long-runs", "Thousands of steps", ("RMS-1", "RMS-4", "RMS-5", "RMS-10"))
def long_runs(inputs: Inputs) -> Iterator[Case]:
    """Ten runs of 1,000 steps and two of 10,000, recorded at 1, 2, 5, 10, 20, 50, ... and last.

    Some mistakes need time: a step count that overflows a narrow integer or stops at a round
    number, an average in fewer digits, in which the last additions are lost one after the other,
    a cache of past gradients that is cut, a state that is dropped now and then. All of them pass
    three steps. The few recorded steps lie in equal distances on a logarithmic scale, so that the
    first one outside its budget says how long the mistake needs.

    At decay rates of 0.999 and 0.9999 each step adds less than a thousandth of the average, which
    formats of eight or eleven bits cannot add; these rates reach their mean only after as many
    steps as the runs have. At 0.9 the average forgets within a recorded interval, and only the
    weights are old. Constant gradients lead to a fixed point of the average, which is known in
    advance; alternating ones to weights that drift evenly; slowly decaying ones to an average
    that always lags; sparse ones (one in seven) let it decay in between; random ones (two
    decimals, the seed is 20261124 plus the number of steps) have no structure at all. Larger
    epsilons stand where gradients become small, for its place to show up to the end. The two runs
    of 10,000 steps stay although nothing known needs more than 1,000: rounding errors that a
    program piles up in one direction grow with the number of steps, and the budgets hold them to
    what is necessary.

    A failure here alone means state that wears out. Where all cases of one decay rate fail, and
    those of others pass, look for a narrow format or a rounded hyper-parameter first.
    """
    for length, runs in ((_LENGTH, _RUNS), (_GREAT_LENGTH, _GREAT_RUNS)):
        for pattern, decay_rate, epsilon in runs:
            yield inputs.having(
                "StateKept", "AverageForm", "PrecisionKept", decay_rate=decay_rate, epsilon=epsilon
            ).single(
                f"{pattern}-{length}-steps-decay-{decay_rate}",
                f"{length} steps of {pattern.replace('-', ' ')} gradients, epsilon {epsilon}.",
                " ".join(_gradients(pattern, length)),
                record=_recorded(length),
            )


def _gradients(pattern: str, length: int) -> list[str]:
    """Decimals of few digits: a file holds thousands of them."""
    steps = range(1, length + 1)
    match pattern:
        case "random":
            numbers = random.Random(_SEED + length)
            return [f"{(int(numbers.random() * 400) - 200) / 100}" for _ in steps]
        case "alternating":
            return ["0.3" if step % 2 else "-0.2" for step in steps]
        case "slowly-decaying":
            return [f"{0.5 / math.sqrt(step):.2f}" for step in steps]
        case "sparse":
            return ["0" if step % 7 else "0.7" for step in steps]
        case _:
            return ["0.3" for _ in steps]


def _recorded(length: int) -> tuple[int, ...]:
    """1, 2, 5, 10, 20, 50, ... up to ``length``."""
    powers = (1, 10, 100, 1_000, 10_000)
    return tuple(
        step for power in powers for step in (power, 2 * power, 5 * power) if step <= length
    )
