"""Findings of one rung, from what its compiler and its process say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from goldstep.build.build import BuildFailed
from goldstep.build.compilers import (
    Classified,
    Kind,
    classify,
    classify_runtime,
    read_diagnostics,
)
from goldstep.build.toolchain import ResolvedToolchain
from goldstep.connection.endings import Ending, RefusedStart
from goldstep.connection.outcomes import Broken, Lost, Refused
from goldstep.connection.restarting import Incident
from goldstep.findings.example import ExampleRun
from goldstep.findings.locate import excerpt, locate
from goldstep.port.workspace import Workspace
from goldstep.results.records import Finding, Location, Severity, Stage
from goldstep.vectors.case import VectorCase

_MOST_TEXT = 4000  # characters of output or trace in one finding


@dataclass(frozen=True, slots=True)
class Observed:
    """The rung that findings are made for."""

    workspace: Workspace
    repairs: int
    toolchain: ResolvedToolchain

    def finding(
        self,
        stage: Stage,
        finding: str,
        message: str,
        *,
        subject: str | None = None,
        severity: Severity = "error",
        location: Location | None = None,
        evidence: dict[str, Any] | None = None,
    ) -> Finding:
        """A finding of this rung, with the source around its place."""
        location = location or locate(finding, self.workspace, self.repairs)
        return Finding(
            port=self.workspace.port.name,
            repairs=self.repairs,
            stage=stage,
            id=finding,
            subject=subject,
            severity=severity,
            message=message,
            location=location,
            source=excerpt(location, self.workspace) if location else None,
            evidence=evidence or {},
        )

    def incident_finding(self, incident: Incident, times: int) -> Finding:
        """From what went wrong and is the fault of no case: each was judged, or is not run."""
        ending, cases = incident.ending, incident.cases
        message = ending.message
        if len(cases) > 1:
            message += f" with {len(cases)} cases in flight"
            message += ", each of which is answered alone" if incident.acquitted else ""
        return self.finding(
            "vectors",
            _kind_of_ending(ending),
            message,
            evidence={
                **({"case": cases[0].id} if cases else {}),
                **({"in_flight": len(cases)} if len(cases) > 1 else {}),
                "times": times,
                **ending.details(),
            },
        )

    def start_findings(self, ending: Ending) -> list[Finding]:
        """From an adapter that did not start."""
        evidence = ending.details()
        if ending.breaks_protocol:
            return [self.finding("start", "protocol-error", ending.message, evidence=evidence)]
        trace = ending.trace if isinstance(ending, RefusedStart) else ending.standard_error
        found = [
            self.finding(
                "start",
                each.id,
                each.message,
                subject=each.subject,
                location=each.place,
                evidence=evidence,
            )
            for each in self._start_errors(trace)
        ]
        return found or [
            self.finding("start", "runtime-failure", ending.message, evidence=evidence)
        ]

    def _start_errors(self, trace: str) -> Iterator[Classified]:
        """What an interpreter said before it gave up: of the source, else of the exception."""
        diagnostics = read_diagnostics(trace, folders=self.workspace.folders)
        of_syntax = any(each.kind is Kind.SYNTAX for each in diagnostics)
        of_source = [
            each
            for each in classify(diagnostics, self.toolchain.classes_named)
            if each.id != "build-failure" or each.subject or of_syntax
        ]
        yield from of_source
        if not of_source:
            sources = self.workspace.port.table.sources
            for raised in [each for each in diagnostics if each.stack][:1]:
                yield classify_runtime(raised.message, trace, sources, self.toolchain.classes_named)


def build_findings(
    observed: Observed, failed: BuildFailed, example: ExampleRun | None
) -> list[Finding]:
    """From a build that failed; ``example`` is the source run as a script, if it can be."""
    completed = failed.completed
    output = completed.stdout + completed.stderr
    findings = []
    diagnostics = read_diagnostics(output, failed.compiler_log, folders=observed.workspace.folders)
    for each in classify(diagnostics, observed.toolchain.classes_named):
        finding = each.id
        if finding == "not-a-compilation-unit" and example and example.failed:
            finding = "build-failure"
        findings.append(
            observed.finding(
                "build",
                finding,
                each.message,
                subject=each.subject,
                location=each.place,
                evidence={
                    "command": list(completed.command),
                    "exit_code": completed.returncode,
                    "output": output[-_MOST_TEXT:],
                },
            )
        )
    if findings:
        return findings
    what = "timed out" if completed.timed_out else f"exited with {completed.returncode}"
    return [
        observed.finding(
            "build",
            "build-failure",
            f"{completed.command[0]} {what}",
            evidence={"command": list(completed.command), "output": output[-_MOST_TEXT:]},
        )
    ]


def case_findings(
    observed: Observed,
    troubles: Sequence[tuple[VectorCase, Refused | Broken | Lost]],
    cases: int,
) -> list[Finding]:
    """From cases without an answer that can be judged: one finding for each kind of trouble."""
    kinds: dict[TroubleKind, list[tuple[VectorCase, Refused | Broken | Lost]]] = {}
    for case, trouble in troubles:
        kinds.setdefault(trouble_kind(observed, trouble), []).append((case, trouble))
    return [
        observed.finding(
            "vectors",
            kind.finding,
            kind.message,
            subject=kind.subject,
            location=kind.location,
            evidence={
                "case": affected[0][0].id,
                "cases": len(affected),
                "of_cases": cases,
                **trouble_details(affected[0][1]),
            },
        )
        for kind, affected in kinds.items()
    ]


def incident_findings(observed: Observed, incidents: Sequence[Incident]) -> list[Finding]:
    """From what was the fault of no case: one finding for each way in which it happened."""
    ways: dict[tuple[type[Ending], str], list[Incident]] = {}
    for incident in incidents:
        ending = incident.ending
        how = "" if ending.breaks_protocol else ending.message
        ways.setdefault((type(ending), how), []).append(incident)
    return [observed.incident_finding(same[0], len(same)) for same in ways.values()]


@dataclass(frozen=True, slots=True)
class TroubleKind:
    """Troubles of one kind make one finding, with the message of the first of them."""

    finding: str
    subject: str | None
    message: str = field(compare=False)
    location: Location | None = None
    how: str | None = None


def trouble_kind(observed: Observed, trouble: Refused | Broken | Lost) -> TroubleKind:
    """What kind of trouble a case without an answer is in."""
    match trouble:
        case Broken(message):
            return TroubleKind("protocol-error", None, message)
        case Lost(ending):
            how = type(ending).__name__ if ending.breaks_protocol else ending.message
            return TroubleKind(_kind_of_ending(ending), None, ending.message, how=how)
        case Refused("failed", message, trace):
            sources = observed.workspace.port.table.sources
            found = classify_runtime(message, trace, sources, observed.toolchain.classes_named)
            return TroubleKind(found.id, found.subject, found.message, found.place)
        case Refused(kind, message):
            message = f"valid input is {kind}: {message}"
            return TroubleKind("runtime-failure", None, message, how=kind)


def trouble_details(trouble: Refused | Broken | Lost) -> dict[str, Any]:
    """What a finding shows of it."""
    match trouble:
        case Refused(trace=trace):
            return {"trace": trace[-_MOST_TEXT:]}
        case Lost(ending):
            return dict(ending.details())
        case Broken():
            return {}


def _kind_of_ending(ending: Ending) -> str:
    return "protocol-error" if ending.breaks_protocol else "runtime-failure"
