"""The hook of pre-commit: verifies the ports that changed files belong to.

    python -m goldstep.pre_commit [OPTION... --] FILE...

A file belongs to the nearest folder above it that has a port.toml; files of no port are left alone.
Options are those of `goldstep verify`. The exit code is its, and 0 where there is nothing to do.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

_FILE_NAME = "port.toml"  # as goldstep.port.port has it: most commits change no port, and end here


def main() -> None:
    """Runs the hook."""
    options, files = _arguments(sys.argv[1:])
    if ports := ports_of(map(Path, files)):
        # What a developer reads is the command line's own.
        sys.argv[:] = ["goldstep", "verify", *options, "--", *map(str, ports)]
        from goldstep.cli import main as goldstep

        goldstep()


def ports_of(files: Iterable[Path]) -> list[Path]:
    """The port.toml of each file that belongs to a port."""
    nearest = (_port_of(file) for file in files)
    return sorted({port for port in nearest if port})


def _port_of(file: Path) -> Path | None:
    candidates = (folder / _FILE_NAME for folder in file.parents)
    return next((port for port in candidates if port.is_file()), None)


def _arguments(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    if "--" not in words:
        return [], words
    place = words.index("--")
    return words[:place], words[place + 1 :]


if __name__ == "__main__":
    main()
