"""A run's records by port and rung, as reports show them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from goldstep.results.records import (
    BuildRecord,
    CaseRecord,
    DiagnosisRecord,
    Finding,
    Header,
    OfRung,
    PortRecord,
    Problem,
    Record,
    RungKey,
    Stale,
    StartRecord,
    Sweep,
    Trajectory,
)

R = TypeVar("R", bound=OfRung)


@dataclass(frozen=True)
class Rung:
    """A rung of a port's ladder.

    ``findings`` are its errors; ``notes`` decide no verdict.
    """

    port: PortRecord
    repairs: int
    label: str
    build: BuildRecord | None
    start: StartRecord | None
    cases: tuple[CaseRecord, ...]
    diagnosis: DiagnosisRecord | None
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    trajectories: tuple[Trajectory, ...]
    sweep: Sweep | None
    stale: tuple[Stale, ...]
    problem: Problem | None

    def __repr__(self) -> str:
        counts = f"cases {len(self.cases)}, findings {len(self.findings)}"
        return f"<Rung {self.label!r} of {self.port.port}: {counts}>"

    @property
    def key(self) -> RungKey:
        """By which it is found among all of a run."""
        return RungKey(self.port.port, self.repairs)

    @property
    def title(self) -> str:
        """The label as it is printed: a repair is one more."""
        return f"+ {self.label}" if self.repairs else self.label

    @cached_property
    def cases_by_id(self) -> dict[str, CaseRecord]:
        """Its cases, by what they are called."""
        return {case.id: case for case in self.cases}

    @cached_property
    def outcomes(self) -> Counter[str]:
        """How many cases there are of each outcome."""
        return Counter(case.outcome for case in self.cases)

    @property
    def conforms(self) -> bool:
        """Whether its cases were judged, and nothing is wrong."""
        return self.diagnosis is not None and self.diagnosis.conforms and not self.findings

    @property
    def is_known(self) -> bool:
        """Whether it has findings, and all of them are known."""
        return bool(self.findings) and all(finding.known for finding in self.findings)


@dataclass(frozen=True)
class PortReport:
    """A port as one run saw it: its rungs in order."""

    header: Header
    port: PortRecord
    rungs: tuple[Rung, ...]

    def __repr__(self) -> str:
        return f"<PortReport of {self.name}: {self.rungs!r}>"

    @property
    def name(self) -> str:
        """The port's name."""
        return self.port.port


def ports_of(records: Sequence[Record]) -> tuple[PortReport, ...]:
    """A run's ports with all that was recorded of each, in the order of the run."""
    header = records[0]
    assert isinstance(header, Header)
    by_rung: dict[RungKey, list[OfRung]] = {}
    for record in records:
        if isinstance(record, OfRung):
            by_rung.setdefault(record.key, []).append(record)
    keys: dict[str, list[RungKey]] = {}
    for key in sorted(by_rung):
        keys.setdefault(key.port, []).append(key)
    return tuple(
        PortReport(
            header,
            port,
            tuple(
                _rung(port, key.repairs, label, by_rung[key])
                for key, label in zip(keys.get(port.port, ()), port.rungs, strict=True)
            ),
        )
        for port in records
        if isinstance(port, PortRecord)
    )


def _rung(port: PortRecord, repairs: int, label: str, records: Sequence[OfRung]) -> Rung:
    def every(kind: type[R]) -> tuple[R, ...]:
        return tuple(record for record in records if isinstance(record, kind))

    def only(kind: type[R]) -> R | None:
        return next(iter(every(kind)), None)

    findings = every(Finding)
    return Rung(
        port,
        repairs,
        label,
        build=only(BuildRecord),
        start=only(StartRecord),
        cases=every(CaseRecord),
        diagnosis=only(DiagnosisRecord),
        findings=tuple(each for each in findings if each.severity == "error"),
        notes=tuple(each for each in findings if each.severity == "note"),
        trajectories=every(Trajectory),
        sweep=only(Sweep),
        stale=every(Stale),
        problem=only(Problem),
    )
