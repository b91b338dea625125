"""Diagnoses for people: what explains each rung's numbers, where to look, and what to try."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from goldstep.report.evidence_words import Line, evidence_lines
from goldstep.report.originals import original_location
from goldstep.report.terminal.console import Hanging, in_a_row, styled
from goldstep.report.terminal.titles import (
    all_counts,
    finding_title,
    icons_for,
    labelled,
    message,
    port_title,
    rung_verdict,
    stale_line,
    standing,
    what_to_do,
)
from goldstep.report.verdict import count
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

    def rung(self, rung: Rung) -> Iterator[Text | Hanging]:
        """Its verdict, what is known of all its numbers, and its findings."""
        yield Hanging(styled(f"{rung.title}  "), self._verdict(rung))
        deeper = styled("  ")
        if rung.diagnosis:
            for line in _of_all_numbers(rung.diagnosis):
                yield Hanging(deeper, styled(line, "dim"))
        for finding in rung.findings:
            yield Text()
            title = finding_title(finding, self.icons), standing(finding), message(finding)
            yield Hanging(deeper, in_a_row(*title))
            yield from _table(
                [*_look_at(rung, finding), *what_to_do(finding), *evidence_lines(rung, finding)]
            )
        for stale in rung.stale:
            yield Hanging(deeper, stale_line(stale))

    def _verdict(self, rung: Rung) -> Text:
        if rung.findings and not rung.problem:
            ids = dict.fromkeys(finding.id for finding in rung.findings)
            return styled(" and ".join(ids), "bold")
        return rung_verdict(rung, self.icons, all_counts(rung))


def _of_all_numbers(diagnosis: DiagnosisRecord) -> Iterator[str]:
    yield from filter(None, (diagnosis.checked_by, diagnosis.like, diagnosis.order))
    if many := diagnosis.left_out:
        yield f"{count(many, 'case')} without an answer {'is' if many == 1 else 'are'} left out"
    if many := diagnosis.further:
        yield f"{count(many, 'further case')} {'was' if many == 1 else 'were'} sent"


def _look_at(rung: Rung, finding: Finding) -> Iterator[Line]:
    if finding.location:
        yield Line("look at", original_location(rung.port.repairs, finding))


def _table(lines: list[Line]) -> Iterator[Text | Hanging]:
    """Words and numbers behind their labels; below its label, deeper, what is to be copied."""
    beside = [line for line in lines if line.kind in ("words", "number")]
    width = max(len(line.label) for line in beside)
    for line in lines:
        match line.kind:
            case "words" | "number":
                yield labelled(line, width, _INDENT)
            case "code":  # in no colour; an empty line stays empty
                yield styled(f"{_INDENT}{line.label}:", "dim")
                for code in line.text.splitlines():
                    yield styled(f"{_INDENT * 2}{code}" if code else "")
