"""The catalogue: every known way of getting RMSProp wrong, as one answer to one question.

From the finding ids of the contract, and from what libraries in use do.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from goldstep_reference.numbers.number_format import ALL_FORMATS, NumberFormat
from goldstep_reference.rmsprop.behaviour import Behaviour, Column, conforming
from goldstep_reference.rule.case import HYPER_PARAMETERS, Case


@dataclass(frozen=True, slots=True)
class Deviation:
    """One answer other than the formula's, and the finding that it is reported as."""

    question: str  # a field of Behaviour
    answer: Any
    finding: str
    subject: str | None  # which, where one finding has several forms
    meaning: str

    def applied_to(self, behaviour: Behaviour) -> Behaviour:
        """The behaviour with this answer instead of its own."""
        return replace(behaviour, **{self.question: self.answer})

    def differs_from(self, behaviour: Behaviour) -> bool:
        """Whether the behaviour answers otherwise."""
        return bool(getattr(behaviour, self.question) != self.answer)

    def representable(self, number_format: NumberFormat) -> bool:
        """Whether it is a deviation in a number format: to round to itself is none."""
        narrower = ALL_FORMATS.get(self.answer)
        return narrower is None or narrower.precision < number_format.precision

    def acts_on(self, case: Case, number_format: NumberFormat, behaviour: Behaviour) -> bool:
        """Whether it can change what a program with ``behaviour`` does in a case."""
        match self.question:
            case "coupling":
                return any(len(values) > 1 for values in case.weights.values())
            case "state":
                return len(case.gradients if self.answer == "renewed" else case.weights) > 1
        name = self.question.removeprefix("default_")
        if name in HYPER_PARAMETERS:
            return self.applied_to(behaviour).hyper_parameter(
                name, case, number_format
            ) != behaviour.hyper_parameter(name, case, number_format)
        return True


def _placements() -> Iterator[Deviation]:
    for answer, finding, subject, meaning in (
        ("outside", "epsilon-outside-root", None, "epsilon is added after the square root"),
        ("inside", "epsilon-inside-root", None, "epsilon is added before the square root"),
        ("missing", "epsilon-missing", None, "epsilon is left out"),
        ("subtracted", "epsilon-sign", None, "epsilon is subtracted inside the square root"),
        ("maximum", "epsilon-form", "maximum", "the root is of the greater of average and epsilon"),
        (
            "root-outside",
            "epsilon-form",
            "its root outside",
            "the root of epsilon is added after the square root",
        ),
        (
            "into-average",
            "epsilon-form",
            "into the average",
            "epsilon is added into the average that is kept",
        ),
    ):
        yield Deviation("epsilon_placement", answer, finding, subject, meaning)


def _states() -> Iterator[Deviation]:
    yield Deviation("update", "discarded", "update-discarded", None, "the weights do not change")
    for answer, finding, subject, meaning in (
        ("renewed", "state-not-kept", None, "the moving average starts anew at every call"),
        (
            "shared",
            "state-shared",
            "by length",
            "parameters of one length share a moving average",
        ),
        ("shared-by-all", "state-shared", "by all", "all parameters share a moving average"),
    ):
        yield Deviation("state", answer, finding, subject, meaning)
    for answer, subject, meaning in (
        ("one", "1", "the moving average starts at 1"),
        ("epsilon", "epsilon", "the moving average starts at epsilon"),
        ("first-square", "first g^2", "the moving average starts at the first squared gradient"),
    ):
        yield Deviation("initial_average", answer, "initial-average", subject, meaning)
    for answer, subject, meaning in (
        ("neighbour", "neighbour", "an element uses its neighbour's average"),
        ("first", "first element", "every element uses the first one's average"),
        ("last", "last element", "every element uses the last one's average"),
        ("tail", "tail", "elements after the last whole block of four are left out"),
    ):
        yield Deviation("coupling", answer, "element-coupling", subject, meaning)


