"""What is said of ports, rungs and findings, wherever they are printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.text import Text

from goldstep.report.evidence_words import Line
from goldstep.report.originals import original_location
from goldstep.report.terminal.console import Hanging, has_unicode, plain, styled
from goldstep.report.verdict import count
from goldstep.results.kinds import FINDINGS
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


def branch(title: str, width: int, icons: Mapping[str, str], *, last: bool) -> tuple[Text, str]:
    """What stands before a rung, with its title, and the margin of what is said of it below."""
    head = styled(icons["last" if last else "more"] + " ", "dim")
    head.append(plain(title).ljust(width))
    return head, "" if last else icons["line"]


def finding_title(finding: Finding, icons: Mapping[str, str]) -> Text:
    """A finding's id and subject."""
    text = styled(f"{icons['bad']} {finding.id}", "yellow" if finding.known else "bold red")
    if finding.subject:
        text.append(f" {plain(finding.subject)}")
    return text


def standing(finding: Finding) -> Text:
    """Whether a finding is known or new."""
    return styled("known", "dim") if finding.known else styled("new", "bold red")


def place(rung: Rung, finding: Finding) -> Text:
    """Where a finding is in the file that would be changed."""
    return styled(original_location(rung.port.repairs, finding), "cyan")


def message(finding: Finding) -> Text:
    """The first line of what a finding says beside its subject."""
    said = "" if finding.message == finding.subject else finding.message
    return styled("".join(said.splitlines()[:1]))


def labelled(line: Line, width: int, indent: str) -> Hanging:
    """A line behind its label, which is filled up to ``width``."""
    return Hanging(styled(f"{indent}{line.label.ljust(width)}  ", "dim"), styled(line.text))


def what_to_do(finding: Finding) -> Iterator[Line]:
    """Which repair removes a finding, and what is to be done about its kind."""
    if finding.removed_by:
        yield Line("removed by", finding.removed_by)
    if finding.id in FINDINGS:
        yield Line("what to do", FINDINGS[finding.id].advice)


def stale_line(stale: Stale) -> Text:
    """What to do about a known finding that is known no longer, and in which line."""
    at = f"port.toml:{stale.line}: " if stale.line else ""
    return styled(at + stale.message, "yellow")


def rung_verdict(rung: Rung, icons: Mapping[str, str], counts: str) -> Text:
    """The verdict on a rung without findings; where it conforms, with ``counts``."""
    if rung.problem:
        return styled(f"{icons['none']} not judged: {rung.problem.message}", "bold red")
    if not rung.diagnosis:
        why = "no case to judge" if rung.start else "not run"
        return styled(f"{icons['none']} {why}", "dim")
    return styled(f"{icons['good']} conforms", "bold green").append(f"  {counts}", "")


def all_counts(rung: Rung) -> str:
    """How many cases and values a rung conforms in, and how closely."""
    diagnosis, cases = rung.diagnosis, rung.outcomes
    told = [count(cases["passed"], "case")]
    if diagnosis:
        told.append(count(diagnosis.values, "value"))
        if diagnosis.values:
            worst = float(diagnosis.worst_budgets or 0)
            told.append(f"at most {worst:.2f} of the budget used")
    told += [
        f"{cases[outcome]:,} {outcome.replace('-', ' ')}"
        for outcome in ("not-applicable", "not-run")
        if cases[outcome]
    ]
    return ", ".join(told)
