"""How long blocks of the NumPy engine should be.

    python -m benchmarks.numpy_blocks [ELEMENTS]

prints nanoseconds an element and step for blocks of several sizes, in one thread and in two, in
both number formats: medians of interleaved repetitions.
"""

from __future__ import annotations

import sys
import time
from statistics import median

import numpy as np
from goldstep_numpy import RMSProp

KIBIBYTES = (32, 64, 128, 256, 512, 1024, 2048, 4096, 8192)
REPETITIONS = 11


def nanoseconds(number_format: str, threads: int, elements: int) -> list[float]:
    """For each size."""
    gradients = {"w": np.random.default_rng(1).standard_normal(elements).astype(number_format)}
    weights = {"w": np.ones(elements, number_format)}
    itemsize = np.dtype(number_format).itemsize
    optimizers = [
        RMSProp(engine="numpy", threads=threads, block_size=1024 * size // itemsize)
        for size in KIBIBYTES
    ]
    for optimizer in optimizers:
        optimizer.update_weights(gradients, weights)
    taken: list[list[float]] = [[] for _ in optimizers]
    for _ in range(REPETITIONS):
        for optimizer, its_seconds in zip(optimizers, taken, strict=True):
            started = time.perf_counter()
            optimizer.update_weights(gradients, weights)
            its_seconds.append(time.perf_counter() - started)
    return [1e9 * median(each) / elements for each in taken]


def main() -> None:
    """See the module."""
    elements = int(sys.argv[1]) if len(sys.argv) > 1 else 10**7
    print(f"| KiB a block | {' | '.join(map(str, KIBIBYTES))} |\n|---|{'---|' * len(KIBIBYTES)}")
    for number_format in ("float32", "float64"):
        for threads in (1, 2):
            row = nanoseconds(number_format, threads, elements)
            told = " | ".join(f"{each:.2f}" for each in row)
            print(f"| {number_format}, {threads} thread{'s' * (threads > 1)} | {told} |")


if __name__ == "__main__":
    main()
