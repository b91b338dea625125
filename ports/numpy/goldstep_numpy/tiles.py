"""An array's elements in C order, cut into rectangles of a limited size."""

from __future__ import annotations

import math
from collections.abc import Iterator

Shape = tuple[int, ...]
Index = tuple[slice, ...]


def tiles(shape: Shape, limit: int) -> Iterator[tuple[Index, Shape]]:
    """Indices of rectangles that follow each other in C order, with their shapes.

    None has more than ``limit`` elements, at least 1; together they are the array.
    """
    if math.prod(shape) <= limit:
        yield (), shape
        return
    row = math.prod(shape[1:])
    rows = max(1, limit // row)
    for start in range(0, shape[0], rows):
        stop = min(start + rows, shape[0])
        for index, rest in tiles(shape[1:], limit) if row > limit else [((), shape[1:])]:
            yield (slice(start, stop), *index), (stop - start, *rest)
