"""Standard streams that do not fail, whatever becomes of where they lead."""

from __future__ import annotations

import io
import os
import select
import sys
from typing import TYPE_CHECKING, TextIO

import click

from goldstep.report.terminal.console import plain

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class Outlet(io.FileIO):
    """Where a standard stream writes to; once that fails, what is written is dropped.

    Whoever writes goes on: the verdict is what it was. ``failure`` is what went wrong; a reader
    that has seen enough is none.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream.fileno(), "wb", closefd=False)
        self.failure: OSError | None = None
        self._stream = stream
        self._is_lost = False

    def isatty(self) -> bool:
        """Whether the stream is a terminal's."""
        return self._stream.isatty()

    def write(self, data: ReadableBuffer, /) -> int:
        """Writes some of it, or drops all of it."""
        while not self._is_lost:
            try:
                written: int | None = super().write(data)
            except OSError as error:
                self._is_lost = True
                self.failure = None if isinstance(error, BrokenPipeError) else error
            else:
                if written is not None:
                    return written
                # It is shared with somebody who has made it one that does not wait.
                select.select([], [self], [])
        return memoryview(data).nbytes


def guard_streams() -> Outlet | None:
    """Lets nothing that is written to standard output or error fail, whoever writes it.

    Gives what became of standard output, where there is one.
    """
    _fill_gaps()
    _guard("stderr")
    return _guard("stdout")


def _fill_gaps() -> None:
    """A stream that is closed leaves its number to the next file that is opened."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _guard(name: str) -> Outlet | None:
    stream = getattr(sys, name)
    if stream is None:  # closed
        nowhere = io.BufferedWriter(io.FileIO(os.devnull, "wb"))
        setattr(sys, name, io.TextIOWrapper(nowhere, "utf-8"))
        return None
    outlet = Outlet(stream)
    guarded = io.TextIOWrapper(
        io.BufferedWriter(outlet),
        stream.encoding,
        "backslashreplace",  # what its encoding lacks is shown as an escape
        newline="\n",
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
    setattr(sys, name, guarded)
    return outlet


def say(message: str) -> None:
    """One line on standard error."""
    click.echo(f"goldstep: {plain(message)}", err=True)
