"""Findings of one rung, from what its compiler and its process say."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from goldstep.build.build import BuildFailed
from goldstep.build.compilers import (
    Classified,
    Diagnostic,
    Kind,
    classify,
    classify_runtime,
    read_diagnostics,
)
from goldstep.build.toolchain import ResolvedToolchain
from goldstep.connection.endings import Ending, Exited, RefusedStart
from goldstep.connection.outcomes import Broken, Lost, Refused
from goldstep.connection.restarting import Incident
from goldstep.findings.example import ExampleRun
from goldstep.findings.locate import excerpt, locate
from goldstep.port.workspace import Workspace
from goldstep.results.evidence import EndedProcess, Evidence, FailedBuild, FailedCases
from goldstep.results.records import Finding, Location, Severity, Stage
from goldstep.vectors.case import VectorCase

_MOST_TEXT = 4000  # characters of output or trace in one finding
_MOST_KEYS = 5  # that are named in a note

Trouble = Refused | Broken | Lost


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
        evidence: Evidence | None,
        *,
        subject: str | None = None,
        severity: Severity = "error",
        location: Location | None = None,
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
            evidence=evidence,
        )

    def classified(self, stage: Stage, found: Classified, evidence: Evidence) -> Finding:
        """A finding from what a compiler or a runtime said."""
        return self.finding(
            stage, found.id, found.message, evidence, subject=found.subject, location=found.place
        )

    def start_findings(self, ending: Ending) -> list[Finding]:
        """From an adapter that did not start."""
        evidence = EndedProcess(**ending.details())
        found = [] if ending.breaks_protocol else [*self._start_errors(ending)]
        found = found or [Classified(id_of(ending), None, ending.message, None)]
        return [self.classified("start", each, evidence) for each in found]

    def _start_errors(self, ending: Ending) -> Iterator[Classified]:
        """What an interpreter said before it gave up: of the source, else of the exception."""
        trace = ending.trace if isinstance(ending, RefusedStart) else ending.standard_error
        diagnostics = read_diagnostics(trace, folders=self.workspace.folders)
        of_syntax = any(each.kind is Kind.SYNTAX for each in diagnostics)
        of_source = [
            each
            for each in classify(diagnostics, self.toolchain.classes_named)
            if each.id != "build-failure" or each.subject or of_syntax
        ]
        yield from of_source or self.uncaught(diagnostics, trace)

    def uncaught(self, diagnostics: Iterable[Diagnostic], trace: str) -> Iterator[Classified]:
        """The exception that an interpreter stopped with, if it said one."""
        for raised in [each for each in diagnostics if each.stack][:1]:
            yield self.raised(raised.message, trace)

    def raised(self, message: str, trace: str) -> Classified:
        """What an exception of the port comes down to."""
        sources = self.workspace.port.table.sources
        return classify_runtime(message, trace, sources, self.toolchain.classes_named)


def build_findings(
    observed: Observed, failed: BuildFailed, example: ExampleRun | None
) -> list[Finding]:
    """From a build that failed; ``example`` is the source run as a script, if it can be."""
    completed = failed.completed
    output = completed.stdout + completed.stderr
    command, shown = list(completed.command), output[-_MOST_TEXT:]
    diagnostics = read_diagnostics(output, failed.compiler_log, folders=observed.workspace.folders)
    found = classify(diagnostics, observed.toolchain.classes_named)
    if example and example.failed:  # no script either
        found = tuple(map(_no_script, found))
    if not found:
        what = "timed out" if completed.timed_out else f"exited with {completed.returncode}"
        evidence = FailedBuild(command=command, output=shown)
        return [observed.finding("build", "build-failure", f"{command[0]} {what}", evidence)]
    evidence = FailedBuild(command=command, exit_code=completed.returncode, output=shown)
    return [observed.classified("build", each, evidence) for each in found]


def _no_script(found: Classified) -> Classified:
    is_script = found.id == "not-a-compilation-unit"
    return replace(found, id="build-failure") if is_script else found


def case_findings(
    observed: Observed, troubles: Sequence[tuple[VectorCase, Trouble]], cases: int
) -> list[Finding]:
    """From cases without an answer that can be judged: one finding for each kind of trouble."""
    alike: dict[Hashable, list[tuple[VectorCase, Trouble]]] = {}
    for case, trouble in troubles:
        found = trouble_found(observed, trouble)
        kind = found.id, found.subject, found.place, _way(trouble)
        alike.setdefault(kind, []).append((case, trouble))
    return [
        observed.classified(
            "vectors",
            trouble_found(observed, trouble),
            _evidence(trouble, case=case.id, cases=len(affected), of_cases=cases),
        )
        for affected in alike.values()
        for case, trouble in affected[:1]
    ]


def incident_findings(observed: Observed, incidents: Sequence[Incident]) -> list[Finding]:
    """From what was the fault of no case: one finding for each way in which it happened."""
    alike: dict[Hashable, list[Incident]] = {}
    for incident in incidents:
        alike.setdefault(_way(Lost(incident.ending)), []).append(incident)
    return [_of_incident(observed, same[0], len(same)) for same in alike.values()]


def given_up(
    findings: Iterable[Finding], not_run: Mapping[str, int], cases: int
) -> Iterator[Finding]:
    """Findings of ended processes say first how many of the rung's cases were not run, and why."""
    told = [f"{many:,} of {cases:,} cases were not run, as {why}" for why, many in not_run.items()]
    for finding in findings:
        if isinstance(finding.evidence, EndedProcess) and told:
            message = f"{'; '.join(told)}: {finding.message}"
            finding = msgspec.structs.replace(finding, message=message)
        yield finding


