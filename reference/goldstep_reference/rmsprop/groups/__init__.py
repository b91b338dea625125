"""The registry: all groups of cases, in the order in which they are published."""

from __future__ import annotations

from collections.abc import Mapping

from goldstep_reference.rmsprop.groups.accumulation import accumulation
from goldstep_reference.rmsprop.groups.cancellation import cancellation
from goldstep_reference.rmsprop.groups.defaults import defaults
from goldstep_reference.rmsprop.groups.epsilon_placement import epsilon_placement
from goldstep_reference.rmsprop.groups.formula import formula
from goldstep_reference.rmsprop.groups.fresh_state import fresh_state
from goldstep_reference.rmsprop.groups.hyper_parameters import hyper_parameters
from goldstep_reference.rmsprop.groups.independence import independence
from goldstep_reference.rmsprop.groups.invalid_input import invalid_input
from goldstep_reference.rmsprop.groups.long_runs import long_runs
from goldstep_reference.rmsprop.groups.parameters import parameters
from goldstep_reference.rmsprop.groups.range_limits import range_limits
from goldstep_reference.rmsprop.groups.special_values import special_values
from goldstep_reference.rmsprop.groups.starting_average import starting_average
from goldstep_reference.rule.group import Group

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
