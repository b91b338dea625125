"""Findings of one rung, from what its compiler and its process say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from goldstep.build import BuildFailed
from goldstep.compilers import (
    Classified,
    Kind,
    Place,
    classify,
    classify_runtime,
    read_diagnostics,
)
from goldstep.example import ExampleRun
from goldstep.locate import locate
from goldstep.results import Finding, Location, Severity, Stage
from goldstep.session import Broken, Lost, Refused, StartError
from goldstep.toolchain import ResolvedToolchain
from goldstep.vectors import VectorCase
from goldstep.workspace import Workspace

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
        """A finding of this rung."""
        return Finding(
            port=self.workspace.port.name,
            repairs=self.repairs,
            stage=stage,
            id=finding,
            subject=subject,
            severity=severity,
            message=message,
            location=location or locate(finding, self.workspace, self.repairs),
            evidence=evidence or {},
        )

    def stop_finding(self, lost: Lost) -> Finding:
        """From an adapter that did not end as it should."""
        return self.finding(
            "vectors", "protocol-error", lost.message, evidence=trouble_details(lost)
        )

    def start_findings(self, failure: StartError) -> list[Finding]:
        """From an adapter that did not start."""
        evidence = {"standard_error": failure.standard_error[-_MOST_TEXT:]}
        if failure.protocol:
            return [self.finding("start", "protocol-error", failure.message, evidence=evidence)]
        found = [
            self.finding(
                "start",
                each.id,
                each.message,
                subject=each.subject,
                location=_location(each.place),
                evidence=evidence,
            )
            for each in self._start_errors(failure)
        ]
        return found or [
            self.finding("start", "runtime-failure", failure.message, evidence=evidence)
        ]

    def _start_errors(self, failure: StartError) -> Iterator[Classified]:
        """What an interpreter said before it gave up: of the source, else of the exception."""
        diagnostics = read_diagnostics(failure.standard_error, folders=self.workspace.folders)
        of_syntax = any(each.kind is Kind.SYNTAX for each in diagnostics)
        of_source = [
            each
            for each in classify(diagnostics, self.toolchain.classes_named)
            if each.id != "build-failure" or each.subject or of_syntax
        ]
        yield from of_source
        if not of_source:
            sources = self.workspace.port.table.sources
            for raised in [each for each in diagnostics if each.frames][:1]:
                yield classify_runtime(
                    raised.message, failure.standard_error, sources, self.toolchain.classes_named
                )


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
                location=_location(each.place),
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
        case Lost(message):
            return TroubleKind("runtime-failure", None, message, how=message)
        case Refused("failed", message, trace):
            sources = observed.workspace.port.table.sources
            found = classify_runtime(message, trace, sources, observed.toolchain.classes_named)
            return TroubleKind(found.id, found.subject, found.message, _location(found.place))
        case Refused(kind, message):
            message = f"valid input is {kind}: {message}"
            return TroubleKind("runtime-failure", None, message, how=kind)


def trouble_details(trouble: Refused | Broken | Lost) -> dict[str, Any]:
    """What a finding shows of it."""
    match trouble:
        case Refused(trace=trace):
            return {"trace": trace[-_MOST_TEXT:]}
        case Lost(_, standard_error, unfinished):
            line = {"half_a_line": unfinished} if unfinished else {}
            return {"standard_error": standard_error[-_MOST_TEXT:], **line}
        case Broken():
            return {}


def _location(place: Place | None) -> Location | None:
    if place is None or place.line is None:
        return None
    return Location(place.file, place.line, place.column)
