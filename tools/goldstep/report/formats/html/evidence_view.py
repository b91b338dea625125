"""A finding's evidence for the page: numbers beside the expected one, texts as they came."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Literal

import msgspec
from markupsafe import Markup, escape

from goldstep.report import evidence_words as words
from goldstep.report.evidence_words import Evidence
from goldstep.report.formats.html.grid import digits
from goldstep.report.visible import visible_line
from goldstep.results.records import Finding, to_json

_NUMBERS = {
    "expected": "expected",
    "got": "got",
    "again": "got again",
    "without": "without this deviation",
    "predicted": "with this deviation",
}
_TEXTS = {
    "output": "output",
    "trace": "trace",
    "printed": "printed",
    "standard_error": "error output",
    "half_a_line": "half a line",
}


@dataclass(frozen=True, slots=True)
class Row:
    """Something that is known: ``kind`` says whether it is words, a number or a block of text."""

    label: str
    kind: Literal["words", "number", "block"]
    value: str


@dataclass(frozen=True, slots=True)
class Reproduction:
    """The smallest case: as a request to the adapter, as a program, and what comes out."""

    words: str
    request: str
    python: str


def evidence_rows(finding: Finding) -> Iterator[Row]:
    """What there is, the telling parts first; of other versions, as far as it is known."""
    evidence = finding.evidence
    if "quantity" in evidence and (place := _told(words.place, evidence)):
        yield Row("where", "words", place)
    for key, label in _NUMBERS.items():
        if isinstance(evidence.get(key), str):
            yield Row(label, "number", _beside(evidence[key], str(evidence.get("expected", ""))))
    if isinstance(evidence.get("budgets"), str) and (off := _told(_off, evidence)):
        yield Row("off by", "words", off)
    if "choice" in evidence:
        yield Row("choice", "words", f"{evidence['choice']}, which is the nearest")
    if isinstance(first := evidence.get("first_step"), int):
        yield Row("first wrong", "words", f"at step {first}")
    if "again" in evidence:
        yield Row("seen again with", "words", f"--seed {evidence.get('seed')}")
    if "cases" in evidence and (affected := _told(words.affected, evidence)):
        yield Row("cases", "words", affected)
    for other in _list(evidence.get("or")):
        yield Row("or", "words", str(other))
    if "nearest" in evidence and (nearest := _told(words.nearest, evidence["nearest"])):
        yield Row("nearest", "words", nearest)
    ending = _told(lambda _: list(words.ended(finding)), evidence)
    for label, lines in ending or ():
        if label != "error output":  # which follows as a whole
            yield Row(label, "words", "\n".join(lines))
    for key, label in _TEXTS.items():
        if isinstance(text := evidence.get(key), str) and text.strip():
            yield Row(label, "block", text)
    if command := _list(evidence.get("command")):
        yield Row("command", "block", shlex.join(map(str, command)))


def whole_evidence(finding: Finding) -> str:
    """All of it as JSON, without what has a place of its own."""
    evidence = {key: value for key, value in finding.evidence.items() if key != "reproduction"}
    return msgspec.json.format(to_json(evidence), indent=2).decode()


def reproduction(finding: Finding, number_format: str) -> Reproduction | None:
    """How to see it again, where a smallest case was found."""
    found = finding.evidence.get("reproduction")
    if not isinstance(found, dict):
        return None
    told = _told(lambda evidence: words.smallest(evidence, number_format), found)
    request = to_json(found.get("request", {})).decode()
    return Reproduction(told or "", request, str(found.get("python", "")))


def _told(tell: Callable[[Evidence], Any], evidence: Any) -> Any:
    """Words of the evidence; None where it is not as this version would have written it."""
    try:
        return tell(evidence)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return None


def _off(evidence: Evidence) -> str:
    budgets = digits(evidence["budgets"])
    if budgets == "∞":
        return "no budget can tell"
    return f"{budgets} rounding budgets, each of {evidence['tolerance']}"


def _beside(number: str, expected: str) -> Markup:
    """A number, marked from the digit on in which it leaves the expected one."""
    number, expected = visible_line(number), visible_line(expected)
    same = len(
        list(takewhile(lambda pair: pair[0] == pair[1], zip(number, expected, strict=False)))
    )
    if number == expected:
        return escape(number)
    return Markup("{}<mark>{}</mark>").format(number[:same], number[same:])


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
