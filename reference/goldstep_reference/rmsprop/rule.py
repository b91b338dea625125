"""RMSProp's rule, stated once.

v_t = decay_rate v_(t-1) + (1 - decay_rate) g_t^2,   v_0 = 0
w_t = w_(t-1) - learning_rate g_t / sqrt(v_t + epsilon)
"""

from __future__ import annotations

import math
from decimal import Decimal

from goldstep_reference.rule.expression import (
    GRADIENT,
    WEIGHT,
    ZERO,
    blend_of_squares,
    name,
    new,
    reported,
    root,
    scaled,
    stored,
)
from goldstep_reference.rule.rule import HyperParameter, Rule, State

# The defaults are those of the document's programs; the formula itself has none.
LEARNING_RATE = HyperParameter(
    "learning_rate", Decimal("0.001"), math.inf, ("0.01", "0.1", "1"), (-4, 0)
)
DECAY_RATE = HyperParameter("decay_rate", Decimal("0.9"), 1.0, ("0.99", "0.95", "0.999"), (-0.3, 0))
EPSILON = HyperParameter(
    "epsilon", Decimal("1e-8"), math.inf, ("1e-7", "1e-6", "1e-10", "1e-5"), (-10, -1)
)

learning_rate, decay_rate, epsilon = map(name, ("learning_rate", "decay_rate", "epsilon"))
average = name("moving_average")  # before the step
used_average = new("moving_average").labelled("used average")

# For people who correct a program.
AVERAGE_FORMULA = "average = decay_rate * average + (1 - decay_rate) * gradient^2"
STEP_FORMULA = "weight = weight - learning_rate * gradient / sqrt(average + epsilon)"

_change = scaled(
    learning_rate.labelled("rate"),
    GRADIENT,
    root(used_average + epsilon).labelled("root").labelled("divisor"),
)

RULE = Rule(
    (LEARNING_RATE, DECAY_RATE, EPSILON),
    {
        "moving_average": State(
            "average",
            start=ZERO.labelled("start"),
            next=blend_of_squares(decay_rate, average, GRADIENT)
            .labelled("average form")
            .labelled("average"),
            kept=stored(new("moving_average").labelled("kept")),
        )
    },
    reported((WEIGHT - _change.labelled("update")).labelled("step")).labelled("weight"),
)
