"""Applies unified diffs to the files of a folder.

A pure function on text does the work. (The libraries that also apply patches change the working
directory of the whole process, or take no hunk whose line number has moved.)
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from unidiff.constants import DEV_NULL
from unidiff.errors import UnidiffParseError
from unidiff.patch import Hunk, PatchedFile, PatchSet

from goldstep.errors import PortFileError


def read_patch(file: Path) -> PatchSet:
    """The patch in ``file``; raises PortFileError where it is not a unified diff."""
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

    Line ends stay as they are. Raises PortFileError, naming the file and line, where its context is
    not found.
    """
    changed: dict[Path, str | None] = {}
    for patched in read_patch(file):
        target = _target(file, patched, folder)
        try:
            lines = [] if patched.source_file == DEV_NULL else read_lines(target)
        except OSError as error:
            raise PortFileError(
                f"does not apply: {patched.path}: {error.strerror}",
                place=str(file),
                hint=_HINT,
            ) from None
        new = "".join(_patched(file, patched, lines))
        changed[target] = None if patched.target_file == DEV_NULL else new
    for target, text in changed.items():
        if text is None:
            target.unlink()
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", errors=_OTHER_BYTES, newline="")


def changed_line(file: Path, folder: Path) -> tuple[str, int] | None:
    """File and line of the first thing that a patch takes away, else of the first that it adds.

    ``folder`` is as it is before the patch. None where the patch does not apply to it.
    """
    first_added = None
    for patched in read_patch(file):
        try:
            lines = read_lines(_target(file, patched, folder))
        except OSError:
            return None
        for hunk, start in zip(patched, _places(patched, lines), strict=True):
            if start is None:
                return None
            number = start + 1
            for line in hunk:
                if line.is_removed:
                    return patched.path, number
                if line.is_added:
                    first_added = first_added or (patched.path, min(number, len(lines)))
                elif line.is_context:
                    number += 1
    return first_added


def placed_diffs(files: Sequence[Path], folder: Path) -> list[str]:
    """The texts of patches that are applied to ``folder`` in order; it stays as it is.

    Where lines above have come or gone since a patch was made, it gets the line numbers at which it
    applies: who reads it has nothing but these to go by. One that does not apply is given as it is.
    """
    lines: dict[str, list[str]] = {}
    return [_placed(file, folder, lines) or _text(file) for file in files]


def _placed(file: Path, folder: Path, all_lines: dict[str, list[str]]) -> str | None:
    """A patch with other line numbers; None where it needs none. Applies it to ``all_lines``."""
    has_moved = False
    try:
        patch = read_patch(file)
        for patched in patch:
            if patched.path not in all_lines:
                is_new = patched.source_file == DEV_NULL
                source = _target(file, patched, folder)
                all_lines[patched.path] = [] if is_new else read_lines(source)
            new = "".join(_patched(file, patched, all_lines[patched.path]))
            has_moved |= _renumber(patched, all_lines[patched.path])
            all_lines[patched.path] = list(io.StringIO(new, newline="\n"))
    except (OSError, PortFileError):  # reported where the patch is applied
        return None
    return str(patch).encode(errors=_OTHER_BYTES).decode(errors="replace") if has_moved else None


def _renumber(patched: PatchedFile, lines: Sequence[str]) -> bool:
    """Gives hunks the numbers of the lines at which they apply, and says whether any has others."""
    growth = 0
    moved = []
    for hunk, start in zip(patched, _places(patched, lines), strict=True):
        assert start is not None
        # A hunk without lines names the line before it.
        source = start + (1 if hunk.source_length else 0)
        target = start + growth + (1 if hunk.target_length else 0)
        moved.append((hunk.source_start, hunk.target_start) != (source, target))
        hunk.source_start, hunk.target_start = source, target
        growth += hunk.target_length - hunk.source_length
    return any(moved)


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def read_lines(file: Path) -> list[str]:
    """The lines of a source with their ends; only a line feed ends a line, as for compilers."""
    return list(io.StringIO(file.read_bytes().decode("utf-8", _OTHER_BYTES), newline="\n"))


# What is not UTF-8 in a source stays as it is.
_OTHER_BYTES = "surrogateescape"
_HINT = "make it anew against the source with the repairs before it applied"


def _target(file: Path, patched: PatchedFile, folder: Path) -> Path:
    """The file to change; a patch has no business outside of the folder."""
    target = folder / patched.path
    if not target.resolve().is_relative_to(folder.resolve()):
        raise PortFileError(
            f"does not apply: {patched.path} is not in the port's folder",
            place=str(file),
            hint="name files relative to the folder of port.toml",
        )
    return target


def _patched(file: Path, patched: PatchedFile, lines: Sequence[str]) -> Iterator[str]:
    newline = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    done = 0
    for hunk, start in zip(patched, _places(patched, lines), strict=True):
        if start is None:
            raise PortFileError(
                f"does not apply: its hunk at line {hunk.source_start} is not found in "
                f"{patched.path}",
                place=str(file),
                hint=_HINT,
            )
        yield from lines[done:start]
        done = start + hunk.source_length
        yield from _new_lines(hunk, lines[start:done], newline)
    yield from lines[done:]


def _new_lines(hunk: Hunk, old: Sequence[str], newline: str) -> list[str]:
    """What stands instead of ``old``: its own lines where the patch keeps them."""
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


def _places(patched: PatchedFile, lines: Sequence[str]) -> list[int | None]:
    """The index at which each hunk's old lines stand; None for the first that stands nowhere.

    Lines above may have come or gone since the patch was made: of several places a hunk takes the
    one nearest to where it says, shifted as the hunk before it was.
    """
    stripped = [line.rstrip("\r\n") for line in lines]
    places: list[int | None] = []
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
            places += [None] * (len(patched) - len(places))
            break
        place = min(found, key=lambda index: abs(index - said - shift))
        places.append(place)
        after, shift = place + len(old), place - said
    return places
