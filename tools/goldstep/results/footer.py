"""The footer of a run: counts of its records, and the exit code that they call for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from goldstep.errors import ExitCode, decisive
from goldstep.results.records import (
    CaseRecord,
    Finding,
    Footer,
    Problem,
    Record,
    Stale,
    record_counts,
)


def footer_of(records: Sequence[Record], seconds: str) -> Footer:
    """The footer of a run with these records, which took so long."""
    cases = Counter(r.outcome for r in records if isinstance(r, CaseRecord))
    findings = Counter(_weight(r) for r in records if isinstance(r, Finding))
    return Footer(
        records=record_counts(records),
        cases={str(outcome): count for outcome, count in cases.items()},
        findings=dict(findings),
        exit_code=_exit_code(records),
        seconds=seconds,
    )


def _weight(finding: Finding) -> str:
    if finding.severity != "error":
        return finding.severity
    return "known" if finding.known else "unknown"


def _exit_code(records: Sequence[Record]) -> ExitCode:
    """The first in precedence of all codes that the records call for."""
    codes = set()
    for record in records:
        match record:
            case Finding(severity="error", known=False):
                codes.add(ExitCode.FINDING)
            case Stale():
                codes.add(ExitCode.STALE)
            case Problem(exit_code=code):
                codes.add(ExitCode(code))
    return decisive(*codes)