def _averages() -> Iterator[Deviation]:
    for answer, subject, meaning in (
        ("cumulative-sum", "cumulative sum", "squares are summed up, as in AdaGrad"),
        ("cumulative-mean", "cumulative mean", "the average is the mean of all squares so far"),
        (
            "magnitudes",
            "mean of magnitudes",
            "the gradients' magnitudes are averaged, not their squares",
        ),
        ("swapped-rates", "swapped rates", "decay rate and one minus decay rate are swapped"),
        ("bias-corrected", "bias-corrected", "the average is divided by 1 - decay^t, as in Adam"),
        ("decayed-twice", "decayed twice", "the average is decayed twice at every step"),
    ):
        yield Deviation("average", answer, "average-form", subject, meaning)
    yield Deviation(
        "lagging",
        True,
        "average-lag",
        None,
        "the step uses the average from before this gradient",
    )


def _steps() -> Iterator[Deviation]:
    for answer, subject, meaning in (
        ("ascent", "ascent", "the step is added, not subtracted"),
        ("without-root", "no root", "the step is divided by the mean square"),
        ("sign", "sign only", "the step is the gradient's sign"),
        ("squared-rate", "learning rate twice", "the learning rate is applied twice"),
        ("gradient", "plain gradient descent", "the step is not divided by anything"),
    ):
        yield Deviation("step", answer, "step-form", subject, meaning)


# Other defaults of libraries in use.
_OTHER_DEFAULTS = {
    "learning_rate": ("0.01", "0.1", "1"),
    "decay_rate": ("0.99", "0.95", "0.999"),
    "epsilon": ("1e-7", "1e-6", "1e-10", "1e-5"),
}
_FIXED_EPSILONS = ("1e-6", "1e-7", "1e-10")
_NARROWER = ("float32", "bfloat16", "float16")


def _hyper_parameters() -> Iterator[Deviation]:
    for name in HYPER_PARAMETERS:
        words = name.replace("_", " ")
        for narrower in _NARROWER:
            yield Deviation(
                name,
                narrower,
                "hyper-parameter-rounded",
                f"{name} to {narrower}",
                f"the {words} passes through {narrower}",
            )
        yield Deviation(
            name,
            "default",
            "hyper-parameter-ignored",
            name,
            f"the default {words} is used, whatever is given",
        )
        for value in _OTHER_DEFAULTS[name]:
            yield Deviation(
                f"default_{name}",
                value,
                "default-differs",
                f"{name} {value}",
                f"the default {words} is {value}",
            )
    for value in _FIXED_EPSILONS:
        yield Deviation(
            "epsilon", value, "epsilon-fixed", value, f"epsilon is {value}, whatever is given"
        )


def _precisions() -> Iterator[Deviation]:
    for question, what in (("average_format", "average"), ("update_format", "update")):
        for narrower in _NARROWER:
            yield Deviation(
                question,
                narrower,
                "precision-loss",
                f"{what} in {narrower}",
                f"the {what} is held in {narrower}",
            )
    yield Deviation(
        "subnormals",
        "flushed",
        "special-values",
        "subnormals",
        "numbers below the normal range are taken for zero",
    )
    yield Deviation(
        "not_a_number", "zeroed", "special-values", "NaN", "a gradient of NaN is taken for zero"
    )


DEVIATIONS: tuple[Deviation, ...] = (
    *_placements(),
    *_states(),
    *_averages(),
    *_steps(),
    *_hyper_parameters(),
    *_precisions(),
)


def deviations_from(column: Column, count: int = 1) -> Iterator[tuple[Deviation, ...]]:
    """All combinations of ``count`` deviations that answer different questions."""
    base = conforming(column)
    candidates = [deviation for deviation in DEVIATIONS if deviation.differs_from(base)]
    for combination in itertools.combinations(candidates, count):
        if len({deviation.question for deviation in combination}) == count:
            yield combination


def behaviour_of(column: Column, deviations: Iterable[Deviation]) -> Behaviour:
    """What a port held to ``column`` does that deviates so."""
    behaviour = conforming(column)
    for deviation in deviations:
        behaviour = deviation.applied_to(behaviour)
    return behaviour
