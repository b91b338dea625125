"""Writes the pages of a report: an overview, a port, a rung's cases, kill matrix, glossary."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldstep.report.formats.html.finding_view import FindingView
from goldstep.report.formats.html.golden_vectors import vectors_of, write_groups
from goldstep.report.formats.html.grid import GroupOfCases, group_rows, groups_of
from goldstep.report.formats.html.kill_matrix import kill_tables, read_kill_matrix
from goldstep.report.formats.html.names import Names
from goldstep.report.formats.html.pictures import open_gallery
from goldstep.report.formats.html.pictures.chosen import rungs_to_draw
from goldstep.report.formats.html.status import Status, port_status, report_status, rung_status
from goldstep.report.formats.html.templating import templates
from goldstep.results.records import RepairText
from goldstep.results.rungs import PortReport, Rung
from goldstep.results.value import Report

if TYPE_CHECKING:
    from goldstep.report.formats.html.pictures.canvas import Drawn
    from goldstep.report.formats.html.pictures.gallery import Gallery


def write_pages(report: Report, folder: Path) -> None:
    """Writes ``index.html``, and everything that it leads to, into an empty folder."""
    with as_file(files("goldstep.report.formats.html") / "static") as static:
        for file in static.iterdir():
            shutil.copyfile(file, folder / file.name)
    gallery = open_gallery()
    drawn = rungs_to_draw(report) if gallery else set()
    vectors = vectors_of(report)
    matrix = read_kill_matrix(vectors) if vectors else None
    environment = templates()
    environment.globals |= {
        "report": report,
        "has_matrix": matrix is not None,
        "has_vectors": vectors is not None,
        "has_pictures": gallery is not None,
    }

    def write(template: str, file: str, root: str = "", **values: Any) -> None:
        text = environment.get_template(template).render(root=root, **values)
        (folder / file).write_text(text, encoding="utf-8", newline="\n")

    ports = list(_port_views(report))
    write("index.html", "index.html", ports=ports, **_overview(report, ports))
    for view in ports:
        (folder / view.path).mkdir(parents=True)
        rungs = [
            _rung_view(view, rung, folder / view.path, gallery if id(rung) in drawn else None)
            for rung in view.port.rungs
        ]
        rows = group_rows([each.groups for each in rungs])
        write("port.html", f"{view.path}/index.html", "../../", view=view, rungs=rungs, rows=rows)
        for each in rungs:
            if each.rung.cases:
                write(
                    "cases.html", f"{view.path}/{each.cases_file}", "../../", view=view, each=each
                )
    write("glossary.html", "glossary.html")
    if vectors:
        write_groups(report, vectors, folder / "vectors")
    if matrix:
        tables = kill_tables(matrix)
        write("kill-matrix.html", "kill-matrix.html", matrix=matrix, tables=tables, ports=ports)


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


def _overview(report: Report, ports: Sequence[PortView]) -> dict[str, Any]:
    rungs = [rung for port in report.ports for rung in port.rungs]
    return {
        "verdict": report_status(report),
        "rungs": len(rungs),
        "counts": sum((rung.outcomes for rung in rungs), Counter()),
        "new": [(view, each) for view in ports for each in view.findings if not each.finding.known],
        "known": [(view, each) for view in ports for each in view.findings if each.finding.known],
        "stale": [
            (view.label, rung, stale)
            for view in ports
            for rung in view.port.rungs
            for stale in rung.stale
        ],
    }


def _port_views(report: Report) -> Iterator[PortView]:
    names = Names()
    number = 0
    for port in report.ports:
        findings = []
        for rung in port.rungs:
            for finding in rung.findings:
                number += 1
                findings.append(FindingView(number, rung, finding))
        label = report.label(port)
        yield PortView(port, label, f"ports/{names.of(label)}", report.run_number(port), findings)


def _rung_view(view: PortView, rung: Rung, folder: Path, gallery: Gallery | None) -> RungView:
    groups = groups_of(rung)
    errors = sweep = None
    trajectories = []
    if gallery:
        pictures = gallery.rung(rung, groups)
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


def _put(picture: Drawn, folder: Path, name: str) -> PictureFile:
    (folder / name).write_text(picture.svg, encoding="utf-8", newline="\n")
    return PictureFile(name, picture.width, picture.height)