def unknown_keys_note(observed: Observed, keys: Collection[str]) -> list[Finding]:
    """A note on what the adapter's answers have and nobody reads; it may be misspelt."""
    if not keys:
        return []
    shown = ", ".join(sorted(keys)[:_MOST_KEYS])
    more = f" and {len(keys) - _MOST_KEYS:,} more" if len(keys) > _MOST_KEYS else ""
    message = f"the adapter's answers have keys that are not read: {shown}{more}"
    return [observed.finding("vectors", "protocol-error", message, None, severity="note")]


def _of_incident(observed: Observed, incident: Incident, times: int) -> Finding:
    """Each of its cases was judged, or is not run."""
    ending, cases = incident.ending, incident.cases
    message = ending.message
    if len(cases) > 1:
        message += f" with {len(cases)} cases in flight"
        message += ", each of which is answered alone" if incident.acquitted else ""
    evidence = EndedProcess(
        case=cases[0].id if cases else "",
        in_flight=len(cases) if len(cases) > 1 else None,
        times=times,
        **ending.details(),
    )
    return observed.finding("vectors", id_of(ending), message, evidence)


def trouble_found(observed: Observed, trouble: Trouble) -> Classified:
    """What a case without an answer comes down to."""
    match trouble:
        case Broken(message, _):
            return Classified("protocol-error", None, message, None)
        case Lost(Exited(standard_error=said) as ending):
            for found in observed.uncaught(read_diagnostics(said), said):
                if found.place:
                    return replace(found, message=f"{ending.message}: {found.message}")
            return Classified(id_of(ending), None, ending.message, None)
        case Lost(ending):
            return Classified(id_of(ending), None, ending.message, None)
        case Refused("failed", message, trace):
            return observed.raised(message, trace)
        case Refused(kind, message):
            return Classified("runtime-failure", None, f"valid input is {kind}: {message}", None)


def trouble_details(trouble: Trouble) -> dict[str, Any]:
    """The fields of its evidence that say what happened."""
    match trouble:
        case Refused(trace=trace):
            return {"trace": trace[-_MOST_TEXT:]}
        case Lost(ending):
            return ending.details()
        case Broken(hint=hint):
            return {"look_at": hint}


def id_of(ending: Ending) -> str:
    """The finding that an ending makes."""
    return "protocol-error" if ending.breaks_protocol else "runtime-failure"


def _evidence(trouble: Trouble, **where: Any) -> Evidence:
    fields = where | trouble_details(trouble)
    return EndedProcess(**fields) if isinstance(trouble, Lost) else FailedCases(**fields)


def _way(trouble: Trouble) -> Hashable:
    """What troubles of one kind have in common, beside what they come down to."""
    match trouble:
        case Lost(ending):
            return type(ending).__name__ if ending.breaks_protocol else ending.message
        case Refused(kind):
            return kind
        case Broken():
            return None
