"""What a test of a port says, by the records of its rung."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from goldstep.diagnosis.special import is_special, subject
from goldstep.results.records import (
    CaseRecord,
    DiagnosisRecord,
    Finding,
    PortRecord,
    Problem,
    Stale,
)
from goldstep.results.value import Results
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


@dataclass(frozen=True, slots=True)
class Rung:
    """The records of one rung of one port."""

    port: PortRecord
    problem: Problem | None
    cases: Mapping[str, CaseRecord]
    errors: tuple[Finding, ...]
    stale: tuple[Stale, ...]
    diagnosis: DiagnosisRecord | None

    @classmethod
    def of(cls, results: Results, port: str, repairs: int) -> Rung:
        """The records of ``port`` after ``repairs`` repairs."""
        kinds = (Problem, CaseRecord, Stale, DiagnosisRecord)
        records = [
            record
            for record in results.records
            if isinstance(record, kinds) and (record.port, record.repairs) == (port, repairs)
        ]
        return cls(
            port=next(record for record in results.of(PortRecord) if record.port == port),
            problem=next((each for each in records if isinstance(each, Problem)), None),
            cases={each.id: each for each in records if isinstance(each, CaseRecord)},
            errors=tuple(results.findings(port, repairs)),
            stale=tuple(each for each in records if isinstance(each, Stale)),
            diagnosis=next((each for each in records if isinstance(each, DiagnosisRecord)), None),
        )

    @property
    def not_started(self) -> tuple[Finding, ...]:
        """What kept the port from being asked anything."""
        return tuple(each for each in self.errors if each.stage in ("build", "start"))

    def of_case(self, case: VectorCase) -> Verdict:
        """The verdict on a case."""
        record = self.cases.get(case.id)
        if record is None:
            return Failed(self.not_started)
        if record.outcome == "passed":
            return Passed()
        if record.outcome in ("failed", "error"):
            shown = tuple(each for each in self.errors if _is_shown_by(each, record, case))
            return Failed(shown, record)
        return Skipped(f"{record.outcome.replace('-', ' ')}: {record.message}")

    def of_the_rest(self, cases: Iterable[VectorCase]) -> Verdict:
        """The verdict on what none of the cases shows that are asked for."""
        shown = {
            id(finding)
            for verdict in map(self.of_case, cases)
            if isinstance(verdict, Failed)
            for finding in verdict.findings
        }
        rest = tuple(each for each in self.errors if id(each) not in shown)
        return Failed(rest) if rest else Passed()

    def of_known(self) -> Verdict:
        """The verdict on what port.toml lists as known."""
        return Failed(stale=self.stale) if self.stale else Passed()


def _is_shown_by(finding: Finding, record: CaseRecord, case: VectorCase) -> bool:
    """Whether a case that failed may be due to a finding: one of its kind."""
    if finding.id in ("input-mutated", "not-deterministic"):
        return False  # cases that pass may show it as well
    if finding.stage == "robustness" or case.expected.rejected is not None:
        return finding.stage == "robustness" and case.expected.rejected is not None
    if finding.stage != "vectors" or ("got" in finding.evidence) != (record.outcome == "failed"):
        return False
    return finding.id != "special-values" or (is_special(case) and finding.subject == subject(case))
