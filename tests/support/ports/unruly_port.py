"""RMSProp by the formula in float64 on NumPy, that refuses invalid input but for what it is asked.

    unruly_port.py SIN [COLUMN]

COLUMN is where epsilon stands: inside (which it is without one) or outside.

With special values
    nan-to-zero         takes a gradient that is NaN for zero
    clips-infinity      takes an infinite gradient for the largest finite number
    loses-minus-zero    has no negative zero among its weights
    flushes             takes subnormal gradients and weights for zero
    spreads-nan         makes a whole array NaN where one of its weights is
    mixes-choices       holds the squares of every other element in a wider range
    wide                holds all squares in a wider range
    no-step             leaves a weight as it is where step and divisor are zero

With invalid input
    accepts             does what it can with it: nothing is checked
    fails               says that it failed, not that it refuses
    crashes             kills itself by SIGSEGV
    hangs               does not answer
    babbles             answers with a line that is not JSON
    updates-partly      checks each parameter just before it is updated
    averages-first      forms all averages before it checks
    silent              refuses it, and says nothing of what it holds

With any input
    mutates-gradients   multiplies the caller's gradients by the learning rate
    drops-gradients     takes each gradient out of the caller's dictionary
    short-report        reports the gradients of one step too few
    refuses-zero        refuses a gradient of zero, which is valid
"""

import json
import os
import signal
import sys
import time

import numpy as np

DEFAULTS = {"learning_rate": "0.001", "decay_rate": "0.9", "epsilon": "1e-08"}
SPELLINGS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


class InvalidError(Exception):
    pass


class Optimizer:
    def __init__(self, sin, column, request):
        self.sin = sin
        self.column = column
        self.rate, self.decay, self.epsilon = (
            np.float64(request.get(name, default)) for name, default in DEFAULTS.items()
        )
        self.averages = {}
        if sin == "accepts":
            return
        finite = np.isfinite(self.rate) and np.isfinite(self.epsilon)
        if not (finite and self.rate >= 0 and self.epsilon >= 0 and 0 <= self.decay < 1):
            raise InvalidError("a hyper-parameter is out of its domain")

    def check(self, name, gradients, weights):
        if self.sin == "accepts":
            return
        if name not in gradients or len(gradients[name]) != len(weights[name]):
            raise InvalidError(f"no gradient of its length for {name}")
        if self.sin == "refuses-zero" and (gradients[name] == 0).any():
            raise InvalidError("nothing to do")

    def update(self, gradients, weights):
        if self.sin == "averages-first":
            for name in weights:
                if name in gradients:
                    self.averages[name] = self.average(name, gradients[name])
        if self.sin != "updates-partly":
            for name in weights:
                self.check(name, gradients, weights)
            if self.sin != "accepts" and set(gradients) - set(weights):
                raise InvalidError("a gradient without weights")
        for name in weights:
            self.check(name, gradients, weights)
            if name in gradients and len(gradients[name]) == len(weights[name]):
                self.update_one(name, gradients[name], weights)
            if self.sin == "mutates-gradients":
                gradients[name] *= self.rate
            if self.sin == "drops-gradients":
                del gradients[name]
        if self.sin == "updates-partly" and set(gradients) - set(weights):
            raise InvalidError("a gradient without weights")

    def update_one(self, name, gradient, weights):
        gradient = self.guarded(gradient)
        if self.sin != "averages-first":
            self.averages[name] = self.average(name, gradient)
        average = self.averages[name]
        if self.column == "outside":
            divisor = np.sqrt(average) + self.epsilon
        else:
            divisor = np.sqrt(average + self.epsilon)
        beyond = self.wide_elements(gradient) & (np.isinf(gradient**2) | (divisor == 0))
        # After one step, where the average is (1 - decay) g^2 and epsilon is nothing beside it.
        divisor = np.where(beyond, abs(gradient) * np.sqrt(1 - self.decay), divisor)
        change = self.rate * gradient / divisor
        if self.sin == "no-step":
            change = np.where((gradient == 0) & (divisor == 0), 0, change)
        changed = self.guarded(weights[name]) - change
        if self.sin == "loses-minus-zero":
            changed = changed + 0.0
        if self.sin == "spreads-nan" and np.isnan(changed).any():
            changed = changed * np.nan
        weights[name] = changed

    def wide_elements(self, gradient):
        every_other = np.arange(len(gradient)) % 2 == 1
        return {"wide": every_other | True, "mixes-choices": every_other}.get(
            self.sin, every_other & False
        )

    def average(self, name, gradient):
        before = self.averages.get(name, np.zeros_like(gradient))
        rest = 1 - self.decay
        wide = self.wide_elements(gradient)
        new = np.where(wide, rest * gradient * gradient, rest * (gradient * gradient))
        return self.decay * before + new

    def guarded(self, values):
        if self.sin == "nan-to-zero":
            return np.where(np.isnan(values), 0, values)
        if self.sin == "clips-infinity":
            largest = np.finfo(np.float64).max
            return np.clip(values, -largest, largest)
        if self.sin == "flushes":
            return np.where(abs(values) < np.finfo(np.float64).tiny, values * 0, values)
        return values


def run(sin, column, request):
    weights = arrays(request["weights"])
    gradients = [arrays(step) for step in request["gradients"]]
    optimizer, steps = None, []
    try:
        optimizer = Optimizer(sin, column, request)
        for number, step in enumerate(gradients, start=1):
            optimizer.update(step, weights)
            if number in request["record"]:
                steps.append(state(weights, optimizer))
    except InvalidError as error:
        refuse(sin)
        kind = "failed" if sin == "fails" else "rejected"
        body = {"kind": kind, "message": f"{error}"}
        if sin != "silent":
            body |= {**state(weights, optimizer), "gradients": list(map(written, gradients))}
        return {"ok": False, "error": body}
    reported = list(map(written, gradients))
    return {"steps": steps, "gradients": reported[1:] if sin == "short-report" else reported}


def refuse(sin):
    """What is done instead of a refusal."""
    if sin == "crashes":
        os.kill(os.getpid(), signal.SIGSEGV)
    if sin == "hangs":
        time.sleep(600)
    if sin == "babbles":
        print("Segmentation fault?", flush=True)


def state(weights, optimizer):
    averages = optimizer.averages if optimizer else {}
    return {"weights": written(weights), "moving_average": written(averages)}


def arrays(texts_by_name):
    return {name: np.array(texts, np.float64) for name, texts in texts_by_name.items()}


def written(values_by_name):
    return {name: [write(float(v)) for v in values] for name, values in values_by_name.items()}


def write(value):
    return SPELLINGS.get(repr(value), repr(value))


def answer(sin, column, request):
    if request["cmd"] == "start":
        about = {"name": "unruly", "version": "1", "language": "Python", "language_version": "3"}
        return {
            "implementation": about,
            "number_format": "float64",
            "reports": ["moving_average"],
        }
    if request["cmd"] == "echo":
        return {"values": [write(float(text)) for text in request["values"]]}
    return run(sin, column, request)


def main(sin, column="inside"):
    for line in sys.stdin:
        request = json.loads(line)
        if request["cmd"] == "stop":
            return
        body = answer(sin, column, request)
        print(json.dumps({"seq": request["seq"], "ok": True, **body}), flush=True)


if __name__ == "__main__":
    with np.errstate(all="ignore"):
        main(*sys.argv[1:])
