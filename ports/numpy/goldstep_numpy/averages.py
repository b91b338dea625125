"""Where moving averages are kept: never moved, so that views of them stay true.

The averages of small parameters that come together lie side by side, in the order in which they
came, and can be updated together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from goldstep_numpy.blocks import Blocks
from goldstep_numpy.calls import Array

_ALIGNMENT = 64  # bytes: a vector register, a cache line


@dataclass(frozen=True, slots=True)
class Average:
    """The elements of ``storage`` from ``start`` on, in C order of the shape, or of its reverse.

    ``reverse`` says that the parameter was in Fortran order when it came, so that its average is.
    """

    storage: Array
    start: int
    shape: tuple[int, ...]
    reverse: bool

    @property
    def size(self) -> int:
        """How many elements it has."""
        return math.prod(self.shape)

    @property
    def stop(self) -> int:
        """Where it ends in ``storage``."""
        return self.start + self.size

    @property
    def array(self) -> Array:
        """A view that has the parameter's shape."""
        flat = self.storage[self.start : self.stop]
        return flat.reshape(self.shape[::-1]).T if self.reverse else flat.reshape(self.shape)


def allocate(parameters: Mapping[str, Array], blocks: Blocks) -> dict[str, Average]:
    """Averages of zero for the parameters; those of small ones lie together."""
    averages: dict[str, Average] = {}
    together: dict[np.dtype[Any], dict[str, Array]] = {}
    for name, array in parameters.items():
        if array.size <= blocks.small(array.dtype):
            together.setdefault(array.dtype, {})[name] = array
        else:
            storage = aligned_zeros(array.size, array.dtype)
            reverse = array.flags.f_contiguous and not array.flags.c_contiguous
            averages[name] = Average(storage, 0, array.shape, reverse)
    for dtype, arrays in together.items():
        storage = aligned_zeros(sum(array.size for array in arrays.values()), dtype)
        start = 0
        for name, array in arrays.items():
            averages[name] = Average(storage, start, array.shape, reverse=False)
            start += array.size
    return {name: averages[name] for name in parameters}


def copied(arrays: Mapping[str, Array], blocks: Blocks) -> dict[str, Average]:
    """Averages with the values of ``arrays``."""
    averages = allocate(arrays, blocks)
    for name, average in averages.items():
        average.array[...] = arrays[name]
    return averages


def storages(averages: Iterable[Average]) -> list[Array]:
    """The arrays that hold them, each once."""
    return list({id(average.storage): average.storage for average in averages}.values())


def aligned_zeros(length: int, dtype: np.dtype[Any]) -> Array:
    """A new array that begins at a cache line."""
    raw = np.zeros(length * dtype.itemsize + _ALIGNMENT, np.uint8)
    offset = -raw.ctypes.data % _ALIGNMENT
    return raw[offset : offset + length * dtype.itemsize].view(dtype)
