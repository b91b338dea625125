"""How a report gets to its place: a file or a folder, whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import msgspec
from goldstep_reference.vectors.whole_folder import replacing

from goldstep.errors import HarnessError, UsageError
from goldstep.results.value import Report

CONTENTS = "contents.json"


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format that takes a file; one called ``-`` is standard output.

    ``name`` is that of its option, ``description`` what it is, in a line. What a file has whose
    name ends in one of ``by_suffix`` is rendered by that.
    """

    name: str
    description: str
    render: Callable[[Report], bytes]
    by_suffix: Mapping[str, Callable[[Report], bytes]] = field(default_factory=dict)
    is_folder: ClassVar = False
    metavar: ClassVar = "FILE"

    def check(self, file: Path) -> None:
        """Raises UsageError where the file cannot be written, before anything is run."""
        if str(file) != "-":
            _check_parent(file, "a file")

    def write(self, report: Report, file: Path) -> None:
        """Raises HarnessError where the file cannot be written."""
        render = self.by_suffix.get(file.suffix.lower(), self.render)
        write_whole(file, render(report))


@dataclass(frozen=True, slots=True)
class FolderFormat:
    """A format that takes a folder: ``fill`` is given a new one, which then takes its place.

    An earlier report is replaced. It is known as one by a file that lists what it holds.
    """

    name: str
    description: str
    fill: Callable[[Report, Path], None]
    is_folder: ClassVar = True
    metavar: ClassVar = "DIR"

    def check(self, folder: Path) -> None:
        """Raises UsageError where anything but an earlier report would be lost."""
        _check_parent(folder, "a folder")
        if folder.exists() and not folder.is_dir():
            raise UsageError("is a file", place=str(folder), hint="name a folder")
        if folder.is_dir():
            try:
                foreign = _files(folder) - {*self._contents(folder), CONTENTS}
            except OSError as error:
                raise _unwritten(folder, error, "a folder") from None
            if foreign:
                raise NotAReportError(folder, min(foreign))

    def write(self, report: Report, folder: Path) -> None:
        """Raises UsageError as `check` does, and HarnessError where nothing can be written."""
        self.check(folder)
        try:
            with replacing(folder, CONTENTS, self._mark) as new:
                self.fill(report, new)
                contents = _Contents(self._mark, sorted(_files(new)))
                text = msgspec.json.format(msgspec.json.encode(contents), indent=1)
                (new / CONTENTS).write_bytes(text + b"\n")
        except OSError as error:
            raise _unwritten(folder, error, "a folder") from None

    @property
    def _mark(self) -> str:
        return f"goldstep-{self.name}/1"

    def _contents(self, folder: Path) -> list[str]:
        """The files of an earlier report."""
        try:
            contents = msgspec.json.decode((folder / CONTENTS).read_bytes(), type=_Contents)
        except (FileNotFoundError, msgspec.DecodeError):
            return []
        return contents.files if contents.format == self._mark else []


Format = FileFormat | FolderFormat


class _Contents(msgspec.Struct, frozen=True):
    """What a folder of this format holds."""

    format: str
    files: list[str]


class NotAReportError(UsageError):
    """The folder holds something that no report wrote, and that would be lost."""

    def __init__(self, folder: Path, what: str) -> None:
        super().__init__(
            f"holds {what}, which is of no earlier report",
            place=str(folder),
            hint="name a new folder, an empty one, or one that holds a report and nothing else",
        )


def write_whole(file: Path, content: bytes) -> None:
    """Puts a file into its place once all of it is written; ``-`` is standard output.

    A link stays, and what it leads to is written. Raises HarnessError.
    """
    if str(file) == "-":
        sys.stdout.buffer.write(content)
        return
    try:
        if file.exists() and not file.is_file():  # a pipe or a device
            file.write_bytes(content)
            return
        target = file.resolve()
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".goldstep-")
        try:
            with open(descriptor, "wb") as stream:  # noqa: PTH123 - a descriptor
                stream.write(content)
            Path(name).chmod(target.stat().st_mode if target.exists() else 0o666 & ~_umask())
            Path(name).replace(target)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise _unwritten(file, error, "a file") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _check_parent(place: Path, what: str) -> None:
    if not place.parent.is_dir():
        raise UsageError(
            f"cannot be written: there is no folder {place.parent}",
            place=str(place),
            hint=f"make it, or name {what} elsewhere",
        )


def _files(folder: Path) -> set[str]:
    """Everything but folders that hold something; a link to one is none."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir() or not any(path.iterdir())
    }


def _unwritten(place: Path, error: OSError, what: str) -> HarnessError:
    return HarnessError(
        f"cannot be written: {error.strerror or error}",
        place=str(place),
        hint=f"make room there, or name {what} elsewhere",
    )
