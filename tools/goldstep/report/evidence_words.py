"""The evidence of a finding in words.

Of numbers: where they are, how far off, and the smallest case. Of a process that ended too early:
what it said, and where to look.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from goldstep_reference.numbers.decimals import short_text
from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.rule.case import HYPER_PARAMETERS

from goldstep.results.records import Finding

Evidence = Mapping[str, Any]
_MOST_NUMBERS = 4  # of an array, and arrays of several steps; more are cut
_MOST_ARRAYS = 3
_MOST_COLUMNS = 200  # of weights and gradients; more of them are counted
_OFTEN = 3  # steps alike in a row, from which they are counted
_LAST_LINES = 2  # of standard error
_LONGEST_LINE = 160  # characters of it


def numbers(evidence: Evidence, number_format: str) -> Iterator[str]:
    """All that the evidence says of numbers: where, expected and got, smallest case, how often."""
    if "budgets" in evidence:
        yield place(evidence)
        text = f"expected {evidence['expected']}, got {evidence['got']}"
        text += budgets_off(evidence)
        if "choice" in evidence:
            text += f"; by the choice {evidence['choice']}, which is the nearest"
        if of_deviation := predicted(evidence):
            text += f"; {of_deviation}"
        yield text
    if "again" in evidence:
        yield place(evidence)
        yield twice(evidence)
    if "reproduction" in evidence:
        yield f"smallest: {smallest(evidence['reproduction'], number_format)}"
    if "or" in evidence:
        yield f"or: {'; or: '.join(evidence['or'])}"
    if "nearest" in evidence:
        yield f"nearest: {nearest(evidence['nearest'])}"
    if "cases" in evidence:
        yield affected(evidence)


def place(evidence: Evidence) -> str:
    """The value that shows it best: case, step, parameter and element."""
    of = "average of " if evidence["quantity"] == "moving_average" else ""
    element = f"{evidence['name']}[{evidence['index']}]"
    return f"{evidence['case']}, step {evidence['step']}, {of}{element}"


def budgets_off(evidence: Evidence) -> str:
    """How far off, behind a colon; nothing where no budget can tell."""
    budgets = float(evidence["budgets"])
    return f": {budgets:.3g} budgets off" if math.isfinite(budgets) else ""


def predicted(evidence: Evidence) -> str:
    """What the deviation makes of the value; of several deviations, each with and without it."""
    if "predicted" not in evidence:
        return ""
    if "without" in evidence:
        return f"without this deviation {evidence['without']}, with it {evidence['predicted']}"
    return f"with this deviation {evidence['predicted']}"


def affected(evidence: Evidence) -> str:
    """How many cases it is in, and the first."""
    return f"{evidence['cases']} of {evidence['of_cases']} cases, first {evidence['case']}"


def twice(evidence: Evidence) -> str:
    """Both values of a port that answers the same input in different ways."""
    values = f"got {evidence['got']}, then {evidence['again']} for the same input"
    return f"{values}, in another process; again with --seed {evidence['seed']}"


def nearest(evidence: Evidence) -> str:
    """The hypothesis that comes nearest to a port that none explains."""
    hypothesis = " and ".join(evidence["deviations"]) or "the formula"
    text = f"{hypothesis}: reproduces {evidence['cases']} of {evidence['of_cases']} small cases"
    return f"{text}, not {evidence['fails']}" if evidence["fails"] else text


def ended(finding: Finding) -> Iterator[tuple[str, list[str]]]:
    """What is known of a process that ended or was ended, each as a label and lines.

    Nothing where a line of the sources is to blame: the message is what was said of it.
    """
    evidence = finding.evidence
    if "state" not in evidence or finding.location:
        return
    unanswered = "look_at" in evidence  # and not refused, which says it all
    if unanswered and evidence["state"] in ("starting", "echoing"):  # later, the case tells
        yield "expected", [evidence["expected"]]
    if "half_a_line" in evidence:
        yield "half a line", [evidence["half_a_line"]]
    if said := _last_lines(evidence.get("standard_error", "")):
        yield "error output", said
    if unanswered:
        yield "look at", [evidence["look_at"]]
    if "times" in evidence and (happened := _happened(evidence)):
        yield "happened", [happened]


def _last_lines(text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [
        line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]} ..."
        for line in lines[-_LAST_LINES:]
    ]


def _happened(evidence: Evidence) -> str:
    """How often what is the fault of no case, and at which it was first."""
    often = f"{evidence['times']} times" if evidence["times"] > 1 else ""
    at = f"at {evidence['case']}" if "case" in evidence else ""
    return ", first ".join(filter(None, (often, at)))


def smallest(reproduction: Evidence, number_format: str) -> str:
    """The smallest case that shows it, and what came out of it."""
    request = reproduction["request"]
    case, came_out = inputs(request, number_format), outcome(reproduction, number_format)
    return f"{case}: {came_out}"


def outcome(reproduction: Evidence, number_format: str) -> str:
    """What is expected of the smallest case, and what the port has; where, if that is open."""
    request = reproduction["request"]
    expected, got = (_number(reproduction[key], number_format) for key in ("expected", "got"))
    where = []
    if reproduction["step"] < len(request["gradients"]):
        where.append(f"after step {reproduction['step']}")
    if sum(map(len, request["weights"].values())) > 1:
        where.append(f"{reproduction['name']}[{reproduction['index']}]")
    return " ".join([*where, f"expected {expected}, got {got}"])


def inputs(request: Evidence, number_format: str) -> str:
    """A request's hyper-parameters, weights and gradients, in one line that is not too long."""
    words = {name: name.replace("_", " ") for name in HYPER_PARAMETERS}
    parts = [
        f"{words[name]} {_number(request[name], number_format)}"
        for name in words
        if name in request
    ]
    if left_out := [words[name] for name in words if name not in request]:
        parts.append(f"{_listed(left_out)} left out")
    weights = _named(request["weights"], number_format)
    steps = [_gradient(each, number_format) for each in request["gradients"]]
    several = len(steps) > 1 or len(request["weights"]) > 1
    gradients = f"gradient{'s' if several else ''} {_steps(steps)}"
    if len(weights) + len(gradients) > _MOST_COLUMNS:
        elements = sum(map(len, request["weights"].values()))
        return ", ".join([*parts, f"{len(steps)} steps of {elements} weights"])
    return ", ".join([*parts, weights, gradients])


