"""The group ``defaults``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from goldstep_reference.case import HYPER_PARAMETERS, Case
from goldstep_reference.groups.group import Inputs, group
from goldstep_reference.number_format import NumberFormat

_GIVEN = {"learning_rate": "0.02", "decay_rate": "0.75", "epsilon": "1e-4"}
_GRADIENTS = {"moderate": "0.4 -0.1 0.2", "tiny": "1e-5 3e-6 2e-5"}


@group("defaults", "Hyper-parameters left out", ("RMS-9", "RMS-10"))
def defaults(number_format: NumberFormat) -> Iterator[Case]:
    """Each hyper-parameter left out in turn, each pair, and all three; the others far from default.

    The defaults are 0.001, 0.9 and 1e-8, in the port's own number format. Moderate gradients show
    the learning rate and the decay rate, tiny ones show epsilon.

    A failure here alone means another default. A port that has none answers `unsupported`, and the
    case is not applicable to it.
    """
    inputs = Inputs(number_format)
    for count in (1, 2, 3):
        for left_out in combinations(HYPER_PARAMETERS, count):
            given = {name: None if name in left_out else value for name, value in _GIVEN.items()}
            slug = "-and-".join(name.replace("_", "-") for name in left_out)
            for kind, gradients in _GRADIENTS.items():
                yield inputs.single(
                    f"without-{slug}-{kind}-gradients",
                    f"Three steps with {kind} gradients, without {' and '.join(left_out)}.",
                    ("Defaults",),
                    "0",
                    gradients,
                    learning_rate=given["learning_rate"],
                    decay_rate=given["decay_rate"],
                    epsilon=given["epsilon"],
                )
