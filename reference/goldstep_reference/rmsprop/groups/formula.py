"""The group ``formula``."""

from __future__ import annotations

import random
from collections.abc import Iterator

from goldstep_reference.rmsprop.groups.group import Inputs, group
from goldstep_reference.rmsprop.groups.magnitudes import (
    every_decade,
    exact_steps,
    full_significands,
    steps_at_every_magnitude,
    weights_of_every_magnitude,
)
from goldstep_reference.rule.case import Case

_SEED = 20240906
_GRADIENTS = ("1", "-1", "0.1", "-0.2", "0.015625", "3", "-42", "1e3", "1e6", "1e-3", "-1e-5", "0")
_WEIGHTS = {"zero": "0", "half": "0.5", "negative": "-2.25"}


@group("formula", "The formula", ("RMS-1", "RMS-3", "RMS-4", "RMS-7", "RMS-10"))
def formula(inputs: Inputs) -> Iterator[Case]:
    """The formula itself, one to five steps, over the whole range of exponents.

    First the document's own example. Then single gradients over twelve magnitudes, signs and zero
    among them, from a weight at zero (where nothing hides the update), at one half (as in the
    document) and below zero. Then three steps of random decimals of three digits, drawn with a
    fixed seed, for what nobody thought of.

    `decade-...`: gradients in every decade whose squares the format can hold, each a decimal, a
    negative one, a power of two and a number with all bits set; a case for each decade that
    float32 reaches, and for four decades beyond, of which float32 has none. Epsilon grows with
    them, so that average and epsilon both show. Few of these cases are needed to catch a known
    deviation. They stay, because nobody knows beforehand at which exponent a program takes another
    path: a narrower type in between, a power by way of logarithms, a constant added for safety.
    The least and the greatest decades show averages held in a format of fewer exponents.

    `five-steps-at-...`: the same for an average that lives over several steps, at fewer magnitudes;
    then all magnitudes in one run. `weight-1e...`: the magnitudes of weights and learning rates,
    which no gradient reaches. `gradient-`, `weight-` and `everything-` with
    the significand's name: full widths of digits in each place, at the ends of a binade (all bits
    set, one ulp beside 1) and within (every other bit, the root of 2); they show what is held with
    fewer digits, where the short decimals of other cases may be spared. `exact-...`: nothing is
    rounded, so that a reader can follow with pencil and paper; they stay for that, and because a
    faithful program has no excuse there.

    A failure here and nowhere else means a step or an average of another form; read the failures
    of the other groups first. A failure at great or small magnitudes alone means a narrower format
    in between.
    """
    yield inputs.having("DocumentExample", "UpdateApplied").case(
        "document-example",
        "The example that the document gives in every language.",
        inputs.arrays(w1="0.5 0.5", w2="0.6 0.6"),
        (inputs.arrays(w1="0.1 -0.2", w2="0.4 -0.5"),),
    )
    for place, weight in _WEIGHTS.items():
        for gradient in _GRADIENTS:
            yield inputs.having("StepForm", "UpdateApplied").single(
                f"gradient-{_slug(gradient)}-weight-{place}",
                f"One step with gradient {gradient} from weight {weight}.",
                gradient,
                weight,
            )
    numbers = random.Random(_SEED)

    def decimals(count: int) -> str:
        return " ".join(f"{int(numbers.random() * 2000) - 1000}e-3" for _ in range(count))

    for number in range(1, 9):
        yield inputs.having("StepForm", "AverageForm", "UpdateApplied").case(
            f"random-{number}",
            f"Three steps of two parameters, random decimals (seed {_SEED}).",
            inputs.arrays(w1=decimals(2), w2=decimals(1)),
            tuple(inputs.arrays(w1=decimals(2), w2=decimals(1)) for _ in range(3)),
        )
    steps = inputs.having("StepForm", "PrecisionKept")
    yield from every_decade(steps)
    yield from steps_at_every_magnitude(steps)
    yield from weights_of_every_magnitude(steps)
    yield from full_significands(steps)
    yield from exact_steps(inputs)


def _slug(decimal: str) -> str:
    return decimal.replace("-", "minus-", 1) if decimal.startswith("-") else decimal
