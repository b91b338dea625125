"""The group ``accumulation``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from goldstep_reference.case import Case
from goldstep_reference.groups.group import Inputs, group
from goldstep_reference.number_format import NumberFormat

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


@group("accumulation", "The average over steps", ("RMS-1", "RMS-2", "RMS-4", "RMS-5", "RMS-10"))
def accumulation(number_format: NumberFormat) -> Iterator[Case]:
    """The moving average over 2 to 50 steps of seven patterns of gradients, at two decay rates.

    From the second step on a result depends on what the optimizer remembers. Constant and
    alternating gradients show an average that is a sum, or that averages signs away; sparse ones
    and impulses show whether it decays while there is nothing to add; growing and decaying ones
    show a lag by one step.

    A failure from step 2 on means that state is lost, shared or formed otherwise; one at step 1
    already, that the average starts at another value than zero.
    """
    inputs = Inputs(number_format)
    for pattern, (meaning, gradient) in _PATTERNS.items():
        for length in _LENGTHS:
            steps = [gradient(step) for step in range(1, length + 1)]
            if pattern == "late-impulse":
                steps[-1] = "5"
            for decay_rate in ("0.9", "0.5") if length < 50 else ("0.99",):
                yield inputs.single(
                    f"{pattern}-{length}-steps-decay-{decay_rate}",
                    f"{length} steps: {meaning}.",
                    ("StateKept", "AverageForm", "InitialAverage"),
                    "0",
                    " ".join(steps),
                    decay_rate=decay_rate,
                    record=tuple(sorted({1, 2, length // 2, length} - {0})),
                )
