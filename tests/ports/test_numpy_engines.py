"""Both engines, in any number of threads and any size of blocks, against a plain expression."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from goldstep_numpy import RMSProp
from hypothesis import given, settings
from hypothesis import strategies as st
from support.expression import Array, Expression, same_bits

ENGINES = ("numpy", "compiled")
DTYPES = ("float32", "float64")
PLACEMENTS = ("inside", "outside")

# Around a block's end, and the ends of 4, 8, 16 and 32 numbers of a vector instruction.
LENGTHS = sorted({*range(20), *range(30, 36), *range(62, 67), *range(126, 131), 255, 256, 257})


def everyday(draw: np.random.Generator, shape: tuple[int, ...], dtype: str) -> Array:
    return np.asarray(draw.standard_normal(shape)).astype(dtype)


def extreme(draw: np.random.Generator, length: int, dtype: str) -> Array:
    """Everyday numbers with those of IEEE 754's corners strewn in."""
    info = np.finfo(dtype)
    corners = [0.0, -0.0, np.inf, -np.inf, np.nan, info.max, -info.max, info.tiny]
    corners += [info.smallest_subnormal, math.sqrt(info.max), math.sqrt(info.tiny), 1e-5, 1.0]
    numbers = everyday(draw, (length,), dtype)
    return np.where(
        draw.random(length) < 0.5, draw.choice(np.array(corners, dtype), length), numbers
    )


