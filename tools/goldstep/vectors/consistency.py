"""What can be told of a vector file without recomputing it: whether it agrees with itself."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Iterator, Mapping
from decimal import Context, Decimal
from fractions import Fraction

from goldstep_reference.numbers.number_format import NUMBER_FORMATS, NumberFormat, write_number
from goldstep_reference.rule.case import LEARNING_RATE, LEARNING_RATES

from goldstep.vectors.case import ExpectedStep, ExpectedValues, Numbers, VectorCase
from goldstep.vectors.folder import VectorFile

_SPECIAL = {"NaN", "Infinity", "-Infinity", "-0.0"}
_DIGITS = Context(prec=60)  # more than the 40 that are published


Faults = Iterator[tuple[str, str]]  # place and problem


def faults(file: VectorFile) -> Faults:
    """Everything in a file that does not agree with the rest of it, in order."""
    used = {flag for case in file.cases for flag in case.flags}
    yield from _declared("flags", used, file.flags)
    chosen = {name for case in file.cases for name in case.expected.choices or ()}
    yield from _declared("choices", chosen, file.choices)
    prefix = f"{file.algorithm}/{file.number_format}/{file.group}/"
    number_format = NUMBER_FORMATS[file.number_format]
    for case in file.cases:
        if not case.id.startswith(prefix):
            yield f"case {case.id}, id", f"does not start with {prefix}"
            continue
        for place, problem in _case(case, number_format):
            yield f"case {case.id}, {place}", problem


def _declared(what: str, used: set[str], declared: Mapping[str, str]) -> Faults:
    for name in sorted(used - set(declared)):
        yield what, f"lacks {name}, which a case has"
    for name in sorted(set(declared) - used):
        yield what, f"has {name}, which no case has"


def _case(case: VectorCase, number_format: NumberFormat) -> Faults:
    for name, text in case.hyper_parameters.items():
        yield from _number(name, text, number_format)
    if case.learning_rates:
        yield from _numbers(LEARNING_RATES, {"step": case.learning_rates}, number_format)
        if LEARNING_RATE in case.hyper_parameters:
            yield LEARNING_RATES, f"stand beside {LEARNING_RATE}"
        if len(case.learning_rates) != len(case.gradients):
            yield LEARNING_RATES, "are not one for each step"
    yield from _numbers("weights", case.weights, number_format)
    shape = _shape(case.weights)
    for number, gradients in enumerate(case.gradients, start=1):
        yield from _numbers(f"gradients of step {number}", gradients, number_format)
        if case.expected.rejected is None and _shape(gradients) != shape:
            yield f"gradients of step {number}", "have other names or lengths than the weights"
    steps = case.record
    if steps != sorted(set(steps)) or not set(steps) <= set(range(1, len(case.gradients) + 1)):
        yield "record", f"is not an ascending list of steps of the {len(case.gradients)}"
    for column in case.algorithm.columns:
        for choice, expected in case.expected.alternatives(column).items():
            place = f"expected {column}" if choice is None else f"choice {choice} {column}"
            if [step.step for step in expected] != steps:
                yield place, "has other steps than are recorded"
            for step in expected:
                yield from _step(f"{place}, step {step.step}", step, shape, number_format)


def _step(
    place: str, step: ExpectedStep, shape: Mapping[str, int], number_format: NumberFormat
) -> Faults:
    for quantity, values in step.quantities.items():
        if list(values) != list(shape):
            yield f"{place}, {quantity}", "has other names than the weights"
            continue
        for name, expected in values.items():
            where = f"{place}, {quantity} {name!r}"
            texts = (expected.exact, expected.nearest, expected.tolerance)
            if {len(each) for each in texts} != {shape[name]}:
                yield where, "has another length than the weights"
            else:
                yield from _values(where, expected, number_format)


def _values(place: str, expected: ExpectedValues, number_format: NumberFormat) -> Faults:
    rows = zip(expected.exact, expected.nearest, expected.tolerance, strict=True)
    for index, (exact, nearest, tolerance) in enumerate(rows):
        if problem := _value(exact, nearest, tolerance, number_format):
            yield f"{place}[{index}]", problem


def _value(exact: str, nearest: str, tolerance: str, number_format: NumberFormat) -> str | None:
    """What is wrong with one expected value."""
    budget = float(tolerance)
    if write_number(budget) != tolerance or not math.isfinite(budget):
        return f"the tolerance {tolerance} is not written as a float64"
    if {exact, nearest} & _SPECIAL:
        if exact in _SPECIAL and (nearest != exact or budget != 0):
            return f"the special value {exact} has the nearest {nearest}, tolerance {tolerance}"
        if nearest in _SPECIAL - {"-0.0"} and exact not in _SPECIAL:
            return f"nearest is {nearest} where exact is {exact}"
    if exact in _SPECIAL:
        return None
    value = float(nearest)
    if write_number(value) != nearest or not number_format.holds(value):
        return f"nearest is {nearest}, which is not written as a {number_format.name}"
    if not _is_nearest(exact, value, number_format):
        return f"nearest is {nearest}, which is not exact, {exact}, rounded"
    error = abs(_DIGITS.subtract(Decimal(exact), Decimal(value)))
    if error > _DIGITS.add(Decimal(budget), _half_a_digit(exact)):
        return f"the tolerance {tolerance} is less than nearest is off, {error:.1e}"
    return None


def _is_nearest(exact: str, nearest: float, number_format: NumberFormat) -> bool:
    """Whether ``nearest`` is the rounding of a number that is ``exact`` in 40 digits."""
    approximate = float(exact)  # correctly rounded to float64
    if number_format.precision == 53:
        certain = approximate == nearest
    else:  # so is every float64 around it, and with them everything in between
        around = (math.nextafter(approximate, -math.inf), math.nextafter(approximate, math.inf))
        certain = abs(approximate) < 1e38 and all(
            struct.unpack("f", struct.pack("f", each))[0] == nearest for each in around
        )
    if certain and nearest != 0:
        return True
    low, high = (
        number_format.nearest(Fraction(Decimal(exact)) + sign * Fraction(_half_a_digit(exact)))
        for sign in (-1, 1)
    )
    signs = {math.copysign(1.0, low), math.copysign(1.0, high)}
    return low <= nearest <= high and math.copysign(1.0, nearest) in signs


def _half_a_digit(exact: str) -> Decimal:
    """Half a unit in the 40th digit: how far ``exact`` may be from the number it stands for."""
    exponent = exact.partition("e")[2]
    return Decimal(f"5e{int(exponent) - 40}") if exponent else Decimal(0)


def _numbers(place: str, arrays: Numbers, number_format: NumberFormat) -> Faults:
    for name, texts in arrays.items():
        for index, text in enumerate(texts):
            yield from _number(f"{place}, {name!r}[{index}]", text, number_format)


def _number(place: str, text: str, number_format: NumberFormat) -> Faults:
    """Inputs are written as the shortest decimal of a float64 that the number format holds."""
    value = float(text)
    if write_number(value) != text or not number_format.holds(value):
        yield place, f"{text} is not written as a {number_format.name}"


def _shape(arrays: Mapping[str, Iterable[str]]) -> dict[str, int]:
    return {name: len(list(values)) for name, values in arrays.items()}
