"""A folder of pages: put into its place as a whole, and over nothing but its like."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from goldstep.errors import GoldstepError, HarnessError, UsageError

FORMAT = "goldstep-html/1"
CONTENTS = "contents.json"


class Contents(msgspec.Struct, frozen=True):
    """What a folder of pages holds: the file by which an earlier report is known as one."""

    format: str
    files: list[str]

    def __post_init__(self) -> None:
        if self.format != FORMAT:
            raise ValueError(f"the format is {self.format!r}, not {FORMAT!r}")


class NotAReportError(UsageError):
    """The folder holds something that no report wrote, and that would be lost."""

    def __init__(self, folder: Path, what: str) -> None:
        super().__init__(
            f"holds {what}, which is of no earlier report",
            place=str(folder),
            hint="name a new folder, an empty one, or one that holds a report and nothing else",
        )


def check_folder(folder: Path) -> None:
    """Raises UsageError where a report may not be written to ``folder``."""
    if not folder.resolve().parent.is_dir():
        raise UsageError(
            f"cannot be written: there is no folder {folder.parent}",
            place=str(folder),
            hint="make it, or name a folder elsewhere",
        )
    if folder.exists() and not folder.is_dir():
        raise UsageError("is a file", place=str(folder), hint="name a folder")
    if folder.is_dir():
        try:
            _check_like(folder)
        except OSError as error:
            raise _unwritten(folder, error) from None


def _check_like(folder: Path) -> None:
    """Whether all that is there was written by an earlier report."""
    files = _files(folder)
    if not files:
        return
    try:
        contents = msgspec.json.decode((folder / CONTENTS).read_bytes(), type=Contents)
    except (FileNotFoundError, msgspec.DecodeError):
        raise NotAReportError(folder, min(files)) from None
    if others := files - {*contents.files, CONTENTS}:
        raise NotAReportError(folder, min(others))


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """A new folder to write to, which takes the place of ``folder`` once everything is written.

    Nothing is left of it where something fails. Raises UsageError where that would lose what is
    there, HarnessError where nothing can be written.
    """
    check_folder(folder)
    place = folder.resolve()
    try:
        temporary = Path(tempfile.mkdtemp(dir=place.parent, prefix=f".{place.name}."))
        new, old = temporary / "new", temporary / "old"
        try:
            new.mkdir()
            yield new
            _write_contents(new)
            _replace(place, new, old)
        finally:
            shutil.rmtree(new, ignore_errors=True)
            with suppress(OSError):  # what is still there could not be put back, and is kept
                temporary.rmdir()
    except GoldstepError:
        raise
    except OSError as error:
        raise _unwritten(folder, error) from None


def _write_contents(folder: Path) -> None:
    content = msgspec.json.encode(Contents(FORMAT, sorted(_files(folder))))
    (folder / CONTENTS).write_bytes(msgspec.json.format(content, indent=1) + b"\n")


def _replace(place: Path, new: Path, old: Path) -> None:
    """Two renames: for a moment there is neither, but nothing is lost."""
    if not place.exists():
        new.rename(place)
        return
    place.rename(old)
    try:
        new.rename(place)
    except BaseException:
        old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _files(folder: Path) -> set[str]:
    """Everything that is no folder itself; a link to one is none."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }


def _unwritten(folder: Path, error: OSError) -> HarnessError:
    return HarnessError(
        f"cannot be written: {error.strerror or os.strerror(error.errno or 0)}",
        place=str(folder),
        hint="make room there, or name a folder elsewhere",
    )
