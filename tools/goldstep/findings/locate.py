"""The line of a source that a finding from numbers is about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from goldstep.port.patches import changed_line, read_lines
from goldstep.port.workspace import Workspace
from goldstep.results.records import Excerpt, Location

_EPSILON = re.compile(r"eps(ilon)?(?![a-z])", re.IGNORECASE)
_AROUND = 5  # lines before and behind
_LONGEST = 400  # characters of a line
_ROOT = re.compile(r"sqrt|\*\*\s*0?\.5|pow\(.*0?\.5", re.IGNORECASE)


def locate(finding: str, workspace: Workspace, repairs: int) -> Location | None:
    """Where the next repair changes the source, if it is to remove this finding.

    Without such a repair, an epsilon that is in the wrong place is looked for by its name: on the
    first line that has it beside a square root.
    """
    for repair in workspace.port.repairs[repairs : repairs + 1]:
        if finding in repair.removes:
            place = changed_line(workspace.port.folder / repair.patch, workspace.folder)
            if place and place[0] in workspace.port.table.sources:
                return Location(*place)
    if finding.startswith("epsilon-"):
        return next(_epsilon_lines(workspace), None)
    return None


def excerpt(location: Location, workspace: Workspace) -> Excerpt | None:
    """The source around a place, as it is at this rung; None if it is no file of the port."""
    file = workspace.folder / location.file
    try:
        if not file.resolve().is_relative_to(workspace.folder.resolve()):
            return None
        lines = read_lines(file)
    except OSError:
        return None
    first = max(1, location.line - _AROUND)
    shown = lines[first - 1 : location.line + _AROUND]
    return Excerpt(first, [line.rstrip("\r\n")[:_LONGEST] for line in shown]) if shown else None


def _epsilon_lines(workspace: Workspace) -> Iterator[Location]:
    for source in workspace.port.table.sources:
        for number, line in enumerate(read_lines(workspace.folder / source), start=1):
            if _EPSILON.search(line) and _ROOT.search(line):
                yield Location(source, number)
