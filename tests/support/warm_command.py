"""The command `goldstep` in a process of its own that need not import anything first.

To import is most of what a short command does. Here that is done once, by a server, of which each
command is a fork: with its own streams, folder, environment, exit code and end, as if it had been
started. What happens before the command is imported (the encoding of streams, variables that Python
itself reads) is not to be seen so.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from goldstep.cli import main

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(
    ["goldstep.cli.commands", "goldstep.verification", "goldstep.vectors.check", __name__]
)


def run_warm(
    command: Sequence[str], cwd: Path, environment: Mapping[str, str], timeout: float
) -> tuple[int, str, str]:
    """Exit code, standard output and standard error; the input is empty.

    Raises subprocess.TimeoutExpired after so many seconds.
    """
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = _SERVER.Process(
            target=_become, args=(list(command), cwd, dict(environment), out, err)
        )
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(list(command), timeout)
        return process.exitcode, *(path.read_text("utf-8") for path in (out, err))


def _become(
    command: list[str], cwd: Path, environment: dict[str, str], out: Path, err: Path
) -> None:
    """Makes this process the one that the command would have been started in."""
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    for number, path in enumerate((os.devnull, out, err)):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.argv = command
    try:
        main()
    finally:
        atexit._run_exitfuncs()  # which the end of a fork leaves out
