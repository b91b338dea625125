"""RMSProp for NumPy arrays.

    v_t = decay_rate * v_(t-1) + (1 - decay_rate) * g_t^2,   v_0 = 0
    w_t = w_(t-1) - learning_rate * g_t / sqrt(v_t + epsilon)

Source: Hinton's lecture 6e, as the document under test states it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from goldstep_numpy import compiled_engine
from goldstep_numpy.averages import Average, allocate, copied
from goldstep_numpy.blocks import Blocks
from goldstep_numpy.calls import Array
from goldstep_numpy.compiled_engine import CompiledEngine
from goldstep_numpy.formula import EpsilonPlacement, operations
from goldstep_numpy.hyper_parameters import HyperParameters
from goldstep_numpy.numpy_engine import NumpyEngine
from goldstep_numpy.parameters import check_parameters
from goldstep_numpy.plan import Engine, Plan
from goldstep_numpy.state import State, read_state, write_state
from goldstep_numpy.workers import Workers

EngineName = Literal["numpy", "compiled"]


class RMSProp:
    """Divides each gradient by the root of a moving average of its square.

    Parameters
    ----------
    learning_rate
        The step's factor; finite, >= 0. In units of the weights.
    decay_rate
        The weight of the past in the average; 0 <= decay_rate < 1.
    epsilon
        Keeps the divisor from zero; finite, >= 0. In units of the squared gradient where it is
        inside the root, of the gradient where it is outside.
    epsilon_placement
        ``"inside"``: sqrt(average + epsilon), the formula. ``"outside"``: sqrt(average) + epsilon.
    engine
        ``"numpy"`` needs NumPy alone. ``"compiled"`` is a loop that LLVM compiles at the first
        update, in a few hundredths of a second (`compile_seconds`): the extra ``goldstep[fast]``.
        ``"auto"``: compiled where that extra is installed.
    threads
        How many threads share the work, at most: each is given two blocks or more.
    block_size
        How many elements are worked on at a time; None: as many as have a mebibyte, or
        two for several threads.

    Raises ValueError for a value outside its domain, NaN among them, TypeError for what is no
    number, ImportError for a compiled engine without the extra.

    All arithmetic is in the arrays' own dtype, float32 or float64, and hyper-parameters are rounded
    to it once. Engine, threads and block size change no bit of a result (but which NaN it is).
    Beyond the averages an optimizer holds at most four blocks of memory a thread.

    An instance may be used by several threads: one call waits for the other. It can be copied and
    pickled.
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        decay_rate: float = 0.9,
        epsilon: float = 1e-8,
        *,
        epsilon_placement: EpsilonPlacement = "inside",
        engine: EngineName | Literal["auto"] = "auto",
        threads: int = 1,
        block_size: int | None = None,
    ) -> None:
        self._hyper_parameters = HyperParameters(
            learning_rate, decay_rate, epsilon, epsilon_placement
        )
        self._wanted_engine = engine
        self._engine_name = _engine_name(engine)
        self._threads = _count("threads", threads)
        size = None if block_size is None else _count("block_size", block_size)
        self._blocks = Blocks(size, self._threads)
        self._averages: dict[str, Average] = {}
        self._lock = threading.RLock()
        self._workers: Workers | None = None
        self._renew()

    @property
    def learning_rate(self) -> float:
        """The step's factor. Can be set, between updates."""
        return self._hyper_parameters.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        with self._lock:
            changed = replace(self._hyper_parameters, learning_rate=value)
            constants = {dtype: changed.constants(dtype) for dtype in self._constants}
            self._hyper_parameters = changed
            for dtype, values in constants.items():
                self._constants[dtype][:] = values

    @property
    def decay_rate(self) -> float:
        """The weight of the past in the average."""
        return self._hyper_parameters.decay_rate

    @property
    def epsilon(self) -> float:
        """What keeps the divisor from zero."""
        return self._hyper_parameters.epsilon

    @property
    def epsilon_placement(self) -> EpsilonPlacement:
        """Where epsilon is added."""
        return self._hyper_parameters.epsilon_placement

    @property
    def engine(self) -> EngineName:
        """What carries out updates."""
        return self._engine_name

    @property
    def compile_seconds(self) -> float:
        """How long updates have waited for the compiler; once a process for each kind of loop."""
        return self._engine.compile_seconds

    @property
    def moving_average(self) -> Mapping[str, Array]:
        """The average of each parameter that was updated: read-only views, by name."""
        views = {name: average.array for name, average in self._averages.items()}
        for view in views.values():
            view.flags.writeable = False
        return MappingProxyType(views)

    def update_weights(self, gradients: Mapping[str, Array], weights: Mapping[str, Array]) -> None:
        """One step: changes the arrays in ``weights`` in place.

        ``gradients`` has an array for each name in ``weights``, of the same shape and dtype, and
        none for another name; it is not changed. Arrays may have any shape, memory order and
        strides; those in one piece, in C or Fortran order, are quickest. The dtype is float32 or
        float64 in native byte order. Weights must be writeable, and share memory with no other
        weights and no gradients.

        Raises ValueError or TypeError, naming the parameter and what was expected, with nothing
        changed. An update happens wholly or not at all: what a signal's handler raises meanwhile,
        such as KeyboardInterrupt, comes out before the update or after it. (Where several threads
        work and a second signal comes while the first waits for them, it comes out at once; the
        threads finish the update all the same.)

        Elements do not touch each other. NaN, infinities, signed zeros and subnormal numbers are
        handled as IEEE 754 says, each operation rounded to the arrays' dtype: the square of a
        gradient overflows to infinity or underflows to zero, infinity by infinity is NaN, and so is
        zero by zero, of a zero gradient at an epsilon of zero. Nothing is clipped, guarded or
        skipped, and there are no warnings, whatever `numpy.errstate` says.
        """
        with self._lock:
            plan = self._plan
            arrays = plan.arrays(gradients, weights) if plan else None
            if plan is None or arrays is None:
                plan, arrays = self._new_plan(gradients, weights)
            programs = plan.programs(*arrays)
            if len(programs) == 1:
                self._engine.make(programs[0])
            elif programs:
                self._awake_workers().run(programs)

    def state_dict(self) -> State:
        """A copy of all that the optimizer remembers, for `load_state_dict`.

        A flat dictionary of numbers, a string, and an array ``"moving_average/NAME"`` for each
        parameter; it can be pickled, and saved by ``numpy.savez(file, **state)`` without pickling.
        """
        with self._lock:
            averages = {name: average.array for name, average in self._averages.items()}
            return write_state(self._hyper_parameters, averages)

    def load_state_dict(self, state: State) -> None:
        """Goes on from a state, bit for bit; also from what ``numpy.load`` reads of a saved one.

        Raises ValueError or TypeError, with nothing changed, for what is not a state. Whether its
        averages fit the weights is seen at the next update, which raises where they do not.
        """
        hyper_parameters, averages = read_state(state)
        with self._lock:
            kept = copied(averages, self._blocks)
            self._hyper_parameters, self._averages = hyper_parameters, kept
            self._renew()

    def __getstate__(self) -> dict[str, Any]:
        options = {
            "engine": self._wanted_engine,  # which may be another where it is read
            "threads": self._threads,
            "block_size": self._blocks.size,
        }
        return {"options": options, "state": self.state_dict()}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__init__(**state["options"])  # type: ignore[misc]
        self.load_state_dict(state["state"])

    def _renew(self) -> None:
        """Makes what depends on hyper-parameters and averages anew, at the next update."""
        its_operations = operations(self.epsilon_placement)
        self._engine: Engine = (
            CompiledEngine(its_operations)
            if self._engine_name == "compiled"
            else NumpyEngine(its_operations)
        )
        self._constants: dict[np.dtype[Any], Array] = {}
        self._plan: Plan | None = None

    def _new_plan(
        self, gradients: Mapping[str, Array], weights: Mapping[str, Array]
    ) -> tuple[Plan, tuple[list[Array], list[Array]]]:
        check_parameters(gradients, weights, self._averages)
        constants = self._constants | {
            dtype: self._hyper_parameters.constants(dtype)
            for dtype in {array.dtype for array in weights.values()} - self._constants.keys()
        }
        new = {name: array for name, array in weights.items() if name not in self._averages}
        averages = self._averages | allocate(new, self._blocks)
        plan = Plan(
            gradients, weights, averages, constants, self._engine, self._blocks, self._threads
        )
        arrays = plan.arrays(gradients, weights)
        assert arrays is not None
        self._constants, self._averages, self._plan = constants, averages, plan
        return plan, arrays

    def _awake_workers(self) -> Workers:
        if self._workers is None or not self._workers.alive:
            self._workers = Workers(self._threads)
        return self._workers


def _engine_name(engine: str) -> EngineName:
    if engine not in ("auto", "numpy", "compiled"):
        raise ValueError(f"engine must be auto, numpy or compiled, not {engine!r}")
    if engine == "numpy":
        return "numpy"
    if compiled_engine.available():
        return "compiled"
    if engine == "auto":
        return "numpy"
    raise ImportError("the compiled engine needs llvmlite: pip install 'goldstep[fast]'")


def _count(name: str, value: int) -> int:
    if not isinstance(value, int | np.integer) or isinstance(value, bool):
        raise TypeError(f"{name} must be a whole number, not {type(value).__name__}")
    if value < 1:
        raise ValueError(f"{name} must be at least 1, not {value}")
    return int(value)
