"""A finding with everything that the page says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

import msgspec
from markupsafe import Markup, escape

from goldstep.report.evidence_words import Line, evidence_lines
from goldstep.report.formats.html.highlight import CodeLine, patch_lines, source_lines
from goldstep.report.formats.html.names import fragment
from goldstep.report.originals import original_location
from goldstep.report.visible import visible_line
from goldstep.results.kinds import FINDINGS, FindingKind
from goldstep.results.records import Finding, RepairText, to_json
from goldstep.results.rungs import Rung

_WEB = re.compile(r"https?://[^\s\"'<>]+")


@dataclass(frozen=True)
class FindingView:
    """A finding at a rung of a port; ``number`` counts the findings of the whole report."""

    number: int
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
        applied = self.rung.port.repairs[: finding.repairs]
        return source_lines(finding.source, finding.location, applied) if finding.source else []

    @property
    def location(self) -> str:
        """Where it is in the repository; nothing where it has no place."""
        return original_location(self.rung.port.repairs, self.finding)

    @property
    def repair(self) -> RepairText | None:
        """The repair that removes it."""
        repairs = self.rung.port.repairs
        return next((each for each in repairs if each.patch == self.finding.removed_by), None)

    @cached_property
    def patch(self) -> list[CodeLine]:
        """What the repair changes."""
        return patch_lines(self.repair.diff) if self.repair else []

    @cached_property
    def lines(self) -> list[Line]:
        """Its evidence."""
        return list(evidence_lines(self.rung, self.finding))

    def beside(self, line: Line) -> Markup:
        """A number, marked from the digit on in which it leaves the first one."""
        first = next(each.text for each in self.lines if each.kind == "number")
        text, other = visible_line(line.text), visible_line(first)
        if text == other:
            return escape(text)
        pairs = enumerate(zip_longest(text, other))
        same = next(index for index, (one, another) in pairs if one != another)
        return Markup("{}<mark>{}</mark>").format(text[:same], text[same:])

    def linked(self, line: Line, folder: str) -> Markup:
        """A line's words; the case that they name leads to it. ``folder`` is the port's own."""
        case = self.finding.evidence.case if self.finding.evidence else ""
        before, name, after = line.text.partition(case) if case else (line.text, "", "")
        if name not in self.rung.cases_by_id:
            return escape(visible_line(line.text))
        page = f"{folder}cases-{self.rung.repairs}.html#case={fragment(name)}"
        link = Markup('<a href="{}">{}</a>').format(page, visible_line(name))
        return Markup("{}{}{}").format(visible_line(before), link, visible_line(after))

    @property
    def all_evidence(self) -> str:
        """Its evidence as it came."""
        evidence = self.finding.evidence
        return msgspec.json.format(to_json(evidence), indent=2).decode() if evidence else ""

    @property
    def issue_address(self) -> str | None:
        """Where its issue is, if that is an address of the web."""
        return self.finding.issue if _WEB.fullmatch(self.finding.issue) else None
