"""A port that conforms (float64, by the formula) but for the one thing that it is asked to do.

    misbehaving_port.py SIN TOKEN

TOKEN is nothing to the port; tests find its processes by it.

At the start
    never-starts        writes "no licence" to standard error and exits with 3
    exits-at-start      reads `start` and exits with 3
    exits-at-echo       reads `echo` and exits with 3
    starts-late         answers nothing for 0.6 s
    hangs-at-start      answers nothing
    starts-once         exits with 5 when it is started again
    starts-once-exits   the same, and exits with 4 at its third case
    refuses-start       answers `start` with an error
    other-protocol      answers `start` with the error that it speaks another version
    noise               writes a line to standard output before it answers anything
    nameless            says nothing of its implementation
    other-format        says that it computes in float32
    wrong-seq-at-start  answers with the number after the request's
    imports             imports optimizer.py first, which the test writes beside it
    rounds-echo         echoes numbers rounded to float32
    hex-echo            echoes numbers in hexadecimal
    numbers-echo        echoes JSON numbers
    loses-sign          echoes 0.0 for -0.0
    decimals-echo       echoes numbers with six decimals
    short-echo          echoes one value too few

At every case
    exits-always        exits with 4
    one-shot            exits with 0 once it has answered
    number-as-number    sends JSON numbers
    word-as-number      sends "zero" for each number
    book-as-number      sends 30,000 letters for each number
    hex-number          sends numbers in hexadecimal
    digits-as-number    sends 30,000 digits for each number
    one-too-few         sends each array without its last element
    one-too-many        sends each array with its last element twice
    no-weights          leaves the weights out
    one-parameter-less  leaves a parameter's weights out
    extra-parameter     sends weights of a parameter that there is not
    no-steps            leaves the steps out
    one-step-less       leaves the last step out
    one-step-more       sends the last step twice
    rejects             refuses the input
    unsupported         says that it has no default
    not-a-number        computes NaN
    time-of-day         adds what the clock says to the weights
    leaks-state         keeps the averages of one case for the next
    slow                takes 0.2 s
    tires               answers four cases, and no other
    noisy               writes 1 MB to standard error
    silent-average      does not report the moving average
    fickle-average      reports the moving average in its first process only, and does not say so
    missing-average     says that it reports the moving average, and does not
    misspelt-average    reports the moving average by another key, and does not say so
    extra-fields        sends fields that nobody asked for
    returns             ends its lines as Windows does
    trickles            sends its answer byte by byte

At the end
    ignores-stop        does not exit, the first time, of which it leaves a file
    bad-exit            exits with 7
    last-words          answers `stop`
    stops-with-trace    raises an exception
"""

import importlib
import json
import math
import os
import select
import struct
import sys
import time
from pathlib import Path

ABOUT = {"name": "misbehaving", "version": "1", "language": "Python", "language_version": "3"}
DEFAULTS = {"learning_rate": "0.001", "decay_rate": "0.9", "epsilon": "1e-08"}
SPELLINGS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
FOR_EVER = 600


class Requests:
    """What comes on standard input, one by one."""

    def __init__(self):
        self.unread = b""

    def __iter__(self):
        while self.are_there():
            line, _, self.unread = self.unread.partition(b"\n")
            yield json.loads(line)

    def are_there(self, within=None):
        """Whether there is another one, or will be within some seconds."""
        while b"\n" not in self.unread:
            if not select.select([0], [], [], within)[0]:
                return False
            data = os.read(0, 1 << 16)
            if not data:
                return False
            self.unread += data
        return True


