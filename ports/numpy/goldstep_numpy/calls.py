"""Calls that are made in a row, with nothing in between.

Python handles signals between the instructions of its own programs, and what a handler raises, such
as KeyboardInterrupt, comes out there. Here no such instruction lies between the first call and the
last: a row of calls of compiled functions is made wholly or not at all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat, starmap
from operator import call
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Call = tuple[Any, ...]
"""A function that is compiled, as NumPy's are, and its arguments."""

_assign = np.ndarray.__setitem__
_ASSIGN = repeat(_assign)
_ALL = repeat(...)
_drop_all = deque[Any](maxlen=0).extend


def make(calls: Iterable[Call]) -> None:
    """Makes the calls in order; their results are dropped."""
    _drop_all(starmap(call, calls))


def copy(target: Array, source: Array) -> Call:
    """The call that copies an array into another of the same shape and dtype."""
    return _assign, target, ..., source


def copies(targets: Sequence[Array], sources: Sequence[Array]) -> Iterator[Call]:
    """Calls that copy arrays into others of the same shape and dtype, whatever their strides."""
    return zip(_ASSIGN, targets, _ALL, sources)  # noqa: B905 (a keyword takes time)
