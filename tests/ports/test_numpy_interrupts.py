"""An update happens wholly or not at all, whenever a signal's handler raises."""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np
import pytest
from goldstep_numpy import RMSProp
from support.expression import Expression, same_bits

INTERRUPTS = 150
SHAPES: dict[str, tuple[int, ...]] = {"a": (70_000,), "b": (3,), "c": (40, 50), "d": (5, 5)}


class AlarmError(BaseException):
    """What the handler raises."""


@contextmanager
def alarm(delay: float) -> Iterator[None]:
    """The handler raises once, ``delay`` seconds later, wherever the program is."""

    def handler(*_: object) -> None:
        raise AlarmError

    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, delay)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_an_interrupted_update_is_whole(engine: Any, threads: int) -> None:
    """After many interrupts, all parameters have taken the same steps, each as a whole.

    Gradients never change, so that the weights after so many steps are known.
    """
    gradients = {name: np.ones(shape) for name, shape in SHAPES.items()}
    weights = {name: np.zeros(shape) for name, shape in SHAPES.items()}
    one = {"w": np.zeros(1)}
    expected = Expression(0.001, 0.9, 1e-8, "inside")
    path: dict[bytes, bytes] = {one["w"].tobytes(): one["w"].tobytes()}
    optimizer = RMSProp(engine=engine, threads=threads, block_size=500)
    optimizer.update_weights(gradients, weights)
    draw = random.Random(1)
    begun = finished = interrupted = 1
    while interrupted < INTERRUPTS:
        with suppress(AlarmError), alarm(draw.uniform(0.0001, 0.002)):
            for _ in range(200):  # an alarm in a destructor or a callback is lost
                begun += 1
                optimizer.update_weights(gradients, weights)
                finished += 1
        interrupted += 1
    for _ in range(begun):
        one = expected.step({"w": np.ones(1)}, one)
        path[one["w"].tobytes()] = expected.averages["w"].tobytes()
    for name, weight in weights.items():
        assert np.unique(weight).size == 1, name
        assert weight.flat[0] == weights["a"][0]
        assert np.unique(optimizer.moving_average[name]).size == 1
    reached = list(path).index(weights["a"][:1].tobytes())
    assert finished <= reached <= begun
    assert optimizer.moving_average["a"][:1].tobytes() == path[weights["a"][:1].tobytes()]


def test_memory_that_runs_out_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """All memory is had before the first write, also that of the last parameter."""
    import goldstep_numpy.averages

    optimizer = RMSProp()
    weights = {"a": np.ones(100_000), "b": np.ones(200_000)}
    gradients = {name: np.ones_like(array) for name, array in weights.items()}
    optimizer.update_weights({"a": gradients["a"]}, {"a": weights["a"]})
    before = weights["a"].copy(), optimizer.moving_average["a"].copy()
    zeros = np.zeros

    def limited(shape: int, dtype: Any) -> Any:
        if shape > 1_000_000:
            raise MemoryError
        return zeros(shape, dtype)

    monkeypatch.setattr(goldstep_numpy.averages.np, "zeros", limited)
    with pytest.raises(MemoryError):
        optimizer.update_weights(gradients, weights)
    assert same_bits(weights["a"], before[0])
    assert same_bits(optimizer.moving_average["a"], before[1])
    assert list(optimizer.moving_average) == ["a"]
