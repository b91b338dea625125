"""Whether arrays share memory in a way that would make an update wrong."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import call, is_
from typing import Any

import numpy as np

from goldstep_numpy.calls import Array

_WORK: Any = 10_000  # candidates that NumPy may try for a pair: a millisecond or so
_Named = tuple[str, Array]


def all_own_memory(arrays: Sequence[Array]) -> bool:
    """Whether none is a view, so that those which are `distinct` share nothing."""
    return all(array.flags.owndata for array in arrays)


def distinct(weights: Sequence[Array], gradients: Sequence[Array]) -> bool:
    """Whether no weights are the same array as others, or as a gradient."""
    if len(weights) == 1:  # sets take three times as long
        return weights[0] is not gradients[0]
    written = {*map(id, weights)}
    return len(written) == len(weights) and written.isdisjoint(map(id, gradients))


def same_arrays(arrays: Sequence[Array]) -> Callable[[Sequence[Array]], bool]:
    """A test for the very same arrays; it keeps none of them alive."""
    references = [weakref.ref(array) for array in arrays]

    def same(others: Sequence[Array]) -> bool:
        return len(others) == len(references) and all(map(is_, map(call, references), others))

    return same


def check_apart(
    weights: Mapping[str, Array], gradients: Mapping[str, Array], averages: Sequence[Array]
) -> None:
    """Raises ValueError where weights share memory: with themselves, each other, or gradients.

    No gradient may share memory with the moving averages, either. Gradients may share memory.
    Where it would take too long to find out, arrays count as sharing it: that takes two that lie in
    each other's gaps with unequal strides.
    """
    for name, weight in weights.items():
        if _may_overlap_itself(weight):
            raise ValueError(f"weights of {name}: elements share memory")
    written = [(f"weights of {name}", array) for name, array in weights.items()]
    written += [("moving averages", array) for array in averages]
    read = [(f"gradient of {name}", array) for name, array in gradients.items()]
    for (one, array), (another, other) in _pairs_within_reach(written, read):
        if _share_memory(array, other):
            raise ValueError(f"{one} and {another}: they share memory")


def _pairs_within_reach(
    written: Sequence[_Named], read: Sequence[_Named]
) -> Iterator[tuple[_Named, _Named]]:
    """Pairs whose ranges of addresses overlap, one of them written, by a sweep over addresses."""
    both = [*written, *read]
    ranges = [(*_addresses(array), index) for index, (_, array) in enumerate(both) if array.size]
    open_written: dict[int, int] = {}  # by index, where it ends
    open_read: dict[int, int] = {}
    for start, stop, index in sorted(ranges):
        is_written = index < len(written)
        for opened in (open_written, open_read) if is_written else (open_written,):
            for other, end in list(opened.items()):
                if end <= start:
                    del opened[other]
                else:
                    yield both[min(index, other)], both[max(index, other)]
        (open_written if is_written else open_read)[index] = stop


def _addresses(array: Array) -> tuple[int, int]:
    """The first byte, and the one after the last."""
    reaches = [
        (length - 1) * stride for length, stride in zip(array.shape, array.strides, strict=True)
    ]
    address = array.ctypes.data
    start = address + sum(reach for reach in reaches if reach < 0)
    return start, address + sum(reach for reach in reaches if reach > 0) + array.itemsize


def _share_memory(one: Array, other: Array) -> bool:
    try:
        return np.shares_memory(one, other, max_work=_WORK)
    except np.exceptions.TooHardError:
        return True


def _may_overlap_itself(array: Array) -> bool:
    """Whether a stride is less than what the axes of smaller strides span."""
    span = array.itemsize
    axes = zip(map(abs, array.strides), array.shape, strict=True)
    for stride, length in sorted(axis for axis in axes if axis[1] > 1):
        if stride < span:
            return array.size > 0
        span += stride * (length - 1)
    return False
