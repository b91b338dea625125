"""What each operation of the NumPy engine takes, on blocks as the engine has them.

    python tests/ports/bench_operations.py [ELEMENTS]

prints nanoseconds an element for each ufunc call of a step, in both number formats.
"""

from __future__ import annotations

import sys
import time
from statistics import median

import numpy as np
from goldstep_numpy.blocks import Blocks
from goldstep_numpy.formula import ARRAYS, TEMPORARIES, operations

REPETITIONS = 9


def nanoseconds(number_format: str, elements: int) -> list[float]:
    """For each operation of a step, the median of the repetitions."""
    block = Blocks(None).length(np.dtype(number_format))
    shape = (max(1, elements // block), block)
    draw = np.random.default_rng(1)
    arrays = {name: draw.random(shape).astype(number_format) for name in ARRAYS}
    scratch = {name: np.empty(block, number_format) for name in TEMPORARIES}
    half = np.array(0.5, number_format)
    steps = operations("inside")
    taken = []
    for _ in range(REPETITIONS):
        seconds = [0.0] * len(steps)
        for number in range(shape[0]):
            values = {name: array[number] for name, array in arrays.items()} | scratch
            for index, step in enumerate(steps):
                ufunc = getattr(np, step.name)
                operands = [values.get(name, half) for name in step.operands]
                started = time.perf_counter()
                ufunc(*operands, values[step.result])
                seconds[index] += time.perf_counter() - started
        taken.append([1e9 * each / shape[0] / block for each in seconds])
    return [median(each) for each in zip(*taken, strict=True)]


def main() -> None:
    """See the module."""
    elements = int(sys.argv[1]) if len(sys.argv) > 1 else 10**7
    formats = ("float32", "float64")
    columns = [nanoseconds(each, elements) for each in formats]
    print(f"| operation | {' | '.join(f'{each}, ns' for each in formats)} |\n|---|---|---|")
    for step, *numbers in zip(operations("inside"), *columns, strict=True):
        said = f"{step.result} = {step.name}({', '.join(step.operands)})"
        print(f"| {said} | {' | '.join(f'{each:.2f}' for each in numbers)} |")
    print(f"| all | {' | '.join(f'{sum(each):.2f}' for each in columns)} |")


if __name__ == "__main__":
    main()
