"""Diagnoses for people: what explains each rung's numbers, where to look, and what to try."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from goldstep.report import evidence_words
from goldstep.report.terminal.console import styled
from goldstep.report.terminal.titles import finding_title, icons_for, port_title, stale_line
from goldstep.results.kinds import FINDINGS
from goldstep.results.records import DiagnosisRecord, Finding
from goldstep.results.rungs import Rung
from goldstep.results.value import Results

_INDENT, _LABEL = "    ", 13  # columns
# What an adapter has to be sent before a request is one that it answers.
_START = '{"seq":1,"cmd":"start","protocol":1}'


def print_diagnoses(results: Results, out: Console) -> None:
    """Prints every port's rungs, each with what explains its numbers."""
    view = _View(icons_for(out))
    for number, of in enumerate(results.ports):
        if number:
            out.print()
        out.print(port_title(of.port))
        for rung in of.rungs:
            out.print()
            for line in view.rung(rung, of.port.number_format):
                out.print(line)


@dataclass(frozen=True)
class _View:
    icons: Mapping[str, str]

    def rung(self, rung: Rung, number_format: str) -> Iterator[Text]:
        """Its verdict, what is known of all its numbers, and its findings."""
        yield styled(f"{rung.title}  ") + self._verdict(rung)
        if rung.diagnosis:
            yield from (styled(f"  {line}", "dim") for line in _of_all_numbers(rung.diagnosis))
        for finding in rung.findings:
            if _has_numbers(finding):
                yield Text()
                yield from self._deviation(finding, number_format)
            else:
                yield styled("  ") + self._in_a_line(finding)
                for label, lines in evidence_words.ended(finding):
                    yield from _block(label, lines)
        yield from _alternatives(rung, number_format)
        for stale in rung.stale:
            yield styled("  ") + stale_line(stale)

    def _verdict(self, rung: Rung) -> Text:
        if rung.problem:
            return styled(f"{self.icons['none']} not judged: {rung.problem.message}", "bold red")
        if rung.findings:
            ids = dict.fromkeys(finding.id for finding in rung.findings)
            return styled(" and ".join(ids), "bold")
        if rung.diagnosis:
            return styled(f"{self.icons['good']} conforms", "bold green")
        why = "no case to judge" if rung.start else "not run"
        return styled(f"{self.icons['none']} {why}", "dim")

    def _in_a_line(self, finding: Finding) -> Text:
        """A finding that is not one of numbers: what the compiler or the process said."""
        text = finding_title(finding, self.icons)
        text.append_text(styled(f"  {finding.location}" if finding.location else "", "cyan"))
        if finding.message != finding.subject:
            text.append_text(styled(f"  {''.join(finding.message.splitlines()[:1])}"))
        if "cases" in finding.evidence:
            text.append_text(styled(f"  {evidence_words.affected(finding.evidence)}", "dim"))
        if finding.removed_by:
            text.append_text(styled("  removed by ", "dim"))
            text.append_text(styled(finding.removed_by, "green"))
        return text

    def _deviation(self, finding: Finding, number_format: str) -> Iterator[Text]:
        yield styled("  ") + finding_title(finding, self.icons) + styled(f"  {finding.message}")
        if finding.location:
            yield _labelled("look at", styled(str(finding.location), "cyan"))
        if finding.removed_by:
            yield _labelled("removed by", styled(finding.removed_by, "green"))
        yield _labelled("what to do", styled(FINDINGS[finding.id].advice))
        evidence = finding.evidence
        yield from _block("shows best in", _shown(evidence))
        if "nearest" in evidence:
            yield _labelled("nearest", styled(evidence_words.nearest(evidence["nearest"])))
        if "reproduction" in evidence:
            yield from _reproduced(evidence["reproduction"], number_format)
        elif "first_step" in evidence:
            yield _labelled("smallest case", styled("none was found that is smaller"))


def _has_numbers(finding: Finding) -> bool:
    return finding.stage == "vectors" and "got" in finding.evidence


def _of_all_numbers(diagnosis: DiagnosisRecord) -> Iterator[str]:
    yield from filter(None, (diagnosis.like, diagnosis.order))
    if many := diagnosis.left_out:
        one = many == 1
        yield f"{many} case{'' if one else 's'} without an answer {'is' if one else 'are'} left out"
    if many := diagnosis.further:
        one = many == 1
        yield f"{many} further case{'' if one else 's'} {'was' if one else 'were'} sent"


def _shown(evidence: Mapping[str, Any]) -> Iterator[str]:
    """The value that shows it best, and since when the case has been wrong."""
    yield evidence_words.place(evidence)
    if "again" in evidence:
        yield evidence_words.twice(evidence)
        return
    off = evidence_words.budgets_off(evidence)
    predicted = evidence_words.predicted(evidence)
    told = f"{predicted}, " if predicted else ""
    yield f"expected {evidence['expected']}, {told}got {evidence['got']}{off}"
    if "choice" in evidence:
        yield f"by the choice {evidence['choice']}, which is the nearest"
    if "first_step" in evidence:
        yield f"first leaves the formula at step {evidence['first_step']}"
    if "cases" in evidence:
        yield evidence_words.affected(evidence)


def _reproduced(reproduction: Mapping[str, Any], number_format: str) -> Iterator[Text]:
    """The smallest case: to be read, to be sent, and to be run."""
    request = reproduction["request"]
    came_out = evidence_words.outcome(reproduction, number_format)
    yield from _block(
        "smallest case",
        [
            evidence_words.inputs(request, number_format),
            f"{came_out}{evidence_words.budgets_off(reproduction)}",
        ],
    )
    yield from _to_be_sent(request)
    yield _heading("as a program that prints what is expected:")
    yield from map(_to_be_copied, reproduction["python"].splitlines())


def _alternatives(rung: Rung, number_format: str) -> Iterator[Text]:
    """Other explanations; they are of all findings together, each of which has them."""
    evidence = next((each.evidence for each in rung.findings if "or" in each.evidence), {})
    if not evidence:
        return
    yield Text()
    for other in evidence["or"]:
        yield styled(f"  or: {other}")
    if request := evidence.get("separated_by"):
        case = evidence_words.inputs(request, number_format)
        yield _labelled("separated by", styled(case))
        yield from _to_be_sent(request)


def _to_be_sent(request: Mapping[str, Any]) -> Iterator[Text]:
    yield _heading(f"as a request to the adapter, after {_START}:")
    # In ASCII: nothing in it is then changed to be printed.
    yield _to_be_copied(json.dumps(request, separators=(",", ":")))


def _to_be_copied(line: str) -> Text:
    """Deeper than all else, in no colour; an empty line stays empty."""
    return styled(f"{_INDENT * 2}{line}" if line else "")


def _heading(words: str) -> Text:
    return styled(f"{_INDENT}{words}", "dim")


def _labelled(label: str, content: Text) -> Text:
    return styled(f"{_INDENT}{label.ljust(_LABEL)}  ", "dim") + content


def _block(label: str, lines: Iterable[str]) -> Iterator[Text]:
    """Lines of which the first is labelled."""
    for number, line in enumerate(lines):
        yield _labelled("" if number else label, styled(line))
