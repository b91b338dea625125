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
from goldstep_numpy.calls import Array, Call, copies, copy
from goldstep_numpy.overlap import all_own_memory, check_apart, distinct, same_arrays
from goldstep_numpy.units import Group, Range, Unit, divide, share_out

Constants = Mapping[np.dtype[Any], Array]

# All that a plan depends on. The flags: contiguous, aligned, writeable, owner of its memory.
_described = attrgetter("__class__", "shape", "dtype", "flags.num")


class Kernel(Protocol):
    """Updates arrays."""

    def calls(self, gradient: Array, average: Array, weight: Array) -> Iterable[Call]:
        """The calls that update contiguous arrays of one dimension and the same length.

        They are ready: getting one after the other runs no Python code.
        """


class Engine(Protocol):
    """Makes kernels, and the calls that they consist of."""

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
    """A group, the places of its pieces in scratch memory, and the calls that update it there."""

    group: Group
    gradients_and_weights: list[Array]
    weights: list[Array]
    update: list[Call]

    def calls(self, gradients: Sequence[Array], weights: Sequence[Array]) -> Iterator[Call]:
        run = self.group.consecutive
        if run is not None:
            its_gradients, its_weights = gradients[run], weights[run]
        else:
            its_gradients, its_weights = self.group.of(gradients), self.group.of(weights)
        return chain(
            copies(self.gradients_and_weights, [*its_gradients, *its_weights]),
            self.update,
            copies(its_weights, self.weights),
        )


@dataclass(frozen=True, slots=True)
class _StagedAlone:
    """A whole parameter in a group of its own: the same calls, in half the time to get them."""

    number: int
    gradient: Array
    weight: Array
    update: list[Call]

    def calls(self, gradients: Sequence[Array], weights: Sequence[Array]) -> list[Call]:
        weight = weights[self.number]
        return [
            copy(self.gradient, gradients[self.number]),
            copy(self.weight, weight),
            *self.update,
            copy(weight, self.weight),
        ]


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
        its_weights = list(weights.values())
        its_gradients = [gradients[name] for name in self._names]
        self._weights = list(map(_described, its_weights))
        self._gradients = list(map(_described, its_gradients))
        self._all_own_memory = all_own_memory([*its_weights, *its_gradients])
        self._same_arrays: Callable[[Sequence[Array]], bool] = lambda _: False
        units = divide(self._averages, its_weights, its_gradients, blocks)
        self._shares = [
            _share(units, constants, engine, blocks) for units in share_out(units, blocks, threads)
        ]
        its_steps = [step for share in self._shares for step in share]
        self._only_step = its_steps[0] if len(its_steps) == 1 else None

    def arrays(
        self, gradients: Mapping[str, Array], weights: Mapping[str, Array]
    ) -> tuple[list[Array], list[Array]] | None:
        """Gradients and weights in order, or None where they are not what the plan is for.

        Raises ValueError where they share memory so that the update would be wrong.
        """
        if not (_is_mapping(gradients) and _is_mapping(weights)) or tuple(weights) != self._names:
            return None
        its_weights = list(weights.values())
        if tuple(gradients) == self._names:
            its_gradients = list(gradients.values())
        elif gradients.keys() == weights.keys():
            its_gradients = list(map(gradients.__getitem__, self._names))
        else:
            return None
        try:
            if (
                list(map(_described, its_weights)) != self._weights
                or list(map(_described, its_gradients)) != self._gradients
            ):
                return None
        except AttributeError:
            return None
        if not (self._all_own_memory and distinct(its_weights, its_gradients)):
            both = [*its_weights, *its_gradients]
            if not self._same_arrays(both):
                check_apart(weights, gradients, storages(self._averages))
                self._same_arrays = same_arrays(both)
        return its_gradients, its_weights

    def programs(
        self, gradients: Sequence[Array], weights: Sequence[Array]
    ) -> list[Iterable[Call]]:
        """The calls for each thread, ready to be made."""
        if self._only_step:
            return [self._only_step.calls(gradients, weights)]
        return [
            chain.from_iterable([step.calls(gradients, weights) for step in share])
            for share in self._shares
        ]


def _is_mapping(arrays: object) -> bool:
    return type(arrays) is dict or isinstance(arrays, Mapping)


def _share(
    units: Sequence[Unit], constants: Constants, engine: Engine, blocks: Blocks
) -> list[_Staged | _StagedAlone | _InPlace]:
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


def _staged(group: Group, stage: Sequence[Array], kernel: Kernel) -> _Staged | _StagedAlone:
    gradient, weight = (each[: group.size] for each in stage)
    update = list(kernel.calls(gradient, group.averages, weight))
    gradients, weights = _places(group, gradient), _places(group, weight)
    if group.consecutive and len(group.pieces) == 1:
        return _StagedAlone(group.pieces[0].number, gradients[0], weights[0], update)
    return _Staged(group, [*gradients, *weights], weights, update)


def _places(group: Group, stage: Array) -> list[Array]:
    """Where the pieces of a group are put."""
    first = group.pieces[0].start
    return [
        stage[piece.start - first :][: piece.size].reshape(piece.shape) for piece in group.pieces
    ]


def _viewed(memory: Array, dtype: np.dtype[Any]) -> Array:
    return memory[: len(memory) // dtype.itemsize * dtype.itemsize].view(dtype)
