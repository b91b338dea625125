"""Applies unified diffs to the files of a folder.

A pure function on text does the work. (The libraries that also apply patches change the working
directory of the whole process, or take no hunk whose line number has moved.)
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from unidiff.errors import UnidiffParseError
from unidiff.patch import Hunk, PatchedFile, PatchSet

from goldstep.errors import PortFileError


def read_patch(file: Path) -> PatchSet:
    """The patch in ``file``; raises PortFileError where it is not a unified diff."""
    try:
        patch = PatchSet(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, UnidiffParseError) as error:
        raise PortFileError(
            f"is not a unified diff: {error}", place=str(file), mend="make it with diff -u"
        ) from None
    if not patch:
        raise PortFileError("changes nothing", place=str(file), mend="make it with diff -u")
    return patch


def apply_patch(file: Path, folder: Path) -> None:
    """Applies the patch in ``file`` to ``folder``: to all of its files, or to none.

    Raises PortFileError, naming the file and line, where its context is not found.
    """
    changed = {}
    for patched in read_patch(file):
        target = folder / patched.path
        try:
            lines = target.read_text(encoding="utf-8").splitlines(keepends=True)
        except OSError as error:
            raise PortFileError(
                f"does not apply: {patched.path}: {error.strerror}", place=str(file), mend=_MEND
            ) from None
        changed[target] = "".join(_patched(file, patched, lines))
    for target, text in changed.items():
        target.write_text(text, encoding="utf-8")


def changed_line(file: Path, folder: Path) -> tuple[str, int] | None:
    """File and line of the first thing that a patch takes away, else of the first that it adds.

    ``folder`` is as it is before the patch. None where the patch does not apply to it.
    """
    first_added = None
    for patched in read_patch(file):
        lines = (folder / patched.path).read_text(encoding="utf-8").splitlines(keepends=True)
        for hunk in patched:
            start = _place(hunk, lines, 0)
            if start is None:
                return None
            number = start + 1
            for line in hunk:
                if line.is_removed:
                    return patched.path, number
                if line.is_added:
                    first_added = first_added or (patched.path, number)
                else:
                    number += 1
    return first_added


_MEND = "make it anew against the source with the repairs before it applied"


def _patched(file: Path, patched: PatchedFile, lines: list[str]) -> Iterator[str]:
    done = 0
    for hunk in patched:
        start = _place(hunk, lines, done)
        if start is None:
            raise PortFileError(
                f"does not apply: its hunk at line {hunk.source_start} is not found in "
                f"{patched.path}",
                place=str(file),
                mend=_MEND,
            )
        yield from lines[done:start]
        yield from (line.value for line in hunk if not line.is_removed)
        done = start + hunk.source_length
    yield from lines[done:]


def _place(hunk: Hunk, lines: list[str], after: int) -> int | None:
    """The index at which the hunk's old lines stand; of several, the one nearest to where it says.

    Lines above may have come or gone since the patch was made.
    """
    old = [line.value.rstrip("\r\n") for line in hunk if not line.is_added]
    stripped = [line.rstrip("\r\n") for line in lines]
    places = [
        index
        for index in range(after, len(lines) - len(old) + 1)
        if stripped[index : index + len(old)] == old
    ]
    return min(places, key=lambda index: abs(index - (hunk.source_start - 1)), default=None)
