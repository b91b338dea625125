"""A comparison of two reports for people."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from goldstep.report.comparison_texts import headline, in_words, sorted_cases
from goldstep.report.terminal.console import styled
from goldstep.results.comparison import CHANGES, Comparison

_STYLES = {"regressed": "bold red", "new": "yellow", "improved": "green", "gone": "green"}
_MOST_CASES = 20  # of one kind of change


def print_comparison(compared: Comparison, out: Console) -> None:
    """Prints every change, worse ones first; of cases those that changed most."""
    if not compared.same_vectors:
        out.print(styled("judged by other vectors: cases are compared by their ids", "yellow"))
    for change in CHANGES:
        for line in _lines(compared, change):
            out.print(styled(change.ljust(11), _STYLES.get(change, "dim")) + line)
    out.print(styled(headline(compared), "bold red" if compared.has_regressed else "bold"))


def _lines(compared: Comparison, change: str) -> Iterator[Text]:
    for rung in compared.rungs:
        if rung.change == change:
            yield styled(f"{rung.port}  {rung.rung}  {rung.why}")
    for finding in compared.findings:
        if finding.change == change:
            of = finding.finding
            known = "  known" if of.known else ""
            yield styled(f"{finding.port}  {finding.rung}  {of.title}: {of.message}{known}")
    cases = sorted_cases(compared, change)
    for case in cases[:_MOST_CASES]:
        yield styled(f"{case.port}  {case.rung}  {case.id}  {in_words(case)}")
    if len(cases) > _MOST_CASES:
        yield styled(f"... and {len(cases) - _MOST_CASES:,} more cases; --json has all", "dim")
