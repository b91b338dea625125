"""Which arrays an update takes, which it refuses, and that refusing changes nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from goldstep_numpy import RMSProp
from support.expression import Array, Expression, same_bits

ENGINES = ("numpy", "compiled")


def arrays(value: float, **shapes: Any) -> dict[str, Array]:
    return {name: np.full(shape, value) for name, shape in shapes.items()}


def with_stride(shape: tuple[int, ...], strides: tuple[int, ...]) -> Array:
    return np.lib.stride_tricks.as_strided(np.zeros(100), shape, strides)


def read_only() -> Array:
    array = np.zeros(3)
    array.flags.writeable = False
    return array


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("gradients", "weights", "error", "message"),
    [
        ({"b": np.ones(3)}, {}, ValueError, "gradient of b: shape (3,), but its weights (2,)"),
        ({"b": np.ones((2, 1))}, {}, ValueError, "gradient of b: shape (2, 1), but its weights"),
        ({"b": np.ones(())}, {}, ValueError, "gradient of b: shape (), but its weights (2,)"),
        ({"b": np.ones(2, "f4")}, {}, TypeError, "gradient of b: float32, but its weights float64"),
        (
            {"b": np.ones(2, int)},
            {},
            TypeError,
            "gradient of b: float32 or float64 in native byte ",
        ),
        ({"b": [1.0, 1.0]}, {}, TypeError, "gradient of b: a NumPy array is expected, not list"),
        ({"b": np.ma.masked_array([1.0, 1.0])}, {}, TypeError, "not MaskedArray"),
        ({"c": np.ones(2)}, {}, ValueError, "gradients without weights: c"),
        ({}, {"c": np.ones(2)}, ValueError, "no gradient for c"),
        (
            {},
            {"b": np.ones(2, ">f8")},
            TypeError,
            "weights of b: float32 or float64 in native byte",
        ),
        ({}, {"b": np.ones(2, "f2")}, TypeError, "weights of b: float32 or float64 in native byte"),
        ({}, {"b": np.ones(2, complex)}, TypeError, "not complex128"),
        ({}, {"b": 1.0}, TypeError, "weights of b: a NumPy array is expected, not float"),
        ({}, {"b": read_only()[:2]}, ValueError, "weights of b: the array is read-only"),
        ({}, {"b": with_stride((2,), (0,))}, ValueError, "weights of b: elements share memory"),
        ({}, {3: np.ones(2)}, TypeError, "weights: a name is a string, not 3"),
    ],
)
def test_what_does_not_fit_is_refused(
    gradients: Any, weights: Any, error: type[Exception], message: str, engine: Any
) -> None:
    """At the first step and at a later one, in the last parameter: the first is not changed."""
    for steps in (0, 2):
        optimizer = RMSProp(engine=engine)
        right = arrays(0.5, a=3, b=2)
        for _ in range(steps):
            optimizer.update_weights(arrays(0.1, a=3, b=2), right)
        before = {name: array.copy() for name, array in right.items()}
        averages = {name: array.copy() for name, array in optimizer.moving_average.items()}
        with pytest.raises(error, match=re.escape(message)):
            optimizer.update_weights(arrays(0.1, a=3, b=2) | gradients, right | weights)
        assert all(same_bits(right[name], before[name]) for name in before)
        assert list(optimizer.moving_average) == list(averages)
        assert all(same_bits(optimizer.moving_average[name], averages[name]) for name in averages)


def test_mappings_are_expected() -> None:
    """By a new optimizer, and by one that has a plan for such a step."""
    optimizer = RMSProp()
    for _ in range(2):
        with pytest.raises(TypeError, match="gradients: a mapping from names to arrays is expect"):
            optimizer.update_weights([np.ones(2)], {"w": np.ones(2)})  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="weights: a mapping from names to arrays is expected"):
            optimizer.update_weights({"w": np.ones(2)}, [np.ones(2)])  # type: ignore[arg-type]
        optimizer.update_weights({"w": np.ones(2)}, {"w": np.ones(2)})


def test_a_later_step_has_the_shapes_and_dtypes_of_the_first() -> None:
    optimizer = RMSProp()
    optimizer.update_weights(arrays(0.1, w=3), arrays(0.5, w=3))
    with pytest.raises(ValueError, match=re.escape("moving average of w: shape (3,), but its")):
        optimizer.update_weights(arrays(0.1, w=4), arrays(0.5, w=4))
    narrow = np.ones(3, np.float32)
    with pytest.raises(TypeError, match="moving average of w: float64, but its weights float32"):
        optimizer.update_weights({"w": narrow}, {"w": narrow.copy()})


SHARED: list[Any] = [
    pytest.param(
        lambda x: ({"a": np.ones(5), "b": np.ones(6)}, {"a": x[:5], "b": x[4:10]}),
        "weights of a and weights of b: they share memory",
        id="weights",
    ),
    pytest.param(
        lambda x: ({"a": np.ones(20), "b": np.ones(20)}, {"a": x, "b": x}),
        "weights of a and weights of b: they share memory",
        id="the-same-array-twice",
    ),
    pytest.param(
        lambda x: ({"a": x[1:6]}, {"a": x[:5]}),
        "weights of a and gradient of a: they share memory",
        id="gradient",
    ),
    pytest.param(
        lambda x: ({"a": x}, {"a": x}),
        "weights of a and gradient of a: they share memory",
        id="gradient-is-weights",
    ),
    pytest.param(
        lambda x: ({"a": np.ones(5), "b": x[8:3:-1]}, {"a": x[:5], "b": np.ones(5)}),
        "weights of a and gradient of b: they share memory",
        id="another-gradient-reversed",
    ),
    pytest.param(
        lambda x: (
            {"a": np.ones((3, 3))},
            {"a": np.lib.stride_tricks.as_strided(x, (3, 3), (8, 8))},
        ),
        "weights of a: elements share memory",
        id="within",
    ),
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("make", "message"), SHARED)
def test_shared_memory_is_refused(make: Any, message: str, engine: Any) -> None:
    whole = np.arange(1.0, 21.0)
    before = whole.copy()
    optimizer = RMSProp(engine=engine)
    with pytest.raises(ValueError, match=message):
        optimizer.update_weights(*make(whole))
    assert same_bits(whole, before)
    assert not optimizer.moving_average


def test_memory_that_comes_to_be_shared_later_is_noticed() -> None:
    """The arrays are views again, of the same shapes, but of other memory."""
    whole = np.arange(1.0, 21.0)
    optimizer = RMSProp()
    gradients = arrays(0.1, a=5, b=5)
    optimizer.update_weights(gradients, {"a": whole[:5], "b": whole[5:10]})
    optimizer.update_weights(gradients, {"a": whole[:5], "b": whole[5:10]})
    with pytest.raises(ValueError, match="weights of a and weights of b: they share memory"):
        optimizer.update_weights(gradients, {"a": whole[:5], "b": whole[4:9]})
    with pytest.raises(ValueError, match="weights of b and gradient of a: they share memory"):
        optimizer.update_weights(gradients | {"a": whole[5:10]}, {"a": whole[:5], "b": whole[5:10]})


def test_a_moving_average_is_no_gradient() -> None:
    optimizer = RMSProp()
    weights = arrays(0.5, w=3)
    optimizer.update_weights(arrays(0.1, w=3), weights)
    with pytest.raises(ValueError, match="moving averages and gradient of w: they share memory"):
        optimizer.update_weights({"w": optimizer.moving_average["w"]}, weights)


@pytest.mark.parametrize("engine", ENGINES)
def test_views_that_share_nothing_are_taken(engine: Any) -> None:
    """Neighbours, columns, every other element; gradients may share memory with each other."""
    table = np.arange(1.0, 13.0).reshape(4, 3)
    line = np.arange(1.0, 11.0)
    same = np.ones(4)
    weights = {
        **{f"column {index}": table[:, index] for index in range(3)},
        "even": line[:8:2],
        "odd": line[1:8:2],
        "end": line[8:],
    }
    gradients = {name: np.broadcast_to(same[:1], array.shape) for name, array in weights.items()}
    wanted = Expression(0.001, 0.9, 1e-8, "inside").step(gradients, weights)
    RMSProp(engine=engine).update_weights(gradients, weights)
    assert all(same_bits(weights[name], wanted[name]) for name in weights)


@pytest.mark.parametrize("engine", ENGINES)
def test_arrays_of_a_file(tmp_path: Path, engine: Any) -> None:
    file = tmp_path / "weights"
    weights = np.memmap(file, np.float32, "w+", shape=(70_000,))
    weights[:] = 0.5
    gradient = np.linspace(-1, 1, 70_000, dtype=np.float32)
    wanted = Expression(0.001, 0.9, 1e-8, "inside").step({"w": gradient}, {"w": np.array(weights)})
    RMSProp(engine=engine).update_weights({"w": gradient}, {"w": weights})
    weights.flush()
    assert same_bits(np.fromfile(file, np.float32), wanted["w"])


def test_averages_are_read_only_and_stay_where_they_are() -> None:
    optimizer = RMSProp()
    weights = arrays(0.5, w=3)
    optimizer.update_weights(arrays(1.0, w=3), weights)
    average = optimizer.moving_average["w"]
    with pytest.raises(ValueError, match="read-only"):
        average[0] = 1
    with pytest.raises(TypeError):
        optimizer.moving_average["w"] = average  # type: ignore[index]
    first = average.copy()
    optimizer.update_weights(arrays(1.0, w=3, v=2), weights | arrays(0.5, v=2))
    assert not same_bits(average, first)
    assert same_bits(average, optimizer.moving_average["w"])


@pytest.mark.parametrize("engine", ENGINES)
def test_no_warnings_and_no_errors_of_the_callers_state(engine: Any) -> None:
    """An error in the middle would leave half an update."""
    gradients = {"w": np.array([0.0, 1e200, np.inf, 1e-300])}
    for threads in (1, 2):
        weights = {"w": np.zeros(4)}
        optimizer = RMSProp(epsilon=0, engine=engine, threads=threads, block_size=1)
        with np.errstate(all="raise"):
            optimizer.update_weights(gradients, weights)
        assert same_bits(weights["w"], np.array([np.nan, 0, np.nan, -np.inf]))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"learning_rate": -1.0}, ValueError, "learning_rate must be finite and not negative"),
        ({"learning_rate": float("nan")}, ValueError, "learning_rate must be finite"),
        ({"learning_rate": 10**400}, ValueError, "learning_rate is too large for a float"),
        ({"learning_rate": "0.1"}, TypeError, "learning_rate must be a number, not str"),
        ({"learning_rate": None}, TypeError, "learning_rate must be a number, not NoneType"),
        ({"decay_rate": 1.0}, ValueError, "decay_rate must be at least 0 and below 1, not 1.0"),
        ({"decay_rate": -1e-9}, ValueError, "decay_rate must be at least 0"),
        ({"epsilon": float("inf")}, ValueError, "epsilon must be finite"),
        ({"epsilon": 1j}, TypeError, "epsilon must be a number, not complex"),
        ({"epsilon_placement": "under"}, ValueError, "epsilon_placement must be inside or outside"),
        ({"engine": "fast"}, ValueError, "engine must be auto, numpy or compiled, not 'fast'"),
        ({"threads": 0}, ValueError, "threads must be at least 1, not 0"),
        ({"threads": 1.5}, TypeError, "threads must be a whole number, not float"),
        ({"block_size": -4}, ValueError, "block_size must be at least 1, not -4"),
    ],
)
def test_options_out_of_their_domains(options: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        RMSProp(**options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"learning_rate": 1e300}, r"learning_rate 1e\+300 is too large for float32"),
        ({"epsilon": 1e39}, r"epsilon 1e\+39 is too large for float32"),
        ({"decay_rate": 1 - 1e-10}, "decay_rate 0.9999999999 is 1 in float32; it must be below 1"),
    ],
)
def test_values_that_leave_their_domain_in_the_weights_dtype(options: Any, message: str) -> None:
    """Found before anything is written, also where other parameters are of float64."""
    weights = {"wide": np.ones(2), "narrow": np.ones(2, np.float32)}
    gradients = {name: np.ones_like(array) for name, array in weights.items()}
    optimizer = RMSProp(**options)
    with pytest.raises(ValueError, match=message):
        optimizer.update_weights(gradients, weights)
    assert same_bits(weights["wide"], np.ones(2))
    assert not optimizer.moving_average


def test_setting_a_learning_rate_out_of_its_domain_changes_nothing() -> None:
    optimizer = RMSProp()
    optimizer.update_weights({"w": np.ones(1, np.float32)}, {"w": np.zeros(1, np.float32)})
    for value in (-1.0, float("inf"), 1e300):
        with pytest.raises(ValueError, match="learning_rate"):
            optimizer.learning_rate = value
    assert optimizer.learning_rate == 0.001
