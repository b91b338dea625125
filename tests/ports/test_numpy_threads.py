"""The optimizer's own threads, the caller's threads, and the memory that they take."""

from __future__ import annotations

import gc
import os
import threading
import tracemalloc
import weakref
from typing import Any

import numpy as np
import pytest
from goldstep_numpy import RMSProp
from support.expression import same_bits

BLOCK = 1024 * 1024  # bytes; twice that for several threads


def workers() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name.startswith("goldstep_numpy")]


def test_threads_are_started_for_large_arrays_and_end_with_the_optimizer() -> None:
    before = len(workers())
    optimizer = RMSProp(threads=3, block_size=1000)
    optimizer.update_weights({"w": np.ones(3999)}, {"w": np.ones(3999)})
    assert len(workers()) == before
    optimizer.update_weights({"v": np.ones(6000)}, {"v": np.ones(6000)})
    assert len(workers()) == before + 3
    own = [each for each in workers() if each.is_alive()][-3:]
    del optimizer
    gc.collect()
    for each in own:
        each.join(120)
        assert not each.is_alive()


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_gradients_and_weights_are_not_kept(engine: Any) -> None:
    """Neither by a plan for the next step, nor by a thread that waits."""
    for threads in (1, 2):
        optimizer = RMSProp(engine=engine, threads=threads, block_size=10)
        arrays = {"a": np.ones(100), "b": np.ones(3), "c": np.ones((9, 9)).T[::2]}
        weights = {name: array.copy() for name, array in arrays.items()}
        optimizer.update_weights(arrays, weights)
        kept = [weakref.ref(array) for array in (*arrays.values(), *weights.values())]
        del arrays, weights
        gc.collect()
        assert [reference() for reference in kept] == [None] * 6


def test_callers_threads_wait_for_each_other() -> None:
    """Many updates from four threads are as many updates one after the other."""
    optimizer, alone = RMSProp(), RMSProp()
    weights, others = {"w": np.zeros(1000)}, {"w": np.zeros(1000)}
    gradients = {"w": np.ones(1000)}

    def work() -> None:
        for _ in range(250):
            optimizer.update_weights(gradients, weights)

    callers = [threading.Thread(target=work) for _ in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    for _ in range(1000):
        alone.update_weights(gradients, others)
    assert same_bits(weights["w"], others["w"])
    assert same_bits(optimizer.moving_average["w"], alone.moving_average["w"])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
@pytest.mark.processes
def test_a_forked_process_has_threads_of_its_own() -> None:
    optimizer = RMSProp(threads=2, block_size=10)
    weights = {"w": np.zeros(100)}
    gradients = {"w": np.ones(100)}
    optimizer.update_weights(gradients, weights)
    process = os.fork()
    if not process:
        before = weights["w"].copy()
        optimizer.update_weights(gradients, weights)
        os._exit(0 if (weights["w"] < before).all() else 1)
    _, status = os.waitpid(process, 0)
    assert os.waitstatus_to_exitcode(status) == 0


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_memory_beyond_the_averages_is_four_blocks_a_thread(engine: Any, threads: int) -> None:
    """With large arrays and small ones, in pieces and not, in both dtypes; while it works, too."""
    weights = {
        "large": np.ones(2_000_000),
        "strided": np.ones((2, 500_000), np.float32)[:, ::2],
        **{f"small {index}": np.ones(1000) for index in range(100)},
        **{f"narrow {index}": np.ones(1000, np.float32) for index in range(200)},
    }
    gradients = {name: np.ones_like(array) for name, array in weights.items()}
    averages = sum(array.nbytes for array in weights.values())
    optimizer = RMSProp(engine=engine, threads=threads)
    tracemalloc.start()
    try:
        optimizer.update_weights(gradients, weights)
        optimizer.update_weights(gradients, weights)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    objects = 2_000 * len(weights)  # plans and views, some hundred bytes each
    block = BLOCK if threads == 1 else 2 * BLOCK
    assert peak - averages <= 4 * block * threads + objects
