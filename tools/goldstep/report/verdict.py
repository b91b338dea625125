"""A whole report in a few words: what decides its exit code first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from goldstep.results.value import Report

Standing = Literal["conforms", "known", "stale", "findings", "not judged"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of all rungs: counts, and what they come to."""

    standing: Standing
    rungs: int
    cases: int
    unknown: int  # findings
    known: int
    stale: int
    problems: int  # rungs that could not be judged

    @property
    def in_words(self) -> str:
        """As in ``3 new findings, 1 rung not judged``, or ``conforms but for 10 known``."""
        said = []
        if self.unknown:
            said.append(count(self.unknown, "new finding"))
        if self.problems:
            said.append(f"{count(self.problems, 'rung')} not judged")
        if self.stale:
            said.append(f"{count(self.stale, 'known finding')} stale")
        if said:
            return ", ".join(said)
        if not self.rungs:
            return "nothing judged"
        return f"conforms but for {self.known:,} known" if self.known else "conforms"


def verdict_on(report: Report) -> Verdict:
    """The verdict on all runs together."""
    rungs = [rung for port in report.ports for rung in port.rungs]
    findings = list(report.findings())
    known = sum(finding.known for finding in findings)
    unknown = len(findings) - known
    stale = sum(len(rung.stale) for rung in rungs)
    problems = sum(rung.problem is not None for rung in rungs)
    standing: Standing = "known" if known else "conforms"
    if unknown:
        standing = "findings"
    elif problems or not rungs:
        standing = "not judged"
    elif stale:
        standing = "stale"
    cases = sum(len(rung.cases) for rung in rungs)
    return Verdict(standing, len(rungs), cases, unknown, known, stale, problems)


def count(number: int, what: str) -> str:
    """As in ``1 case`` and ``1,015 cases``."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"
