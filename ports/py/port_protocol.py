"""The port protocol's loop for adapters in Python; the adapter gives it a `Port`."""

import json
import os
import platform
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TextIO

Arrays = Mapping[str, Sequence[float]]

_HYPER_PARAMETERS = ("learning_rate", "decay_rate", "epsilon")
_SPELLINGS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


class Optimizer(Protocol):
    """One optimizer of a port; both methods raise what the program raises."""

    def update_weights(self, gradients: Arrays, weights: Arrays) -> None:
        """Applies one update to the caller's weights."""

    @property
    def moving_average(self) -> Arrays:
        """The averages after the last update, by name."""


class Port(Protocol):
    """What an adapter knows of the program behind it."""

    name: str
    version: str
    number_format: str

    def open(self, hyper_parameters: Mapping[str, float]) -> Optimizer:
        """A fresh optimizer; raises what the program raises."""

    def array(self, numbers: Sequence[float]) -> Sequence[float]:
        """An array of the port's number format, for weights or gradients."""


class RunError(Exception):
    """What a run raised, and what the caller's arrays and the optimizer hold after that."""

    def __init__(self, error: Exception, state: dict[str, Any]) -> None:
        super().__init__(str(error))
        self.error = error
        self.state = state


def protocol_output() -> TextIO:
    """Standard output for the protocol alone: whatever else writes to it goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def serve(port: Port, answers: TextIO, rejects: tuple[type[Exception], ...] = ()) -> None:
    """Answers requests until `stop`. Errors in ``rejects`` are the port's refusal of its input."""
    commands: dict[str, Callable[[Any], dict[str, Any]]] = {
        "start": lambda request: _start(port),
        "echo": lambda request: {"values": [_write(float(text)) for text in request["values"]]},
        "run": lambda request: _run(port, request),
    }
    for line in sys.stdin.buffer:
        request = json.loads(line)
        if request["cmd"] == "stop":
            return
        answer = {"seq": request["seq"], "ok": True}
        try:
            answer |= commands[request["cmd"]](request)
        except RunError as failed:
            answer |= {"ok": False, "error": _error(failed.error, rejects) | failed.state}
        except Exception as error:
            answer |= {"ok": False, "error": _error(error, rejects)}
        print(json.dumps(answer), file=answers, flush=True)


def _start(port: Port) -> dict[str, Any]:
    return {
        "implementation": {
            "name": port.name,
            "version": port.version,
            "language": "Python",
            "language_version": platform.python_version(),
        },
        "number_format": port.number_format,
        "reports": ["moving_average"],
    }


def _error(error: Exception, rejects: tuple[type[Exception], ...]) -> dict[str, Any]:
    return {
        "kind": "rejected" if isinstance(error, rejects) else "failed",
        "message": f"{type(error).__name__}: {error}",
        "trace": "".join(traceback.format_exception(error)),
    }


def _run(port: Port, request: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: float(request[name]) for name in _HYPER_PARAMETERS if name in request}
    weights = _read_arrays(port, request["weights"])
    gradients = [_read_arrays(port, arrays) for arrays in request["gradients"]]
    record = set(request["record"])
    steps = []
    optimizer = None
    try:
        optimizer = port.open(given)
        for step, its_gradients in enumerate(gradients, start=1):
            optimizer.update_weights(its_gradients, weights)
            if step in record:
                steps.append(_state(weights, optimizer))
    except Exception as error:
        state = _state(weights, optimizer)
        raise RunError(error, state | {"gradients": list(map(_write_arrays, gradients))}) from error
    return {"steps": steps, "gradients": list(map(_write_arrays, gradients))}


def _state(weights: Arrays, optimizer: Optimizer | None) -> dict[str, Any]:
    averages = optimizer.moving_average if optimizer else {}
    return {"weights": _write_arrays(weights), "moving_average": _write_arrays(averages)}


def _read_arrays(port: Port, arrays: Mapping[str, Sequence[str]]) -> dict[str, Sequence[float]]:
    return {name: port.array([float(text) for text in texts]) for name, texts in arrays.items()}


def _write_arrays(arrays: Arrays) -> dict[str, list[str]]:
    return {name: [_write(float(number)) for number in array] for name, array in arrays.items()}


def _write(number: float) -> str:
    text = repr(number)
    return _SPELLINGS.get(text, text)