class Port:
    def __init__(self, sin, token=""):
        self.sin = sin
        self.token = token
        self.requests = Requests()
        self.is_restarted = Path("started").exists()
        self.averages = {}
        self.cases = 0

    def serve(self):
        self.begin()
        for request in self.requests:
            self.take(request)

    def take(self, request):
        body = getattr(self, request["cmd"])(request)
        answer = {"seq": request["seq"], "ok": True, **body}
        if self.sin == "wrong-seq-at-start":
            answer["seq"] += 1
        self.send(request, json.dumps(answer) + "\n")

    def send(self, request, line):
        """Sends an answer, which ports that sin there do in their own way."""
        if self.sin == "returns":
            line = line.replace("\n", "\r\n")
        self.say(line, at_a_time=1 if self.sin == "trickles" else len(line))
        if self.sin == "one-shot" and request["cmd"] == "run":
            sys.exit()

    def is_first_time(self):
        try:
            Path("sinned").touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    def say(self, text, at_a_time=None):
        data = text if isinstance(text, bytes) else text.encode()
        step = at_a_time or len(data)
        for start in range(0, len(data), step):
            sys.stdout.buffer.write(data[start : start + step])
            sys.stdout.flush()

    def begin(self):
        if self.sin == "never-starts":
            sys.stderr.write("no licence\n")
            sys.exit(3)
        if self.sin.startswith("starts-once") and self.is_restarted:
            sys.exit(5)
        if self.sin == "starts-late":
            time.sleep(0.6)
        if self.sin == "hangs-at-start":
            time.sleep(FOR_EVER)
        if self.sin == "noise":
            self.say("Welcome!\n")
        if self.sin == "imports":
            importlib.import_module("optimizer")
        Path("started").touch()

    def start(self, request):
        if self.sin == "exits-at-start":
            sys.exit(3)
        if self.sin in ("refuses-start", "other-protocol"):
            why = "no device" if self.sin == "refuses-start" else "protocol 2 only"
            return {"ok": False, "error": {"kind": "failed", "message": why}}
        body = {
            "implementation": ABOUT,
            "number_format": "float32" if self.sin == "other-format" else "float64",
            "reports": ["moving_average"],
        }
        if self.sin == "nameless":
            del body["implementation"]
        if self.sin in ("silent-average", "fickle-average", "misspelt-average"):
            del body["reports"]
        return body

    def echo(self, request):
        if self.sin == "exits-at-echo":
            sys.exit(3)
        values = [float(text) for text in request["values"]]
        if self.sin == "rounds-echo":
            values = [rounded(value) for value in values]
        if self.sin == "loses-sign":
            values = [abs(value) if value == 0 else value for value in values]
        if self.sin == "decimals-echo":
            return {"values": [SPELLINGS.get(repr(each), f"{each:.6f}") for each in values]}
        if self.sin == "short-echo":
            values.pop()
        if self.sin == "numbers-echo":
            return {"values": [value if math.isfinite(value) else None for value in values]}
        return {"values": [float.hex(v) if self.sin == "hex-echo" else write(v) for v in values]}

    def run(self, request):
        self.cases += 1
        if self.sin == "exits-always" or (self.sin == "starts-once-exits" and self.cases == 3):
            sys.stderr.write("out of luck\n")
            sys.exit(4)
        if self.sin in ("rejects", "unsupported"):
            kind = {"rejects": "rejected"}.get(self.sin, self.sin)
            return {"ok": False, "error": {"kind": kind, "message": f"{self.sin}: too much"}}
        if self.sin == "slow":
            time.sleep(0.2)
        if self.sin == "tires" and self.cases > 4:
            time.sleep(FOR_EVER)
        if self.sin == "noisy":
            sys.stderr.write("x" * 999_999 + "\n")
        steps = list(self.steps(request))
        for step in steps:
            spoil(self.sin, step)
            if self.sin == "fickle-average" and self.is_restarted:
                del step["moving_average"]
        if self.sin == "no-steps":
            return {}
        if self.sin == "one-step-less":
            steps.pop()
        if self.sin == "one-step-more":
            steps.append(steps[-1])
        return {"steps": steps}

    def steps(self, request):
        rate, decay, epsilon = (float(request.get(key, text)) for key, text in DEFAULTS.items())
        weights = {name: list(map(float, texts)) for name, texts in request["weights"].items()}
        if self.sin != "leaks-state":
            self.averages = {}
        for number, gradients in enumerate(request["gradients"], start=1):
            for name, texts in gradients.items():
                averages = self.averages.setdefault(name, [0.0] * len(texts))
                averages += [0.0] * (len(texts) - len(averages))
                for i, gradient in enumerate(map(float, texts)):
                    averages[i] = decay * averages[i] + (1 - decay) * gradient * gradient
                    weights[name][i] -= rate * gradient / math.sqrt(averages[i] + epsilon)
            if number in request["record"]:
                averages = {name: self.averages[name][: len(weights[name])] for name in weights}
                yield {"weights": written(weights), "moving_average": written(averages)}

    def stop(self, request):
        if self.sin == "ignores-stop" and self.is_first_time():
            time.sleep(FOR_EVER)
        if self.sin == "stops-with-trace":
            raise RuntimeError("no time to stop")
        if self.sin == "last-words":
            self.say("Goodbye!\n")
        sys.exit(7 if self.sin == "bad-exit" else 0)


def rounded(value):
    finite = math.isfinite(value) and abs(value) < 1e38
    return struct.unpack("f", struct.pack("f", value))[0] if finite else value


def write(value):
    return SPELLINGS.get(repr(value), repr(value))


def written(arrays):
    return {name: [write(value) for value in values] for name, values in arrays.items()}


def later(value):
    """As many of the least steps above a number as the clock shows nanoseconds."""
    for _ in range(1 + time.time_ns() % 1000):
        value = math.nextafter(value, math.inf)
    return value


# What a sin makes of the texts of one array.
SPOILED = {
    "number-as-number": lambda texts: list(map(float, texts)),
    "word-as-number": lambda texts: ["zero" for _ in texts],
    "book-as-number": lambda texts: ["z" * 30_000 for _ in texts],
    "hex-number": lambda texts: [float.hex(float(text)) for text in texts],
    "digits-as-number": lambda texts: ["7" * 30_000 for _ in texts],
    "one-too-few": lambda texts: texts[:-1],
    "one-too-many": lambda texts: [*texts, texts[-1]],
    "not-a-number": lambda texts: ["NaN" for _ in texts],
    "time-of-day": lambda texts: [write(later(float(text))) for text in texts],
}


def spoil(sin, step):
    weights = step["weights"]
    if sin in SPOILED:
        step["weights"] = {name: SPOILED[sin](texts) for name, texts in weights.items()}
    if sin == "no-weights":
        del step["weights"]
    if sin == "one-parameter-less":
        del weights[next(iter(weights))]
    if sin == "extra-parameter":
        weights["w99"] = ["0.0"]
    if sin in ("silent-average", "missing-average"):
        del step["moving_average"]
    if sin == "misspelt-average":
        step["moving_averages"] = step.pop("moving_average")
    if sin == "extra-fields":
        step["weather"] = {"rain": [1, 2.5]}


def leave(code):
    """Exits at once, with what was written."""
    sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    Port(*sys.argv[1:3]).serve()
