"""Whether gradients and weights fit each other and the optimizer's averages."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from goldstep_numpy.averages import Average
from goldstep_numpy.calls import Array

ARRAY_TYPES = (np.ndarray, np.memmap)
"""Other subclasses give indexing and operators a meaning of their own."""
DTYPES = (np.dtype(np.float32), np.dtype(np.float64))


def check_parameters(
    gradients: Mapping[str, Array], weights: Mapping[str, Array], averages: Mapping[str, Average]
) -> None:
    """Raises ValueError or TypeError, naming the parameter and what was expected."""
    for what, arrays in (("gradients", gradients), ("weights", weights)):
        if not isinstance(arrays, Mapping):
            raise TypeError(
                f"{what}: a mapping from names to arrays is expected, not {type(arrays).__name__}"
            )
    for name, weight in weights.items():
        if not isinstance(name, str):
            raise TypeError(f"weights: a name is a string, not {name!r}")
        check_array(f"weights of {name}", weight)
        if not weight.flags.writeable:
            raise ValueError(f"weights of {name}: the array is read-only")
        if name not in gradients:
            raise ValueError(f"no gradient for {name}")
        check_array(f"gradient of {name}", gradients[name])
        _check_fit(f"gradient of {name}", gradients[name], weight)
        if name in averages:
            _check_fit(f"moving average of {name}", averages[name].array, weight)
    if unknown := gradients.keys() - weights.keys():
        raise ValueError(f"gradients without weights: {', '.join(sorted(map(str, unknown)))}")


def check_array(what: str, array: object) -> None:
    """Raises TypeError for what is no plain array of float32 or float64 in native byte order."""
    if type(array) not in ARRAY_TYPES:
        raise TypeError(f"{what}: a NumPy array is expected, not {type(array).__name__}")
    assert isinstance(array, np.ndarray)
    if array.dtype not in DTYPES:
        raise TypeError(
            f"{what}: float32 or float64 in native byte order is expected, not {array.dtype}"
        )


def _check_fit(what: str, array: Array, weight: Array) -> None:
    if array.dtype != weight.dtype:
        raise TypeError(f"{what}: {array.dtype}, but its weights {weight.dtype}")
    if array.shape != weight.shape:
        raise ValueError(f"{what}: shape {array.shape}, but its weights {weight.shape}")
