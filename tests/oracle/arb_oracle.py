"""A second oracle: every published number, recomputed with Arb (python-flint).

It shares nothing with the reference but the formula: it reads the vectors' files, computes in balls
of midpoint and radius instead of intervals, and has conversions of its own. ``python
tests/oracle/arb_oracle.py`` prints how many numbers it compared.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import flint
from flint import arb

VECTORS = Path(__file__).parents[2] / "vectors"
DEFAULTS = {"learning_rate": "0.001", "decay_rate": "0.9", "epsilon": "1e-8"}
# Significand bits, and the exponent of the least subnormal.
FORMATS = {"float64": (53, -1074), "float32": (24, -149)}


def compare(vectors: Path = VECTORS) -> tuple[int, list[str]]:
    """How many numbers were compared, and where they differ."""
    count, wrong = 0, []
    for file in sorted(vectors.glob("rmsprop/*/*.json")):
        for case in json.loads(file.read_text())["cases"]:
            for place, exact, nearest, bounds in recomputed(case):
                count += 1
                if {digits(bound) for bound in bounds} != {exact}:
                    wrong.append(f"{place}: exact is {exact}, Arb has {digits(bounds[0])}")
                format_name = case["id"].split("/")[1]
                if {rounded(bound, *FORMATS[format_name]) for bound in bounds} != {
                    Fraction(float(nearest))
                }:
                    wrong.append(f"{place}: nearest is {nearest}, not so by Arb")
    return count, wrong


def recomputed(case: dict[str, Any]) -> Iterator[tuple[str, str, str, list[Fraction]]]:
    """Each expected value: where it is, as it is published, and the ends of a ball around it."""
    for column, steps in case["expected"].items():
        wanted = {
            (step["step"], quantity, name, index): (
                values["exact"][index],
                values["nearest"][index],
            )
            for step in steps
            for quantity in ("weights", "moving_average")
            for name, values in step[quantity].items()
            for index, published in enumerate(zip(values["exact"], values["nearest"], strict=True))
        }
        bits = 256
        while wanted:
            balls = run(case, column, bits)
            for key in list(wanted):
                bounds = [fraction(balls[key].lower()), fraction(balls[key].upper())]
                if len({digits(bound) for bound in bounds}) == 1:
                    exact, nearest = wanted.pop(key)
                    yield f"{case['id']} {column} {key}", exact, nearest, bounds
            bits *= 2
            assert bits < 1 << 20, f"{case['id']}: Arb cannot tell the digits"


def run(case: dict[str, Any], column: str, bits: int) -> dict[tuple[int, str, str, int], arb]:
    """The formula, in balls of ``bits`` bits."""
    flint.ctx.prec = bits
    significand = FORMATS[case["id"].split("/")[1]][0]
    rate, decay, epsilon = (
        arb(float(case[name])) if name in case else default(text, significand)
        for name, text in DEFAULTS.items()
    )
    values = {}
    for name, texts in case["weights"].items():
        for index, text in enumerate(texts):
            weight, average = arb(float(text)), arb(0)
            for step, gradients in enumerate(case["gradients"], start=1):
                gradient = arb(float(gradients[name][index]))
                average = decay * average + (1 - decay) * gradient**2
                if column == "inside":
                    weight -= rate / (average + epsilon).sqrt() * gradient
                else:
                    weight -= rate / (average.sqrt() + epsilon) * gradient
                values[step, "weights", name, index] = weight
                values[step, "moving_average", name, index] = average
    return values


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
