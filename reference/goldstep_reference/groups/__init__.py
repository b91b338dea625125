"""The registry: all groups of cases, in the order in which they are published."""

from __future__ import annotations

from collections.abc import Mapping

from goldstep_reference.groups.accumulation import accumulation
from goldstep_reference.groups.defaults import defaults
from goldstep_reference.groups.epsilon_placement import epsilon_placement
from goldstep_reference.groups.formula import formula
from goldstep_reference.groups.group import Group
from goldstep_reference.groups.hyper_parameters import hyper_parameters
from goldstep_reference.groups.parameters import parameters

GROUPS: Mapping[str, Group] = {
    group.name: group
    for group in (
        formula,
        epsilon_placement,
        accumulation,
        parameters,
        hyper_parameters,
        defaults,
    )
}

__all__ = ["GROUPS", "Group"]
