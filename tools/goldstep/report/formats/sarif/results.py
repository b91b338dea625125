"""A finding as a result of SARIF: its place in the repository, its fix, and what it is known by."""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import msgspec

from goldstep.report.evidence_words import brief, evidence_lines
from goldstep.report.originals import (
    Place,
    Replacement,
    original_excerpt,
    original_place,
    replacements,
)
from goldstep.report.visible import visible_block, visible_line
from goldstep.results.evidence import WrongNumber
from goldstep.results.records import Finding, PortRecord, Problem, RepairText, Stale
from goldstep.results.rungs import Rung

Object = dict[str, Any]
STALE = "stale-known-finding"  # the rule for what port.toml should no longer list

_MESSAGE = 1000  # characters, of which GitHub shows as many
_PATH = 4096  # characters; no system has files with longer ones
# What the evidence has of numbers; outputs, traces and commands are of one machine.
_EVIDENCE = (
    *("case", "quantity", "name", "index", "step", "expected", "exact", "got", "tolerance"),
    *("budgets", "predicted", "first_step", "choice", "cases", "of_cases"),
)


@dataclass(frozen=True, slots=True)
class PortResults:
    """The port that results are about."""

    port: PortRecord

    def finding(self, rung: Rung, finding: Finding, number: int) -> Object:
        """A finding; ``number`` tells it from others like it."""
        place = self._place(finding)
        fix = self._fix(finding)
        return {
            "ruleId": finding.id,
            "level": finding.severity,
            "message": {"text": self._message(rung, finding, place)},
            "locations": [self._location(finding, place)],
            "partialFingerprints": {"goldstepFinding/v1": _digest(*self.identity(finding), number)},
            **({"fixes": [fix]} if fix else {}),
            "suppressions": [_suppression(finding)] if finding.known else [],
            "properties": {
                "port": visible_line(self.port.port),
                "repairs": finding.repairs,
                "stage": finding.stage,
                **({"subject": visible_line(finding.subject)} if finding.subject else {}),
                **({"removedBy": visible_line(finding.removed_by)} if finding.removed_by else {}),
                **({"evidence": evidence} if (evidence := _evidence(finding)) else {}),
            },
        }

    def identity(self, finding: Finding) -> tuple[Hashable, ...]:
        """What a finding is about, whatever its line, its numbers and its rung."""
        file = finding.location.file if finding.location else ""
        return self.port.port, finding.stage, finding.id, finding.subject, file

    def stale(self, stale: Stale) -> Object:
        """An entry of port.toml that has to go."""
        identity = self.port.port, STALE, stale.finding, stale.repairs, stale.why
        return {
            "ruleId": STALE,
            "level": "warning",
            "message": {"text": visible_line(f"{self.port.port}: The {stale.message}.")},
            "locations": [self._port_file(stale.line)],
            "partialFingerprints": {"goldstepFinding/v1": _digest(*identity)},
            "suppressions": [],
            "properties": {"port": visible_line(self.port.port), "repairs": stale.repairs},
        }

    def problem(self, problem: Problem) -> Object:
        """A notification: what kept a rung from being judged."""
        where = f"{self.port.port} with {problem.repairs} repairs was not judged"
        return {
            "level": "error",
            "message": {"text": visible_line(f"{where}: {problem.message}", _MESSAGE)},
            "locations": [self._port_file(None)],
        }

    def _message(self, rung: Rung, finding: Finding, place: Place | None) -> str:
        lines = [f"{self.port.port}: {finding.message}"]
        if finding.subject and finding.subject not in finding.message:
            lines[0] = f"{self.port.port}: {finding.subject}: {finding.message}"
        lines += brief(evidence_lines(rung, finding))
        if place and not place.is_same:
            lines.append("The line is one that a repair before it puts here.")
        if finding.removed_by:
            why = next((r.why for r in self.port.repairs if r.patch == finding.removed_by), "")
            lines.append(f"Removed by {finding.removed_by}" + (f": {why}" if why else ""))
        # A bracket in front of a parenthesis would make a link.
        return visible_block("\n".join(lines), _MESSAGE).replace("](", "] (")

    def _applied(self, finding: Finding) -> Sequence[RepairText]:
        return self.port.repairs[: finding.repairs]

    def _place(self, finding: Finding) -> Place | None:
        at = finding.location
        return original_place(self._applied(finding), at.file, at.line) if at else None

    def _location(self, finding: Finding, place: Place | None) -> Object:
        at = finding.location
        artifact = self._artifact(at.file) if at else None
        if at is None or place is None or artifact is None:
            return self._port_file(None)
        region: Object = {"startLine": max(1, place.line)}
        physical: Object = {"artifactLocation": artifact, "region": region}
        if place.is_same:
            column = max(1, at.column or 1)
            if column > 1:
                region["startColumn"] = column
            if (line := _line(finding)) is not None:
                region["snippet"] = {"text": visible_block(line[column - 1 :])}
            if context := self._context(finding):
                physical["contextRegion"] = context
        return {"physicalLocation": physical}

    def _context(self, finding: Finding) -> Object | None:
        """The lines around, where all of them are lines of the original, one below the other."""
        source, at = finding.source, finding.location
        if source is None or at is None or len(source.lines) < 2:
            return None
        original = original_excerpt(self._applied(finding), at.file, source)
        if original is None:
            return None
        return {
            "startLine": max(1, original.first),
            "endLine": max(1, original.first + len(original.lines) - 1),
            "snippet": {"text": visible_block("\n".join(original.lines))},
        }

    def _port_file(self, line: int | None) -> Object:
        """Of what has no line in a source: a reader needs some place."""
        artifact = self._artifact("port.toml") or {"uri": "port.toml"}
        region = {"startLine": max(1, line or 1)}
        return {"physicalLocation": {"artifactLocation": artifact, "region": region}}

    def _artifact(self, file: str) -> Object | None:
        """A file of the port's, from the repository's root; None where it is not inside."""
        path = posixpath.normpath(posixpath.join(self.port.folder, file))
        if path.startswith("../") or len(path) > _PATH:
            return None
        uri = quote(path, errors="backslashreplace")
        if path.startswith("/"):
            return {"uri": f"file://{uri}"}
        return {"uri": uri, "uriBaseId": "%SRCROOT%"}

    def _fix(self, finding: Finding) -> Object | None:
        """The repair that removes it, where it can be made in the file as the repository has it."""
        for number, repair in enumerate(self.port.repairs):
            if repair.patch == finding.removed_by:
                changes = replacements(self.port.repairs[:number], repair)
                return self._changes(repair, changes) if changes else None
        return None

    def _changes(self, repair: RepairText, changes: Sequence[Replacement]) -> Object | None:
        by_file: dict[str, list[Object]] = {}
        for change in changes:
            by_file.setdefault(change.file, []).append(replacement_of(change))
        artifacts = [(self._artifact(file), those) for file, those in by_file.items()]
        if not all(artifact for artifact, _ in artifacts):
            return None
        return {
            "description": {"text": visible_line(repair.why or repair.patch, _MESSAGE)},
            "artifactChanges": [
                {"artifactLocation": artifact, "replacements": those}
                for artifact, those in artifacts
            ],
        }


