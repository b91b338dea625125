"""The group ``defaults``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from goldstep_reference.rmsprop.groups.group import Inputs, group
from goldstep_reference.rmsprop.rule import RULE
from goldstep_reference.rule.case import Case

_GIVEN = {"learning_rate": "0.02", "decay_rate": "0.75", "epsilon": "1e-4"}
_GRADIENTS = {"moderate": "0.4 -0.1 0.2", "tiny": "1e-5 3e-6 2e-5"}
# What a default is seen by, where a single one or all are left out.
_REVEALING = {
    "learning_rate": {"one-step": "0.5", "silence-in-between": "0.5 0 0 -2"},
    "decay_rate": {
        "one-step": "0.25",
        "impulse": "4" + " 1e-2" * 11,
        "constant": " ".join(["0.3"] * 30),
    },
    "epsilon": {f"gradient-{g}": g for g in ("3e-3", "1e-3", "3e-4", "1e-4", "1e-5", "1e-8")},
}


@group("defaults", "Hyper-parameters left out", ("RMS-9", "RMS-10"))
def defaults(inputs: Inputs) -> Iterator[Case]:
    """Each hyper-parameter left out in turn, each pair, and all three; the others far from default.

    The defaults are 0.001, 0.9 and 1e-8, in the port's own number format. Moderate gradients show
    the learning rate and the decay rate, tiny ones show epsilon.

    `only-...`: one left out alone, at gradients that tell the defaults in use in the field apart
    (learning rates of 0.01, 0.1 and 1; decay rates of 0.95, 0.99 and 0.999; epsilons of 1e-10,
    1e-7, 1e-6 and 1e-5). The learning rate is a factor of any step; the second case shows one that
    is a schedule. The decay rate shows in one step as a constant factor, after an impulse as the
    time it takes to forget, and under constant gradients as the time to reach the mean. Epsilon
    shows most where the average is near it: six gradients, near the roots of those four and of
    1e-8, and one far below them all; in float32, too, none of these epsilons is lost.
    `all-left-out-...`: the same with nothing given, as most users call it. `given-...` are
    controls: the same steps with the defaults given. They stay because they tell another default
    (which passes them) from another formula (which does not).

    A failure here alone means another default. A port that has none answers `unsupported`, and the
    case is not applicable to it.
    """
    defaults_given = inputs.having("Defaults")
    inputs = defaults_given.having(**_GIVEN)
    for count in (1, 2, 3):
        for left_out in combinations(RULE.names, count):
            slug = "-and-".join(name.replace("_", "-") for name in left_out)
            for kind, gradients in _GRADIENTS.items():
                yield inputs.having(**dict.fromkeys(left_out)).single(
                    f"without-{slug}-{kind}-gradients",
                    f"Three steps with {kind} gradients, without {' and '.join(left_out)}.",
                    gradients,
                )
    for name, kinds in _REVEALING.items():
        slug = name.replace("_", "-")
        for kind, gradients in kinds.items():
            yield inputs.having(**{name: None}).single(
                f"only-{slug}-left-out-{kind}",
                f"Without {name}: {kind.replace('-', ' ')}.",
                gradients,
            )
            yield inputs.having(**dict.fromkeys(RULE.names)).single(
                f"all-left-out-{slug}-by-{kind}",
                f"Without any hyper-parameter; the {slug} shows: {kind.replace('-', ' ')}.",
                gradients,
            )
    for kind, gradients in _GRADIENTS.items():
        yield defaults_given.single(
            f"given-defaults-{kind}-gradients",
            f"Three steps with {kind} gradients: the defaults, but given.",
            gradients,
        )
