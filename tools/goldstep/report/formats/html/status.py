"""How a rung came out, in a word, a sign and a colour's name: never by colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from goldstep.report.verdict import count, verdict_on
from goldstep.results.records import Finding
from goldstep.results.rungs import PortReport, Rung
from goldstep.results.value import Report

Key = Literal["conforms", "known", "new", "problem", "open"]
SIGNS: dict[Key, str] = {"conforms": "✓", "known": "◆", "new": "✗", "problem": "!", "open": "·"}
TITLES: dict[Key, str] = {
    "conforms": "conforms",
    "known": "known findings only",
    "new": "new findings",
    "problem": "not judged",
    "open": "no verdict",
}


@dataclass(frozen=True, slots=True)
class Status:
    """What became of a rung, or of a port as a whole."""

    key: Key
    words: str

    @property
    def sign(self) -> str:
        """The sign that stands for it."""
        return SIGNS[self.key]


def rung_status(rung: Rung) -> Status:
    """What became of a rung."""
    if new := _new(rung.findings):
        return new
    if rung.problem:
        return Status("problem", "not judged")
    if rung.findings:
        return Status("known", count(len(rung.findings), "known finding"))
    if rung.conforms:
        return Status("conforms", "conforms")
    return Status("open", "no case to judge" if rung.start else "not run")


def port_status(port: PortReport) -> Status:
    """What became of a port: of all its rungs the gravest, and where it ends conforming, that."""
    findings = [finding for rung in port.rungs for finding in rung.findings]
    if new := _new(findings):
        return new
    statuses = [rung_status(rung) for rung in port.rungs]
    if problem := next((each for each in statuses if each.key == "problem"), None):
        return problem
    last = statuses[-1] if statuses else Status("open", "not run")
    if findings:
        end = ", conforms when repaired" if last.key == "conforms" else ""
        return Status("known", count(len(findings), "known finding") + end)
    return last


def report_status(report: Report) -> Status:
    """What became of everything, in a line."""
    if new := _new(list(report.findings())):
        return new
    verdict = verdict_on(report)
    if verdict.problems:
        return Status("problem", f"{count(verdict.problems, 'rung')} not judged")
    if verdict.known:
        return Status("known", f"{count(verdict.known, 'finding')}, all known")
    if any(rung.conforms for port in report.ports for rung in port.rungs):
        return Status("conforms", "Everything conforms")
    return Status("open", "Nothing was judged")


def _new(findings: Sequence[Finding]) -> Status | None:
    """That of findings some of which are new; None where none is."""
    known = sum(finding.known for finding in findings)
    if known == len(findings):
        return None
    words = count(len(findings) - known, "new finding")
    return Status("new", f"{words}, {known:,} known" if known else words)
