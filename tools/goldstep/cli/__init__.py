"""The command line: thin, over the library."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress

from goldstep.errors import ExitCode


def main() -> None:
    """Runs the command line, and exits with one of the codes of `ExitCode`."""
    interrupt = signal.getsignal(signal.SIGINT)
    if interrupt is signal.default_int_handler:  # else it is ignored, as in the background
        signal.signal(signal.SIGINT, _end)
    from goldstep.cli.commands import run

    signal.signal(signal.SIGINT, interrupt)
    sys.exit(int(run()))


def _end(number: int, frame: object) -> None:
    """Ends the command while it is still being imported: there is nothing to clean up."""
    with suppress(OSError):
        os.write(2, b"\ngoldstep: interrupted\n")
    os._exit(ExitCode.INTERRUPTED)


__all__ = ["main"]
