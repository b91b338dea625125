"""States go on bit for bit, in whatever they are kept."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from goldstep_numpy import RMSProp, State
from support.expression import Array, same_bits

SHAPES: dict[str, tuple[int, ...]] = {
    "w1": (),
    "layer/0.weight": (3, 4),
    "größe": (0, 2),
    "big": (200, 300),
    "file": (2,),
}


def some(seed: int) -> dict[str, Array]:
    draw = np.random.default_rng(seed)
    arrays = {name: np.asarray(draw.standard_normal(shape)) for name, shape in SHAPES.items()}
    arrays["big"] = np.asfortranarray(arrays["big"].astype(np.float32))
    return arrays


def trained(**options: Any) -> RMSProp:
    optimizer = RMSProp(0.01, 0.8, 1e-6, epsilon_placement="outside", **options)
    weights = some(0)
    for seed in (1, 2):
        optimizer.update_weights(some(seed), weights)
    return optimizer


def by_savez(state: State, folder: Path) -> Any:
    np.savez(folder / "state.npz", **state)
    return np.load(folder / "state.npz", allow_pickle=False)


KEPT: dict[str, Callable[[State, Path], Any]] = {
    "as-it-is": lambda state, folder: state,
    "pickle": lambda state, folder: pickle.loads(pickle.dumps(state)),
    "savez": by_savez,
}


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
@pytest.mark.parametrize("keep", KEPT.values(), ids=KEPT)
def test_a_state_goes_on_bit_for_bit(keep: Any, engine: Any, tmp_path: Path) -> None:
    """With another engine, and more threads, too."""
    optimizer = trained()
    other = RMSProp(engine=engine, threads=2, block_size=50)
    other.load_state_dict(keep(optimizer.state_dict(), tmp_path))
    for name in ("learning_rate", "decay_rate", "epsilon", "epsilon_placement"):
        assert getattr(other, name) == getattr(optimizer, name)
        assert type(getattr(other, name)) is type(getattr(optimizer, name))
    assert list(other.moving_average) == list(SHAPES)
    weights, others = some(3), some(3)
    for seed in (4, 5):
        optimizer.update_weights(some(seed), weights)
        other.update_weights(some(seed), others)
    for name in SHAPES:
        assert same_bits(weights[name], others[name])
        assert same_bits(optimizer.moving_average[name], other.moving_average[name])


def test_special_averages_keep_their_bits() -> None:
    averages = np.array([0.0, -0.0, 5e-324, np.inf, np.nan, -np.nan])
    state = dict(RMSProp().state_dict()) | {"moving_average/w": averages}
    optimizer = RMSProp()
    optimizer.load_state_dict(state)
    assert optimizer.moving_average["w"].tobytes() == averages.tobytes()
    assert optimizer.state_dict()["moving_average/w"].tobytes() == averages.tobytes()


def test_a_state_is_a_copy() -> None:
    optimizer = trained()
    state = optimizer.state_dict()
    kept = {name: copy.deepcopy(value) for name, value in state.items()}
    optimizer.update_weights(some(6), some(7))
    for name, value in kept.items():
        assert np.array_equal(state[name], value)
    optimizer.load_state_dict(state)
    state["moving_average/w1"][...] = 99
    assert optimizer.moving_average["w1"] != 99


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_an_optimizer_can_be_copied_and_pickled(duplicate: Any) -> None:
    optimizer = trained(engine="numpy", threads=2, block_size=7)
    other = duplicate(optimizer)
    weights, others = some(3), some(3)
    optimizer.update_weights(some(4), weights)
    other.update_weights(some(4), others)
    assert all(same_bits(weights[name], others[name]) for name in SHAPES)
    assert (other.engine, other.learning_rate) == ("numpy", 0.01)


def without(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda state: {key: value for key, value in state.items() if key != name}


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda state: 3, TypeError, "a state is a mapping, not int"),
        (lambda state: {}, ValueError, "a state has the key learning_rate, which is missing"),
        (without("epsilon_placement"), ValueError, "the key epsilon_placement, which is missing"),
        (
            lambda state: state | {"momentum": 0.9},
            ValueError,
            "moving_average/NAME, not 'momentum'",
        ),
        (lambda state: state | {3: 0.9}, ValueError, "moving_average/NAME, not 3"),
        (lambda state: state | {"decay_rate": 1.0}, ValueError, "decay_rate must be at least 0"),
        (lambda state: state | {"epsilon": "1"}, TypeError, "epsilon must be a number, not str"),
        (
            lambda state: state | {"epsilon": np.ones(2)},
            TypeError,
            "epsilon must be a number, not ndarray",
        ),
        (
            lambda state: state | {"epsilon_placement": "both"},
            ValueError,
            "epsilon_placement must be inside or outside, not 'both'",
        ),
        (
            lambda state: state | {"moving_average/w1": [1.0]},
            TypeError,
            "moving average of w1: a NumPy array is expected, not list",
        ),
        (
            lambda state: state | {"moving_average/w1": np.array(1)},
            TypeError,
            "moving average of w1: float32 or float64 in native byte order is expected, not int64",
        ),
        (
            lambda state: state | {"moving_average/w1": np.array([0.0, -1e-9])},
            ValueError,
            "moving average of w1: a mean of squares is never negative",
        ),
    ],
)
def test_what_is_no_state_is_refused(change: Any, error: Any, message: str) -> None:
    optimizer = trained()
    before = optimizer.state_dict()
    with pytest.raises(error, match=re.escape(message)):
        optimizer.load_state_dict(change(dict(before)))
    after = optimizer.state_dict()
    assert list(after) == list(before)
    assert all(np.array_equal(after[name], before[name]) for name in before)


def test_averages_that_do_not_fit_the_weights_are_refused() -> None:
    state = trained().state_dict()
    optimizer = RMSProp()
    optimizer.load_state_dict(state)
    weights = some(3) | {"file": np.ones(3)}
    before = {name: array.copy() for name, array in weights.items()}
    with pytest.raises(ValueError, match=re.escape("moving average of file: shape (2,), but its")):
        optimizer.update_weights(some(4) | {"file": np.ones(3)}, weights)
    assert all(same_bits(weights[name], before[name]) for name in weights)
