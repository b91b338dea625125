"""Deviations in the words of deviating_port.py, which shares none with the reference."""

from __future__ import annotations

from typing import Any

from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rmsprop.deviations import DEVIATIONS
from goldstep_reference.rule.algorithm import Variant
from goldstep_reference.rule.catalogue import other_default
from goldstep_reference.rule.deviation import Always, Default, Deviation, Rounded, WhereZero

FORMULA = RMSPROP.variant("inside")

# By label; of hyper-parameters it is said by what becomes of them.
_ANSWERS = {
    "epsilon-outside-root": "outside",
    "epsilon-inside-root": "inside",
    "epsilon-missing": "missing",
    "epsilon-sign": "subtracted",
    "epsilon-form (maximum)": "maximum",
    "epsilon-form (its root outside)": "root-outside",
    "epsilon-form (into the average)": "into-average",
    "update-discarded": "discarded",
    "state-not-kept": "renewed",
    "state-shared (by length)": "shared",
    "state-shared (by all)": "shared-by-all",
    "initial-average (1)": "one",
    "initial-average (epsilon)": "epsilon",
    "initial-average (first g^2)": "first-square",
    "element-coupling (neighbour)": "neighbour",
    "element-coupling (first element)": "first",
    "element-coupling (last element)": "last",
    "element-coupling (tail)": "tail",
    "average-form (cumulative sum)": "cumulative-sum",
    "average-form (cumulative mean)": "cumulative-mean",
    "average-form (mean of magnitudes)": "magnitudes",
    "average-form (swapped rates)": "swapped-rates",
    "average-form (bias-corrected)": "bias-corrected",
    "average-form (decayed twice)": "decayed-twice",
    "average-lag": "True",
    "step-form (ascent)": "ascent",
    "step-form (no root)": "without-root",
    "step-form (sign only)": "sign",
    "step-form (learning rate twice)": "squared-rate",
    "step-form (plain gradient descent)": "gradient",
    "special-values (subnormals)": "flushed",
    "special-values (NaN)": "zeroed",
}


def answer(deviation: Deviation) -> tuple[str, str]:
    """A deviation of the catalogue, as a question and what deviating_port.py is to answer."""
    return deviation.aspect, _answer(deviation)


def named(question: str, text: str) -> Deviation:
    """The deviation that deviating_port.py has: the catalogue's, or a constant."""
    for each in DEVIATIONS:
        if answer(each) == (question, text):
            return each
    return constant(question, text)


def constant(question: str, value: str) -> Deviation:
    """A deviation as the diagnosis makes it of a constant that it has solved for."""
    for each in RMSPROP.rule.hyper_parameters:
        if question == f"default_{each.name}":
            return other_default(each, value)
    return RMSPROP.constants[question](value)


def deviating(**answers: Any) -> Variant:
    """The formula with these deviations."""
    return FORMULA.deviating(*(named(question, str(text)) for question, text in answers.items()))


def _answer(deviation: Deviation) -> str:
    match deviation.changes:
        case (Rounded(_, narrower),):
            return narrower.name
        case (Always(),) if deviation.finding == "hyper-parameter-ignored":
            return "default"
        case (WhereZero(_, number),):
            return f"or-{number}"
        case (Always() | Default(),):
            assert deviation.subject
            return deviation.subject.split()[-1]
    if deviation.finding == "precision-loss":
        assert deviation.subject
        return deviation.subject.split()[-1]
    return _ANSWERS[deviation.label]
