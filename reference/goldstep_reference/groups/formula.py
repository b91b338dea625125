"""The group ``formula``."""

from __future__ import annotations

import random
from collections.abc import Iterator

from goldstep_reference.case import Case
from goldstep_reference.groups.group import Inputs, group
from goldstep_reference.number_format import NumberFormat

_SEED = 20240906
_GRADIENTS = ("1", "-1", "0.1", "-0.2", "0.015625", "3", "-42", "1e3", "1e6", "1e-3", "-1e-5", "0")
_WEIGHTS = {"zero": "0", "half": "0.5", "negative": "-2.25"}


@group("formula", "The formula", ("RMS-1", "RMS-3", "RMS-4", "RMS-7", "RMS-10"))
def formula(number_format: NumberFormat) -> Iterator[Case]:
    """The formula itself, one to three steps, at everyday hyper-parameters.

    First the document's own example. Then single gradients over twelve magnitudes, signs and zero
    among them, from a weight at zero (where nothing hides the update), at one half (as in the
    document) and below zero. Then three steps of random decimals of three digits, drawn with a
    fixed seed, for what nobody thought of.

    A failure here and nowhere else means a step or an average of another form; read the failures
    of the other groups first.
    """
    inputs = Inputs(number_format)
    yield inputs.case(
        "document-example",
        "The example that the document gives in every language.",
        ("DocumentExample", "UpdateApplied"),
        inputs.arrays(w1="0.5 0.5", w2="0.6 0.6"),
        (inputs.arrays(w1="0.1 -0.2", w2="0.4 -0.5"),),
    )
    for place, weight in _WEIGHTS.items():
        for gradient in _GRADIENTS:
            yield inputs.single(
                f"gradient-{_slug(gradient)}-weight-{place}",
                f"One step with gradient {gradient} from weight {weight}.",
                ("StepForm", "UpdateApplied"),
                weight,
                gradient,
            )
    numbers = random.Random(_SEED)

    def decimals(count: int) -> str:
        return " ".join(f"{int(numbers.random() * 2000) - 1000}e-3" for _ in range(count))

    for number in range(1, 9):
        yield inputs.case(
            f"random-{number}",
            f"Three steps of two parameters, random decimals (seed {_SEED}).",
            ("StepForm", "AverageForm", "UpdateApplied"),
            inputs.arrays(w1=decimals(2), w2=decimals(1)),
            tuple(inputs.arrays(w1=decimals(2), w2=decimals(1)) for _ in range(3)),
        )


def _slug(decimal: str) -> str:
    return decimal.replace("-", "minus-", 1) if decimal.startswith("-") else decimal
