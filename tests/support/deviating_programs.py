"""Programs whose deviations are known: what is asked of deviating_port.py, and what is to be found.

deviating_port.py computes in the port's own number format and shares no code with the reference,
which knows each deviation in exact arithmetic.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.rmsprop.columns import Column
from goldstep_reference.rmsprop.deviations import DEVIATIONS
from goldstep_reference.rule.deviation import Deviation
from support.variants import FORMULA, answer, named

COLUMNS: tuple[Column, Column] = ("inside", "outside")
ORDERS = ("plain", "increment", "reciprocal", "divide-first", "wide")
# A part of the vectors, and enough to tell all of these programs apart.
GROUPS = ("epsilon-placement", "hyper-parameters", "independence", "defaults", "special-values")


@dataclass(frozen=True)
class Program:
    """A port: what is asked of the script, and the findings that must come of it."""

    answers: tuple[str, ...]
    findings: tuple[tuple[str, str | None], ...]
    epsilon: Column = "inside"

    @property
    def name(self) -> str:
        """A port's name for it."""
        words = "-".join((*self.answers, "held-to", self.epsilon))
        return re.sub("[^a-z0-9]+", "-", words.lower())


def deviating(*deviations: Deviation, epsilon: Column = "inside") -> Program:
    return Program(
        tuple("=".join(answer(each)) for each in deviations),
        tuple((each.finding, each.subject) for each in deviations),
        epsilon,
    )


def is_one(deviation: Deviation, number_format: str) -> bool:
    """To round to float32 is no deviation in float32."""
    return not FORMULA.has(deviation) and deviation.representable(NUMBER_FORMATS[number_format])


def singles(number_format: str) -> list[Program]:
    return [deviating(each) for each in DEVIATIONS if is_one(each, number_format)]


def held_to_the_other_column() -> list[Program]:
    """The formula, and what else is told apart where epsilon is to stand outside of the root."""
    inside = Program((), (("epsilon-inside-root", None),), "outside")
    outside = ("epsilon_placement=outside",)
    renewed = Program((*outside, "state=renewed"), (("state-not-kept", None),), "outside")
    return [inside, renewed]


# Two mistakes in one program, from different questions; none of them hides the other.
PAIRS = [
    ("epsilon_placement=outside", "state=renewed"),
    ("epsilon_placement=missing", "decay_rate=default"),
    ("epsilon_placement=outside", "average=bias-corrected"),
    ("state=shared", "initial_average=one"),
    ("average=swapped-rates", "lagging=True"),
    ("step=ascent", "learning_rate=default"),
    ("epsilon_placement=subtracted", "step=without-root"),
]
# Here one does: the weights that are never changed, or the sign of the gradient, say nothing of it.
HIDDEN = [
    ("update=discarded", "step=ascent"),
    ("step=sign", "epsilon=default"),
    ("step=sign", "lagging=True"),
]


def pairs() -> list[Program]:
    return [deviating(*(named(*each.split("=")) for each in answers)) for answers in PAIRS]


def hiding() -> list[Program]:
    return [
        Program(answers, deviating(named(*answers[0].split("="))).findings) for answers in HIDDEN
    ]


def faithful() -> list[Program]:
    return [
        Program((f"epsilon_placement={column}", f"order={order}"), (), column)
        for column, order in itertools.product(COLUMNS, ORDERS)
    ]


# Constants that no catalogue has: each is solved for.
CONSTANTS = [
    (("epsilon=3e-05",), [("epsilon-fixed", "3e-05")]),
    (("epsilon=0.0125",), [("epsilon-fixed", "0.0125")]),
    (("initial_average=0.1",), [("initial-average", "0.1")]),
    (("initial_average=2.5e-07",), [("initial-average", "2.5e-07")]),
    (("learning_rate=0.02",), [("hyper-parameter-ignored", "learning_rate, always 0.02")]),
    (("decay_rate=0.97",), [("hyper-parameter-ignored", "decay_rate, always 0.97")]),
    (("default_learning_rate=0.003",), [("default-differs", "learning_rate 0.003")]),
    (("default_decay_rate=0.5",), [("default-differs", "decay_rate 0.5")]),
    (("default_epsilon=3e-08",), [("default-differs", "epsilon 3e-08")]),
    (
        ("epsilon_placement=outside", "initial_average=0.3"),
        [("epsilon-outside-root", None), ("initial-average", "0.3")],
    ),
    (
        ("state=renewed", "epsilon=2e-06"),
        [("state-not-kept", None), ("epsilon-fixed", "2e-06")],
    ),
]


def constants() -> list[Program]:
    return [Program(answers, tuple(findings)) for answers, findings in CONSTANTS]


# What is not in the catalogue.
FLOAT16 = Program(("weights=float16",), (("unexplained", None),))


def programs(number_format: str) -> list[Program]:
    """All of them, as far as a program in the number format can have the deviations."""
    return [
        *singles(number_format),
        *held_to_the_other_column(),
        *pairs(),
        *constants(),
        *hiding(),
        *faithful(),
        FLOAT16,
    ]


def representatives(number_format: str) -> list[Program]:
    """One of each kind, and of the single deviations one for each finding."""
    by_finding = {each.findings[0][0]: each for each in reversed(singles(number_format))}
    kinds = (pairs(), constants(), hiding(), faithful(), faithful()[len(ORDERS) :])
    return [
        *by_finding.values(),
        *held_to_the_other_column(),
        *(kind[0] for kind in kinds),
        FLOAT16,
    ]
