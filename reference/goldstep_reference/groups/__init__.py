"""The groups of cases; importing this registers them, in the order in which they are published."""

from goldstep_reference.groups import (  # noqa: F401  (imported to register)
    accumulation,
    defaults,
    epsilon_placement,
    formula,
    hyper_parameters,
    parameters,
)
from goldstep_reference.groups.registry import GROUPS, Group

__all__ = ["GROUPS", "Group"]
