"""The file of a run's results: written as they come, and taken away where the run does not end."""

from __future__ import annotations

import stat
from io import FileIO
from pathlib import Path
from types import TracebackType

from goldstep.errors import UsageError
from goldstep.results import Record, encode


class ResultsFile:
    """A listener that writes each record, a whole line at a time.

    Nothing is written, and an old file stays, before there is a record: bad input changes nothing.
    Raises UsageError where the file cannot be written.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._stream: FileIO | None = None

    def __enter__(self) -> ResultsFile:
        return self

    def __call__(self, record: Record) -> None:
        """Takes one record."""
        try:
            if self._stream is None:
                self._stream = self._file.open("wb", buffering=0)
            line = memoryview(encode(record))
            while line:
                line = line[self._stream.write(line) :]
        except OSError as error:
            raise UsageError(
                f"cannot be written: {error.strerror}",
                place=str(self._file),
                mend="name a file that can be written, in a folder that exists",
            ) from None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._stream is None:
            return
        if kind is not None and stat.S_ISREG(self._file.stat().st_mode):
            self._stream.truncate(0)
            if not self._file.is_symlink():
                self._file.unlink()
        self._stream.close()
