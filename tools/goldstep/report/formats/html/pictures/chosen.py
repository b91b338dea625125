"""Which rungs have pictures, where a report has so many that to draw all would take too long."""

from __future__ import annotations

from collections.abc import Iterator

from goldstep.results.rungs import Rung
from goldstep.results.value import Report

_MOST = 120  # pictures: a few seconds


def rungs_to_draw(report: Report) -> set[int]:
    """The ids of rungs: every port's last one first, then those with findings, then the others."""
    chosen: set[int] = set()
    pictures = 0
    for rung in _by_weight(report):
        pictures += 1 + len(rung.trajectories) + (rung.sweep is not None)
        if pictures > _MOST:
            break
        chosen.add(id(rung))
    return chosen


def _by_weight(report: Report) -> Iterator[Rung]:
    rungs = [rung for port in report.ports for rung in port.rungs if rung.cases]
    last = {id(port.rungs[-1]) for port in report.ports if port.rungs}
    yield from sorted(rungs, key=lambda rung: (id(rung) not in last, not rung.findings))
