"""How many elements are worked on at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

# Measured: blocks of five arrays lie in the third-level cache. Smaller ones take more calls for as
# many elements. Between two calls a thread waits where another one has the interpreter: twice the
# length, half as often.
_BYTES = 1024 * 1024
_BYTES_OF_SEVERAL_THREADS = 2 * _BYTES
_SMALL = 32


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks of ``size`` elements, or, where that is None, of as many as suit processors."""

    size: int | None
    threads: int = 1

    def length(self, dtype: np.dtype[Any]) -> int:
        """The number of elements of a block."""
        suited = _BYTES if self.threads == 1 else _BYTES_OF_SEVERAL_THREADS
        return self.size or suited // dtype.itemsize

    def small(self, dtype: np.dtype[Any]) -> int:
        """Up to how many elements arrays are put together, in blocks.

        Copying that many to and fro takes less than the calls that this saves.
        """
        return self.length(dtype) // _SMALL
