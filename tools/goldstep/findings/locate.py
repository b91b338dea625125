"""The line of a source that a finding from numbers is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from goldstep.port.patches import changed_line, read_lines
from goldstep.port.workspace import Workspace
from goldstep.results.records import Excerpt, Location

_AROUND = 5  # lines before and behind
_LONGEST = 400  # characters of a line

# Texts and comments, of all languages that ports are written in.
_NO_CODE = re.compile(
    r'"""[\s\S]*?"""|/\*[\s\S]*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
    r"|(?://|;;|#(?=[\s#!])).*"
)
# Words; one of both is a name, as that of a file.
_EPSILON = re.compile(r"\b(?!\w*sqrt)\w*?eps(ilon)?(?![a-z])", re.IGNORECASE)
_ROOT = re.compile(r"\b(?!\w*eps)\w*sqrt|\*\*\s*\(?(0?\.5|1\.?/2)|pow\w*\(.*0?\.5", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.])(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.IGNORECASE)
_GREATEST_EPSILON = 1e-4  # that is written as a number
_COMBINES = re.compile(r"\+|-(?!>)|max|add|sub", re.IGNORECASE)
_NEAR_A_ROOT = 3  # lines


def locate(finding: str, workspace: Workspace, repairs: int) -> Location | None:
    """Where the next repair changes the source, if it is to remove this finding.

    Without such a repair, an epsilon that is in the wrong place is looked for by its name, or as a
    small number: on the line that has it beside a square root, else where it is combined with
    something a few lines off.
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
        text = "".join(read_lines(workspace.folder / source))
        code = _NO_CODE.sub(lambda found: "\n" * found[0].count("\n"), text)
        if number := _epsilon_line(code.split("\n")):
            yield Location(source, number)


def _epsilon_line(lines: Sequence[str]) -> int | None:
    """The number, from 1, of the line whose epsilon is nearest to a square root."""
    roots = [number for number, line in enumerate(lines, start=1) if _ROOT.search(line)]
    found = list[tuple[int, bool, int]]()
    for number, line in enumerate(lines, start=1):
        rest = _NUMBER.sub("", line)
        literal = not _EPSILON.search(rest)
        if literal and not any(map(_is_small, _NUMBER.findall(line))):
            continue
        distance = min((abs(number - root) for root in roots), default=len(lines))
        if not distance or (distance <= _NEAR_A_ROOT and _COMBINES.search(rest)):
            found.append((distance, literal, number))
    return min(found)[-1] if found else None


def _is_small(number: str) -> bool:
    return 0 < float(number) <= _GREATEST_EPSILON
