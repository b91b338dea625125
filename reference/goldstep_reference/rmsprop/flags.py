"""Flags: the mistake that a case can catch, and what a failure there most likely means."""

from __future__ import annotations

from collections.abc import Mapping

FLAGS: Mapping[str, str] = {
    "AverageForm": "The moving average is formed otherwise: a sum, magnitudes instead of squares, "
    "swapped rates, a bias correction, or the average from before this gradient.",
    "Cancellation": "A weight that crosses zero, or an update far below a weight, comes out wrong: "
    "the difference is taken in a narrower format, or replaced by zero.",
    "Defaults": "A hyper-parameter that the caller leaves out has another default.",
    "DocumentExample": "The document's own example; little can be seen from it.",
    "ElementCoupling": "An element's result depends on its neighbours, on its position, or on the "
    "length of its array.",
    "EpsilonPlacement": "Epsilon is added on the other side of the square root, left out, "
    "subtracted, or not the given one.",
    "FreshState": "An optimizer starts with averages or hyper-parameters of the one before.",
    "HyperParameterPrecision": "A hyper-parameter passes through a narrower format: decimals like "
    "0.9 and 0.001 change, powers of two do not.",
    "HyperParameterUsed": "A given hyper-parameter has no effect, or not the one that it should.",
    "Infinity": "An infinite weight or gradient does not do what IEEE 754 says.",
    "InitialAverage": "The moving average starts at another value than zero.",
    "InvalidInput": "Input that breaks a rule is accepted, and weights come out of it.",
    "NotANumber": "A NaN does not stay NaN in its own element, or reaches others.",
    "Overflow": "Where g^2 is out of range the step is neither that of infinity nor the real one.",
    "ParameterNames": "Parameters are told apart by position, or by a changed, cut or folded name.",
    "PrecisionKept": "The average or the step is held in a narrower format than the port's own: "
    "digits are lost, and magnitudes far from 1 overflow or vanish.",
    "SignedZero": "The sign of a zero is lost, or the other one comes out.",
    "StateKept": "The moving average does not live from one call to the next.",
    "StateOfItsOwn": "Parameters, or elements, share a moving average or take a neighbour's.",
    "StepForm": "The step is not learning rate times gradient divided by a root: no root, the "
    "sign only, the wrong direction.",
    "Subnormal": "Numbers below the normal range are taken for zero, or lose digits.",
    "Underflow": "Where g^2 is too small for the format the step is neither that of a divisor of "
    "zero nor the real one.",
    "UpdateApplied": "The caller's weights do not change, or a copy of them does.",
    "ZeroByZero": "Where gradient, average and epsilon are all zero the weight changes.",
}
