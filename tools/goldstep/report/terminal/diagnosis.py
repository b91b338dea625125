"""Diagnoses for people: what explains each rung's numbers, where to look, and what to try."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from goldstep.report.evidence_words import Line, evidence_lines
from goldstep.report.terminal.console import styled
from goldstep.report.terminal.titles import (
    finding_title,
    icons_for,
    port_title,
    rung_verdict,
    stale_line,
)
from goldstep.report.verdict import count
from goldstep.results.kinds import FINDINGS
from goldstep.results.records import DiagnosisRecord, Finding
from goldstep.results.rungs import Rung
from goldstep.results.value import Results

_INDENT = "    "


def print_diagnoses(results: Results, out: Console) -> None:
    """Prints every port's rungs, each with what explains its numbers."""
    view = _View(icons_for(out))
    for number, of in enumerate(results.ports):
        if number:
            out.print()
        out.print(port_title(of.port))
        for rung in of.rungs:
            out.print()
            for line in view.rung(rung):
                out.print(line)


@dataclass(frozen=True)
class _View:
    icons: Mapping[str, str]

    def rung(self, rung: Rung) -> Iterator[Text]:
        """Its verdict, what is known of all its numbers, and its findings."""
        yield styled(f"{rung.title}  ") + self._verdict(rung)
        if rung.diagnosis:
            yield from (styled(f"  {line}", "dim") for line in _of_all_numbers(rung.diagnosis))
        for finding in rung.findings:
            yield Text()
            message = "" if finding.message == finding.subject else finding.message
            said = styled(f"  {''.join(message.splitlines()[:1])}")
            yield styled("  ") + finding_title(finding, self.icons) + said
            yield from _table([*_what_to_do(finding), *evidence_lines(rung, finding)])
        for stale in rung.stale:
            yield styled("  ") + stale_line(stale)

    def _verdict(self, rung: Rung) -> Text:
        if rung.findings and not rung.problem:
            ids = dict.fromkeys(finding.id for finding in rung.findings)
            return styled(" and ".join(ids), "bold")
        return rung_verdict(rung, self.icons)


def _of_all_numbers(diagnosis: DiagnosisRecord) -> Iterator[str]:
    yield from filter(None, (diagnosis.checked_by, diagnosis.like, diagnosis.order))
    if many := diagnosis.left_out:
        yield f"{count(many, 'case')} without an answer {'is' if many == 1 else 'are'} left out"
    if many := diagnosis.further:
        yield f"{count(many, 'further case')} {'was' if many == 1 else 'were'} sent"


def _what_to_do(finding: Finding) -> Iterator[Line]:
    if finding.location:
        yield Line("look at", str(finding.location))
    if finding.removed_by:
        yield Line("removed by", finding.removed_by)
    if finding.id in FINDINGS:
        yield Line("what to do", FINDINGS[finding.id].advice)


def _table(lines: list[Line]) -> Iterator[Text]:
    """Words and numbers behind their labels; below its label, deeper, what is to be copied."""
    beside = [line for line in lines if line.kind in ("words", "number")]
    width = max(len(line.label) for line in beside)
    for line in lines:
        match line.kind:
            case "words" | "number":
                label = f"{_INDENT}{line.label.ljust(width)}  "
                yield styled(label, "dim") + styled(line.text)
            case "code":  # in no colour; an empty line stays empty
                yield styled(f"{_INDENT}{line.label}:", "dim")
                for code in line.text.splitlines():
                    yield styled(f"{_INDENT * 2}{code}" if code else "")
