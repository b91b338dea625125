"""What a test of a port says, by the records of its rung."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from goldstep.diagnosis.special import is_special, subject
from goldstep.results.evidence import ValueAt
from goldstep.results.records import CaseRecord, Finding, Stale
from goldstep.results.rungs import Rung
from goldstep.vectors.case import VectorCase


@dataclass(frozen=True, slots=True)
class Passed:
    """As it has to be."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Not judged: why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Findings, each of which may be known; ``case`` is the one that shows them, if one does.

    ``stale`` are entries of port.toml that are to be taken out.
    """

    findings: tuple[Finding, ...] = ()
    case: CaseRecord | None = None
    stale: tuple[Stale, ...] = ()

    @property
    def known(self) -> bool:
        """Whether nothing of it is news."""
        return bool(self.findings) and all(finding.known for finding in self.findings)


Verdict = Passed | Skipped | Failed


def not_started(rung: Rung) -> tuple[Finding, ...]:
    """What kept the port from being asked anything."""
    return tuple(each for each in rung.findings if each.stage in ("build", "start"))


def of_case(rung: Rung, case: VectorCase) -> Verdict:
    """The verdict on a case."""
    record = rung.cases_by_id.get(case.id)
    if record is None:
        return Failed(not_started(rung))
    if record.outcome == "passed":
        return Passed()
    if record.outcome in ("failed", "error"):
        shown = tuple(each for each in rung.findings if _is_shown_by(each, record, case))
        return Failed(shown, record)
    return Skipped(f"{record.outcome.replace('-', ' ')}: {record.message}")


def of_the_rest(rung: Rung, cases: Iterable[VectorCase]) -> Verdict:
    """The verdict on what none of the cases shows that are asked for."""
    shown = {
        id(finding)
        for verdict in (of_case(rung, case) for case in cases)
        if isinstance(verdict, Failed)
        for finding in verdict.findings
    }
    rest = tuple(each for each in rung.findings if id(each) not in shown)
    return Failed(rest) if rest else Passed()


def of_known(rung: Rung) -> Verdict:
    """The verdict on what port.toml lists as known."""
    return Failed(stale=rung.stale) if rung.stale else Passed()


def _is_shown_by(finding: Finding, record: CaseRecord, case: VectorCase) -> bool:
    """Whether a case that failed may be due to a finding: one of its kind."""
    if finding.id in ("input-mutated", "not-deterministic"):
        return False  # cases that pass may show it as well
    if finding.stage == "robustness" or case.expected.rejected is not None:
        return finding.stage == "robustness" and case.expected.rejected is not None
    is_of_number = isinstance(finding.evidence, ValueAt)
    if finding.stage != "vectors" or is_of_number != (record.outcome == "failed"):
        return False
    return finding.id != "special-values" or (is_special(case) and finding.subject == subject(case))
