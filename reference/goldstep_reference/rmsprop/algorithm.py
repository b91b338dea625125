"""RMSProp, as a value."""

from __future__ import annotations

from functools import partial

from goldstep_reference.rmsprop.deviations import (
    ASPECTS,
    DEVIATIONS,
    EPSILON_OUTSIDE,
    constant_start,
    fixed_epsilon,
)
from goldstep_reference.rmsprop.flags import FLAGS
from goldstep_reference.rmsprop.groups import GROUPS
from goldstep_reference.rmsprop.requirements import REQUIREMENTS
from goldstep_reference.rmsprop.rule import DECAY_RATE, LEARNING_RATE, RULE
from goldstep_reference.rule.algorithm import Algorithm
from goldstep_reference.rule.catalogue import ignored

RMSPROP = Algorithm(
    "rmsprop",
    RULE,
    ASPECTS,
    columns={"inside": (), "outside": (EPSILON_OUTSIDE,)},
    deviations=DEVIATIONS,
    constants={
        "epsilon": fixed_epsilon,
        "initial_average": constant_start,
        "learning_rate": partial(ignored, LEARNING_RATE),
        "decay_rate": partial(ignored, DECAY_RATE),
    },
    groups=GROUPS,
    flags=FLAGS,
    requirements=REQUIREMENTS,
)