def _gradient(arrays: Mapping[str, Sequence[str]], number_format: str) -> str:
    """Of one parameter, which has been named with its weights, the numbers alone."""
    if len(arrays) == 1:
        return _array(next(iter(arrays.values())), number_format)
    return _named(arrays, number_format)


def _named(arrays: Mapping[str, Sequence[str]], number_format: str) -> str:
    named = [f"{name} {_array(values, number_format)}" for name, values in arrays.items()]
    if len(named) > _MOST_ARRAYS + 1:
        named[_MOST_ARRAYS:] = [f"{len(named) - _MOST_ARRAYS} others"]
    return _listed(named)


def _array(values: Sequence[str], number_format: str) -> str:
    numbers = [_number(value, number_format) for value in values]
    if len(numbers) == 1:
        return numbers[0]
    if len(numbers) <= _MOST_NUMBERS:
        return f"[{', '.join(numbers)}]"
    if len(set(numbers)) == 1:
        return f"[{numbers[0]}] * {len(numbers)}"
    return f"[{', '.join(numbers[: _MOST_NUMBERS - 1])}, ... {len(numbers)} numbers]"


def _steps(steps: Sequence[str]) -> str:
    told: list[str] = []
    for text, alike in itertools.groupby(steps):
        times = len(list(alike))
        told += [text] * times if times < _OFTEN else [f"{text} ({times} times)"]
    if len(told) > _MOST_NUMBERS:
        told[_MOST_NUMBERS - 1 :] = [f"... ({len(steps)} steps)"]
    return ", then ".join(told)


def _listed(words: Sequence[str]) -> str:
    *head, last = words
    return f"{', '.join(head)} and {last}" if head else last


def _number(text: str, number_format: str) -> str:
    """A number as the protocol writes it, in the fewest digits that read back in the format."""
    value = float(text)
    return short_text(value, NUMBER_FORMATS[number_format]) if math.isfinite(value) else text
