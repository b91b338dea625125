"""Findings of the stage ``robustness``: of invalid input, and of what is the caller's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from goldstep.connection.outcomes import Answered, Broken, Lost, Refused
from goldstep.findings.processes import Observed, id_of, trouble_details, trouble_found
from goldstep.judge.invalid_input import Change, InvalidKind, InvalidVerdict
from goldstep.results.evidence import ChangedValue, Evidence, InvalidInput
from goldstep.results.records import Finding, Location
from goldstep.vectors.case import VectorCase

# In the order in which a note counts them.
_WORDS: Mapping[InvalidKind, str] = {
    "accepted": "accepted",
    "partly updated": "rejected after a part of the update",
    "failed": "failed",
    "no answer": "without an answer",
    "rejected": "rejected",
}
_IDS: Mapping[InvalidKind, str] = {
    "accepted": "invalid-input-accepted",
    "partly updated": "partial-update",
    "failed": "runtime-failure",
    "no answer": "runtime-failure",
}


def invalid_input_findings(
    observed: Observed, verdicts: Sequence[InvalidVerdict], *, validates: bool
) -> list[Finding]:
    """From cases that must be rejected.

    A port that ``validates`` its input is held to them: one finding for each kind of trouble. Of
    any other, one note counts what became of them, if not all were rejected.
    """
    wrong = [verdict for verdict in verdicts if verdict.kind != "rejected"]
    if not wrong:
        return []
    if not validates:
        return [_note(observed, wrong, verdicts)]
    by_id: dict[str, list[InvalidVerdict]] = {}
    for verdict in wrong:
        by_id.setdefault(_finding_id(verdict), []).append(verdict)
    return [
        observed.finding(
            "robustness",
            finding,
            affected[0].message,
            _evidence(affected, len(verdicts)),
            location=_location(observed, affected[0]),
        )
        for finding, affected in by_id.items()
    ]


def mutation_findings(
    observed: Observed, mutated: Sequence[tuple[VectorCase, Change]], cases: int
) -> list[Finding]:
    """From runs after which the caller's gradients are not what they were."""
    if not mutated:
        return []
    case, change = mutated[0]
    evidence = ChangedValue(case=case.id, **asdict(change), cases=len(mutated), of_cases=cases)
    return [observed.finding("robustness", "input-mutated", str(change), evidence)]


def _note(
    observed: Observed, wrong: Sequence[InvalidVerdict], verdicts: Sequence[InvalidVerdict]
) -> Finding:
    counts = Counter(verdict.kind for verdict in verdicts)
    said = ", ".join(f"{counts[kind]} {word}" for kind, word in _WORDS.items() if counts[kind])
    return observed.finding(
        "robustness",
        next(finding for kind, finding in _IDS.items() if counts[kind]),
        f"of {len(verdicts)} invalid inputs, to which the port is not held: {said}",
        _evidence(wrong, len(verdicts)),
        severity="note",
    )


def _finding_id(verdict: InvalidVerdict) -> str:
    match verdict.outcome:
        case Broken():
            return "protocol-error"
        case Lost(ending):
            return id_of(ending)
    return _IDS[verdict.kind]


def _location(observed: Observed, verdict: InvalidVerdict) -> Location | None:
    """Where a program stopped that should have refused."""
    outcome = verdict.outcome
    if verdict.kind == "failed" and isinstance(outcome, Refused):
        return trouble_found(observed, outcome).place
    return None


def _evidence(affected: Sequence[InvalidVerdict], of_cases: int) -> Evidence:
    first = affected[0]
    fields: dict[str, Any] = {
        "case": first.case.id,
        "rule": first.rule,
        "cases": len(affected),
        "of_cases": of_cases,
        "rules": dict(Counter(verdict.rule for verdict in affected)),
    }
    if not isinstance(first.outcome, Answered):
        fields |= trouble_details(first.outcome)
    return (
        ChangedValue(**fields, **asdict(first.change)) if first.change else InvalidInput(**fields)
    )
