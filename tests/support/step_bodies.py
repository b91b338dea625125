"""Recorded steps of RMSProp, as a port sends them."""

from __future__ import annotations

from goldstep.connection.protocol import StepBody, step_type
from goldstep.vectors.case import Numbers
from goldstep_reference.rmsprop.algorithm import RMSPROP


def step_body(weights: Numbers, average: Numbers | None = None) -> StepBody:
    """A step with the moving average, if it is reported."""
    return step_type(RMSPROP)(weights=weights, moving_average=average)
