"""The evidence of a finding as labelled lines, which every report only dresses.

Of numbers: where they are, how far off, and the smallest case. Of a process that ended too early:
what it said, and where to look. Of other evidence than this version's nothing is told.
"""

from __future__ import annotations

import json
import math
import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from goldstep.report.request_words import inputs, number
from goldstep.results.evidence import (
    ChangedValue,
    EndedProcess,
    ExampleOutput,
    FailedBuild,
    FailedCases,
    InvalidInput,
    JudgedNumber,
    NearestHypothesis,
    Repetition,
    Request,
    SmallestCase,
    WrongNumber,
)
from goldstep.results.records import Finding
from goldstep.results.rungs import Rung

_START = '{"seq":1,"cmd":"start","protocol":1}'  # before a request is one that is answered
_SMALLEST = "smallest case"
_EXAMPLE = "its own example"
_LOOK_AT = "look at"
_LAST_LINES = 3  # of standard error: where, which words, and what is wrong with them
_LONGEST_LINE = 160  # characters of it
_WORDS = re.compile(r"\w")

Affected = WrongNumber | EndedProcess | FailedCases | InvalidInput | ChangedValue


@dataclass(frozen=True, slots=True)
class Line:
    """Something that the evidence says.

    ``text`` is words, or a number to be compared with the first number that comes, or a block as
    it was written, or code to be copied. ``brief`` is what running text has of it, if anything.
    """

    label: str
    text: str
    kind: Literal["words", "number", "block", "code"] = "words"
    brief: str = ""


def brief(lines: Iterable[Line]) -> list[str]:
    """The lines as running text has them."""
    return [line.brief for line in lines if line.brief]


def in_short(rung: Rung, finding: Finding) -> Iterator[Line]:
    """What shows a finding in a line, the smallest case if there is one; and where to begin."""
    lines = [each for each in evidence_lines(rung, finding) if each.brief]
    smallest = [each for each in lines if each.label == _SMALLEST]
    look_at = [each for each in lines if each.label == _LOOK_AT]
    others = [each for each in lines if each.label not in (_LOOK_AT, _EXAMPLE)]
    if others:
        yield from smallest or [Line("evidence", "; ".join(brief(others)))]
    yield from look_at


def evidence_lines(rung: Rung, finding: Finding) -> Iterator[Line]:
    """All that the evidence says, the telling parts first; then what the program's example does."""
    number_format = rung.port.number_format
    match finding.evidence:
        case WrongNumber() as evidence:
            yield from number_lines(evidence)
            yield from _explanation(evidence, number_format)
            yield from _affected(evidence)
        case Repetition() as evidence:
            yield _where(evidence.case, evidence.place)
            values = f"got {evidence.got}, then {evidence.again} for the same input"
            seed = f"--seed {evidence.seed}"
            text = f"{values}, in another process; again with {seed}"
            yield Line("got", evidence.got, "number", text)
            yield Line("got again", evidence.again, "number")
            yield Line("seen again with", seed)
        case EndedProcess() | InvalidInput() as evidence:
            if not finding.location:  # else the message is what was said of that line
                yield from _ending(evidence)
            yield from _affected(evidence)
            yield from _block("all error output", evidence.standard_error)
        case FailedCases(look_at=look_at) as evidence:
            if look_at:
                yield _told(_LOOK_AT, look_at)
            yield from _affected(evidence)
        case ChangedValue() as evidence:
            yield from _affected(evidence)
        case FailedBuild(command=command, output=output):
            yield from _block("output", output)
            yield from _block("command", shlex.join(command))
        case ExampleOutput(command=command) as evidence:
            yield from _block("printed", evidence.printed)
            yield from _block("all error output", evidence.standard_error)
            yield from _block("command", shlex.join(command))
    if isinstance(finding.evidence, FailedCases | InvalidInput | ChangedValue):
        yield from _block("trace", finding.evidence.trace)
    for note in rung.notes:
        if (note.stage, note.id) == ("example", finding.id) and note is not finding:
            yield Line(_EXAMPLE, note.message, brief=note.message)


def number_lines(number: JudgedNumber) -> Iterator[Line]:
    """Where a number is, what was expected, what came, and how far off that is."""
    predicted = _predicted(number) if isinstance(number, WrongNumber) else {}
    more = [f"by the choice {number.choice}, which is the nearest"] if number.choice else []
    if predicted:
        more.append(", ".join(f"{label} {text}" for label, text in predicted.items()))
    told = f"expected {number.expected}, got {number.got}"
    budgets = _budgets(number)
    if budgets:
        told += f": off by {budgets}"
    yield _where(number.case, number.place)
    yield Line("expected", number.expected, "number", "; ".join([told, *more]))
    yield Line("got", number.got, "number")
    for label, text in predicted.items():
        yield Line(label, text, "number")
    each = f"{budgets}, each of {number.tolerance}"
    yield Line("off by", each if budgets else "no budget can tell")
    if number.choice:
        yield Line("choice", f"{number.choice}, which is the nearest")


