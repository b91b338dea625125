"""How many elements are worked on at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

# Measured: blocks of five arrays lie in the third-level cache. Smaller ones take more
# calls for as many elements, and let threads wait for the interpreter between them.
_BYTES = 1024 * 1024
_SMALL = 32


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks of ``size`` elements, or, where that is None, of as many as suit processors."""

    size: int | None

    def length(self, dtype: np.dtype[Any]) -> int:
        """The number of elements of a block."""
        return self.size or _BYTES // dtype.itemsize

    def small(self, dtype: np.dtype[Any]) -> int:
        """Up to how many elements arrays are put together, in blocks.

        Copying that many to and fro takes less than the calls that this saves.
        """
        return self.length(dtype) // _SMALL
