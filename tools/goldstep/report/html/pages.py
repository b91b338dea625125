"""Writes the pages of a report: an overview, one a port, one a rung's cases, the kill matrix."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldstep.report.html.finding_view import FindingView
from goldstep.report.html.folder import whole_folder
from goldstep.report.html.grid import GroupOfCases, group_rows, groups_of
from goldstep.report.html.kill_matrix import KillMatrix, kill_tables, read_kill_matrix
from goldstep.report.html.names import Names
from goldstep.report.html.pictures import open_gallery
from goldstep.report.html.pictures.chosen import rungs_to_draw
from goldstep.report.html.status import Status, port_status, report_status, rung_status
from goldstep.report.html.templating import templates
from goldstep.report.rungs import PortReport, Rung
from goldstep.report.value import Report
from goldstep.results.records import RepairText

if TYPE_CHECKING:
    from goldstep.report.html.pictures.canvas import Drawn


def write_html(report: Report, folder: Path) -> None:
    """Writes ``folder`` with ``index.html``, as a whole or not at all.

    An earlier report that is there is replaced. Raises UsageError where anything else is, and
    HarnessError where the folder cannot be written.
    """
    with whole_folder(folder) as new:
        _Pages(report, new).write()


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture beside the page: its name, and its size in pixels."""

    name: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class RungView:
    """A rung as its port's page shows it."""

    rung: Rung
    status: Status
    repair: RepairText | None
    findings: list[FindingView]
    groups: tuple[GroupOfCases, ...]
    errors: PictureFile | None
    sweep: PictureFile | None
    trajectories: list[PictureFile]

    @property
    def cases_file(self) -> str:
        """The page of all its cases."""
        return f"cases-{self.rung.repairs}.html"


@dataclass(frozen=True, slots=True)
class PortView:
    """A port as the overview lists it; ``path`` is its page's folder."""

    port: PortReport
    label: str
    path: str
    run: int
    findings: list[FindingView]

    @property
    def status(self) -> Status:
        """What became of it."""
        return port_status(self.port)

    @property
    def deviations(self) -> set[str]:
        """Those that explain its numbers, at any rung."""
        return {
            deviation
            for rung in self.port.rungs
            if rung.diagnosis
            for deviation in rung.diagnosis.deviations
        }


class _Pages:
    """Writes one report's pages."""

    def __init__(self, report: Report, folder: Path) -> None:
        self._report = report
        self._folder = folder
        self._gallery = open_gallery()
        self._drawn = rungs_to_draw(report) if self._gallery else set()
        self._matrix: KillMatrix | None = read_kill_matrix(report.vectors)
        self._templates = templates()
        self._templates.globals |= {
            "report": report,
            "has_matrix": self._matrix is not None,
            "has_pictures": self._gallery is not None,
        }
        self._ports = list(self._port_views())

    def write(self) -> None:
        """All pages and what belongs to them."""
        with as_file(files("goldstep.report.html") / "static") as static:
            for file in static.iterdir():
                shutil.copyfile(file, self._folder / file.name)
        self._write_overview()
        for port in self._ports:
            self._write_port(port)
        if self._matrix:
            tables = kill_tables(self._matrix)
            self._render(
                "kill-matrix.html",
                "kill-matrix.html",
                matrix=self._matrix,
                tables=tables,
                ports=self._ports,
            )

    def _write_overview(self) -> None:
        ports = self._report.ports
        self._render(
            "index.html",
            "index.html",
            ports=self._ports,
            verdict=report_status(ports),
            rungs=sum(len(port.rungs) for port in ports),
            counts=sum((rung.outcomes for port in ports for rung in port.rungs), Counter()),
            stale=[
                (view.label, rung, stale)
                for view in self._ports
                for rung in view.port.rungs
                for stale in rung.stale
            ],
        )

    def _port_views(self) -> Iterator[PortView]:
        names = Names()
        number = 0
        for port in self._report.ports:
            findings = []
            for rung in port.rungs:
                for finding in rung.findings:
                    number += 1
                    findings.append(FindingView(number, port, rung, finding))
            label = self._report.label(port)
            run = next(
                number
                for number, run in enumerate(self._report.runs, start=1)
                if run.header is port.header
            )
            yield PortView(port, label, f"ports/{names.of(label)}", run, findings)

    def _write_port(self, view: PortView) -> None:
        folder = self._folder / view.path
        folder.mkdir(parents=True)
        rungs = [self._rung_view(view, rung, folder) for rung in view.port.rungs]
        rows = group_rows([each.groups for each in rungs])
        page = f"{view.path}/index.html"
        self._render("port.html", page, "../../", view=view, rungs=rungs, rows=rows)
        for each in rungs:
            if each.rung.cases:
                page = f"{view.path}/{each.cases_file}"
                self._render("cases.html", page, "../../", view=view, each=each)

    def _rung_view(self, view: PortView, rung: Rung, folder: Path) -> RungView:
        groups = groups_of(rung)
        errors = sweep = None
        trajectories = []
        if self._gallery and id(rung) in self._drawn:
            pictures = self._gallery.rung(rung, groups)
            if pictures.errors:
                errors = _put(pictures.errors, folder, f"errors-{rung.repairs}.svg")
            if pictures.sweep:
                sweep = _put(pictures.sweep, folder, f"sweep-{rung.repairs}.svg")
            for number, picture in enumerate(pictures.trajectories, start=1):
                name = f"trajectory-{rung.repairs}-{number}.svg"
                trajectories.append(_put(picture, folder, name))
        repairs = view.port.port.repairs
        return RungView(
            rung,
            rung_status(rung),
            repairs[rung.repairs - 1] if 0 < rung.repairs <= len(repairs) else None,
            [each for each in view.findings if each.rung is rung],
            groups,
            errors,
            sweep,
            trajectories,
        )

    def _render(self, template: str, file: str, root: str = "", **values: Any) -> None:
        text = self._templates.get_template(template).render(root=root, **values)
        (self._folder / file).write_text(text, encoding="utf-8", newline="\n")


def _put(picture: Drawn, folder: Path, name: str) -> PictureFile:
    (folder / name).write_text(picture.svg, encoding="utf-8", newline="\n")
    return PictureFile(name, picture.width, picture.height)
