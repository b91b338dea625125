"""The programs that fetch packages: pip, uv and those of other languages."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from goldstep.errors import ToolchainError

_REASON = re.compile(r"(?im)^\W*(?:npm )?error\W+(?:code E\w+$)?(.+)|no module named pip|─▶ (.+)")


def run_client(
    command: Sequence[str | Path],
    problem: str,
    hint: str,
    folder: Path | None = None,
    variables: Mapping[str, str] | None = None,
) -> str:
    """What the command wrote to standard output.

    Raises ToolchainError, with ``problem`` and the reason that the command gave, if it failed.
    """
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **(variables or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise ToolchainError(f"{problem}: {error}", hint=hint) from error
    if done.returncode != 0:
        said = _REASON.search(done.stderr)
        reason = next(filter(None, (said[1], said[2], said[0]))) if said else _last(done)
        raise ToolchainError(f"{problem}: {reason.strip()}", hint=hint)
    return done.stdout


def _last(done: subprocess.CompletedProcess[str]) -> str:
    lines = done.stderr.strip().splitlines()
    return lines[-1] if lines else f"exit code {done.returncode}"
