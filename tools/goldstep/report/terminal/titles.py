"""What is said of ports, rungs and findings, wherever they are printed."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.text import Text

from goldstep.report.terminal.console import has_unicode, plain, styled
from goldstep.report.verdict import count
from goldstep.results.records import Finding, PortRecord, Stale
from goldstep.results.rungs import Rung

_ICONS = {"good": "✓", "bad": "✗", "none": "·", "last": "└─", "more": "├─", "line": "│ "}
_PLAIN_ICONS = {"good": "+", "bad": "x", "none": "-", "last": "`-", "more": "|-", "line": "| "}


def icons_for(out: Console) -> Mapping[str, str]:
    """Signs of what is good and bad, and a ladder's lines, as far as they can be printed."""
    return _ICONS if has_unicode(out) else _PLAIN_ICONS


def port_title(port: PortRecord) -> Text:
    """A port's name and title, and what it is held to."""
    title = styled(port.port, "bold")
    title.append(f"  {plain(port.title)}  ", "")
    title.append(f"({port.number_format}, epsilon {port.epsilon})", "dim")
    return title


def finding_title(finding: Finding, icons: Mapping[str, str]) -> Text:
    """A finding's id and subject, and whether it is known."""
    text = styled(f"{icons['bad']} {finding.id}", "yellow" if finding.known else "bold red")
    if finding.subject:
        text.append(f" {plain(finding.subject)}")
    if finding.known:
        text.append("  known", "dim")
    return text


def stale_line(stale: Stale) -> Text:
    """What to do about a known finding that is known no longer, and in which line."""
    place = f"port.toml:{stale.line}: " if stale.line else ""
    return styled(place + stale.message, "yellow")


def rung_verdict(rung: Rung, icons: Mapping[str, str]) -> Text:
    """The verdict on a rung without findings."""
    diagnosis, cases = rung.diagnosis, rung.outcomes
    if rung.problem:
        return styled(f"{icons['none']} not judged: {rung.problem.message}", "bold red")
    if not diagnosis:
        why = "no case to judge" if rung.start else "not run"
        return styled(f"{icons['none']} {why}", "dim")
    text = styled(f"{icons['good']} conforms", "bold green")
    text.append(f"  {count(cases['passed'], 'case')}, {count(diagnosis.values, 'value')}")
    if diagnosis.values:
        text.append(f", at most {float(diagnosis.worst_budgets or 0):.2f} of the budget used")
    for outcome in ("not-applicable", "not-run"):
        if cases[outcome]:
            text.append(f", {cases[outcome]} {outcome.replace('-', ' ')}")
    return text
