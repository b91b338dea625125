"""rmsprop.py behind the protocol goldstep-port/1."""

import json
import platform
import sys
import traceback

import numpy as np
from rmsprop import RMSProp

HYPER_PARAMETERS = ("learning_rate", "decay_rate", "epsilon")
SPELLINGS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def read(arrays):
    return {name: np.array([float(text) for text in texts]) for name, texts in arrays.items()}


def write(arrays):
    return {name: texts(array) for name, array in arrays.items()}


def texts(array):
    # repr gives the shortest decimal that reads back to the same bits; -0.0 keeps its sign.
    return [SPELLINGS.get(text, text) for text in map(repr, array.tolist())]


def start(request):
    return {
        "implementation": {
            "name": "rmsprop.py",
            "version": "1",
            "language": "Python",
            "language_version": platform.python_version(),
        },
        "number_format": "float64",
        "reports": ["moving_average"],
    }


def echo(request):
    return {"values": texts(np.array([float(text) for text in request["values"]]))}


def run(request):
    # What is not given is left to the program's own defaults.
    given = {name: float(request[name]) for name in HYPER_PARAMETERS if name in request}
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


COMMANDS = {"start": start, "echo": echo, "run": run}

for line in sys.stdin:
    request = json.loads(line)
    if request["cmd"] == "stop":
        break
    answer = {"seq": request["seq"], "ok": True}
    try:
        answer |= COMMANDS[request["cmd"]](request)
    except Exception as error:
        answer["ok"] = False
        answer["error"] = {
            "kind": "failed",
            "message": f"{type(error).__name__}: {error}",
            "trace": traceback.format_exc(),
        }
    print(json.dumps(answer), flush=True)
