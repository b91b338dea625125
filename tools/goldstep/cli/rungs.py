"""What a run says about each rung of a port, together, for those who print it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from goldstep.results import (
    BuildRecord,
    CaseRecord,
    Diagnosis,
    Finding,
    PortRecord,
    Problem,
    Results,
    Stale,
    StartRecord,
)

_OfRung = BuildRecord | StartRecord | CaseRecord | Diagnosis | Finding | Stale | Problem


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung of a port's ladder.

    ``findings`` are its errors; ``notes`` decide no verdict. ``cases`` counts outcomes, and
    ``started`` is whether its adapter was started.
    """

    repairs: int
    label: str
    started: bool
    cases: Counter[str]
    diagnosis: Diagnosis | None
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    stale: tuple[Stale, ...]
    problem: Problem | None

    @property
    def title(self) -> str:
        """The label as it is printed: a repair is one more."""
        return f"+ {self.label}" if self.repairs else self.label


def rungs_of(results: Results, port: PortRecord) -> list[Rung]:
    """The rungs that were run: all of them, or only one."""
    by_rung: dict[int, list[_OfRung]] = {}
    for record in results.records:
        if isinstance(record, _OfRung) and record.port == port.port:
            by_rung.setdefault(record.repairs, []).append(record)
    return [
        _rung(repairs, label, by_rung[repairs])
        for repairs, label in zip(sorted(by_rung), port.rungs, strict=True)
    ]


def _rung(repairs: int, label: str, records: Sequence[_OfRung]) -> Rung:
    findings = [each for each in records if isinstance(each, Finding)]
    return Rung(
        repairs,
        label,
        started=any(isinstance(each, StartRecord) for each in records),
        cases=Counter(each.outcome for each in records if isinstance(each, CaseRecord)),
        diagnosis=next((each for each in records if isinstance(each, Diagnosis)), None),
        findings=tuple(each for each in findings if each.severity == "error"),
        notes=tuple(each for each in findings if each.severity == "note"),
        stale=tuple(each for each in records if isinstance(each, Stale)),
        problem=next((each for each in records if isinstance(each, Problem)), None),
    )


def about_run(results: Results) -> dict[str, Any]:
    """What every object that is printed says of its run."""
    header = results.header
    return {
        "versions": header.versions,
        "vectors": header.vectors,
        "isolation": header.isolation,
        "seed": header.seed,
        "exit_code": results.exit_code,
    }
