"""What an optimizer remembers, as a flat mapping that pickle and `numpy.savez` can keep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from goldstep_numpy.calls import Array
from goldstep_numpy.hyper_parameters import HyperParameters
from goldstep_numpy.parameters import check_array

State = Mapping[str, Any]
"""Numbers, a string, and arrays: see `RMSProp.state_dict`."""

_VALUES = ("learning_rate", "decay_rate", "epsilon", "epsilon_placement")
_AVERAGE = "moving_average/"


def write_state(hyper_parameters: HyperParameters, averages: Mapping[str, Array]) -> State:
    """A state with copies of the averages, in their memory order."""
    values = {name: getattr(hyper_parameters, name) for name in _VALUES}
    return values | {_AVERAGE + name: array.copy(order="K") for name, array in averages.items()}


def read_state(state: State) -> tuple[HyperParameters, dict[str, Array]]:
    """What `write_state` has written; raises ValueError or TypeError, naming what is wrong."""
    if not isinstance(state, Mapping):
        raise TypeError(f"a state is a mapping, not {type(state).__name__}")
    averages = {
        key.removeprefix(_AVERAGE): state[key]
        for key in state
        if isinstance(key, str) and key.startswith(_AVERAGE)
    }
    if missing := [name for name in _VALUES if name not in state]:
        raise ValueError(f"a state has the key {missing[0]}, which is missing")
    if len(state) != len(_VALUES) + len(averages):
        odd = [key for key in state if key not in _VALUES and not str(key).startswith(_AVERAGE)]
        raise ValueError(
            f"a state has the keys {', '.join(_VALUES)} and {_AVERAGE}NAME, not {odd[0]!r}"
        )
    for name, average in averages.items():
        check_array(f"moving average of {name}", average)
        if not bool(np.all((average >= 0) | np.isnan(average))):
            raise ValueError(f"moving average of {name}: a mean of squares is never negative")
    return HyperParameters(*(_plain(state[name]) for name in _VALUES)), averages


def _plain(value: Any) -> Any:
    """What `numpy.savez` has made an array, as it was."""
    return value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value
