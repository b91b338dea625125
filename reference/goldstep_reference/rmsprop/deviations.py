"""The catalogue: every known way of getting RMSProp wrong.

From the finding ids of the contract, and from what libraries in use do.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from goldstep_reference.rmsprop.rule import (
    DECAY_RATE,
    EPSILON,
    LEARNING_RATE,
    RULE,
    average,
    decay_rate,
    epsilon,
    learning_rate,
    used_average,
)
from goldstep_reference.rule.catalogue import (
    coupled_elements,
    nan_zeroed,
    narrowed,
    shared_states,
    subnormals_flushed,
    supplied,
    update_discarded,
)
from goldstep_reference.rule.deviation import (
    Always,
    Change,
    Constant,
    Deviation,
    Rewriting,
    WhereZero,
)
from goldstep_reference.rule.expression import (
    FIRST,
    GRADIENT,
    ONE,
    ORIGINAL,
    SECOND,
    Expression,
    absolute,
    blend,
    blend_of_squares,
    maximum,
    name,
    power_of_steps,
    root,
    sign,
    square,
    steps,
)

# In the order in which they rewrite the rule: a divisor before what its root and average become.
ASPECTS = (
    "epsilon_placement",
    "lagging",
    "average",
    "initial_average",
    "step",
    "update",
    "average_format",
    "update_format",
    "subnormals",
    "not_a_number",
    "state",
    "coupling",
    *(each.name for each in RULE.hyper_parameters),
    *(f"default_{each.name}" for each in RULE.hyper_parameters),
)


def _placement(finding: str, subject: str | None, meaning: str, *changes: Rewriting) -> Deviation:
    return Deviation(finding, subject, meaning, "epsilon_placement", changes)


def _divisor(divisor: Expression) -> Rewriting:
    return Rewriting("divisor", divisor)


def _root(radicand: Expression) -> Expression:
    return root(radicand).labelled("root")


EPSILON_OUTSIDE = _placement(
    "epsilon-outside-root",
    None,
    "epsilon is added after the square root",
    _divisor(_root(used_average) + epsilon),
)


def _placements() -> Iterator[Deviation]:
    yield EPSILON_OUTSIDE
    yield _placement("epsilon-inside-root", None, "epsilon is added before the square root")
    yield _placement("epsilon-missing", None, "epsilon is left out", _divisor(_root(used_average)))
    yield _placement(
        "epsilon-sign",
        None,
        "epsilon is subtracted inside the square root",
        _divisor(_root(used_average - epsilon)),
    )
    yield _placement(
        "epsilon-form",
        "maximum",
        "the root is of the greater of average and epsilon",
        _divisor(_root(maximum(used_average, epsilon))),
    )
    yield _placement(
        "epsilon-form",
        "its root outside",
        "the root of epsilon is added after the square root",
        _divisor(_root(used_average) + root(epsilon)),
    )
    yield _placement(
        "epsilon-form",
        "into the average",
        "epsilon is added into the average that is kept",
        _divisor(_root(used_average)),
        Rewriting("average", ORIGINAL + epsilon),
    )


def _start(subject: str, meaning: str, start: Expression, *others: Change) -> Deviation:
    return Deviation(
        "initial-average",
        subject,
        f"the moving average starts at {meaning}",
        "initial_average",
        (Rewriting("start", start), *others),
    )


def constant_start(value: str) -> Deviation:
    """An average that starts at a number of the program's own, a decimal."""
    return _start(value, value, name("own_start"), Constant("own_start", Decimal(value)))


def fixed_epsilon(value: str) -> Deviation:
    """An epsilon of the program's own, a decimal, whatever is given."""
    return Deviation(
        "epsilon-fixed",
        value,
        f"epsilon is {value}, whatever is given",
        EPSILON.name,
        (Always(EPSILON.name, Decimal(value)),),
    )


def _epsilon_where_zero(value: str) -> Deviation:
    """As `epsilon or default` has it in Python."""
    return Deviation(
        "hyper-parameter-ignored",
        f"epsilon of 0, {value} instead",
        f"an epsilon of 0 means {value}",
        EPSILON.name,
        (WhereZero(EPSILON.name, Decimal(value)),),
    )


def _averages() -> Iterator[Deviation]:
    for subject, meaning, form in (
        ("cumulative sum", "squares are summed up, as in AdaGrad", average + square(GRADIENT)),
        (
            "cumulative mean",
            "the average is the mean of all squares so far",
            (steps(1) * average + square(GRADIENT)) / steps(),
        ),
        (
            "mean of magnitudes",
            "the gradients' magnitudes are averaged, not their squares",
            blend(decay_rate, average, absolute(GRADIENT)),
        ),
        (
            "swapped rates",
            "decay rate and one minus decay rate are swapped",
            (ONE - decay_rate) * average + decay_rate * square(GRADIENT),
        ),
    ):
        yield _average(subject, meaning, Rewriting("average form", form))
    yield _average(
        "bias-corrected",
        "the average is divided by 1 - decay^t, as in Adam",
        Rewriting("used average", ORIGINAL / (ONE - power_of_steps(decay_rate))),
    )
    yield _average(
        "decayed twice",
        "the average is decayed twice at every step",
        Rewriting("average form", blend_of_squares(decay_rate, decay_rate * average, GRADIENT)),
    )


def _average(subject: str, meaning: str, change: Rewriting) -> Deviation:
    return Deviation("average-form", subject, meaning, "average", (change,))


_LAGGING = Deviation(
    "average-lag",
    None,
    "the step uses the average from before this gradient",
    "lagging",
    (Rewriting("used average", average),),
)


def _steps() -> Iterator[Deviation]:
    for subject, meaning, target, replacement in (
        ("ascent", "the step is added, not subtracted", "step", FIRST + SECOND),
        ("no root", "the step is divided by the mean square", "root", FIRST),
        ("sign only", "the step is the gradient's sign", "update", learning_rate * sign(GRADIENT)),
        (
            "learning rate twice",
            "the learning rate is applied twice",
            "rate",
            learning_rate * learning_rate,
        ),
        (
            "plain gradient descent",
            "the step is not divided by anything",
            "update",
            learning_rate * GRADIENT,
        ),
    ):
        yield Deviation("step-form", subject, meaning, "step", (Rewriting(target, replacement),))


DEVIATIONS: tuple[Deviation, ...] = (
    *_placements(),
    update_discarded(),
    *shared_states("moving average"),
    constant_start("1"),
    _start("epsilon", "epsilon", epsilon),
    _start("first g^2", "the first squared gradient", square(GRADIENT)),
    *coupled_elements("average"),
    *_averages(),
    _LAGGING,
    *_steps(),
    *supplied(LEARNING_RATE),
    *supplied(DECAY_RATE),
    *supplied(EPSILON),
    *map(fixed_epsilon, ("1e-6", "1e-7", "1e-10")),
    *map(_epsilon_where_zero, ("1e-8", "1e-7")),
    *narrowed("average"),
    *narrowed("update"),
    subnormals_flushed(RULE.hyper_parameters),
    nan_zeroed(),
)
