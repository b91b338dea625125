"""How a rung came out, in a word, a sign and a colour's name: never by colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from goldstep.report.verdict import count, verdict_on
from goldstep.results.rungs import PortReport, Rung
from goldstep.results.value import Report

Key = Literal["conforms", "known", "new", "problem", "open"]
SIGNS: dict[Key, str] = {"conforms": "✓", "known": "◆", "new": "✗", "problem": "!", "open": "·"}
TITLES: dict[Key, str] = {
    "conforms": "conforms",
    "known": "known findings only",
    "new": "findings not known",
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
    known = sum(finding.known for finding in rung.findings)
    unknown = len(rung.findings) - known
    if unknown:
        words = f"{count(unknown, 'finding')} not known"
        return Status("new", f"{words}, {known} known" if known else words)
    if rung.problem:
        return Status("problem", "not judged")
    if known:
        return Status("known", count(known, "known finding"))
    if rung.conforms:
        return Status("conforms", "conforms")
    return Status("open", "no case to judge" if rung.start else "not run")


def port_status(port: PortReport) -> Status:
    """What became of a port: the gravest of its rungs, and where it ends conforming, that."""
    statuses = [rung_status(rung) for rung in port.rungs]
    for key in ("new", "problem"):
        if bad := next((each for each in statuses if each.key == key), None):
            return bad
    known = sum(len(rung.findings) for rung in port.rungs)
    last = statuses[-1] if statuses else Status("open", "not run")
    if known:
        end = ", conforms when repaired" if last.key == "conforms" else ""
        return Status("known", count(known, "known finding") + end)
    return last


def report_status(report: Report) -> Status:
    """What became of everything, in a line."""
    verdict = verdict_on(report)
    if verdict.unknown:
        words = f"{count(verdict.unknown, 'finding')} not known"
        return Status("new", f"{words}, {verdict.known:,} known" if verdict.known else words)
    if verdict.problems:
        return Status("problem", f"{count(verdict.problems, 'rung')} not judged")
    if verdict.known:
        return Status("known", f"{count(verdict.known, 'finding')}, all known")
    if any(rung.conforms for port in report.ports for rung in port.rungs):
        return Status("conforms", "Everything conforms")
    return Status("open", "Nothing was judged")
