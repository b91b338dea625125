"""The engine that needs nothing but NumPy: one ufunc call for each operation and block.

A block's arrays stay in the processor's second-level cache from its first operation to its last,
so that memory is read and written once, as far as ufuncs allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat

import numpy as np

from goldstep_numpy.calls import Array, Call, make
from goldstep_numpy.formula import ARRAYS, CONSTANTS, TEMPORARIES, Operation

_Column = Iterable[Array]  # endless for what is the same in each block


class NumpyEngine:
    """Makes kernels for operations."""

    block_bytes = 128 * 1024  # five of them are in use at a time, in a cache of 1 MiB or so
    scratch = len(TEMPORARIES)
    compile_seconds = 0.0

    def __init__(self, operations: Sequence[Operation]) -> None:
        self._operations = operations

    def kernel(self, constants: Array, scratch: Sequence[Array]) -> NumpyKernel:
        """See `plan.Engine`."""
        return NumpyKernel(self._operations, constants, scratch)

    def make(self, calls: Iterable[Call]) -> None:
        """See `plan.Engine`: without warnings, and without what the caller's errstate raises."""
        with np.errstate(all="ignore"):
            make(calls)


class NumpyKernel:
    """Updates arrays block by block, with ``scratch`` for what lies between operations."""

    def __init__(
        self, operations: Sequence[Operation], constants: Array, scratch: Sequence[Array]
    ) -> None:
        self._operations = [(getattr(np, op.name), *op.operands, op.result) for op in operations]
        self._constants = {
            name: repeat(constants[index : index + 1].reshape(()))
            for index, name in enumerate(CONSTANTS)
        }
        self._scratch = scratch

    def calls(self, gradient: Array, average: Array, weight: Array) -> Iterator[Call]:
        """See `plan.Kernel`."""
        block = len(self._scratch[0])
        whole = len(gradient) - len(gradient) % block
        arrays = (gradient, average, weight)
        blocks = self._columns(
            [list(array[:whole].reshape(-1, block)) for array in arrays], self._scratch
        )
        rest = self._columns(
            [[array[whole:]] for array in arrays],
            [each[: len(gradient) - whole] for each in self._scratch],
        )
        return chain(
            self._rows(blocks) if whole else (), self._rows(rest) if whole < len(gradient) else ()
        )

    def _columns(
        self, arrays: Iterable[Sequence[Array]], scratch: Iterable[Array]
    ) -> Mapping[str, _Column]:
        """What each name stands for in one block after the other."""
        temporaries = zip(TEMPORARIES, map(repeat, scratch), strict=True)
        return {**self._constants, **dict(zip(ARRAYS, arrays, strict=True)), **dict(temporaries)}

    def _rows(self, columns: Mapping[str, _Column]) -> Iterator[Call]:
        operations = (
            zip(repeat(ufunc), *(columns[name] for name in names))
            for ufunc, *names in self._operations
        )
        return chain.from_iterable(zip(*operations, strict=False))
