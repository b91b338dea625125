"""All algorithms, by their names."""

from __future__ import annotations

from collections.abc import Mapping

from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rule.algorithm import Algorithm
from goldstep_reference.rule.group import Group, Requirement
from goldstep_reference.rule.rule import State

FIRST = RMSPROP.name  # whose files and requests of ports are older than the others

ALGORITHMS: Mapping[str, Algorithm] = {each.name: each for each in (RMSPROP,)}

# Those of all algorithms; where several have one of a name, it is the last.
GROUPS: Mapping[str, Group] = {
    name: group for each in ALGORITHMS.values() for name, group in each.groups.items()
}
FLAGS: Mapping[str, str] = {
    name: meaning for each in ALGORITHMS.values() for name, meaning in each.flags.items()
}
REQUIREMENTS: Mapping[str, Requirement] = {
    name: text for each in ALGORITHMS.values() for name, text in each.requirements.items()
}
HYPER_PARAMETERS = tuple(
    dict.fromkeys(name for each in ALGORITHMS.values() for name in each.rule.names)
)
STATES: Mapping[str, State] = {
    name: state for each in ALGORITHMS.values() for name, state in each.rule.states.items()
}


def of_quantity(quantity: str) -> str:
    """What stands before a parameter's name: nothing for weights, ``average of `` for a state."""
    state = STATES.get(quantity)
    return f"{state.words} of " if state else ""
