"""The line of a source that a finding from numbers is about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from goldstep.errors import PortFileError
from goldstep.patches import changed_line, read_lines
from goldstep.results import Location
from goldstep.workspace import Workspace

_EPSILON = re.compile(r"eps(ilon)?(?![a-z])", re.IGNORECASE)
_ROOT = re.compile(r"sqrt|\*\*\s*0?\.5|pow\(.*0?\.5", re.IGNORECASE)


def locate(finding: str, workspace: Workspace, repairs: int) -> Location | None:
    """Where the next repair changes the source, if it is to remove this finding.

    Without such a repair, an epsilon that is in the wrong place is looked for by its name: on the
    first line that has it beside a square root.
    """
    for repair in workspace.port.repairs[repairs : repairs + 1]:
        if finding in repair.removes:
            try:
                place = changed_line(workspace.port.folder / repair.patch, workspace.folder)
            except PortFileError:
                place = None  # reported where the patch is applied
            if place and place[0] in workspace.port.table.sources:
                return Location(*place)
    if finding.startswith("epsilon-"):
        return next(_epsilon_lines(workspace), None)
    return None


def _epsilon_lines(workspace: Workspace) -> Iterator[Location]:
    for source in workspace.port.table.sources:
        for number, line in enumerate(read_lines(workspace.folder / source), start=1):
            if _EPSILON.search(line) and _ROOT.search(line):
                yield Location(source, number)
