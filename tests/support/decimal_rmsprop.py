"""RMSProp in decimal arithmetic of many digits: shares nothing with the reference but the formula.

It reads the published JSON, not the reference's cases, and rounds the defaults by itself.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any

from goldstep_reference.rmsprop.columns import Column

# Enough for 40 digits of everything; and beside a hyper-parameter as far from 1 as they go.
_DIGITS, _MANY_DIGITS = 120, 800

_DEFAULTS = {"learning_rate": 0.001, "decay_rate": 0.9, "epsilon": 1e-8}


@dataclass(frozen=True)
class ElementStep:
    """One element at one step: everything that a rounding may act on."""

    step: int
    name: str
    index: int
    gradient: Decimal
    previous_average: Decimal
    average: Decimal
    divisor: Decimal
    change: Decimal
    weight: Decimal


def hyper_parameter(case: Mapping[str, Any], number_format: str, name: str) -> Decimal:
    """The given hyper-parameter, or the default as the number format holds it; exact."""
    if name in case:
        return Decimal(float(case[name]))
    default = _DEFAULTS[name]
    if number_format == "float32":
        (default,) = struct.unpack("f", struct.pack("f", default))
    return Decimal(default)


def element_steps(
    case: Mapping[str, Any], number_format: str, column: Column
) -> Iterator[ElementStep]:
    """Every step of every element of a published case."""
    learning_rate, decay_rate, epsilon = (
        hyper_parameter(case, number_format, name) for name in _DEFAULTS
    )
    far = any(abs(each.adjusted()) > 60 for each in (learning_rate, decay_rate, epsilon) if each)
    c = Context(prec=_MANY_DIGITS if far else _DIGITS, Emin=-999_999, Emax=999_999)
    for name, weights in case["weights"].items():
        for index, text in enumerate(weights):
            weight, average = Decimal(float(text)), Decimal(0)
            for step, gradients in enumerate(case["gradients"], start=1):
                gradient = Decimal(float(gradients[name][index]))
                square = c.multiply(gradient, gradient)
                previous, average = (
                    average,
                    c.add(
                        c.multiply(decay_rate, average),
                        c.multiply(c.subtract(Decimal(1), decay_rate), square),
                    ),
                )
                divisor = (
                    c.sqrt(c.add(average, epsilon))
                    if column == "inside"
                    else c.add(c.sqrt(average), epsilon)
                )
                change = c.divide(c.multiply(learning_rate, gradient), divisor)
                weight = c.subtract(weight, change)
                yield ElementStep(
                    step, name, index, gradient, previous, average, divisor, change, weight
                )
