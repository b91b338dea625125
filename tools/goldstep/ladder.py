"""A port's ladder: as printed, then with one more repair at a time.

What one rung alone cannot know is settled here: which patch removes a finding, which findings are
known, and which known ones are stale.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import Enum

import msgspec

from goldstep.port import Port
from goldstep.results import Finding, Stale

AS_PRINTED = "as printed"
AS_IT_IS = "as it is"  # a port without repairs has one rung


class Climb(Enum):
    """Which rungs are run."""

    WHOLE_LADDER = "whole ladder"
    AS_PRINTED = "as printed"
    REPAIRED = "repaired"

    def rungs(self, port: Port) -> tuple[int, ...]:
        """The rungs, as numbers of repairs."""
        match self:
            case Climb.WHOLE_LADDER:
                return tuple(range(len(port.repairs) + 1))
            case Climb.AS_PRINTED:
                return (0,)
            case Climb.REPAIRED:
                return (len(port.repairs),)


def rung_label(port: Port, repairs: int) -> str:
    """The rung's name: its last repair."""
    if repairs:
        return port.repairs[repairs - 1].label
    return AS_PRINTED if port.repairs else AS_IT_IS


def settle(port: Port, rungs: Mapping[int, Sequence[Finding]]) -> Iterator[Finding]:
    """The findings of the rungs that were run, with what removes each and whether it is known."""
    for repairs, findings in sorted(rungs.items()):
        for finding in findings:
            known = port.known(repairs, finding.id) if finding.severity == "error" else None
            has_none = finding.stage == "example" or finding.severity == "note"
            yield msgspec.structs.replace(
                finding,
                removed_by=None if has_none else _removed_by(port, rungs, finding),
                known=known is not None,
                reason=known.reason if known else "",
                issue=(known.issue or "") if known else "",
            )


def stale(port: Port, rungs: Mapping[int, Sequence[Finding]], today: date) -> Iterator[Stale]:
    """Known findings of the rungs that were run which did not appear, or whose time is over."""
    for entry in port.table.known:
        if entry.repairs not in rungs:
            continue
        ids = {each.id for each in rungs[entry.repairs] if each.severity == "error"}
        appeared = entry.finding in ids
        expired = entry.expires is not None and entry.expires < today
        if not appeared or expired:
            yield Stale(
                port=port.name,
                repairs=entry.repairs,
                finding=entry.finding,
                why="expired" if appeared else "did not appear",
                reason=entry.reason,
            )


def _removed_by(port: Port, rungs: Mapping[int, Sequence[Finding]], finding: Finding) -> str | None:
    """The first repair after which the finding is gone; as port.toml says where it was not run."""
    for repairs in range(finding.repairs + 1, len(port.repairs) + 1):
        repair = port.repairs[repairs - 1]
        if repairs not in rungs:
            if finding.id in repair.removes:
                return repair.patch
        elif not any(_same(finding, other) for other in rungs[repairs]):
            return repair.patch
    return None


def _same(one: Finding, other: Finding) -> bool:
    """Whether two rungs have the same fault: of one id, two may hide behind each other."""
    return (one.stage, one.id, one.subject, one.message) == (
        *(other.stage, other.id, other.subject),
        other.message,
    )
