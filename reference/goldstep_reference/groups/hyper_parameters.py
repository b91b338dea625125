"""The group ``hyper-parameters``."""

from __future__ import annotations

from collections.abc import Iterator

from goldstep_reference.case import Case
from goldstep_reference.groups.group import Inputs, group
from goldstep_reference.number_format import NumberFormat

_LEARNING_RATES = ("0", "1e-6", "3e-4", "0.002", "0.01", "0.05", "0.1", "0.3", "0.5", "1", "7")
_DECAY_RATES = (
    *("0", "0.1", "0.25", "0.3", "0.5", "0.7", "0.8", "0.95", "0.97", "0.99", "0.999", "0.9999"),
)
_EPSILONS = ("1e-16", "1e-10", "1e-7", "3e-6", "1e-5", "1e-3", "0.01", "0.1", "0.7")
_TOGETHER = (("0.01", "0.99", "1e-6"), ("0.1", "0.7", "0.03"), ("0.03", "0.6", "1e-3"))
_GRADIENTS = "0.3 -0.07 0.011"
_FLAGS = ("HyperParameterUsed", "HyperParameterPrecision")


@group("hyper-parameters", "Hyper-parameters as given", ("RMS-8", "RMS-10"))
def hyper_parameters(number_format: NumberFormat) -> Iterator[Case]:
    """Three steps from weight zero, one hyper-parameter at a time away from its default.

    Decimals such as 0.9 are no binary fractions: passed through a narrower format they change by
    up to 3e-8 of themselves, which is 5e6 to 2e7 ULP of a float64. Powers of two stay what they
    are, and stand here to tell rounding from being ignored. A decay rate of 0 leaves nothing of
    the past, one next to 1 almost all; a learning rate of 0 leaves the weights as they are.

    A failure here alone means a hyper-parameter that has no effect, is rounded to a narrower
    format, or is replaced by a constant.
    """
    inputs = Inputs(number_format)

    def case(
        name: str,
        description: str,
        *,
        learning_rate: str = "0.001",
        decay_rate: str = "0.9",
        epsilon: str = "1e-8",
    ) -> Case:
        return inputs.single(
            name,
            description,
            _FLAGS,
            "0",
            _GRADIENTS,
            learning_rate=learning_rate,
            decay_rate=decay_rate,
            epsilon=epsilon,
        )

    for value in _LEARNING_RATES:
        yield case(f"learning-rate-{value}", f"Learning rate {value}.", learning_rate=value)
    for value in _DECAY_RATES:
        yield case(f"decay-rate-{value}", f"Decay rate {value}.", decay_rate=value)
    for value in _EPSILONS:
        yield case(f"epsilon-{value}", f"Epsilon {value}.", epsilon=value)
    for number, (learning_rate, decay_rate, epsilon) in enumerate(_TOGETHER, start=1):
        yield case(
            f"together-{number}",
            f"Learning rate {learning_rate}, decay rate {decay_rate}, epsilon {epsilon}.",
            learning_rate=learning_rate,
            decay_rate=decay_rate,
            epsilon=epsilon,
        )
