"""A second oracle: every published number, recomputed with Arb (python-flint).

It shares nothing with the reference but the formula: it reads the vectors' files, computes in balls
of midpoint and radius instead of intervals, and has conversions of its own. ``python
tests/oracle/arb_oracle.py`` prints how many numbers it compared.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import flint
from flint import arb
from support.arb_special import Machine, Number

VECTORS = Path(__file__).parents[2] / "vectors"
DEFAULTS = {"learning_rate": "0.001", "decay_rate": "0.9", "epsilon": "1e-8"}
PUBLISHED = ("exact", "nearest", "tolerance")
SPECIAL_NAMES = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity", "-0.0": "-0.0"}
# What the vectors' choices mean.
MACHINES: dict[str, dict[str, bool]] = {
    "narrow-range": {},
    "narrow-range-increment": {"increment": True},
    "wide-range": {"wide": True},
    "wide-range-increment": {"wide": True, "increment": True},
    "wide-state": {"wide": True, "wide_state": True},
    "no-step": {"no_step": True},
}
# Step, quantity, parameter, index.
Key = tuple[int, str, str, int]
Published = tuple[str, str, str]
# Significand bits, and the exponent of the least subnormal.
FORMATS = {"float64": (53, -1074), "float32": (24, -149)}


def compare(vectors: Path = VECTORS) -> tuple[int, list[str]]:
    """How many numbers were compared, and where they differ."""
    count, wrong = 0, []
    for file in sorted(vectors.glob("rmsprop/*/*.json")):
        for case in json.loads(file.read_text())["cases"]:
            significand, least = FORMATS[case["id"].split("/")[1]]
            for place, published, value in recomputed(case):
                count += 1
                if isinstance(value, float):
                    name = SPECIAL_NAMES[repr(value)]
                    if published != (name, name, "0.0"):
                        wrong.append(f"{place}: it is {published}, Arb has {name}")
                    continue
                exact, nearest, _ = published
                bounds = [fraction(value.lower()), fraction(value.upper())]
                if {digits(bound) for bound in bounds} != {exact}:
                    wrong.append(f"{place}: exact is {exact}, Arb has {digits(bounds[0])}")
                if {rounded(bound, significand, least) for bound in bounds} != {
                    Fraction(float(nearest))
                }:
                    wrong.append(f"{place}: nearest is {nearest}, not so by Arb")
    return count, wrong


def recomputed(case: dict[str, Any]) -> Iterator[tuple[str, Published, Number]]:
    """Each expected value: where it is, as it is published, and a ball or special value."""
    expected = case["expected"]
    if "rejected" in expected:
        return
    for choice, columns in expected.get("choices", {None: expected}).items():
        for column, steps in columns.items():
            wanted = dict(published_values(steps))
            bits = 256
            while wanted:
                values = run(case, column, choice, bits)
                for key in list(wanted):
                    if is_decided(values[key]):
                        place = f"{case['id']} {choice or ''} {column} {key}"
                        yield place, wanted.pop(key), values[key]
                bits *= 2
                assert bits < 1 << 20, f"{case['id']}: Arb cannot tell the digits"


def published_values(steps: list[dict[str, Any]]) -> Iterator[tuple[Key, Published]]:
    """What a column expects: exact value, nearest number and tolerance, by place."""
    for step in steps:
        for quantity in ("weights", "moving_average"):
            for name, values in step[quantity].items():
                of_element = zip(*(values[key] for key in PUBLISHED), strict=True)
                for index, published in enumerate(of_element):
                    yield (step["step"], quantity, name, index), published


def is_decided(value: Number) -> bool:
    """Whether the ball is small enough to tell 40 digits."""
    return isinstance(value, float) or digits(fraction(value.lower())) == digits(
        fraction(value.upper())
    )


def run(case: dict[str, Any], column: str, choice: str | None, bits: int) -> dict[Key, Number]:
    """The formula, in balls of ``bits`` bits."""
    flint.ctx.prec = bits
    significand, least = FORMATS[case["id"].split("/")[1]]
    rate, decay, epsilon = (
        arb(float(case[name])) if name in case else default(text, significand)
        for name, text in DEFAULTS.items()
    )
    vanishing = arb(2) ** (least - 1)
    largest = (2 - arb(2) ** (1 - significand)) * arb(2) ** (2 - least - significand)
    machine = Machine(largest, vanishing, **MACHINES[choice or "narrow-range"])
    program = machine.run if has_special_values(case) else ordinary_run
    values: dict[Key, Number] = {}
    for name, texts in case["weights"].items():
        for index, text in enumerate(texts):
            gradients = [step[name][index] for step in case["gradients"]]
            steps = program(column, (rate, decay, epsilon), text, gradients)
            for step, (weight, average) in enumerate(steps, start=1):
                values[step, "weights", name, index] = weight
                values[step, "moving_average", name, index] = average
    return values


def ordinary_run(
    column: str, hyper_parameters: tuple[arb, arb, arb], weight_text: str, gradients: Sequence[str]
) -> Iterator[tuple[Number, Number]]:
    """Weight and average after each step of one element, in real numbers throughout."""
    rate, decay, epsilon = hyper_parameters
    weight, average = arb(float(weight_text)), arb(0)
    for text in gradients:
        gradient = arb(float(text))
        average = decay * average + (1 - decay) * gradient**2
        if column == "inside":
            weight -= rate / (average + epsilon).sqrt() * gradient
        else:
            weight -= rate / (average.sqrt() + epsilon) * gradient
        yield weight, average


def has_special_values(case: dict[str, Any]) -> bool:
    """Whether a choice, a special input or a special result is in it."""
    if "choices" in case["expected"]:
        return True
    inputs = [
        text
        for arrays in (case["weights"], *case["gradients"])
        for array in arrays.values()
        for text in array
    ]
    results = [
        exact for column in case["expected"].values() for _, (exact, *_) in published_values(column)
    ]
    return any(text in SPECIAL_NAMES.values() for text in inputs + results)


def default(text: str, significand: int) -> arb:
    """A default, rounded to the number format as a program would hold it."""
    return arb(float(rounded(Fraction(text), significand, -1074)))


def fraction(ball: arb) -> Fraction:
    """A ball without radius, as the rational that it is."""
    mantissa, exponent = ball.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def digits(value: Fraction) -> str:
    """40 significant digits, ties to even, in the vectors' notation."""
    if value == 0:
        return "0.0"
    exponent = len(str(abs(value.numerator))) - len(str(value.denominator))
    while abs(value) >= Fraction(10) ** (exponent + 1):
        exponent += 1
    while abs(value) < Fraction(10) ** exponent:
        exponent -= 1
    scaled = round(abs(value) / Fraction(10) ** (exponent - 39))
    if scaled == 10**40:
        scaled, exponent = 10**39, exponent + 1
    text = str(scaled)
    return f"{'-' if value < 0 else ''}{text[0]}.{text[1:]}e{exponent:+d}"


def rounded(value: Fraction, significand: int, least: int) -> Fraction:
    """The nearest multiple of the format's spacing around ``value``, ties to even."""
    if value == 0:
        return value
    size = value.numerator.bit_length() - value.denominator.bit_length()
    exponent = max(least, size - significand - 1)
    while abs(value) >= Fraction(2) ** (exponent + significand):
        exponent += 1
    return round(value / Fraction(2) ** exponent) * Fraction(2) ** exponent


if __name__ == "__main__":
    compared, differences = compare(*map(Path, sys.argv[1:]))
    print(
        f"{compared} numbers compared with Arb, {len(differences)} differ", *differences, sep="\n"
    )
    sys.exit(bool(differences))
