"""rmsprop.py behind the port protocol; float64 from the wire to the program and back."""

import importlib
import json
import os
import platform
import sys
import traceback

import numpy as np

# Standard output is the protocol's alone: whatever else writes to it goes to standard error.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
# Only now, because it runs the program's example, which prints.
RMSProp = importlib.import_module("rmsprop").RMSProp

HYPERPARAMETERS = ("learning_rate", "decay_rate", "epsilon")
SPELLINGS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def read(arrays):
    return {name: np.array([float(text) for text in texts]) for name, texts in arrays.items()}


def write_number(number):
    text = repr(number)
    return SPELLINGS.get(text, text)


def write(arrays):
    return {name: [write_number(x) for x in array.tolist()] for name, array in arrays.items()}


def start(request):
    return {
        "implementation": {
            "name": "rmsprop.py",
            "version": "2024-09-06",
            "language": "python",
            "language_version": platform.python_version(),
        },
        "number_format": "float64",
        "reports": ["moving_average"],
    }


def echo(request):
    return {"values": [write_number(float(text)) for text in request["values"]]}


def run(request):
    given = {name: float(request[name]) for name in HYPERPARAMETERS if name in request}
    optimizer = RMSProp(**given)
    weights = read(request["weights"])
    steps = []
    for step, gradients in enumerate(request["gradients"], start=1):
        optimizer.update_weights(read(gradients), weights)
        if step in request["record"]:
            steps.append(
                {"weights": write(weights), "moving_average": write(optimizer.moving_average)}
            )
    return {"steps": steps}


def answer(request):
    """The answer to one request; what the program raises is the answer's, not the process's."""
    try:
        result = {"start": start, "echo": echo, "run": run}[request["cmd"]](request)
    except Exception as failure:
        message = f"{type(failure).__name__}: {failure}"
        error = {"kind": "failed", "message": message, "trace": traceback.format_exc()}
        return {"seq": request["seq"], "ok": False, "error": error}
    return {"seq": request["seq"], "ok": True, **result}


for line in sys.stdin.buffer:
    request = json.loads(line)
    if request["cmd"] == "stop":
        break
    print(json.dumps(answer(request)), file=answers, flush=True)
