"""The port protocol's loop for adapters in Python; the adapter gives it a `Port`."""

import json
import os
import platform
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TextIO

Arrays = Mapping[str, Sequence[float]]

_HYPER_PARAMETERS = ("learning_rate", "decay_rate", "epsilon")
_SPELLINGS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


class Port(Protocol):
    """What an adapter knows of the program behind it. Numbers are Python floats."""

    name: str
    version: str
    number_format: str

    def run(
        self,
        hyper_parameters: Mapping[str, float],
        weights: Arrays,
        gradients: Sequence[Arrays],
    ) -> Iterator[tuple[Arrays, Arrays]]:
        """Weights and averages after each step; raises what the program raises."""


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
        except Exception as error:
            answer["ok"] = False
            answer["error"] = {
                "kind": "rejected" if isinstance(error, rejects) else "failed",
                "message": f"{type(error).__name__}: {error}",
                "trace": traceback.format_exc(),
            }
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


def _run(port: Port, request: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: float(request[name]) for name in _HYPER_PARAMETERS if name in request}
    weights = _read_arrays(request["weights"])
    gradients = [_read_arrays(arrays) for arrays in request["gradients"]]
    record = set(request["record"])
    return {
        "steps": [
            {"weights": _write_arrays(after), "moving_average": _write_arrays(averages)}
            for step, (after, averages) in enumerate(port.run(given, weights, gradients), start=1)
            if step in record
        ]
    }


def _read_arrays(arrays: Mapping[str, Sequence[str]]) -> dict[str, list[float]]:
    return {name: [float(text) for text in texts] for name, texts in arrays.items()}


def _write_arrays(arrays: Arrays) -> dict[str, list[str]]:
    return {name: [_write(float(number)) for number in array] for name, array in arrays.items()}


def _write(number: float) -> str:
    text = repr(number)
    return _SPELLINGS.get(text, text)
