"""What an update is divided into: whole ranges of large arrays, and small arrays put together.

A range is updated where it is. Small arrays, and tiles of arrays that do not lie in one piece, are
copied side by side into scratch memory, updated there together, and copied back: a few copies cost
less than an update each.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from goldstep_numpy.averages import Average
from goldstep_numpy.blocks import Blocks
from goldstep_numpy.calls import Array
from goldstep_numpy.tiles import Index, tiles


@dataclass(frozen=True, slots=True)
class Range:
    """Elements ``start`` to ``stop`` of the parameter with this number, in its average's order."""

    number: int
    average: Average
    start: int
    stop: int

    @property
    def size(self) -> int:
        """How many elements it has."""
        return self.stop - self.start

    def of(self, array: Array) -> Array:
        """Its elements of the parameter's array, which `in_one_piece`."""
        plain = np.asarray(array)
        flat = (plain.T if self.average.reverse else plain).reshape(-1)
        return flat[self.start : self.stop]

    @property
    def dtype(self) -> np.dtype[Any]:
        """That of its numbers."""
        return self.average.storage.dtype

    @property
    def averages(self) -> Array:
        """Its elements of the average."""
        return self.average.storage[self.average.start + self.start :][: self.size]


@dataclass(frozen=True, slots=True)
class Piece:
    """A parameter, or a tile of it, whose averages lie in one piece from ``start`` on."""

    number: int
    average: Average
    start: int
    index: Index | None
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many elements it has."""
        return math.prod(self.shape)

    def of(self, array: Array) -> Array:
        """Its elements of the parameter's array: a view of its shape."""
        if self.index is None:
            return array
        return (array.T if self.average.reverse else array)[self.index]


@dataclass(frozen=True, slots=True)
class Group:
    """Pieces whose averages lie one after the other."""

    pieces: tuple[Piece, ...]
    consecutive: slice | None
    """Which parameters they are, where each is a whole one and they follow each other."""

    @classmethod
    def of_pieces(cls, pieces: Sequence[Piece]) -> Group:
        """The group of them, in order."""
        numbers = [piece.number for piece in pieces]
        run = range(numbers[0], numbers[-1] + 1)
        whole = numbers == list(run) and all(piece.index is None for piece in pieces)
        return cls(tuple(pieces), slice(run.start, run.stop) if whole else None)

    def of(self, arrays: Sequence[Array]) -> list[Array]:
        """Its pieces of the parameters' arrays."""
        return [piece.of(arrays[piece.number]) for piece in self.pieces]

    @property
    def size(self) -> int:
        """How many elements it has."""
        return sum(piece.size for piece in self.pieces)

    @property
    def dtype(self) -> np.dtype[Any]:
        """That of its numbers."""
        return self.pieces[0].average.storage.dtype

    @property
    def averages(self) -> Array:
        """The averages of its elements."""
        first = self.pieces[0]
        return first.average.storage[first.start :][: self.size]


Unit = Range | Group

_LEAST_BLOCKS = 2  # for a thread: waking it takes as long as updating a block


def in_one_piece(average: Average, *arrays: Array) -> bool:
    """Whether the arrays' elements follow each other in memory, in the order of the average's."""
    return all(
        array.flags.aligned
        and (array.flags.f_contiguous if average.reverse else array.flags.c_contiguous)
        for array in arrays
    )


def divide(
    averages: Sequence[Average],
    weights: Sequence[Array],
    gradients: Sequence[Array],
    blocks: Blocks,
) -> list[Unit]:
    """All elements of the parameters, each once. No group is larger than a block."""
    ranges: list[Unit] = []
    pieces: list[Piece] = []
    for number, (average, *arrays) in enumerate(zip(averages, weights, gradients, strict=True)):
        if not average.size:
            continue
        dtype = average.storage.dtype
        if average.size > blocks.small(dtype) and in_one_piece(average, *arrays):
            ranges.append(Range(number, average, 0, average.size))
        else:
            pieces += _pieces(number, average, blocks.length(dtype))
    return [*_groups(pieces, blocks), *ranges]


def share_out(units: Sequence[Unit], blocks: Blocks, threads: int) -> list[list[Unit]]:
    """The units for each thread, about as many elements; fewer threads where each had but a block.

    Ranges are cut between blocks, groups nowhere.
    """
    total = sum(unit.size for unit in units)
    count = sum(unit.size / blocks.length(unit.dtype) for unit in units)
    threads = max(1, min(threads, int(count / _LEAST_BLOCKS)))
    shares: list[list[Unit]] = [[] for _ in range(threads)]
    done = 0
    for unit in units:
        for part in _cut(unit, blocks.length(unit.dtype), -(-total // threads), done):
            shares[min(done * threads // total, threads - 1)].append(part)
            done += part.size
    return [share for share in shares if share]


def _cut(unit: Unit, block: int, share: int, done: int) -> Iterator[Unit]:
    """The unit, cut where a share is full, at the next whole block."""
    if isinstance(unit, Group):
        yield unit
        return
    start = unit.start
    while start < unit.stop:
        room = share - (done + start - unit.start) % share
        stop = min(start + -(-room // block) * block, unit.stop)
        yield Range(unit.number, unit.average, start, stop)
        start = stop


def _pieces(number: int, average: Average, block: int) -> Iterator[Piece]:
    if average.size <= block and not average.reverse:
        yield Piece(number, average, average.start, None, average.shape)
        return
    start = average.start
    shape = average.shape[::-1] if average.reverse else average.shape
    for index, tile in tiles(shape, block):
        yield Piece(number, average, start, index, tile)
        start += math.prod(tile)


def _groups(pieces: Sequence[Piece], blocks: Blocks) -> Iterator[Group]:
    group: list[Piece] = []
    size = 0
    for piece in pieces:
        follows = bool(group) and (
            piece.average.storage is group[-1].average.storage
            and piece.start == group[-1].start + group[-1].size
            and size + piece.size <= blocks.length(piece.average.storage.dtype)
        )
        if group and not follows:
            yield Group.of_pieces(group)
            group, size = [], 0
        group.append(piece)
        size += piece.size
    if group:
        yield Group.of_pieces(group)
