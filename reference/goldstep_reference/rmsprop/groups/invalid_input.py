"""The group ``invalid-input``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rmsprop.groups.group import Inputs, group
from goldstep_reference.rule.case import Case

_DOMAINS: Mapping[str, str] = {
    "learning_rate": "The learning rate must be finite and not negative",
    "decay_rate": "The decay rate must be at least 0 and below 1",
    "epsilon": "Epsilon must be finite and not negative",
}
_NOT_FINITE = {"nan": "NaN", "infinity": "Infinity", "minus-infinity": "-Infinity"}

# The parameters of all cases, and gradients that fit them.
_LENGTHS = {"w1": 2, "w2": 3, "w3": 1}
_FITTING = {"w1": "0.1 -0.2", "w2": "0.4 -0.5 3", "w3": "-2"}

_Step = Mapping[str, str]

# What is wrong with a step: its gradients, and the rule that they break.
_BAD_STEPS: Mapping[str, tuple[_Step, str]] = {
    "gradient-missing-first": (
        {"w2": "0.4 -0.5 3", "w3": "-2"},
        "Each parameter must have a gradient: w1 has none",
    ),
    "gradient-missing-last": (
        {"w1": "0.1 -0.2", "w2": "0.4 -0.5 3"},
        "Each parameter must have a gradient: w3 has none",
    ),
    "gradients-missing-all": ({}, "Each parameter must have a gradient: there is none"),
    "gradient-extra": (
        {**_FITTING, "w4": "0.1 0.2"},
        "Each gradient must have a parameter: w4 has none",
    ),
    "gradient-extra-empty": (
        {**_FITTING, "w4": ""},
        "Each gradient must have a parameter: w4, which is empty, has none",
    ),
    "gradient-of-another-case": (
        {"w1": "0.1 -0.2", "W2": "0.4 -0.5 3", "w3": "-2"},
        "Each parameter must have a gradient of its name: w2 has none, and W2 is another",
    ),
    "gradient-longer-first": (
        {**_FITTING, "w1": "0.1 -0.2 7"},
        "A gradient must be as long as its weights: 3 numbers for the 2 of w1",
    ),
    "gradient-longer-last": (
        {**_FITTING, "w3": "-2 1"},
        "A gradient must be as long as its weights: 2 numbers for the 1 of w3",
    ),
    "gradient-shorter-first": (
        {**_FITTING, "w1": "0.1"},
        "A gradient must be as long as its weights: 1 number for the 2 of w1",
    ),
    "gradient-shorter": (
        {**_FITTING, "w2": "0.4 -0.5"},
        "A gradient must be as long as its weights: 2 numbers for the 3 of w2",
    ),
    "gradient-of-one-number": (
        {**_FITTING, "w2": "0.4"},
        "A gradient must be as long as its weights: 1 number for the 3 of w2",
    ),
    "gradient-empty-first": (
        {**_FITTING, "w1": ""},
        "A gradient must be as long as its weights: no number for the 2 of w1",
    ),
    "gradient-empty-last": (
        {**_FITTING, "w3": ""},
        "A gradient must be as long as its weights: no number for the 1 of w3",
    ),
    "gradients-exchanged": (
        {"w1": "0.4 -0.5 3", "w2": "0.1 -0.2", "w3": "-2"},
        "A gradient must be as long as its weights: 3 numbers for the 2 of w1, 2 for the 3 of w2",
    ),
}
_PLACES: Mapping[str, tuple[int, int]] = {  # the bad step, of how many
    "first-step": (1, 2),
    "later-step": (3, 3),
}


@group("invalid-input", "Input that breaks a rule is refused", ("RMS-13",))
def invalid_input(inputs: Inputs) -> Iterator[Case]:
    """Input to which the formula gives no meaning: a port reports an error and changes nothing.

    A program that goes on gives numbers that look like results: a negative learning rate climbs, a
    decay rate of 1 never learns, a negative epsilon gives NaN at the smallest gradient, and a
    missing or shorter gradient leaves weights as they are, without a word. Each case says which
    rule it breaks, and breaks that one alone. A program that stops in the middle has changed some
    weights already: so the fault is in the first parameter or in the last, at the first step or
    at a later one, when there are averages to be spoiled.

    Hyper-parameters stand on each side of their domain: the negative number next to zero, an
    everyday negative one, NaN, both infinities; for the decay rate also 1, the number next above
    it, and 1.5, because `> 1` and `>= 1` are different mistakes. Each of them is tested alone: a
    program checks them one by one, if at all. NaN is no number of any domain, and passes
    every comparison that asks for what is wrong instead of what is right.

    A gradient of one number for several weights is tested apart, because array libraries stretch
    it; exchanged gradients, because all numbers together are as many as they should be; an extra
    gradient that is empty, because nothing could be done with it, and one whose name differs in
    case. An error of another kind than `rejected` is a failure of the port, not a refusal.

    No simulated deviation needs these cases: they stay for RMS-13. A port that does not claim to
    validate its input is told about them in notes only. A failure here means that the check is
    missing, or comes after the first change.
    """
    inputs = inputs.having("InvalidInput")
    for parameter, values in _values_out_of_domain(inputs.number_format).items():
        for slug, value in values.items():
            yield _hyper_parameter(inputs, parameter, slug, value)
    for place, (bad, steps) in _PLACES.items():
        for slug, (gradients, rule) in _BAD_STEPS.items():
            yield _case(
                inputs,
                f"{slug}-{place}",
                f"{rule}.",
                [gradients if step == bad else _FITTING for step in range(1, steps + 1)],
                f"{rule} at step {bad}.",
            )
    yield _empty_parameter(inputs, "without-gradient", {"w1": "1"}, "has none")
    yield _empty_parameter(inputs, "with-numbers", {"w1": "1", "empty": "1"}, "has one number")


def _values_out_of_domain(number_format: NumberFormat) -> Mapping[str, Mapping[str, str]]:
    below_zero = {"below-zero": repr(-float(number_format.smallest_subnormal))}
    above_one = repr(float(1 + 2 * number_format.unit_roundoff))
    return {
        "learning_rate": {**below_zero, "negative": "-0.001", **_NOT_FINITE},
        "decay_rate": {
            **below_zero,
            "negative": "-0.9",
            "one": "1",
            "above-one": above_one,
            "one-and-a-half": "1.5",
            **_NOT_FINITE,
        },
        "epsilon": {**below_zero, "negative": "-1e-8", **_NOT_FINITE},
    }


def _hyper_parameter(inputs: Inputs, parameter: str, slug: str, value: str) -> Case:
    words = parameter.replace("_", " ")
    number = inputs.value(value)
    shown = repr(number) if math.isfinite(number) else value
    return _case(
        inputs.having(**{parameter: value}),
        f"{parameter.replace('_', '-')}-{slug}",
        f"The {words} is {shown}.",
        [_FITTING, _FITTING],
        f"{_DOMAINS[parameter]}; it is {shown}.",
    )


def _empty_parameter(inputs: Inputs, slug: str, gradients: _Step, what: str) -> Case:
    return inputs.case(
        f"empty-parameter-{slug}",
        f"A parameter without elements, whose gradient {what}.",
        inputs.arrays(w1="0.5", empty=""),
        (inputs.arrays(**gradients),),
        rejected=f"An empty parameter must have an empty gradient: it {what}.",
    )


def _case(
    inputs: Inputs, name: str, description: str, steps: Sequence[_Step], rejected: str
) -> Case:
    return inputs.case(
        name,
        description,
        inputs.arrays(**{name: " ".join(["0.5"] * count) for name, count in _LENGTHS.items()}),
        [inputs.arrays(**step) for step in steps],
        rejected=rejected,
    )
