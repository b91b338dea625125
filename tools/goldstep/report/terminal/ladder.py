"""Ladders in full: each port's rungs, and all that was found out about each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.text import Text

from goldstep.report.evidence_words import brief, evidence_lines
from goldstep.report.terminal.console import Hanging, below, hanging, in_a_row, styled
from goldstep.report.terminal.titles import (
    all_counts,
    branch,
    finding_title,
    icons_for,
    message,
    place,
    port_title,
    rung_verdict,
    stale_line,
    standing,
)
from goldstep.results.records import Finding
from goldstep.results.rungs import PortReport, Rung
from goldstep.results.value import Results

_DEEPER = 7  # columns, that what is said of a rung is moved by


def print_ladders(results: Results, out: Console) -> None:
    """Prints every port's ladder, with all that is known of each rung."""
    icons = icons_for(out)
    for number, port in enumerate(results.ports):
        if number:
            out.print()
        for line in _ladder(port, icons):
            out.print(line)


def _ladder(of: PortReport, icons: Mapping[str, str]) -> Iterator[Hanging]:
    title = port_title(of.port)
    problems = {rung.problem and rung.problem.message for rung in of.rungs}
    if len(problems) == 1 and of.rungs[0].problem:  # as where its toolchain is missing
        yield Hanging(title + "  ", rung_verdict(of.rungs[0], icons, ""))
        return
    yield Hanging(Text(), title)
    width = max(map(len, of.port.rungs)) + 4
    for rung in of.rungs:
        head, margin = branch(rung.title, width, icons, last=rung is of.rungs[-1])
        if not rung.findings:
            yield Hanging(head, rung_verdict(rung, icons, all_counts(rung)), margin)
        deeper = styled(margin.ljust(_DEEPER), "dim")
        for number, finding in enumerate(rung.findings):
            title = in_a_row(finding_title(finding, icons), standing(finding))
            yield Hanging(below(head, margin) if number else head, title, margin)
            yield from hanging(deeper, _details(rung, finding), margin)
        yield from hanging(deeper, (styled(each, "dim") for each in _remarks(rung)), margin)
        yield from hanging(deeper, map(stale_line, rung.stale), margin)


def _details(rung: Rung, finding: Finding) -> Iterator[Text]:
    if said := in_a_row(place(rung, finding), message(finding)):
        yield said
    yield from map(styled, brief(evidence_lines(rung, finding)))
    if finding.removed_by:
        yield styled("removed by ", "dim") + styled(finding.removed_by, "green")


def _remarks(rung: Rung) -> Iterator[str]:
    """What a rung is like, and what it is not judged by: choices, and input to be refused."""
    if rung.diagnosis:
        yield from filter(
            None, (rung.diagnosis.checked_by, rung.diagnosis.like, rung.diagnosis.order)
        )
        if rung.diagnosis.choices:
            yield f"choices: {_choices(rung.diagnosis.choices)}"
    yield from (note.message for note in rung.notes if note.stage != "example")


def _choices(choices: Mapping[str, Mapping[str, int]]) -> str:
    """As in ``overflow, underflow: narrow-range; 0/0: no-step``, with counts where they differ."""
    subjects: dict[str, list[str]] = {}
    for subject, made in choices.items():
        counted = (f"{name} ({n})" if len(made) > 1 else name for name, n in made.items())
        subjects.setdefault(", ".join(counted), []).append(subject)
    return "; ".join(f"{', '.join(about)}: {made}" for made, about in subjects.items())
