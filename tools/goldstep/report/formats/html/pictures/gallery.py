"""Which pictures a report has, and what is drawn in each."""

from __future__ import annotations

from dataclasses import dataclass

from goldstep.report.formats.html.grid import GroupOfCases
from goldstep.report.formats.html.pictures.canvas import Drawn, settings
from goldstep.report.formats.html.pictures.errors import ErrorPicture
from goldstep.report.formats.html.pictures.sweep import SweepPicture
from goldstep.report.formats.html.pictures.trajectory import TrajectoryPicture
from goldstep.results.rungs import Rung


@dataclass(frozen=True, slots=True)
class Pictures:
    """A rung's pictures, each None where there is nothing to draw."""

    errors: Drawn | None
    sweep: Drawn | None
    trajectories: tuple[Drawn, ...]


class Gallery:
    """Draws rung after rung."""

    def __init__(self) -> None:
        with settings():
            self._errors = ErrorPicture()
            self._sweep = SweepPicture()
            self._trajectory = TrajectoryPicture()

    def rung(self, rung: Rung, groups: tuple[GroupOfCases, ...]) -> Pictures:
        """All pictures of a rung."""
        errors = {
            group.name: [each.case.errors for each in group.cases]
            for group in groups
            if any(each.case.errors for each in group.cases)
        }
        with settings():
            return Pictures(
                self._errors.draw(errors) if errors else None,
                self._sweep.draw(rung.sweep) if rung.sweep and rung.sweep.gradients else None,
                tuple(self._trajectory.draw(each) for each in rung.trajectories if each.steps),
            )
