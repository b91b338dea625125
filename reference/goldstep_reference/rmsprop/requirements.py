"""The numbered requirements that every case cites, each with its source."""

from __future__ import annotations

from collections.abc import Mapping

from goldstep_reference.rule.group import Requirement

_FORMULA = "the document's formula"
_CLASS = "the document's class diagram"
_SEQUENCE = "the document's sequence diagram"
_PROGRAMS = "the document's programs, which all agree; the formula is silent"

REQUIREMENTS: Mapping[str, Requirement] = {
    "RMS-1": Requirement(
        "The average is v_t = decay_rate * v_(t-1) + (1 - decay_rate) * g_t^2.", _FORMULA
    ),
    "RMS-2": Requirement("The average starts at zero.", _PROGRAMS),
    "RMS-3": Requirement(
        "Epsilon is added to the average before the square root is taken.", _FORMULA
    ),
    "RMS-4": Requirement(
        "The weights change by -learning_rate * g_t / sqrt(v_t + epsilon), with the average that "
        "includes this step's gradient.",
        _FORMULA,
    ),
    "RMS-5": Requirement(
        "The average lives as long as the optimizer: a step starts from the one before.", _SEQUENCE
    ),
    "RMS-6": Requirement("Each element of each parameter has an average of its own.", _CLASS),
    "RMS-7": Requirement("The caller sees the updated weights.", _SEQUENCE),
    "RMS-8": Requirement(
        "Learning rate, decay rate and epsilon take effect as given, in full precision.", _CLASS
    ),
    "RMS-9": Requirement(
        "A hyper-parameter that is left out is 0.001 (learning rate), 0.9 (decay rate) or 1e-8 "
        "(epsilon).",
        "the document's programs; its formula and prose name no defaults",
    ),
    "RMS-10": Requirement(
        "A result differs from the exact one by no more than the rounding budget of a faithful "
        "program in the port's number format.",
        "the derivation of the budgets, in the reference's arithmetic",
    ),
    "RMS-11": Requirement(
        "A result depends on its own element alone: its weight, its gradients, its average, "
        "whatever the others are, in which order they stand, how they are called and how many "
        "they are.",
        "the document's formula, which is stated for each element, and its class diagram",
    ),
    "RMS-12": Requirement(
        "Special values follow IEEE 754: NaN, infinities and signed zeros come out as the standard "
        "computes the formula, subnormal numbers are numbers, and no element's special value "
        "reaches another element. Where it depends on the range of intermediate results, a port "
        "does what one of the named choices says.",
        "IEEE 754-2019, clauses 6 and 7; the document is silent",
    ),
    "RMS-13": Requirement(
        "Invalid input is rejected with an error, and changes neither weights nor averages: "
        "a learning rate or an epsilon that is negative or not finite, a decay rate that is not "
        "at least 0 and below 1, a weight without a gradient of its own length, a gradient "
        "without a weight.",
        "the contract of this suite; the document is silent",
    ),
    "RMS-14": Requirement(
        "Each optimizer starts fresh: with its own hyper-parameters, and with averages that no "
        "other optimizer has touched.",
        "the document's class diagram: hyper-parameters and averages belong to the instance",
    ),
}
