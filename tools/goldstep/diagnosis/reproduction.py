"""A failure that people can reproduce: one small case, as a request and as a Python program."""

from __future__ import annotations

import math
from dataclasses import dataclass

from goldstep_reference.numbers.decimals import short_text
from goldstep_reference.numbers.number_format import FLOAT64, NumberFormat, write_number
from goldstep_reference.rule.case import LEARNING_RATES, Arrays, Case

from goldstep.judge.judge import JudgedValue

_SEQ = 3  # after start and echo
_WIDTH = 100  # columns
_LONG = 4  # elements, of which equal ones are written as a product


@dataclass(frozen=True, slots=True)
class Reproduction:
    """A case in which a port fails, and the weight that shows it."""

    case: Case
    shown: JudgedValue


def request(case: Case) -> dict[str, object]:
    """The case as a ``run`` request of the protocol, to be written as one line of JSON."""

    def texts(arrays: Arrays) -> dict[str, list[str]]:
        return {name: list(map(write_number, values)) for name, values in arrays.items()}

    rates = list(map(write_number, case.learning_rates))
    return {
        "seq": _SEQ,
        "cmd": "run",
        **({LEARNING_RATES: rates} if rates else {}),
        **{name: write_number(value) for name, value in case.hyper_parameters.items()},
        "weights": texts(case.weights),
        "gradients": list(map(texts, case.gradients)),
        "record": list(case.record),
    }


def python_lines(case: Case, column: str, number_format: NumberFormat) -> str:
    """A program that runs the case with goldstep_numpy and prints the weights after all steps.

    It prints lists of numbers as the protocol writes them; if there are several parameters, a
    dictionary of such lists.
    """
    return (
        "import numpy as np\n"
        "from goldstep_numpy import RMSProp\n"
        "\n"
        f"optimizer = RMSProp({_arguments(case, column, number_format)})\n"
        f"weights = {_dictionary(case.weights, number_format, 'weights = ')}\n"
        f"{_updates(case, number_format)}"
        f"print({_result(case)})\n"
    )


def _arguments(case: Case, column: str, number_format: NumberFormat) -> str:
    arguments = [
        f"{name}={_number(value, number_format)}" for name, value in case.hyper_parameters.items()
    ]
    if column == "outside":
        arguments.append('epsilon_placement="outside"')
    return ", ".join(arguments)


def _updates(case: Case, number_format: NumberFormat) -> str:
    """One call a step; in a loop if there are several."""
    if len(case.gradients) == 1 and not case.learning_rates:
        around = "optimizer.update_weights(, weights)"
        gradients = _dictionary(case.gradients[0], number_format, around)
        return f"optimizer.update_weights({gradients}, weights)\n"
    steps = [_dictionary(each, number_format, "    ,", "    ") for each in case.gradients]
    if case.learning_rates:
        rates = ", ".join(_number(rate, number_format) for rate in case.learning_rates)
        listed = "".join(f"    {step},\n" for step in steps)
        return (
            f"rates = [{rates}]\n"
            f"steps = [\n{listed}]\n"
            "for optimizer.learning_rate, gradients in zip(rates, steps):\n"
            "    optimizer.update_weights(gradients, weights)\n"
        )
    if len(set(steps)) == 1:
        times = f" * {len(steps)}"
        around = f"for gradients in []{times}:"
        listed = f"[{_dictionary(case.gradients[0], number_format, around)}]{times}"
    else:
        listed = "[\n" + "".join(f"    {step},\n" for step in steps) + "]"
    return f"for gradients in {listed}:\n    optimizer.update_weights(gradients, weights)\n"


def _result(case: Case) -> str:
    if len(case.weights) > 1:
        return "{name: values.tolist() for name, values in weights.items()}"
    (name,) = case.weights
    return f"weights[{_quoted(name)}].tolist()"


def _dictionary(arrays: Arrays, number_format: NumberFormat, around: str, indent: str = "") -> str:
    """Arrays by name: in one line with what stands around, or in one for each array."""
    entries = [
        f"{_quoted(name)}: {_array(values, number_format)}" for name, values in arrays.items()
    ]
    line = f"{{{', '.join(entries)}}}"
    if len(entries) == 1 or len(around) + len(line) <= _WIDTH:
        return line
    return "{\n" + "".join(f"{indent}    {entry},\n" for entry in entries) + f"{indent}}}"


def _array(values: tuple[float, ...], number_format: NumberFormat) -> str:
    texts = [_number(value, number_format) for value in values]
    numbers = f"[{', '.join(texts)}]"
    if len(texts) > _LONG and len(set(texts)) == 1:
        numbers = f"[{texts[0]}] * {len(texts)}"
    # A list of floats is an array of float64.
    dtype = "" if number_format == FLOAT64 else f", dtype=np.{number_format.name}"
    return f"np.array({numbers}{dtype})"


def _number(value: float, number_format: NumberFormat) -> str:
    if math.isfinite(value):
        return short_text(value, number_format)
    return "np.nan" if math.isnan(value) else "np.inf" if value > 0 else "-np.inf"


def _quoted(text: str) -> str:
    """A text as a Python literal, in double quotes if it holds none of its own."""
    literal = repr(text)
    return literal if "'" in text or '"' in text else f'"{literal[1:-1]}"'
