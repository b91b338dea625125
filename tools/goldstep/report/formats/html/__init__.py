"""The report as pages: a folder that works from the disk, without a server or a network."""

from __future__ import annotations

from pathlib import Path

from goldstep.report.writing import FolderFormat
from goldstep.results.value import Report


def _fill(report: Report, folder: Path) -> None:
    """Loads what draws the pages, which takes a while, once they are wanted."""
    from goldstep.report.formats.html.pages import write_pages

    write_pages(report, folder)


FORMAT = FolderFormat("html", "pages with pictures; open DIR/index.html", _fill)
