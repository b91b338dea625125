"""Applies unified diffs to the files of a folder.

A pure function on text does the work. (The libraries that also apply patches change the working
directory of the whole process, or take no hunk whose line number has moved.)
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from unidiff.constants import DEV_NULL
from unidiff.errors import UnidiffParseError
from unidiff.patch import Hunk, PatchedFile, PatchSet

from goldstep.errors import PortFileError


def read_patch(file: Path) -> PatchSet:
    """The patch in ``file``; raises PortFileError if it is not a unified diff."""
    try:
        patch = PatchSet(file.read_text(encoding="utf-8", errors=_OTHER_BYTES))
    except (OSError, UnidiffParseError) as error:
        raise PortFileError(
            f"is not a unified diff: {error}", place=str(file), hint="make it with diff -u"
        ) from None
    if not any(patched for patched in patch):
        raise PortFileError("changes nothing", place=str(file), hint="make it with diff -u")
    return patch


def apply_patch(file: Path, folder: Path) -> None:
    """Applies the patch in ``file`` to ``folder``: to all of its files, or to none.

    Line ends stay as they are. Raises PortFileError, naming the file and line, if its context is
    not found.
    """
    for placed in list(_placed(file, folder, {})):
        target = folder / placed.patched.path
        if placed.patched.target_file == DEV_NULL:
            target.unlink()
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        text = "".join(placed.new_lines())
        target.write_text(text, encoding="utf-8", errors=_OTHER_BYTES, newline="")


def changed_line(file: Path, folder: Path) -> tuple[str, int] | None:
    """File and line of the first thing that a patch takes away, else of the first that it adds.

    ``folder`` is as it is before the patch. None if the patch does not apply to it.
    """
    first_added = None
    try:
        for placed in _placed(file, folder, {}):
            path = placed.patched.path
            for hunk, start in zip(placed.patched, placed.starts, strict=True):
                number = start + 1
                for line in hunk:
                    if line.is_removed:
                        return path, number
                    if line.is_added:
                        first_added = first_added or (path, min(number, len(placed.lines)))
                    elif line.is_context:
                        number += 1
    except PortFileError:  # reported where the patch is applied
        return None
    return first_added


def placed_diffs(files: Sequence[Path], folder: Path) -> list[str]:
    """The texts of patches that are applied to ``folder`` in order; it stays as it is.

    Where lines above have come or gone since a patch was made, it gets the line numbers at which it
    applies: who reads it has nothing but these to go by. One that does not apply is given as it is.
    """
    lines: dict[str, list[str]] = {}
    return [_renumbered(file, folder, lines) or _text(file) for file in files]


def _renumbered(file: Path, folder: Path, lines: dict[str, list[str]]) -> str | None:
    """A patch with other line numbers; None if it needs none. Applies it to ``lines``."""
    has_moved = False
    texts = []
    try:
        for placed in _placed(file, folder, lines):
            new = "".join(placed.new_lines())
            has_moved |= placed.renumber()
            lines[placed.patched.path] = list(io.StringIO(new, newline="\n"))
            texts.append(str(placed.patched))
    except PortFileError:  # reported where the patch is applied
        return None
    if not has_moved:
        return None
    return "".join(texts).encode(errors=_OTHER_BYTES).decode(errors="replace")


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def read_lines(file: Path) -> list[str]:
    """The lines of a source with their ends; only a line feed ends a line, as for compilers."""
    return list(io.StringIO(file.read_bytes().decode("utf-8", _OTHER_BYTES), newline="\n"))


# What is not UTF-8 in a source stays as it is.
_OTHER_BYTES = "surrogateescape"
_HINT = "make it anew against the source with the repairs before it applied"


@dataclass(frozen=True, slots=True)
class _Placed:
    """A patch of one file; ``starts`` are the indices in ``lines`` at which its hunks apply."""

    patched: PatchedFile
    lines: Sequence[str]
    starts: Sequence[int]

    def new_lines(self) -> Iterator[str]:
        """The file's lines with the patch applied."""
        newline = "\r\n" if self.lines and self.lines[0].endswith("\r\n") else "\n"
        done = 0
        for hunk, start in zip(self.patched, self.starts, strict=True):
            yield from self.lines[done:start]
            done = start + hunk.source_length
            yield from _new_lines(hunk, self.lines[start:done], newline)
        yield from self.lines[done:]

    def renumber(self) -> bool:
        """Gives hunks the numbers of the lines at which they apply; whether any had others."""
        growth = 0
        moved = False
        for hunk, start in zip(self.patched, self.starts, strict=True):
            # A hunk without lines names the line before it.
            source = start + (1 if hunk.source_length else 0)
            target = start + growth + (1 if hunk.target_length else 0)
            moved |= (hunk.source_start, hunk.target_start) != (source, target)
            hunk.source_start, hunk.target_start = source, target
            growth += hunk.target_length - hunk.source_length
        return moved


def _placed(file: Path, folder: Path, all_lines: Mapping[str, list[str]]) -> Iterator[_Placed]:
    """The patch of each file in ``folder``, or of its lines in ``all_lines`` if it is there.

    Raises PortFileError if it does not apply.
    """
    for patched in read_patch(file):
        target = folder / patched.path
        if not target.resolve().is_relative_to(folder.resolve()):
            raise PortFileError(
                f"does not apply: {patched.path} is not in the port's folder",
                place=str(file),
                hint="name files relative to the folder of port.toml",
            )
        lines: Sequence[str] = []
        try:
            if patched.path in all_lines:
                lines = all_lines[patched.path]
            elif patched.source_file != DEV_NULL:
                lines = read_lines(target)
        except OSError as error:
            problem = f"does not apply: {patched.path}: {error.strerror}"
            raise PortFileError(problem, place=str(file), hint=_HINT) from None
        yield _Placed(patched, lines, list(_starts(file, patched, lines)))


def _new_lines(hunk: Hunk, old: Sequence[str], newline: str) -> list[str]:
    """What stands instead of ``old``: its own lines if the patch keeps them."""
    remaining = iter(old)
    new: list[str] = []
    last_is_added = False
    for line in hunk:
        if line.is_added:
            new.append(line.value.rstrip("\r\n") + newline)
        elif line.is_context:
            new.append(next(remaining))
        elif line.is_removed:
            next(remaining)
        elif line.line_type == "\\" and last_is_added:  # "\ No newline at end of file"
            new[-1] = new[-1].removesuffix(newline)
        last_is_added = line.is_added
    return new


def _starts(file: Path, patched: PatchedFile, lines: Sequence[str]) -> Iterator[int]:
    """The index at which each hunk's old lines stand.

    Lines above may have come or gone since the patch was made: of several places a hunk takes the
    one nearest to where it says, shifted as the hunk before it was. Raises PortFileError for a hunk
    that stands nowhere.
    """
    stripped = [line.rstrip("\r\n") for line in lines]
    after = shift = 0
    for hunk in patched:
        old = [line.value.rstrip("\r\n") for line in hunk if line.is_removed or line.is_context]
        # A hunk without old lines names the line before it.
        said = hunk.source_start - (1 if old else 0)
        found = [
            index
            for index in range(after, len(lines) - len(old) + 1)
            if stripped[index : index + len(old)] == old
        ]
        if not found:
            problem = f"its hunk at line {hunk.source_start} is not found in {patched.path}"
            raise PortFileError(f"does not apply: {problem}", place=str(file), hint=_HINT)
        start = min(found, key=lambda index: abs(index - said - shift))
        yield start
        after, shift = start + len(old), start - said