@pytest.mark.parametrize("placement", PLACEMENTS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("engine", ENGINES)
def test_every_length_gives_the_expressions_bits(engine: Any, dtype: str, placement: Any) -> None:
    """Corner cases among them, wherever they stand in a vector, a rest, or a block."""
    draw = np.random.default_rng(3)
    for length, (threads, block) in itertools.product(LENGTHS, [(1, None), (2, 16), (3, 1)]):
        expected = Expression(0.01, 0.9, 1e-8, placement)
        optimizer = RMSProp(
            *(0.01, 0.9, 1e-8),
            epsilon_placement=placement,
            engine=engine,
            threads=threads,
            block_size=block,
        )
        weights = {"w": extreme(draw, length, dtype)}
        for _ in range(2):
            gradients = {"w": extreme(draw, length, dtype)}
            wanted = expected.step(gradients, weights)
            optimizer.update_weights(gradients, weights)
            assert same_bits(weights["w"], wanted["w"]), (length, threads, block)
            assert same_bits(optimizer.moving_average["w"], expected.averages["w"])


LAYOUTS = ("C", "F", "strided", "reversed", "transposed", "unaligned", "every other")


def laid_out(array: Array, layout: str) -> Array:
    """The same numbers in another memory layout."""
    if layout in ("C", "F"):
        return array.copy(order=layout)  # type: ignore[call-overload,no-any-return]
    if layout == "unaligned":
        raw = np.empty(array.nbytes + 1, np.uint8)[1:]
        target = raw.view(array.dtype).reshape(array.shape)
    elif layout == "transposed":
        axes = tuple(np.roll(range(array.ndim), 1))
        inverse = tuple(np.argsort(axes))
        target = np.empty(tuple(array.shape[axis] for axis in axes), array.dtype).transpose(inverse)
    else:
        step = {"strided": 3, "reversed": -1, "every other": 2}[layout]
        whole = np.empty(tuple(abs(step) * length for length in array.shape), array.dtype)
        target = whole[(..., *(slice(None, None, step) for _ in array.shape))]
    target[...] = array
    return target


SHAPES = st.lists(st.integers(0, 9), max_size=4).map(tuple)
PARAMETERS = st.lists(
    st.tuples(SHAPES, st.sampled_from(DTYPES), st.sampled_from(LAYOUTS), st.sampled_from(LAYOUTS)),
    max_size=6,
)


@settings(max_examples=150)
@given(
    parameters=PARAMETERS,
    engine=st.sampled_from(ENGINES),
    placement=st.sampled_from(PLACEMENTS),
    threads=st.integers(1, 3),
    block=st.sampled_from([None, 1, 2, 7, 16, 64, 1000]),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_shapes_strides_and_dtypes(
    parameters: Any, engine: Any, placement: Any, threads: int, block: int | None, seed: int
) -> None:
    """Gradients lie otherwise than weights, lie otherwise at the next step, and are not changed."""
    draw = np.random.default_rng(seed)
    expected = Expression(0.01, 0.5, 1e-3, placement)
    optimizer = RMSProp(
        *(0.01, 0.5, 1e-3),
        epsilon_placement=placement,
        engine=engine,
        threads=threads,
        block_size=block,
    )
    weights = {
        f"w{index}": laid_out(everyday(draw, shape, dtype), layout)
        for index, (shape, dtype, layout, _) in enumerate(parameters)
    }
    for step in range(3):
        gradients = {
            f"w{index}": laid_out(everyday(draw, shape, dtype), "C" if step == 1 else layout)
            for index, (shape, dtype, _, layout) in enumerate(parameters)
        }
        given_gradients = {name: array.copy() for name, array in gradients.items()}
        wanted = expected.step(gradients, weights)
        optimizer.update_weights(gradients, weights)
        for name, weight in weights.items():
            assert same_bits(weight, wanted[name])
            assert same_bits(optimizer.moving_average[name], expected.averages[name])
            assert same_bits(gradients[name], given_gradients[name])


@pytest.mark.parametrize("engine", ENGINES)
def test_blocks_of_their_own_size_are_shared_out(engine: Any) -> None:
    """Arrays of several whole blocks and a rest, and many small ones beside them."""
    draw = np.random.default_rng(5)
    shapes: list[tuple[int, ...]] = [(600_001,), (700, 500), *[(7, 9)] * 50, (200_003,)]
    starts = {f"w{i}": everyday(draw, shape, "float32") for i, shape in enumerate(shapes)}
    starts["f"] = everyday(draw, (600, 300), "float64").copy(order="F")
    gradients = {n: everyday(draw, a.shape, a.dtype.name) for n, a in starts.items()}
    gradients["f"] = gradients["f"].copy(order="F")
    expected = Expression(0.001, 0.9, 1e-8, "inside")
    wanted = expected.step(gradients, expected.step(gradients, starts))
    for threads in (1, 2, 3):
        weights = {name: array.copy(order="K") for name, array in starts.items()}
        optimizer = RMSProp(engine=engine, threads=threads)
        for _ in range(2):
            optimizer.update_weights(gradients, weights)
        for name, weight in weights.items():
            assert same_bits(weight, wanted[name]), (name, threads)
            assert same_bits(optimizer.moving_average[name], expected.averages[name])


def test_hyper_parameters_are_rounded_to_the_dtype_once() -> None:
    """float32 weights follow the decay rate that float32 has, and are not widened by float64."""
    gradients = {"w": np.array([0.1], np.float32)}
    values = (0.1, 0.3, 1e-7)
    expected = Expression(*values, "inside")
    for engine in ENGINES:
        weights = {"w": np.array([0.5], np.float32)}
        wanted = expected.step(gradients, weights)
        expected.averages.clear()
        RMSProp(*values, engine=engine).update_weights(gradients, weights)
        assert same_bits(weights["w"], wanted["w"])


@pytest.mark.parametrize("engine", ENGINES)
def test_names_may_come_and_go(engine: Any) -> None:
    """Each step's parameters are updated, in any order; averages of the others stay."""
    draw = np.random.default_rng(8)
    expected = Expression(0.1, 0.7, 1e-8, "inside")
    optimizer = RMSProp(0.1, 0.7, 1e-8, engine=engine)
    weights = {name: everyday(draw, (3, 2), "float64") for name in "abcdef"}
    for names in ("ab", "bac", "f", "fedcba", "ad", "ad"):
        its_weights = {name: weights[name] for name in names}
        gradients = {name: everyday(draw, (3, 2), "float64") for name in sorted(names)}
        wanted = expected.step(gradients, its_weights)
        optimizer.update_weights(gradients, its_weights)
        assert all(same_bits(weights[name], wanted[name]) for name in names)
    assert list(optimizer.moving_average) == list("abcfed")
    for name, average in optimizer.moving_average.items():
        assert same_bits(average, expected.averages[name])


def test_the_learning_rate_can_be_set() -> None:
    for engine in ENGINES:
        expected = Expression(0.1, 0.9, 1e-8, "inside")
        optimizer = RMSProp(0.1, engine=engine)
        weights = {"w": np.ones(5), "v": np.ones(3, np.float32)}
        for rate in (0.1, 0.01, 0.0, 2.0):
            gradients = {name: np.full_like(array, rate + 1) for name, array in weights.items()}
            expected.values = (rate, 0.9, 1e-8)
            wanted = expected.step(gradients, weights)
            optimizer.learning_rate = rate
            optimizer.update_weights(gradients, weights)
            assert optimizer.learning_rate == rate
            assert all(same_bits(weights[name], wanted[name]) for name in weights)
