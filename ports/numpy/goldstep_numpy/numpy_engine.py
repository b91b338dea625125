"""The engine that needs nothing but NumPy: one ufunc call for each operation and block.

A block's arrays stay in the processor's caches from its first operation to its last, so that memory
is read and written once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat
from operator import itemgetter

import numpy as np

from goldstep_numpy.calls import Array, Call, make
from goldstep_numpy.formula import ARRAYS, CONSTANTS, TEMPORARIES, Operation

_NAMES = (*ARRAYS, *TEMPORARIES)


class NumpyEngine:
    """Makes kernels for operations."""

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
        self._operations = [
            (getattr(np, operation.name), itemgetter(*operation.operands, operation.result))
            for operation in operations
        ]
        self._constants = {
            name: constants[index : index + 1].reshape(()) for index, name in enumerate(CONSTANTS)
        }
        self._scratch = scratch

    def calls(self, gradient: Array, average: Array, weight: Array) -> Iterable[Call]:
        """See `plan.Kernel`."""
        arrays = (gradient, average, weight)
        length, block = len(gradient), len(self._scratch[0])
        if length <= block:
            return self._on_one_block(arrays)
        whole = length - length % block
        calls = self._on_blocks([list(array[:whole].reshape(-1, block)) for array in arrays])
        if whole == length:
            return calls
        return chain(calls, self._on_one_block([array[whole:] for array in arrays]))

    def _on_one_block(self, arrays: Sequence[Array]) -> list[Call]:
        scratch = [each[: len(arrays[0])] for each in self._scratch]
        values = self._constants | dict(zip(_NAMES, [*arrays, *scratch], strict=True))
        return [(ufunc, *of(values)) for ufunc, of in self._operations]

    def _on_blocks(self, arrays: Sequence[Iterable[Array]]) -> Iterator[Call]:
        same: dict[str, Iterable[Array]] = {
            name: repeat(constant) for name, constant in self._constants.items()
        }
        columns: Sequence[Iterable[Array]] = [*arrays, *map(repeat, self._scratch)]
        values = same | dict(zip(_NAMES, columns, strict=True))
        rows = [zip(repeat(ufunc), *of(values), strict=False) for ufunc, of in self._operations]
        return chain.from_iterable(zip(*rows, strict=False))