def _line(finding: Finding) -> str | None:
    """The line that is meant, as the source has it at that rung."""
    source, at = finding.source, finding.location
    if source and at and 0 <= at.line - source.first < len(source.lines):
        return source.lines[at.line - source.first]
    return None


def replacement_of(change: Replacement) -> Object:
    """A change of a file as a replacement of SARIF."""
    region: Object = {
        "startLine": change.first_line,
        "startColumn": change.first_column,
        "endLine": change.last_line,
    }
    if change.last_column is not None:
        region["endColumn"] = change.last_column
    return {"deletedRegion": region, "insertedContent": {"text": change.text}}


def _suppression(finding: Finding) -> Object:
    return {
        "kind": "external",
        "status": "accepted",
        "justification": visible_line(finding.why_known, _MESSAGE) or "known",
    }


def _evidence(finding: Finding) -> Object:
    """Numbers and places, a line each, and the smallest case as a program."""
    evidence = finding.evidence
    fields = msgspec.to_builtins(evidence) if evidence else {}
    program = ""
    if isinstance(evidence, WrongNumber) and evidence.reproduction:
        program = visible_block(evidence.reproduction.python)
    shown = {
        name: visible_line(value) if isinstance(value, str) else value
        for name in _EVIDENCE
        if isinstance(value := fields.get(name), str | int)
    }
    return {**shown, "reproduction": program} if program else shown


def _digest(*parts: Hashable) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