def _budgets(number: JudgedNumber) -> str:
    """How far off; nothing where no budget can tell."""
    budgets = float(number.budgets)
    return f"{budgets:.3g} rounding budgets" if math.isfinite(budgets) else ""


def _where(case: str, place: str) -> Line:
    text = f"{case}, {place}" if case else place
    return Line("shows best in", text, brief=text)


def _predicted(number: WrongNumber) -> dict[str, str]:
    """What the deviation makes of the value; of several deviations, each with and without it."""
    if number.predicted is None:
        return {}
    if number.without is None:
        return {"with this deviation": number.predicted}
    return {"without this deviation": number.without, "with it": number.predicted}


def _explanation(evidence: WrongNumber, number_format: str) -> Iterator[Line]:
    """What else is known of a number that was looked into."""
    if evidence.first_step is not None:
        yield Line("first wrong", f"at step {evidence.first_step}")
        if not evidence.reproduction:
            yield Line(_SMALLEST, "none was found that is smaller")
    if evidence.reproduction:
        yield from _smallest(evidence.reproduction, number_format)
    for other in evidence.alternatives:
        yield _told("or", other)
    if evidence.separated_by:
        yield Line("separated by", inputs(evidence.separated_by, number_format))
        yield _to_be_sent("as a request that separates them", evidence.separated_by)
    if part := evidence.partial:
        text = f"{part.explains} of {part.of_cases} failing cases, not {part.rest}"
        yield _told("explained", text)
    if evidence.nearest:
        yield _told("nearest", _nearest(evidence.nearest))


def _smallest(found: SmallestCase, number_format: str) -> Iterator[Line]:
    """The smallest case: to be read, to be sent, and to be run."""
    request = found.request
    expected, got = (number(text, number_format) for text in (found.expected, found.got))
    where = []
    if found.step < len(request.gradients):
        where.append(f"after step {found.step}")
    if sum(map(len, request.weights.values())) > 1:
        where.append(f"{found.name}[{found.index}]")
    came_out = " ".join([*where, f"expected {expected}, got {got}"])
    text = f"{inputs(request, number_format)}: {came_out}"
    yield _told(_SMALLEST, text)
    yield _to_be_sent("as a request to the adapter", request)
    yield Line("as a program that prints what is expected", found.python, "code")


def _to_be_sent(label: str, request: Request) -> Line:
    # In ASCII: nothing in it is then changed to be shown.
    line = json.dumps(request, separators=(",", ":"))
    return Line(f"{label}, after {_START}", line, "code")


def _nearest(found: NearestHypothesis) -> str:
    """The hypothesis that comes nearest to a port that none explains."""
    hypothesis = " and ".join(found.deviations) or "the formula"
    text = f"{hypothesis}: reproduces {found.cases} of {found.of_cases} small cases"
    return f"{text}, not {found.fails}" if found.fails else text


def _affected(evidence: Affected) -> Iterator[Line]:
    """How many cases it is in, and the first."""
    if evidence.cases is not None:
        text = f"{evidence.cases} of {evidence.of_cases} cases, first {evidence.case}"
        yield Line("cases", text, brief=text)


def _ending(evidence: EndedProcess | InvalidInput) -> Iterator[Line]:
    """What is known of a process that ended or was ended."""
    unanswered = evidence.look_at  # and not refused, which says it all
    if unanswered and evidence.state in ("starting", "echoing"):  # later, the case tells
        yield _told("expected", evidence.expected)
    if evidence.half_a_line:
        yield _told("half a line", evidence.half_a_line)
    lines = [line.strip() for line in (evidence.standard_error or "").splitlines()]
    # A row of signs points into the line above it, and says nothing without it.
    if last := [line for line in lines if _WORDS.search(line)][-_LAST_LINES:]:
        yield _told("error output", "; ".join(map(_cut, last)))
    if unanswered:
        yield _told(_LOOK_AT, evidence.look_at)
    if isinstance(evidence, EndedProcess) and evidence.times is not None:
        often = f"{evidence.times} times" if evidence.times > 1 else ""
        at = f"at {evidence.case}" if evidence.case else ""
        if often or at:
            yield _told("happened", ", first ".join(filter(None, (often, at))))


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]} ..."


def _told(label: str, text: str) -> Line:
    return Line(label, text, brief=f"{label}: {text}")


def _block(label: str, text: str | None) -> Iterator[Line]:
    if text and text.strip():
        yield Line(label, text, "block")
