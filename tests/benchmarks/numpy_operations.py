"""Where a step's time goes, in either engine.

    python -m benchmarks.numpy_operations [ELEMENTS]

prints nanoseconds an element, in both number formats: for each ufunc call of a step, on blocks as
the engine has them; and for the compiled loop on arrays that the cache holds, as it is, without the
root, and with a multiplication for the division.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from statistics import median

import numpy as np
from goldstep_numpy.blocks import Blocks
from goldstep_numpy.calls import make
from goldstep_numpy.compiled_engine import CompiledEngine
from goldstep_numpy.formula import ARRAYS, CONSTANTS, TEMPORARIES, Operation, operations

FORMATS = ("float32", "float64")
REPETITIONS = 9
IN_CACHE = 20_000  # elements of each array
OPERATIONS = operations("inside")
LOOPS = {
    "as it is": OPERATIONS,
    "without the root": tuple(each for each in OPERATIONS if each.name != "sqrt"),
    # Without it the root would be of no use, and LLVM would drop it.
    "multiplying for dividing": tuple(
        replace(each, name="multiply") if each.name == "divide" else each for each in OPERATIONS
    ),
}


def main() -> None:
    """See the module."""
    elements = int(sys.argv[1]) if len(sys.argv) > 1 else 10**7
    columns = [_by_operation(each, elements) for each in FORMATS]
    said = [f"{each.result} = {each.name}({', '.join(each.operands)})" for each in OPERATIONS]
    _print("operation of the NumPy engine", [*said, "all"], columns)
    print()
    columns = [[median(_of_loop(each, loop)) for loop in LOOPS.values()] for each in FORMATS]
    _print("compiled loop, in the cache", list(LOOPS), columns)


def _print(title: str, rows: list[str], columns: list[list[float]]) -> None:
    print(f"| {title} | {' | '.join(f'{each}, ns' for each in FORMATS)} |\n|---|---|---|")
    for row, *numbers in zip(rows, *columns, strict=True):
        print(f"| {row} | {' | '.join(f'{each:.2f}' for each in numbers)} |")


def _by_operation(number_format: str, elements: int) -> list[float]:
    """The median of the repetitions for each operation, and their sum."""
    block = Blocks(None).length(np.dtype(number_format))
    shape = (max(1, elements // block), block)
    draw = np.random.default_rng(1)
    arrays = {name: draw.random(shape).astype(number_format) for name in ARRAYS}
    scratch = {name: np.empty(block, number_format) for name in TEMPORARIES}
    half = np.array(0.5, number_format)
    taken = []
    for _ in range(REPETITIONS):
        seconds = [0.0] * len(OPERATIONS)
        for number in range(shape[0]):
            values = {name: array[number] for name, array in arrays.items()} | scratch
            for index, step in enumerate(OPERATIONS):
                ufunc = getattr(np, step.name)
                operands = [values.get(name, half) for name in step.operands]
                started = time.perf_counter()
                ufunc(*operands, values[step.result])
                seconds[index] += time.perf_counter() - started
        taken.append([1e9 * each / shape[0] / block for each in seconds])
    medians = [median(each) for each in zip(*taken, strict=True)]
    return [*medians, sum(medians)]


def _of_loop(number_format: str, loop: tuple[Operation, ...]) -> Iterator[float]:
    constants = np.full(len(CONSTANTS), 0.5, number_format)
    arrays = [np.ones(IN_CACHE, number_format) for _ in ARRAYS]
    calls = [*CompiledEngine(loop).kernel(constants, ()).calls(*arrays)] * 200
    for _ in range(REPETITIONS):
        started = time.perf_counter()
        make(calls)
        yield 1e9 * (time.perf_counter() - started) / len(calls) / IN_CACHE


if __name__ == "__main__":
    main()
