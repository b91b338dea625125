"""RMSProp in NumPy that deviates on demand, behind the port protocol; shares no code with goldstep.

    deviating_port.py NUMBER_FORMAT [QUESTION=ANSWER ...]

What can be asked, with the formula's answer first; all of it is switched off where it is not named:

    epsilon_placement   inside, outside, missing, subtracted, maximum, root-outside, into-average
    average             moving, cumulative-sum, cumulative-mean, magnitudes, swapped-rates,
                        bias-corrected, decayed-twice
    initial_average     zero, one, epsilon, first-square, or a decimal
    lagging             False, True
    state               kept, renewed, shared (by all parameters of one length), shared-by-all
    coupling            none, neighbour, first, last, tail
    step                descent, ascent, without-root, sign, squared-rate, gradient
    update              applied, discarded
    learning_rate, decay_rate, epsilon
                        given, float32, bfloat16, float16 (rounded to it), default (whatever is
                        given), a decimal, or `or-` and a decimal (where 0 is given)
    default_learning_rate, default_decay_rate, default_epsilon
                        default, or a decimal
    average_format, update_format
                        own, float32, bfloat16, float16
    subnormals          kept, flushed
    not_a_number        kept, zeroed

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


# Bits of the significand, least and greatest exponent of a normal number.
NARROWER = {"float32": (24, -126, 127), "bfloat16": (8, -126, 127), "float16": (11, -14, 15)}
BLOCK = 4


def narrowed(values, name):
    """Rounded to nearest, ties to even, in one step."""
    if name == "own":
        return values
    precision, least, greatest = NARROWER[name]
    wide = np.asarray(values, np.float64)
    _, exponents = np.frexp(wide)
    quantum = np.maximum(exponents - 1, least) - precision + 1
    rounded = np.ldexp(np.round(np.ldexp(wide, -quantum)), quantum)
    largest = np.ldexp(2.0 - 2.0 ** (1 - precision), greatest)
    return np.where(abs(rounded) > largest, rounded * np.inf, rounded).astype(values.dtype)


class Optimizer:
    def __init__(self, number, answers, given):
        self.number = number
        self.answers = answers
        self.rate, self.decay, self.epsilon = (
            self.flushed(self.hyper_parameter(name, given))[()] for name in DEFAULTS
        )
        self.averages = {}
        self.steps = 0

    def hyper_parameter(self, name, given):
        answer = self.answers.get(name, "given")
        default = self.answers.get(f"default_{name}", DEFAULTS[name])
        text = given.get(name, default)
        if answer == "default":
            text = DEFAULTS[name]
        elif answer in NARROWER:
            return self.number(narrowed(self.number(text), answer))
        elif answer.startswith("or-"):
            return self.number(text) or self.number(answer.removeprefix("or-"))
        elif answer != "given":
            text = answer
        return self.number(text)

    def key(self, name, weights):
        shared = {"shared": len(weights[name]), "shared-by-all": None}
        return shared.get(self.answers.get("state"), name)

    def update(self, gradients, weights):
        self.steps += 1
        for name in weights:
            gradient = self.flushed(np.array(gradients[name], self.number))
            if self.answers.get("not_a_number") == "zeroed":
                gradient = np.where(np.isnan(gradient), self.number(0), gradient)
            before, rest = self.average_before(self.key(name, weights), gradient)
            after = self.new_average(before, gradient)
            if self.answers.get("epsilon_placement") == "into-average":
                after = after + self.epsilon
            after = narrowed(after, self.answers.get("average_format", "own"))
            tail = len(gradient)
            if self.answers.get("coupling") == "tail" and tail >= BLOCK:
                tail -= tail % BLOCK
            after[tail:] = before[tail:]
            kept = self.flushed(after)
            self.averages[self.key(name, weights)] = np.concatenate([kept, rest])
            used = before if self.answers.get("lagging") == "True" else after
            change = self.change(self.coupled(used), gradient)
            change = narrowed(change, self.answers.get("update_format", "own"))
            if self.answers.get("update") == "discarded":
                continue
            if self.answers.get("step") == "ascent":
                change = -change
            changed = (self.flushed(weights[name]) - change).astype(self.number)
            changed = self.flushed(changed)
            changed[tail:] = weights[name][tail:]
            if self.answers.get("weights") == "float16":
                changed = changed.astype(np.float16).astype(self.number)
            weights[name] = changed

    def average_before(self, key, gradient):
        """The average of as many elements as there are, and what is kept of others."""
        start = {"one": self.number(1), "epsilon": self.epsilon, "first-square": gradient**2}
        answer = self.answers.get("initial_average", "zero")
        value = self.number(0) if answer == "zero" else start.get(answer)
        value = self.number(answer) if value is None else value
        initial = np.zeros_like(gradient) + value
        if self.answers.get("state") == "renewed":
            return initial, gradient[:0]
        kept = self.averages.get(key, gradient[:0])
        length = len(gradient)
        return np.concatenate([kept[:length], initial[len(kept) :]]), kept[length:]

    def average_after(self, name, weights):
        return self.averages[self.key(name, weights)][: len(weights[name])]

    def coupled(self, average):
        coupling = self.answers.get("coupling")
        if coupling == "neighbour":
            return np.roll(average, -1)
        if coupling in ("first", "last") and len(average):
            return np.full_like(average, average[0 if coupling == "first" else -1])
        return average

    def flushed(self, values):
        if self.answers.get("subnormals") != "flushed":
            return np.asarray(values)
        values = np.asarray(values)
        return np.where(abs(values) < np.finfo(self.number).tiny, values * 0, values)

    def new_average(self, old, gradient):
        one = self.number(1)
        form = self.answers.get("average", "moving")
        if form == "cumulative-sum":
            return old + gradient * gradient
        if form == "cumulative-mean":
            count = self.number(self.steps)
            return ((count - one) * old + gradient * gradient) / count
        if form == "decayed-twice":
            return self.decay * (self.decay * old) + (one - self.decay) * (gradient * gradient)
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
            signed = np.copysign(self.number(1), gradient)
            return self.rate * np.where((gradient == 0) | np.isnan(gradient), gradient, signed)
        if self.answers.get("average") == "bias-corrected":
            average = average / (self.number(1) - self.decay ** self.number(self.steps))
        epsilon, rate, order = self.epsilon, self.rate, self.answers.get("order")
        if self.answers.get("step") == "gradient":
            return rate * gradient
        if self.answers.get("step") == "squared-rate":
            rate = rate * rate
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
        if placement == "root-outside":
            return power(average) + np.sqrt(epsilon)
        if placement in ("missing", "into-average"):
            return power(average)
        if placement == "maximum":
            return power(np.maximum(average, epsilon))
        return power(average - epsilon if placement == "subtracted" else average + epsilon)


def run(number, answers, request):
    optimizer = Optimizer(number, answers, request)
    weights = {name: np.array(texts, number) for name, texts in request["weights"].items()}
    for step, gradients in enumerate(request["gradients"], start=1):
        optimizer.update(gradients, weights)
        if step in request["record"]:
            averages = {name: optimizer.average_after(name, weights) for name in weights}
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
