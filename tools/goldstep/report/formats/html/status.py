"""How a rung came out, in a word, a sign and a colour's name: never by colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from goldstep.report.rungs import PortReport, Rung

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
        words = f"{counted(unknown, 'finding')} not known"
        return Status("new", f"{words}, {known} known" if known else words)
    if rung.problem:
        return Status("problem", "not judged")
    if known:
        return Status("known", counted(known, "known finding"))
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
        return Status("known", counted(known, "known finding") + end)
    return last


def counted(number: int, what: str) -> str:
    """So many of them."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def report_status(ports: Sequence[PortReport]) -> Status:
    """What became of everything, in a line."""
    rungs = [rung for port in ports for rung in port.rungs]
    findings = [finding for rung in rungs for finding in rung.findings]
    known = sum(finding.known for finding in findings)
    if unknown := len(findings) - known:
        words = f"{counted(unknown, 'finding')} not known"
        return Status("new", f"{words}, {known:,} known" if known else words)
    if problems := sum(rung.problem is not None for rung in rungs):
        return Status("problem", f"{counted(problems, 'rung')} not judged")
    if known:
        return Status("known", f"{counted(known, 'finding')}, all known")
    if any(rung.conforms for rung in rungs):
        return Status("conforms", "Everything conforms")
    return Status("open", "Nothing was judged")
