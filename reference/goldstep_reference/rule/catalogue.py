"""Deviations that every algorithm can have: of its state, its hyper-parameters, its precision."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from decimal import Decimal

from goldstep_reference.numbers.number_format import BFLOAT16, FLOAT16, FLOAT32
from goldstep_reference.rule.deviation import (
    Always,
    Coupling,
    Default,
    Deviation,
    Rewriting,
    Rounded,
    Sharing,
)
from goldstep_reference.rule.expression import (
    GRADIENT,
    ORIGINAL,
    WEIGHT,
    flushed,
    rounded,
    without_nan,
)
from goldstep_reference.rule.rule import HyperParameter

_NARROWER = (FLOAT32, BFLOAT16, FLOAT16)
_BLOCK = 4  # elements that a loop with a forgotten tail takes at a time


def update_discarded() -> Deviation:
    """The caller's weights stay as they are; needs the label ``weight`` on all of the weight."""
    change = Rewriting("weight", WEIGHT)
    return Deviation("update-discarded", None, "the weights do not change", "update", (change,))


def shared_states(state: str) -> Iterator[Deviation]:
    """Whose ``state`` a parameter uses, other than its own."""
    for key, finding, subject, meaning in (
        (_renewed, "state-not-kept", None, f"the {state} starts anew at every call"),
        (_by_length, "state-shared", "by length", f"parameters of one length share a {state}"),
        (_by_all, "state-shared", "by all", f"all parameters share a {state}"),
    ):
        yield Deviation(finding, subject, meaning, "state", (Sharing(key),))


def coupled_elements(state: str) -> Iterator[Deviation]:
    """Whose ``state`` an element uses, other than its own."""
    for sources, subject, meaning in (
        (_neighbour, "neighbour", f"an element uses its neighbour's {state}"),
        (_first, "first element", f"every element uses the first one's {state}"),
        (_last, "last element", f"every element uses the last one's {state}"),
        (_tail, "tail", "elements after the last whole block of four are left out"),
    ):
        yield Deviation("element-coupling", subject, meaning, "coupling", (Coupling(sources),))


def supplied(parameter: HyperParameter) -> Iterator[Deviation]:
    """A hyper-parameter that is rounded or ignored, or has another default."""
    name, words = parameter.name, parameter.words
    for narrower in _NARROWER:
        yield Deviation(
            "hyper-parameter-rounded",
            f"{name} to {narrower.name}",
            f"the {words} passes through {narrower.name}",
            name,
            (Rounded(name, narrower),),
        )
    yield Deviation(
        "hyper-parameter-ignored",
        name,
        f"the default {words} is used, whatever is given",
        name,
        (Always(name, parameter.default),),
    )
    for value in parameter.other_defaults:
        yield other_default(parameter, value)


def other_default(parameter: HyperParameter, value: str) -> Deviation:
    """A default of the program's own, as a decimal."""
    name = parameter.name
    return Deviation(
        "default-differs",
        f"{name} {value}",
        f"the default {parameter.words} is {value}",
        f"default_{name}",
        (Default(name, Decimal(value)),),
    )


def ignored(parameter: HyperParameter, value: str) -> Deviation:
    """A value of the program's own, as a decimal, whatever is given."""
    name = parameter.name
    return Deviation(
        "hyper-parameter-ignored",
        f"{name}, always {value}",
        f"the {parameter.words} is {value}, whatever is given",
        name,
        (Always(name, Decimal(value)),),
    )


def narrowed(label: str) -> Iterator[Deviation]:
    """What ``label`` stands on is held in a narrower format."""
    for narrower in _NARROWER:
        yield Deviation(
            "precision-loss",
            f"{label} in {narrower.name}",
            f"the {label} is held in {narrower.name}",
            f"{label}_format",
            (Rewriting(label, rounded(ORIGINAL, narrower)),),
        )


def subnormals_flushed(parameters: Iterable[HyperParameter]) -> Deviation:
    """Of input, of each step, and of states, which are labelled ``kept``."""
    targets = (*(each.name for each in parameters), "gradient", "step", "kept")
    return Deviation(
        "special-values",
        "subnormals",
        "numbers below the normal range are taken for zero",
        "subnormals",
        tuple(Rewriting(target, flushed(ORIGINAL)) for target in targets),
    )


def nan_zeroed() -> Deviation:
    """Of gradients."""
    change = Rewriting("gradient", without_nan(GRADIENT))
    return Deviation(
        "special-values", "NaN", "a gradient of NaN is taken for zero", "not_a_number", (change,)
    )


def _renewed(name: str, length: int, step: int) -> Hashable:
    return name, step


def _by_length(name: str, length: int, step: int) -> Hashable:
    return length


def _by_all(name: str, length: int, step: int) -> Hashable:
    return None


def _neighbour(length: int) -> list[int]:
    return [(index + 1) % length for index in range(length)]


def _first(length: int) -> list[int]:
    return [0] * length


def _last(length: int) -> list[int]:
    return [length - 1] * length


def _tail(length: int) -> list[int | None]:
    whole_blocks = length - length % _BLOCK or length
    return [index if index < whole_blocks else None for index in range(length)]
