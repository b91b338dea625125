"""A port of a few lines that does on demand what a port should not; Python's standard library only.

    tiny_adapter.py BEHAVIOUR [FILE]

`conforming` is RMSProp by the formula in float64, `outside` adds epsilon after the square root.
`escapes` fails every case with a message that would drive a terminal. `hangs` answers no case, and
neither does a process that it starts; the ids of both are in FILE once it hangs, and SIGTERM does
not end them.
"""

import json
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ESCAPES = "\x1b[31mred\x1b[0m \x1b]0;title\x07 caf\u00e9"


def answer(request):
    if request["cmd"] == "start":
        me = {"name": "tiny", "version": "1", "language": "Python", "language_version": "3"}
        return {"implementation": me, "number_format": "float64", "reports": ["moving_average"]}
    if request["cmd"] == "echo":
        return {"values": [write(float(text)) for text in request["values"]]}
    if BEHAVIOUR == "escapes":
        raise RuntimeError(ESCAPES)
    if BEHAVIOUR == "hangs":
        hang(Path(sys.argv[2]))
    return {"steps": list(run(request))}


def run(request):
    rate = float(request.get("learning_rate", "0.001"))
    decay = float(request.get("decay_rate", "0.9"))
    epsilon = float(request.get("epsilon", "1e-08"))
    weights = {name: list(map(float, texts)) for name, texts in request["weights"].items()}
    averages = {name: [0.0] * len(values) for name, values in weights.items()}
    for step, gradients in enumerate(request["gradients"], start=1):
        for name, texts in gradients.items():
            for i, gradient in enumerate(map(float, texts)):
                average = decay * averages[name][i] + (1 - decay) * (gradient * gradient)
                averages[name][i] = average
                inside = math.sqrt(average + epsilon)
                root = math.sqrt(average) + epsilon if BEHAVIOUR == "outside" else inside
                weights[name][i] -= quotient(rate * gradient, root)
        if step in request["record"]:
            yield {"weights": written(weights), "moving_average": written(averages)}


def quotient(a, b):
    """As IEEE 754 divides: Python raises where b is zero."""
    return a / b if b else math.copysign(math.inf, a) if a and a == a else math.nan


def written(arrays):
    return {name: list(map(write, values)) for name, values in arrays.items()}


def write(number):
    return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(str(number), repr(number))


def hang(file):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen(["sleep", "600"])
    file.with_suffix(".part").write_text(f"{os.getpid()} {child.pid}")
    file.with_suffix(".part").rename(file)
    time.sleep(600)


BEHAVIOUR = sys.argv[1]
for line in sys.stdin:
    request = json.loads(line)
    if request["cmd"] == "stop":
        break
    try:
        body = {"ok": True, **answer(request)}
    except Exception as error:
        message = f"{type(error).__name__}: {error}"
        body = {"ok": False, "error": {"kind": "failed", "message": message}}
    print(json.dumps({"seq": request["seq"], **body}), flush=True)
