"""A finding with everything that the page says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from goldstep.report.formats.html.evidence_view import (
    Reproduction,
    Row,
    evidence_rows,
    reproduction,
    whole_evidence,
)
from goldstep.report.formats.html.highlight import CodeLine, patch_lines, source_lines
from goldstep.results.kinds import FINDINGS, FindingKind
from goldstep.results.records import Finding, RepairText
from goldstep.results.rungs import PortReport, Rung

_WEB = re.compile(r"https?://[^\s\"'<>]+")


@dataclass(frozen=True)
class FindingView:
    """A finding at a rung of a port; ``number`` counts the findings of the whole report."""

    number: int
    port: PortReport
    rung: Rung
    finding: Finding

    @property
    def key(self) -> str:
        """By which the page finds it."""
        return "known" if self.finding.known else "new"

    @property
    def kind(self) -> FindingKind | None:
        """What its id means, and what to do; None of an id of another version."""
        return FINDINGS.get(self.finding.id)

    @cached_property
    def source(self) -> list[CodeLine]:
        """The lines around it."""
        finding = self.finding
        return source_lines(finding.source, finding.location) if finding.source else []

    @property
    def repair(self) -> RepairText | None:
        """The repair that removes it."""
        repairs = self.port.port.repairs
        return next((each for each in repairs if each.patch == self.finding.removed_by), None)

    @cached_property
    def patch(self) -> list[CodeLine]:
        """What the repair changes."""
        return patch_lines(self.repair.diff) if self.repair else []

    @cached_property
    def rows(self) -> list[Row]:
        """Its evidence."""
        return list(evidence_rows(self.finding))

    @property
    def all_evidence(self) -> str:
        """Its evidence as it came."""
        return whole_evidence(self.finding) if self.finding.evidence else ""

    @property
    def reproduction(self) -> Reproduction | None:
        """The smallest case that shows it."""
        return reproduction(self.finding, self.port.port.number_format)

    @property
    def examples(self) -> list[str]:
        """What the program's own example had to say of it."""
        return [
            note.message
            for note in self.rung.notes
            if (note.stage, note.id) == ("example", self.finding.id)
        ]

    @property
    def issue_address(self) -> str | None:
        """Where its issue is, if that is an address of the web."""
        return self.finding.issue if _WEB.fullmatch(self.finding.issue) else None
