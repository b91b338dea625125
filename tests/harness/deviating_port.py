"""RMSProp in NumPy that deviates on demand, behind the port protocol; shares no code with goldstep.

    deviating_port.py NUMBER_FORMAT [QUESTION=ANSWER ...]

What can be asked, with the formula's answer first; all of it is switched off where it is not named:

    epsilon_placement   inside, outside, missing, subtracted
    average             moving, cumulative-sum, magnitudes, swapped-rates, bias-corrected
    initial_average     zero, one, epsilon
    lagging             False, True
    state               kept, renewed, shared (by all parameters of one length)
    step                descent, ascent, without-root, sign
    update              applied, discarded
    learning_rate, decay_rate, epsilon
                        given, float32 (rounded to it), default (whatever is given)

Beside the catalogue of deviations, there are evaluation orders (a faithful program may use any of
them) and a loss of precision:

    order               plain, increment (v + (g^2 - v) (1 - decay)), reciprocal (a product instead
                        of the quotient), divide-first (gradient over root, then the rate), wide
                        (float64 or longer inside)
    weights             own, float16 (rounded to it after each step)
"""

import json
import sys

import numpy as np

DEFAULTS = {"learning_rate": "0.001", "decay_rate": "0.9", "epsilon": "1e-08"}
SPELLINGS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


class Optimizer:
    def __init__(self, number, answers, given):
        self.number = number
        self.answers = answers
        self.rate = self.hyper_parameter("learning_rate", given)
        self.decay = self.hyper_parameter("decay_rate", given)
        self.epsilon = self.hyper_parameter("epsilon", given)
        self.averages = {}
        self.steps = 0

    def hyper_parameter(self, name, given):
        answer = self.answers.get(name, "given")
        text = given.get(name, DEFAULTS[name])
        if answer == "default":
            text = DEFAULTS[name]
        value = np.float32(text) if answer == "float32" else text
        return self.number(value)

    def key(self, name, weights):
        return len(weights[name]) if self.answers.get("state") == "shared" else name

    def update(self, gradients, weights):
        self.steps += 1
        for name in weights:
            gradient = np.array(gradients[name], self.number)
            before = self.average_before(self.key(name, weights), gradient)
            after = self.new_average(before, gradient)
            self.averages[self.key(name, weights)] = after
            used = before if self.answers.get("lagging") == "True" else after
            change = self.change(used, gradient)
            if self.answers.get("update") == "discarded":
                continue
            if self.answers.get("step") == "ascent":
                change = -change
            changed = (weights[name] - change).astype(self.number)
            if self.answers.get("weights") == "float16":
                changed = changed.astype(np.float16).astype(self.number)
            weights[name] = changed

    def average_before(self, key, gradient):
        if key in self.averages and self.answers.get("state") != "renewed":
            return self.averages[key]
        start = {"one": self.number(1), "epsilon": self.epsilon}
        value = start.get(self.answers.get("initial_average"), self.number(0))
        return np.full_like(gradient, value)

    def new_average(self, old, gradient):
        one = self.number(1)
        form = self.answers.get("average", "moving")
        if form == "cumulative-sum":
            return old + gradient * gradient
        if form == "magnitudes":
            return self.decay * old + (one - self.decay) * abs(gradient)
        if form == "swapped-rates":
            return (one - self.decay) * old + self.decay * (gradient * gradient)
        if self.answers.get("order") == "increment":
            return old + (gradient * gradient - old) * (one - self.decay)
        if self.answers.get("order") == "wide":
            wide = self.wide(old), self.wide(gradient)
            decay = self.wide(self.decay)
            return (decay * wide[0] + (1 - decay) * wide[1] ** 2).astype(self.number)
        return self.decay * old + (one - self.decay) * (gradient * gradient)

    def wide(self, values):
        return values.astype(np.float64 if self.number is np.float32 else np.longdouble)

    def change(self, average, gradient):
        if self.answers.get("step") == "sign":
            return self.rate * np.sign(gradient)
        if self.answers.get("average") == "bias-corrected":
            average = average / (self.number(1) - self.decay ** self.number(self.steps))
        epsilon, rate, order = self.epsilon, self.rate, self.answers.get("order")
        if order == "wide":
            average, gradient, epsilon, rate = map(self.wide, (average, gradient, epsilon, rate))
        root = self.root(average, epsilon)
        if order == "reciprocal":
            return rate * (gradient * (self.number(1) / root))
        if order == "divide-first":
            return gradient / root * rate
        return rate * gradient / root

    def root(self, average, epsilon):
        power = np.copy if self.answers.get("step") == "without-root" else np.sqrt
        placement = self.answers.get("epsilon_placement", "inside")
        if placement == "outside":
            return power(average) + epsilon
        if placement == "missing":
            return power(average)
        return power(average - epsilon if placement == "subtracted" else average + epsilon)


def run(number, answers, request):
    optimizer = Optimizer(number, answers, request)
    weights = {name: np.array(texts, number) for name, texts in request["weights"].items()}
    for step, gradients in enumerate(request["gradients"], start=1):
        optimizer.update(gradients, weights)
        if step in request["record"]:
            averages = {name: optimizer.averages[optimizer.key(name, weights)] for name in weights}
            yield {"weights": written(weights), "moving_average": written(averages)}


def written(arrays):
    return {name: [write(float(value)) for value in values] for name, values in arrays.items()}


def write(value):
    return SPELLINGS.get(repr(value), repr(value))


def answer(name, number, answers, request):
    if request["cmd"] == "start":
        about = {"name": "deviating", "version": "1", "language": "Python", "language_version": "3"}
        return {"implementation": about, "number_format": name, "reports": ["moving_average"]}
    if request["cmd"] == "echo":
        return {"values": [write(float(number(text))) for text in request["values"]]}
    return {"steps": list(run(number, answers, request))}


def main(name, *answers):
    number = {"float64": np.float64, "float32": np.float32}[name]
    asked = dict(text.split("=") for text in answers)
    for line in sys.stdin:
        request = json.loads(line)
        if request["cmd"] == "stop":
            return
        body = answer(name, number, asked, request)
        print(json.dumps({"seq": request["seq"], "ok": True, **body}), flush=True)


if __name__ == "__main__":
    with np.errstate(all="ignore"):
        main(*sys.argv[1:])
