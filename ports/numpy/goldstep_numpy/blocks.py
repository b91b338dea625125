"""How many elements are worked on at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

_SMALL = 4


@dataclass(frozen=True, slots=True)
class Blocks:
    """``size`` elements each, or as many as have ``bytes`` bytes."""

    bytes: int
    size: int | None

    def length(self, dtype: np.dtype[Any]) -> int:
        """The number of elements of a block."""
        return self.size or self.bytes // dtype.itemsize

    def small(self, dtype: np.dtype[Any]) -> int:
        """Up to how many elements arrays are put together, in blocks.

        Copying that many to and fro takes less than the calls that this saves.
        """
        return self.length(dtype) // _SMALL
