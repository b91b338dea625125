"""What somebody has to look at: findings that are new, and entries of known ones that are stale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from rich.console import Console
from rich.text import Text

from goldstep.report.evidence_words import Line, in_short
from goldstep.report.terminal.console import Hanging, in_a_row, styled
from goldstep.report.terminal.titles import (
    finding_title,
    icons_for,
    labelled,
    message,
    place,
    stale_line,
    what_to_do,
)
from goldstep.report.variants import Variants, variants_of
from goldstep.results.evidence import WrongNumber
from goldstep.results.records import Finding
from goldstep.results.rungs import Rung
from goldstep.results.value import Results

_INDENT = "  "
_LABELS = len("smallest case")


def print_news(results: Results, out: Console) -> None:
    """Prints what is stale, a line each, and then what is new, in a few lines each."""
    icons = icons_for(out)
    rungs = [(of, each[0]) for of in variants_of(results.ports) for each in of.rungs]
    stale = [(of, rung, each) for of, rung in rungs for each in rung.stale]
    for of, rung, each in stale:
        out.print(Hanging(styled(f"stale in {_where(of, rung)}: "), stale_line(each)))
    if stale:
        out.print()
    for of, rung in rungs:
        for finding in rung.findings:
            if not finding.known:
                for line in _finding(of, rung, finding, icons):
                    out.print(line)
                out.print()


def _where(of: Variants, rung: Rung) -> str:
    """The port, its variants if they are several, and the rung if there is a ladder."""
    variants = f" ({of.settings})" if len(of.ports) > 1 else ""
    return f"{of.name}{variants}" + (f", {rung.title}" if rung.port.repairs else "")


def _finding(
    of: Variants, rung: Rung, finding: Finding, icons: Mapping[str, str]
) -> Iterator[Hanging]:
    """A line for what and where, then one for each that is known of it."""
    new = styled(f"new in {_where(of, rung)}", "bold red")
    said = (finding_title(finding, icons), new, place(rung, finding), message(finding))
    yield Hanging(Text(), in_a_row(*said), _INDENT)
    for line in _details(rung, finding):
        yield labelled(line, _LABELS, _INDENT)


def _details(rung: Rung, finding: Finding) -> Iterator[Line]:
    """What shows it, which libraries do the same, and what removes it."""
    yield from in_short(rung, finding)
    if rung.diagnosis and rung.diagnosis.like and isinstance(finding.evidence, WrongNumber):
        yield Line("libraries", rung.diagnosis.like)
    yield from islice(what_to_do(finding), 1)
