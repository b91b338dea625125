"""A report as Markdown, for the summary of a CI job: what is new first, what is known folded."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from goldstep.report.evidence_words import brief, evidence_lines
from goldstep.report.markdown_text import cell, code, fenced
from goldstep.report.originals import original_excerpt, original_place
from goldstep.report.verdict import Standing, count, verdict_on
from goldstep.report.writing import FileFormat
from goldstep.results.kinds import FINDINGS
from goldstep.results.records import Excerpt, Finding, Location, RepairText
from goldstep.results.rungs import PortReport, Rung
from goldstep.results.value import Report

_MOST_BYTES = 1_000_000  # GitHub takes 1 MiB of all steps of a job together
_MOST_ROWS = 200  # of a table: a summary has to be read
_MOST_RUNGS = 12  # of a port in a row
_MOST_IN_FULL = 20  # findings
_SHORT = 160  # characters in a cell
_AROUND = 2  # lines of the source before and behind

_ICONS: dict[Standing, str] = {
    "conforms": "✅",
    "known": "🟡",
    "stale": "⚠️",
    "findings": "❌",
    "not judged": "⚪",
}


@dataclass(frozen=True, slots=True)
class _Found:
    """A finding with the place where it was found."""

    label: str
    port: PortReport
    rung: Rung
    finding: Finding


def markdown(report: Report) -> str:
    """The report, of at most 1,000,000 bytes; what is left out is said."""
    taken: list[str] = []
    room = _MOST_BYTES - 200
    for block in _blocks(report):
        room -= len(block.encode()) + 2
        if room < 0:
            taken.append("The rest is left out: it is longer than a summary may be.")
            break
        taken.append(block)
    return "\n\n".join(taken) + "\n"


def _blocks(report: Report) -> Iterator[str]:
    verdict = verdict_on(report)
    of_what = " findings" if verdict.standing == "known" else ""
    yield f"## {_ICONS[verdict.standing]} goldstep: {verdict.in_words}{of_what}"
    yield "\n".join(_about_runs(report))
    yield "\n".join(_ladders(report))
    found = list(_found(report))
    news = [each for each in found if not each.finding.known]
    known = [each for each in found if each.finding.known]
    if news:
        yield f"### {count(len(news), 'new finding')}"
        for each in news[:_MOST_IN_FULL]:
            yield from _in_full(each)
        if more := news[_MOST_IN_FULL:]:
            yield f"And {count(len(more), 'finding')} more:"
            yield _table("| port | rung | finding | where | what |", more, _row)
    yield from _problems(report)
    yield from _stale(report)
    if known:
        rows = _table("| port | rung | finding | where | why it is known |", known, _known_row)
        yield f"<details>\n<summary>{count(len(known), 'known finding')}</summary>"
        yield rows
        yield "</details>"


def _about_runs(report: Report) -> Iterator[str]:
    for number, run in enumerate(report.runs, start=1):
        header, footer = run.header, run.footer
        machine = " ".join(str(header.machine.get(part, "")) for part in ("system", "machine"))
        numbered = f"Run {number}: " if len(report.runs) > 1 else ""
        yield (
            f"- {numbered}{count(header.ports, 'port')}, {count(header.rungs, 'rung')}, "
            f"{count(sum(footer.cases.values()), 'case')} in {float(footer.seconds):.1f} s; "
            f"goldstep {cell(header.versions.get('goldstep', ''))} on {cell(machine)}, "
            f"{cell(header.time)}; vectors {code(header.vectors[:12])}"
        )


def _ladders(report: Report) -> Iterator[str]:
    """Ports by rungs."""
    ports = report.ports[:_MOST_ROWS]
    columns = sorted({rung.repairs for port in ports for rung in port.rungs})[:_MOST_RUNGS]
    names = [f"+ {count(repairs, 'repair')}" if repairs else "as it is" for repairs in columns]
    yield f"| {' | '.join(['port', *names])} |"
    yield f"|---|{'---|' * len(names)}"
    for port in ports:
        rungs = {rung.repairs: _rung_cell(rung) for rung in port.rungs}
        cells = [cell(report.label(port), _SHORT), *(rungs.get(each, "") for each in columns)]
        yield f"| {' | '.join(cells)} |"
    if more := len(report.ports) - len(ports):
        yield f"\nAnd {count(more, 'port')} more."


def _rung_cell(rung: Rung) -> str:
    stale = f" {_ICONS['stale']} stale" if rung.stale else ""
    if rung.problem:
        return f"{_ICONS['not judged']} not judged{stale}"
    if rung.findings:
        ids = list(dict.fromkeys(each.id for each in rung.findings))
        more = f" and {len(ids) - 2} more" if len(ids) > 2 else ""
        known = "known " if rung.is_known else ""
        icon = _ICONS["known" if rung.is_known else "findings"]
        return f"{icon} {known}{', '.join(code(name, _SHORT) for name in ids[:2])}{more}{stale}"
    if rung.conforms:
        return f"{_ICONS['conforms']} {count(rung.outcomes['passed'], 'case')}{stale}"
    return f"{_ICONS['not judged']} no case to judge{stale}"


def _found(report: Report) -> Iterator[_Found]:
    for port in report.ports:
        for rung in port.rungs:
            for finding in rung.findings:
                yield _Found(report.label(port), port, rung, finding)


def _in_full(found: _Found) -> Iterator[str]:
    finding, port = found.finding, found.port.port
    yield f"#### {code(finding.title)} in {cell(found.label)}, {cell(found.rung.title)}"
    where = f"{code(place)}: " if (place := _where(found)) else ""
    yield f"{where}{cell(finding.message)}"
    if finding.source and finding.location:
        yield fenced(_marked(found, finding.source, finding.location))
    if evidence := brief(evidence_lines(found.rung, finding)):
        yield "\n".join(f"- {cell(line)}" for line in evidence)
    if finding.id in FINDINGS:
        yield f"**What to do:** {cell(FINDINGS[finding.id].advice)}"
    for repair in port.repairs:
        if repair.patch == finding.removed_by:
            yield f"Removed by {code(repair.patch)}: {cell(repair.why)}"
            yield fenced(repair.diff, "diff")


def _marked(found: _Found, source: Excerpt, at: Location) -> str:
    """Lines with the numbers that they have in the repository, and a sign at the one meant."""
    shown = original_excerpt(_applied(found), at.file, source) or source
    around = range(at.line - source.first - _AROUND, at.line - source.first + _AROUND + 1)
    return "\n".join(
        f"{'>' if number == around[_AROUND] else ' '} {shown.first + number:4}  {line}"
        for number, line in enumerate(shown.lines)
        if number in around
    )


def _where(found: _Found) -> str:
    """File and line as the repository has them."""
    port, at = found.port.port, found.finding.location
    if at is None:
        return ""
    file = posixpath.normpath(posixpath.join(port.folder, at.file))
    place = original_place(_applied(found), at.file, at.line)
    return f"{file}:{place.line}" if place and place.is_same else file


def _applied(found: _Found) -> Sequence[RepairText]:
    return found.port.port.repairs[: found.finding.repairs]


def _table(head: str, found: Sequence[_Found], row: Callable[[_Found], str]) -> str:
    columns = head.count("|") - 1
    lines = [head, f"|{'---|' * columns}", *map(row, found[:_MOST_ROWS])]
    if len(found) > _MOST_ROWS:
        lines.append(f"\nAnd {len(found) - _MOST_ROWS:,} more.")
    return "\n".join(lines)


def _row(found: _Found) -> str:
    return f"{_row_head(found)} {cell(found.finding.message, _SHORT)} |"


def _known_row(found: _Found) -> str:
    return f"{_row_head(found)} {cell(found.finding.why_known, _SHORT)} |"


def _row_head(found: _Found) -> str:
    return (
        f"| {cell(found.label, _SHORT)} | {cell(found.rung.title, _SHORT)} | "
        f"{code(found.finding.title, _SHORT)} | {code(_where(found), _SHORT)} |"
    )


def _problems(report: Report) -> Iterator[str]:
    lines = [
        f"- {cell(report.label(port))}, {cell(rung.title)}: {cell(rung.problem.message)}"
        for port in report.ports
        for rung in port.rungs
        if rung.problem
    ]
    if lines:
        yield f"### {count(len(lines), 'rung')} not judged"
        yield _listed(lines)


def _stale(report: Report) -> Iterator[str]:
    lines = []
    for port in report.ports:
        file = posixpath.join(port.port.folder, "port.toml")
        for rung in port.rungs:
            for stale in rung.stale:
                place = code(f"{file}:{stale.line}" if stale.line else file)
                lines.append(f"- {place}: {code(stale.finding)} {stale.news}: {stale.hint}")
    if lines:
        yield f"### {count(len(lines), 'known finding')} stale"
        yield _listed(lines)


def _listed(lines: Sequence[str]) -> str:
    more = [f"- and {len(lines) - _MOST_ROWS:,} more"] if len(lines) > _MOST_ROWS else []
    return "\n".join([*lines[:_MOST_ROWS], *more])


FORMAT = FileFormat(
    "markdown", "Markdown, as for the summary of a CI job", lambda report: markdown(report).encode()
)
