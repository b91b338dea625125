"""A port that conforms (float64, by the formula) but for the one thing that it is asked to do.

    misbehaving_port.py SIN TOKEN

TOKEN is nothing to the port; tests find its processes by it.

At the start
    never-starts        writes "no licence" to standard error and exits with 3
    refuses-start       answers `start` with an error
    hangs-at-start      answers nothing
    noise               writes a line to standard output before it answers anything
    nameless            says nothing of its implementation
    other-format        says that it computes in float32
    wrong-seq-at-start  answers with the number after the request's
    rounds-echo         echoes numbers rounded to float32
    loses-sign          echoes 0.0 for -0.0
    short-echo          echoes one value too few
    imports             imports optimizer.py first, which the test writes beside it

At a case with the gradient -42
    not-json            answers with a line that is not JSON
    wrong-seq           answers with the number after the request's
    hangs               does not answer, and has started a process that does not end either
    exits               writes "out of luck" to standard error and exits with 4
    killed              kills itself by SIGSEGV
    half-a-line         writes half of its answer and exits with 0
    half-a-line-hangs   writes half of its answer and waits
    closes              closes its standard output and lives on

At every case
    exits-always        exits with 4
    number-as-number    sends JSON numbers
    word-as-number      sends "zero" for each number
    one-too-few         sends each array without its last element
    no-weights          leaves the weights out
    one-parameter-less  leaves a parameter's weights out
    extra-parameter     sends weights of a parameter that there is not
    no-steps            leaves the steps out
    one-step-less       leaves the last step out
    rejects             refuses the input
    unsupported         says that it has no default
    not-a-number        computes NaN
    slow                takes 0.2 s
    noisy               writes 10 MB to standard error
    silent-average      does not report the moving average
    extra-fields        sends fields that nobody asked for

At the end
    ignores-stop        does not exit
    bad-exit            exits with 7
"""

import importlib
import json
import math
import os
import signal
import struct
import subprocess
import sys
import time

MARKED = "'-42.0'"
ENDING = (
    *("not-json", "wrong-seq", "hangs", "exits", "killed"),
    *("half-a-line", "half-a-line-hangs", "closes"),
)


def start(sin):
    about = {"name": "misbehaving", "version": "1", "language": "Python", "language_version": "3"}
    body = {"implementation": about, "number_format": "float64", "reports": ["moving_average"]}
    if sin == "nameless":
        del body["implementation"]
    if sin == "other-format":
        body["number_format"] = "float32"
    return body


def echo(sin, texts):
    values = [float(text) for text in texts]
    if sin == "rounds-echo":
        values = [rounded(value) for value in values]
    if sin == "loses-sign":
        values = [abs(value) if value == 0 else value for value in values]
    return {"values": [write(value) for value in values[: -1 if sin == "short-echo" else None]]}


def rounded(value):
    finite = math.isfinite(value) and abs(value) < 1e38
    return struct.unpack("f", struct.pack("f", value))[0] if finite else value


def run(sin, request):
    rate = float(request.get("learning_rate", "0.001"))
    decay = float(request.get("decay_rate", "0.9"))
    epsilon = float(request.get("epsilon", "1e-08"))
    weights = {name: list(map(float, texts)) for name, texts in request["weights"].items()}
    averages = {name: [0.0] * len(values) for name, values in weights.items()}
    for number, gradients in enumerate(request["gradients"], start=1):
        for name, texts in gradients.items():
            for i, gradient in enumerate(map(float, texts)):
                average = decay * averages[name][i] + (1 - decay) * gradient * gradient
                averages[name][i] = average
                weights[name][i] -= rate * gradient / math.sqrt(average + epsilon)
        if number in request["record"]:
            if sin == "not-a-number":
                weights = {name: [math.nan] * len(values) for name, values in weights.items()}
            yield {"weights": written(weights), "moving_average": written(averages)}


def written(arrays):
    return {name: [write(value) for value in values] for name, values in arrays.items()}


def write(value):
    return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(repr(value), repr(value))


def body_of_run(sin, request):
    if sin in ("rejects", "unsupported"):
        error = {"kind": {"rejects": "rejected"}.get(sin, sin), "message": f"{sin}: too much"}
        return {"ok": False, "error": error}
    if sin == "slow":
        time.sleep(0.2)
    if sin == "noisy":
        sys.stderr.write("x" * 999_999 + "\n")
    steps = list(run(sin, request))
    for step in steps:
        spoil(sin, step)
    if sin == "no-steps":
        return {}
    if sin == "one-step-less":
        steps.pop()
    return {"steps": steps}


def spoil(sin, step):
    weights = step["weights"]
    if sin == "number-as-number":
        step["weights"] = {name: list(map(float, texts)) for name, texts in weights.items()}
    if sin == "word-as-number":
        step["weights"] = {name: ["zero" for _ in texts] for name, texts in weights.items()}
    if sin == "one-too-few":
        step["weights"] = {name: texts[:-1] for name, texts in weights.items()}
    if sin == "no-weights":
        del step["weights"]
    if sin == "one-parameter-less":
        del weights[next(iter(weights))]
    if sin == "extra-parameter":
        weights["w99"] = ["0.0"]
    if sin == "silent-average":
        del step["moving_average"]
    if sin == "extra-fields":
        step["weather"] = {"rain": [1, 2.5]}


def end_badly(sin, line, token):
    """What is done instead of sending an answer."""
    if sin == "not-json":
        return "Segmentation fault?\n"
    if sin == "wrong-seq":
        answer = json.loads(line)
        return json.dumps({**answer, "seq": answer["seq"] + 1}) + "\n"
    if sin == "hangs":
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", token])
        time.sleep(600)
    if sin in ("exits", "exits-always"):
        sys.stderr.write("out of luck\n")
        sys.exit(4)
    if sin == "killed":
        os.kill(os.getpid(), signal.SIGSEGV)
    if sin.startswith("half-a-line"):
        sys.stdout.write(line[: len(line) // 2])
        sys.stdout.flush()
        time.sleep(600 if sin == "half-a-line-hangs" else 0)
    if sin == "closes":
        os.close(1)
        time.sleep(600)
    os._exit(0)


def begin(sin):
    if sin == "never-starts":
        sys.stderr.write("no licence\n")
        sys.exit(3)
    if sin == "hangs-at-start":
        time.sleep(600)
    if sin == "noise":
        print("Welcome!", flush=True)
    if sin == "imports":
        importlib.import_module("optimizer")


def main(sin, token):
    begin(sin)
    for text in sys.stdin:
        request = json.loads(text)
        command = request["cmd"]
        if command == "stop":
            if sin == "ignores-stop":
                time.sleep(600)
            sys.exit(7 if sin == "bad-exit" else 0)
        if command == "start" and sin == "refuses-start":
            body = {"ok": False, "error": {"kind": "failed", "message": "no device"}}
        elif command == "start":
            body = start(sin)
        elif command == "echo":
            body = echo(sin, request["values"])
        else:
            body = body_of_run(sin, request)
        ahead = 1 if sin == "wrong-seq-at-start" else 0
        line = json.dumps({"seq": request["seq"] + ahead, "ok": True, **body}) + "\n"
        if command == "run" and (
            sin == "exits-always" or (sin in ENDING and MARKED in str(request["gradients"]))
        ):
            line = end_badly(sin, line, token)
        sys.stdout.write(line)
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:3])
