"""The update as a list of operations on numbers, which every engine carries out one by one.

    v_t = decay_rate * v_(t-1) + (1 - decay_rate) * g_t^2
    w_t = w_(t-1) - learning_rate * g_t / sqrt(v_t + epsilon)

Each operation is one that IEEE 754 rounds correctly, and no engine fuses or reorders any. So an
element's result depends neither on the engine nor on where the element stands: bits are the same in
every block, thread, vector register and remainder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

EpsilonPlacement = Literal["inside", "outside"]
OperationName = Literal["add", "subtract", "multiply", "divide", "sqrt"]

ARRAYS = ("gradient", "average", "weight")
CONSTANTS = ("learning_rate", "decay_rate", "complement", "epsilon")
"""Hyper-parameters, rounded to the arrays' dtype; the complement is 1 - decay_rate."""
TEMPORARIES = ("term", "divisor")


@dataclass(frozen=True, slots=True)
class Operation:
    """``result`` becomes the operation's value; all names are those of this module."""

    result: str
    name: OperationName
    operands: tuple[str, ...]


_AVERAGE = (
    Operation("term", "multiply", ("gradient", "gradient")),
    Operation("term", "multiply", ("term", "complement")),
    Operation("average", "multiply", ("average", "decay_rate")),
    Operation("average", "add", ("average", "term")),
)
_DIVISOR = {
    "inside": (
        Operation("divisor", "add", ("average", "epsilon")),
        Operation("divisor", "sqrt", ("divisor",)),
    ),
    "outside": (
        Operation("divisor", "sqrt", ("average",)),
        Operation("divisor", "add", ("divisor", "epsilon")),
    ),
}
_STEP = (
    Operation("term", "multiply", ("gradient", "learning_rate")),
    Operation("term", "divide", ("term", "divisor")),
    Operation("weight", "subtract", ("weight", "term")),
)


def operations(placement: EpsilonPlacement) -> tuple[Operation, ...]:
    """The update of one element, in order; changes ``average`` and ``weight``."""
    return (*_AVERAGE, *_DIVISOR[placement], *_STEP)
