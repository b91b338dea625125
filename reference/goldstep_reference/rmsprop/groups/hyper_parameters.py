"""The group ``hyper-parameters``."""

from __future__ import annotations

from collections.abc import Iterator

from goldstep_reference.rmsprop.groups.group import Inputs, group
from goldstep_reference.rmsprop.groups.hyper_parameter_values import (
    all_together,
    extreme_decay_rates,
    extreme_learning_rates,
    some_inexact,
    values_by_width,
    without_epsilon,
)
from goldstep_reference.rmsprop.rule import RULE
from goldstep_reference.rule.case import Case

_LEARNING_RATES = ("0", "1e-6", "3e-4", "0.002", "0.01", "0.05", "0.1", "0.3", "0.5", "1", "7")
_DECAY_RATES = (
    *("0", "0.1", "0.25", "0.3", "0.5", "0.7", "0.8", "0.95", "0.97", "0.99", "0.999", "0.9999"),
)
_EPSILONS = ("1e-16", "1e-10", "1e-7", "3e-6", "1e-5", "1e-3", "0.01", "0.1", "0.7")
# Each loses at least 0.37 ULP on its way through float32, float16 and bfloat16.
_INEXACT = {
    "learning-rate": ("0.000654", "0.00344", "0.0632", "0.411"),
    "decay-rate": ("0.678", "0.803", "0.928", "0.947"),
    "epsilon": ("0.000327", "0.00286", "0.0279", "0.143"),
}
_TOGETHER = (("0.01", "0.99", "1e-6"), ("0.1", "0.7", "0.03"), ("0.03", "0.6", "1e-3"))
_GRADIENTS = "0.3 -0.07 0.011"


@group("hyper-parameters", "Hyper-parameters as given", ("RMS-8", "RMS-10"))
def hyper_parameters(inputs: Inputs) -> Iterator[Case]:
    """Three steps from weight zero, one hyper-parameter at a time away from its default.

    Decimals such as 0.9 are no binary fractions: passed through a narrower format they change by
    up to 3e-8 of themselves, which is 5e6 to 2e7 ULP of a float64. Powers of two stay what they
    are, and stand here to tell rounding from being ignored. A decay rate of 0 leaves nothing of
    the past, one next to 1 almost all; a learning rate of 0 leaves the weights as they are.

    `inexact-...`: decimals that float32, bfloat16 and float16 all change by nearly as much as they
    can; four sizes of each, as a format with few exponents loses more of the small ones.
    `...-bits`: a number of exactly so many significant bits, for each hyper-parameter. One of 8
    passes through every format unharmed, one of 9 is too wide for bfloat16, one of 12 for float16,
    one of 25 for float32 (and is one of 14 in that format). Those of 8, 11 and 24 bits are the
    controls, which the format in question holds, and stay for that: together they name the format.
    `inexact-only-...`: decimals for one hyper-parameter or two, with numbers of few bits for the
    others, so that what fails names which of them is rounded.

    Then the ends of the domains. Learning rates: tiny and subnormal (the updates are subnormal too,
    their budgets wide; they must still be there), huge, and nearly the largest number. Decay rates:
    the numbers next to 0 and to 1, and others near them; at 0 over more steps; next to 1, 1 minus
    decay rate is an ULP, and a program that rounds is left with 0. Epsilon 0, at great and small
    gradients and in silence: the average alone divides. Last, each tiny, usual and great learning
    rate with each least, usual and greatest decay rate and with epsilon 0, usual and 1: extremes
    that a program may treat one by one, but not together.

    A failure here alone means a hyper-parameter that has no effect, is rounded to a narrower
    format, or is replaced by a constant.
    """

    def case(name: str, description: str, **given: str) -> Case:
        both = inputs.having("HyperParameterUsed", "HyperParameterPrecision", **given)
        return both.single(name, description, _GRADIENTS)

    for value in _LEARNING_RATES:
        yield case(f"learning-rate-{value}", f"Learning rate {value}.", learning_rate=value)
    for value in _DECAY_RATES:
        yield case(f"decay-rate-{value}", f"Decay rate {value}.", decay_rate=value)
    for value in _EPSILONS:
        yield case(f"epsilon-{value}", f"Epsilon {value}.", epsilon=value)
    for number, together in enumerate(_TOGETHER, start=1):
        given = dict(zip(RULE.names, together, strict=True))
        words = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in given.items())
        yield case(f"together-{number}", f"{words.capitalize()}.", **given)
    for name, values in _INEXACT.items():
        for value in values:
            yield case(
                f"inexact-{name}-{value}",
                f"{name.replace('-', ' ').capitalize()} {value}, far from every narrow number.",
                **{name.replace("-", "_"): value},
            )
    yield from values_by_width(inputs)
    yield from some_inexact(inputs)
    yield from extreme_learning_rates(inputs)
    yield from extreme_decay_rates(inputs)
    yield from without_epsilon(inputs)
    yield from all_together(inputs)
