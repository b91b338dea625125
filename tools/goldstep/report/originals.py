"""Places in a source that has been repaired, as places in the file that the repository has.

A finding is seen after some repairs, and the next one removes it; who reads of it has the file as
it is without any. Pure functions on the diffs that the results hold.
"""

from __future__ import annotations

import functools
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from unidiff.constants import DEV_NULL
from unidiff.errors import UnidiffParseError
from unidiff.patch import Hunk, PatchedFile, PatchSet

from goldstep.results.records import Excerpt, Finding, Location, RepairText


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the original file, from 1; ``is_same`` where it is the line itself.

    Else the line exists only after a repair, and this is the one before it.
    """

    line: int
    is_same: bool


@dataclass(frozen=True, slots=True)
class Replacement:
    """Text of the original file from one place up to another, and what comes instead.

    Lines and columns count from 1, in Unicode code points; the end is not taken away. An end
    without a column is the end of its line, before what ends the line.
    """

    file: str
    first_line: int
    first_column: int
    last_line: int
    last_column: int | None
    text: str


def original_place(repairs: Sequence[RepairText], file: str, line: int) -> Place | None:
    """Where a line stands in the original; None where a repair has made the file.

    ``repairs`` are those that were applied, in order.
    """
    place = Place(line, is_same=True)
    for repair in reversed(repairs):
        patched = _files(repair.diff).get(posixpath.normpath(file))
        if patched is None:
            continue
        if patched.source_file == DEV_NULL:
            return None
        before = _before(patched, place.line)
        place = Place(before.line, place.is_same and before.is_same)
    return place


def original_location(repairs: Sequence[RepairText], finding: Finding) -> str:
    """Where a finding is, in the file as the repository has it.

    ``repairs`` are all of the port. The file alone where a repair has put the line there; nothing
    where the finding has no place.
    """
    at = finding.location
    if at is None:
        return ""
    place = original_place(repairs[: finding.repairs], at.file, at.line)
    if place is None or not place.is_same:
        return at.file
    return str(Location(at.file, place.line, at.column))


def original_excerpt(repairs: Sequence[RepairText], file: str, excerpt: Excerpt) -> Excerpt | None:
    """The same lines as the original has them; None where it has not all, or others between."""
    lines = range(excerpt.first, excerpt.first + len(excerpt.lines))
    places = [original_place(repairs, file, line) for line in lines]
    numbers = [place.line for place in places if place and place.is_same]
    if not numbers or numbers != [*range(numbers[0], numbers[0] + len(lines))]:
        return None
    return Excerpt(numbers[0], excerpt.lines)


def replacements(applied: Sequence[RepairText], repair: RepairText) -> list[Replacement] | None:
    """What a repair that is made after others changes in the original files.

    None where it cannot be done there: it changes what the others have made, or makes, renames or
    removes a file.
    """
    changes: list[Replacement] = []
    for name, patched in _files(repair.diff).items():
        if DEV_NULL in (patched.source_file, patched.target_file) or patched.is_rename:
            return None
        for hunk in patched:
            shift = _shift(applied, name, hunk)
            if shift is None:
                return None
            changes += _changes(name, hunk, shift)
    return changes or None


@functools.lru_cache(maxsize=256)
def _files(diff: str) -> dict[str, PatchedFile]:
    """What a patch does to each file; nothing where it is none."""
    try:
        return {posixpath.normpath(patched.path): patched for patched in PatchSet(diff)}
    except UnidiffParseError:
        return {}


def _before(patched: PatchedFile, line: int) -> Place:
    """Where a line stood before one patch."""
    shift = 0
    for hunk in patched:
        # A hunk that leaves no line names the line before it.
        start = hunk.target_start + (0 if hunk.target_length else 1)
        if line < start:
            break
        if line < start + hunk.target_length:
            return _within(hunk, line)
        shift += hunk.source_length - hunk.target_length
    return Place(max(1, line + shift), is_same=True)


def _within(hunk: Hunk, line: int) -> Place:
    nearest = hunk.source_start
    for each in hunk:
        if each.target_line_no == line:
            if each.source_line_no is not None:
                return Place(each.source_line_no, is_same=True)
            break
        nearest = each.source_line_no or nearest
    return Place(max(1, nearest), is_same=False)


def _shift(applied: Sequence[RepairText], file: str, hunk: Hunk) -> int | None:
    """How far below the hunk's old lines stand in the original; None where not all stand there."""
    first = hunk.source_start
    # A hunk without old lines names the line before it; before the first there is none.
    old = range(first, first + max(1, hunk.source_length)) if first else ()
    shifts = set() if first else {0}
    for line in old:
        place = original_place(applied, file, line)
        if place is None or not place.is_same:
            return None
        shifts.add(place.line - line)
    return shifts.pop() if len(shifts) == 1 else None


def _changes(file: str, hunk: Hunk, shift: int) -> Iterator[Replacement]:
    """A replacement for each run of lines that go, come, or both."""
    removed: list[str] = []
    added: list[str] = []
    before: str | None = None  # the line that stays in front of the run
    line = hunk.source_start + shift  # the next of the original
    line += 0 if hunk.source_length else 1
    for each in hunk:
        text = each.value.rstrip("\r\n")
        if each.is_removed:
            removed.append(text)
            line += 1
        elif each.is_added:
            added.append(text)
        elif each.is_context:
            yield from _change(file, line, removed, added, before, has_next=True)
            removed, added, before = [], [], text
            line += 1
    yield from _change(file, line, removed, added, before, has_next=False)


def _change(
    file: str,
    line: int,
    removed: list[str],
    added: list[str],
    before: str | None,
    *,
    has_next: bool,
) -> Iterator[Replacement]:
    """``line`` is the one behind what is removed; ``has_next`` says whether one is known of."""
    text = "\n".join(added)
    first = line - len(removed)
    if removed and added:
        yield Replacement(file, first, 1, line - 1, None, text)
    elif (removed or added) and (has_next or before is None):
        yield Replacement(file, first, 1, line, 1, f"{text}\n" if added else "")
    elif removed or added:  # perhaps at the end of the file
        end = len(before or "") + 1
        last_column = None if removed else end
        yield Replacement(file, first - 1, end, line - 1, last_column, f"\n{text}" if added else "")
