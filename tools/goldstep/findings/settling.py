"""What one rung alone cannot know: what removes a finding, what is known, what is stale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

import msgspec

from goldstep.port.known_text import known_places
from goldstep.port.port import Port
from goldstep.port.table import Known
from goldstep.results.records import Finding, Stale


@dataclass(frozen=True, slots=True)
class Climbed:
    """What was found at the rungs of a port that were run and could be judged."""

    port: Port
    rungs: Mapping[int, Sequence[Finding]]

    def shows(self, entry: Known) -> bool:
        """Whether what is known appeared."""
        findings = self.rungs.get(entry.repairs, ())
        return any(each.severity == "error" and each.id == entry.finding for each in findings)

    def removed_by(self, finding: Finding) -> str | None:
        """The first repair after which it is gone; as port.toml says if that was not run."""
        for repairs in range(finding.repairs + 1, len(self.port.repairs) + 1):
            repair = self.port.repairs[repairs - 1]
            if repairs not in self.rungs:
                if finding.id in repair.removes:
                    return repair.patch
            elif not any(_same(finding, other) for other in self.rungs[repairs]):
                return repair.patch
        return None


def settle(climbed: Climbed) -> Iterator[Finding]:
    """The findings of a port, with what removes each and whether it is known."""
    for repairs, findings in sorted(climbed.rungs.items()):
        for finding in findings:
            is_error = finding.severity == "error"
            known = climbed.port.known(repairs, finding.id) if is_error else None
            has_none = finding.stage == "example" or finding.severity == "note"
            yield msgspec.structs.replace(
                finding,
                removed_by=None if has_none else climbed.removed_by(finding),
                known=known is not None,
                reason=known.reason if known else "",
                issue=(known.issue or "") if known else "",
            )


def stale(variants: Sequence[Climbed], today: date) -> Iterator[Stale]:
    """Known findings of one port.toml that did not appear, or whose time is over.

    An entry is for all variants of a port: it did not appear if each of them was judged at its
    rung, and none shows it. It stands under the first variant that tells so.
    """
    table = variants[0].port.table
    is_whole = len(variants) == (len(table.matrix.variants) if table.matrix else 1)
    found = list[tuple[int, Known, Climbed]]()
    for number, entry in enumerate(table.known):
        showing = [each for each in variants if each.shows(entry)]
        if not showing and is_whole and all(entry.repairs in each.rungs for each in variants):
            found.append((number, entry, variants[0]))
        elif showing and entry.has_expired(today):
            found.append((number, entry, showing[0]))
    if not found:
        return
    places = known_places(variants[0].port.text)
    for number, entry, told_by in found:
        place = places[number] if places else None
        yield Stale(
            port=told_by.port.name,
            repairs=entry.repairs,
            finding=entry.finding,
            why="expired" if told_by.shows(entry) else "did not appear",
            reason=entry.reason,
            line=place.start + 1 if place else None,
            last_line=place.stop if place else None,
        )


def _same(one: Finding, other: Finding) -> bool:
    """Whether two rungs have the same fault: of one id, two may hide behind each other."""
    what = attrgetter("stage", "id", "subject", "message")
    return bool(what(one) == what(other))
