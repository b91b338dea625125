"""What a program calling itself RMSProp may do: one answer to each of a few small questions.

The formula is one point of this space, and so is every wrong program that the reference can
simulate. A deviation is one answer that differs from the formula's.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

Column = Literal["inside", "outside"]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """The answers; those that stand here are the formula's."""

    # Where epsilon enters the divisor: sqrt(v + eps), sqrt(v) + eps, sqrt(v), sqrt(v - eps).
    epsilon_placement: Literal["inside", "outside", "missing", "subtracted"] = "inside"
    # How v is formed: decay v + (1 - decay) g^2; v + g^2; with |g| for g^2; (1 - decay) v +
    # decay g^2; the moving average divided by 1 - decay^t.
    average: Literal[
        "moving", "cumulative-sum", "magnitudes", "swapped-rates", "bias-corrected"
    ] = "moving"
    initial_average: Literal["zero", "one", "epsilon"] = "zero"
    # Whether the step divides by the average from before this gradient.
    lagging: bool = False
    # Whose average a parameter uses: its own, a new one at every call, one for all of its length.
    state: Literal["kept", "renewed", "shared"] = "kept"
    step: Literal["descent", "ascent", "without-root", "sign"] = "descent"
    update: Literal["applied", "discarded"] = "applied"
    # Which value a hyper-parameter has: the given one, rounded to float32, or the default always.
    learning_rate: Literal["given", "float32", "default"] = "given"
    decay_rate: Literal["given", "float32", "default"] = "given"
    epsilon: Literal["given", "float32", "default"] = "given"


FORMULA = Behaviour()


def conforming(column: Column) -> Behaviour:
    """The behaviour that a port held to ``column`` must have."""
    return replace(FORMULA, epsilon_placement=column)


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


def _hyper_parameters() -> tuple[Deviation, ...]:
    return tuple(
        deviation
        for name in ("learning_rate", "decay_rate", "epsilon")
        for deviation in (
            Deviation(
                name,
                "float32",
                "hyper-parameter-rounded",
                f"{name} to float32",
                f"the {name.replace('_', ' ')} passes through float32",
            ),
            Deviation(
                name,
                "default",
                "hyper-parameter-ignored",
                name,
                f"the default {name.replace('_', ' ')} is used, whatever is given",
            ),
        )
    )


DEVIATIONS: tuple[Deviation, ...] = (
    Deviation(
        "epsilon_placement",
        "outside",
        "epsilon-outside-root",
        None,
        "epsilon is added after the square root",
    ),
    Deviation(
        "epsilon_placement",
        "inside",
        "epsilon-inside-root",
        None,
        "epsilon is added before the square root",
    ),
    Deviation("epsilon_placement", "missing", "epsilon-missing", None, "epsilon is left out"),
    Deviation(
        "epsilon_placement",
        "subtracted",
        "epsilon-sign",
        None,
        "epsilon is subtracted inside the square root",
    ),
    Deviation("update", "discarded", "update-discarded", None, "the weights do not change"),
    Deviation(
        "state", "renewed", "state-not-kept", None, "the moving average starts anew at every call"
    ),
    Deviation(
        "state", "shared", "state-shared", None, "parameters of one length share a moving average"
    ),
    Deviation("initial_average", "one", "initial-average", "1", "the moving average starts at 1"),
    Deviation(
        "initial_average",
        "epsilon",
        "initial-average",
        "epsilon",
        "the moving average starts at epsilon",
    ),
    Deviation(
        "average",
        "cumulative-sum",
        "average-form",
        "cumulative sum",
        "squares are summed up, as in AdaGrad",
    ),
    Deviation(
        "average",
        "magnitudes",
        "average-form",
        "mean of magnitudes",
        "the gradients' magnitudes are averaged, not their squares",
    ),
    Deviation(
        "average",
        "swapped-rates",
        "average-form",
        "swapped rates",
        "decay rate and one minus decay rate are swapped",
    ),
    Deviation(
        "average",
        "bias-corrected",
        "average-form",
        "bias-corrected",
        "the average is divided by 1 - decay^t, as in Adam",
    ),
    Deviation(
        "lagging",
        True,
        "average-lag",
        None,
        "the step uses the average from before this gradient",
    ),
    Deviation("step", "ascent", "step-form", "ascent", "the step is added, not subtracted"),
    Deviation(
        "step", "without-root", "step-form", "no root", "the step is divided by the mean square"
    ),
    Deviation("step", "sign", "step-form", "sign only", "the step is the gradient's sign"),
    *_hyper_parameters(),
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
