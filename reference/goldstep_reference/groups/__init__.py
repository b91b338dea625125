"""The registry: all groups of cases, in the order in which they are published."""

from __future__ import annotations

from collections.abc import Mapping

from goldstep_reference.groups.accumulation import accumulation
from goldstep_reference.groups.cancellation import cancellation
from goldstep_reference.groups.defaults import defaults
from goldstep_reference.groups.epsilon_placement import epsilon_placement
from goldstep_reference.groups.formula import formula
from goldstep_reference.groups.fresh_state import fresh_state
from goldstep_reference.groups.group import Group
from goldstep_reference.groups.hyper_parameters import hyper_parameters
from goldstep_reference.groups.independence import independence
from goldstep_reference.groups.invalid_input import invalid_input
from goldstep_reference.groups.long_runs import long_runs
from goldstep_reference.groups.parameters import parameters
from goldstep_reference.groups.range_limits import range_limits
from goldstep_reference.groups.special_values import special_values
from goldstep_reference.groups.starting_average import starting_average

GROUPS: Mapping[str, Group] = {
    group.name: group
    for group in (
        formula,
        epsilon_placement,
        accumulation,
        starting_average,
        long_runs,
        parameters,
        independence,
        cancellation,
        fresh_state,
        hyper_parameters,
        defaults,
        invalid_input,
        special_values,
        range_limits,
    )
}

__all__ = ["GROUPS", "Group"]
