"""Flags: the mistake that a case can catch, and what a failure there most likely means."""

from __future__ import annotations

from collections.abc import Mapping

FLAGS: Mapping[str, str] = {
    "AverageForm": "The moving average is formed otherwise: a sum, magnitudes instead of squares, "
    "swapped rates, a bias correction, or the average from before this gradient.",
    "Defaults": "A hyper-parameter that the caller leaves out has another default.",
    "DocumentExample": "The document's own example; little can be seen from it.",
    "EpsilonPlacement": "Epsilon is added on the other side of the square root, left out, "
    "subtracted, or not the given one.",
    "HyperParameterPrecision": "A hyper-parameter passes through a narrower format: decimals like "
    "0.9 and 0.001 change, powers of two do not.",
    "HyperParameterUsed": "A given hyper-parameter has no effect, or not the one that it should.",
    "InitialAverage": "The moving average starts at another value than zero.",
    "StateKept": "The moving average does not live from one call to the next.",
    "StateOfItsOwn": "Parameters, or elements, share a moving average or take a neighbour's.",
    "StepForm": "The step is not learning rate times gradient divided by a root: no root, the "
    "sign only, the wrong direction.",
    "UpdateApplied": "The caller's weights do not change, or a copy of them does.",
}
