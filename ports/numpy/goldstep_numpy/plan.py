"""How parameters of given names, shapes and dtypes are updated: worked out once, used at each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Any, Protocol

import numpy as np

from goldstep_numpy.averages import Average, aligned_zeros, storages
from goldstep_numpy.blocks import Blocks
from goldstep_numpy.calls import Array, Call, copies
from goldstep_numpy.overlap import check_apart, same_arrays, surely_apart
from goldstep_numpy.parameters import ARRAY_TYPES
from goldstep_numpy.units import Group, Range, Unit, divide, in_one_piece, share_out

Constants = Mapping[np.dtype[Any], Array]

_PLAIN = frozenset(ARRAY_TYPES)
_shape, _dtype, _writeable = map(attrgetter, ("shape", "dtype", "flags.writeable"))


class Kernel(Protocol):
    """Updates arrays."""

    def calls(self, gradient: Array, average: Array, weight: Array) -> Iterable[Call]:
        """The calls that update contiguous arrays of one dimension and the same length.

        They are ready: getting one after the other runs no Python code.
        """


class Engine(Protocol):
    """Makes kernels, and the calls that they consist of."""

    @property
    def block_bytes(self) -> int:
        """The bytes of a block that suits it."""

    @property
    def scratch(self) -> int:
        """How many blocks of scratch memory a kernel takes."""

    @property
    def compile_seconds(self) -> float:
        """How long it has compiled."""

    def kernel(self, constants: Array, scratch: Sequence[Array]) -> Kernel:
        """A kernel for arrays of the constants' dtype, which has ``scratch`` to itself.

        It looks at the constants when the calls are made, so that they may change in place.
        """

    def make(self, calls: Iterable[Call]) -> None:
        """Makes the calls, as `calls.make` does."""


@dataclass(frozen=True, slots=True)
class _Staged:
    """A group, its place in scratch memory, and the calls that update it there."""

    group: Group
    gradients: list[Array]
    weights: list[Array]
    update: list[Call]

    def calls(self, gradients: Sequence[Array], weights: Sequence[Array]) -> Iterator[Call]:
        pieces = self.group.pieces
        its_gradients = [piece.of(gradients[piece.number]) for piece in pieces]
        its_weights = [piece.of(weights[piece.number]) for piece in pieces]
        return chain(
            copies(self.gradients, its_gradients),
            copies(self.weights, its_weights),
            self.update,
            copies(its_weights, self.weights),
        )


@dataclass(frozen=True, slots=True)
class _InPlace:
    """A range, and the kernel that updates it where it is."""

    range: Range
    averages: Array
    kernel: Kernel

    def calls(self, gradients: Sequence[Array], weights: Sequence[Array]) -> Iterable[Call]:
        part = self.range
        return self.kernel.calls(
            part.of(gradients[part.number]), self.averages, part.of(weights[part.number])
        )


class Plan:
    """An update of parameters that `parameters.check_parameters` has passed."""

    def __init__(
        self,
        gradients: Mapping[str, Array],
        weights: Mapping[str, Array],
        averages: Mapping[str, Average],
        constants: Constants,
        engine: Engine,
        blocks: Blocks,
        threads: int,
    ) -> None:
        self._names = tuple(weights)
        self._averages = [averages[name] for name in self._names]
        self._shapes = [average.shape for average in self._averages]
        self._dtypes = [average.storage.dtype for average in self._averages]
        self._same_arrays: Callable[[Sequence[Array]], bool] = lambda _: False
        units = divide(
            self._averages,
            list(weights.values()),
            [gradients[name] for name in self._names],
            blocks,
        )
        self._in_one_piece = [
            (unit.number, unit.average) for unit in units if isinstance(unit, Range)
        ]
        self._shares = [
            _share(units, constants, engine, blocks) for units in share_out(units, blocks, threads)
        ]

    def arrays(
        self, gradients: Mapping[str, Array], weights: Mapping[str, Array]
    ) -> tuple[list[Array], list[Array]] | None:
        """Gradients and weights in order, or None where they are not what the plan is for.

        Raises ValueError where they share memory so that the update would be wrong.
        """
        if tuple(weights) != self._names or gradients.keys() != weights.keys():
            return None
        its_weights = list(weights.values())
        its_gradients = list(map(gradients.__getitem__, self._names))
        for arrays in (its_weights, its_gradients):
            if not (
                _PLAIN.issuperset(map(type, arrays))
                and list(map(_shape, arrays)) == self._shapes
                and list(map(_dtype, arrays)) == self._dtypes
            ):
                return None
        if not all(map(_writeable, its_weights)):
            return None
        for number, average in self._in_one_piece:
            if not in_one_piece(average, its_gradients[number], its_weights[number]):
                return None
        both = [*its_weights, *its_gradients]
        if not (surely_apart(its_weights, its_gradients) or self._same_arrays(both)):
            check_apart(weights, gradients, storages(self._averages))
            self._same_arrays = same_arrays(both)
        return its_gradients, its_weights

    def programs(
        self, gradients: Sequence[Array], weights: Sequence[Array]
    ) -> list[Iterator[Call]]:
        """The calls for each thread, ready to be made."""
        return [
            chain.from_iterable([step.calls(gradients, weights) for step in share])
            for share in self._shares
        ]


def _share(
    units: Sequence[Unit], constants: Constants, engine: Engine, blocks: Blocks
) -> list[_Staged | _InPlace]:
    """What one thread does, with scratch memory of its own."""
    dtypes = {unit.dtype for unit in units}
    staged = [unit.size * unit.dtype.itemsize for unit in units if isinstance(unit, Group)]
    largest = [min(unit.size, blocks.length(unit.dtype)) * unit.dtype.itemsize for unit in units]
    stage = [aligned_zeros(max(staged, default=0), np.dtype(np.uint8)) for _ in range(2)]
    scratch = [aligned_zeros(max(largest), np.dtype(np.uint8)) for _ in range(engine.scratch)]
    kernels = {
        dtype: engine.kernel(
            constants[dtype],
            [_viewed(each, dtype)[: blocks.length(dtype)] for each in scratch],
        )
        for dtype in dtypes
    }
    return [
        _InPlace(unit, unit.averages, kernels[unit.dtype])
        if isinstance(unit, Range)
        else _staged(unit, [_viewed(each, unit.dtype) for each in stage], kernels[unit.dtype])
        for unit in units
    ]


def _staged(group: Group, stage: Sequence[Array], kernel: Kernel) -> _Staged:
    gradient, weight = (each[: group.size] for each in stage)
    update = list(kernel.calls(gradient, group.averages, weight))
    return _Staged(group, _places(group, gradient), _places(group, weight), update)


def _places(group: Group, stage: Array) -> list[Array]:
    """Where the pieces of a group are put."""
    first = group.pieces[0].start
    return [
        stage[piece.start - first :][: piece.size].reshape(piece.shape) for piece in group.pieces
    ]


def _viewed(memory: Array, dtype: np.dtype[Any]) -> Array:
    return memory[: len(memory) // dtype.itemsize * dtype.itemsize].view(dtype)
