"""The file of a run's results: written as they come, and taken away where the run does not end."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from io import FileIO
from pathlib import Path
from types import TracebackType

from goldstep.errors import HarnessError, UsageError
from goldstep.results.records import Record, encode

_HINTS = {
    errno.ENOSPC: "make room there, or name a file elsewhere",
    errno.EDQUOT: "make room there, or name a file elsewhere",
    errno.EFBIG: "allow files to be longer (ulimit -f), or name one elsewhere",
    errno.EPIPE: "let its reader read to the end",
}


class ResultsFile:
    """A listener that writes each record, a whole line at a time.

    Nothing is written, and an old file stays, before there is a record: bad input changes nothing.
    A run that is interrupted leaves no file. Where the file cannot be written any further, the
    lines that it has stay.

    Raises UsageError where the file cannot be opened, HarnessError where it cannot be written.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._stream: FileIO | None = None
        self._length = 0  # of whole lines
        self._failure: HarnessError | None = None

    def __enter__(self) -> ResultsFile:
        return self

    def __call__(self, record: Record) -> None:
        """Takes one record; none after a failure, for a shorter line may still find room."""
        if self._failure:
            raise self._failure
        if self._stream is None:
            self._stream = self._open()
        line = memoryview(encode(record))
        length = line.nbytes
        try:
            while line:
                line = line[self._stream.write(line) :]
        except OSError as error:
            raise self._failed(self._stream, error) from None
        self._length += length

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._stream is None:
            return
        if kind is not None and not self._failure:
            self._take_away(self._stream)
        try:
            self._stream.close()
        except OSError as unwritten:  # as some file systems in a network say it
            if kind is None:
                raise self._error(unwritten) from None

    def _open(self) -> FileIO:
        try:
            return self._file.open("wb", buffering=0)
        except OSError as error:
            raise UsageError(
                f"cannot be written: {error.strerror}",
                place=str(self._file),
                hint="name a file that can be written, in a folder that exists",
            ) from None

    def _failed(self, stream: FileIO, error: OSError) -> HarnessError:
        """Takes away the part of a line that has been written."""
        self._failure = self._error(error)
        if _is_file(stream):
            with suppress(OSError):
                stream.truncate(self._length)
        return self._failure

    def _error(self, error: OSError) -> HarnessError:
        return HarnessError(
            f"cannot be written: {error.strerror}",
            place=str(self._file),
            hint=_HINTS.get(error.errno or 0, "name a file elsewhere"),
        )

    def _take_away(self, stream: FileIO) -> None:
        """Nothing is left of it, unless something else is there by now."""
        if not _is_file(stream):
            return
        with suppress(OSError):
            stream.truncate(0)
            there = self._file.lstat()
            if os.path.samestat(there, os.fstat(stream.fileno())):
                self._file.unlink()


def _is_file(stream: FileIO) -> bool:
    """Not a pipe or a device."""
    return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
