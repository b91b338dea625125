"""Ladders for people: each port's rungs, a line a finding, its place, evidence and repair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from goldstep.report.evidence_words import brief, evidence_lines
from goldstep.report.terminal.console import plain, styled
from goldstep.report.terminal.titles import (
    finding_title,
    icons_for,
    port_title,
    rung_verdict,
    stale_line,
)
from goldstep.report.verdict import count
from goldstep.results.records import Finding, Problem, Stale
from goldstep.results.rungs import PortReport, Rung
from goldstep.results.value import Results


def print_ladders(results: Results, out: Console) -> None:
    """Prints every port's ladder."""
    view = _View(icons_for(out))
    for port in results.ports:
        for line in view.port(port):
            out.print(line)
        out.print()


def total(results: Results) -> Text:
    """How many ports, rungs, cases and findings; what the exit code stands for."""
    footer = results.footer
    cases = sum(footer.cases.values())
    text = Text(
        f"{count(results.header.ports, 'port')}, {count(results.header.rungs, 'rung')}, "
        f"{count(cases, 'case')} in {float(footer.seconds):.1f} s: "
    )
    known, unknown = footer.findings.get("known", 0), footer.findings.get("unknown", 0)
    problems = sum(1 for _ in results.of(Problem))
    stale = sum(1 for _ in results.of(Stale))
    if unknown:
        text.append(f"{count(unknown, 'finding')} not known", "bold red")
        text.append(f", {known} known")
    elif known:
        text.append(f"{count(known, 'finding')}, all known", "green")
    else:
        text.append("no findings", "green")
    if stale:
        text.append(f", {count(stale, 'known finding')} stale", "yellow")
    if problems:
        text.append(f", {count(problems, 'rung')} not judged", "bold red")
    return text


@dataclass(frozen=True)
class _View:
    icons: Mapping[str, str]

    def port(self, of: PortReport) -> Iterator[Text]:
        problems = {rung.problem and rung.problem.message for rung in of.rungs}
        if len(problems) == 1 and of.rungs[0].problem:  # as where its toolchain is missing
            yield port_title(of.port) + "  " + rung_verdict(of.rungs[0], self.icons)
            return
        yield port_title(of.port)
        width = max(map(len, of.port.rungs)) + 4
        for rung in of.rungs:
            yield from self._rung(rung, width, last=rung is of.rungs[-1])

    def _rung(self, rung: Rung, width: int, *, last: bool) -> Iterator[Text]:
        head = styled(self.icons["last" if last else "more"] + " ", "dim")
        head.append(plain(rung.title).ljust(width))
        margin = "   " if last else self.icons["line"] + " "
        if not rung.findings:
            yield head + (rung_verdict(rung, self.icons))
        for number, finding in enumerate(rung.findings):
            before = head if not number else styled(margin.ljust(3 + width), "dim")
            yield before + finding_title(finding, self.icons)
            for line in self._details(rung, finding):
                yield styled(f"{margin}    ", "dim") + line
        for remark in self._remarks(rung):
            yield styled(f"{margin}    ", "dim") + styled(remark, "dim")
        for stale in rung.stale:
            yield styled(f"{margin}    ", "dim") + stale_line(stale)

    def _remarks(self, rung: Rung) -> Iterator[str]:
        """What a rung is like, and what it is not judged by: choices, and input to be refused."""
        if rung.diagnosis:
            told = (rung.diagnosis.checked_by, rung.diagnosis.like, rung.diagnosis.order)
            yield from filter(None, told)
            if rung.diagnosis.choices:
                yield f"choices: {_choices(rung.diagnosis.choices)}"
        yield from (note.message for note in rung.notes if note.stage != "example")

    def _details(self, rung: Rung, finding: Finding) -> Iterator[Text]:
        place = styled(f"{finding.location}  ", "cyan") if finding.location else Text()
        if finding.location or finding.message != finding.subject:
            said = "" if finding.message == finding.subject else finding.message
            yield place + styled(said.splitlines()[0] if said else "")
        yield from map(styled, brief(evidence_lines(rung, finding)))
        if finding.removed_by:
            yield styled("removed by ", "dim") + styled(finding.removed_by, "green")


def _choices(choices: Mapping[str, Mapping[str, int]]) -> str:
    """As in ``overflow, underflow: narrow-range; 0/0: no-step``, with counts where they differ."""
    subjects: dict[str, list[str]] = {}
    for subject, made in choices.items():
        counted = (f"{name} ({n})" if len(made) > 1 else name for name, n in made.items())
        subjects.setdefault(", ".join(counted), []).append(subject)
    return "; ".join(f"{', '.join(about)}: {made}" for made, about in subjects.items())
