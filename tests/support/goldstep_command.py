"""The command `goldstep` as a user runs it: a process of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from goldstep.paths import vectors_folder
from support.warm_command import run_warm

COMMAND = str(Path(sysconfig.get_path("scripts")) / "goldstep")
EXAMPLE = "rmsprop/float64/formula/document-example"


def case_count(number_format: str, *groups: str) -> int:
    """How many cases the vectors have, of these groups where they are named."""
    files = json.loads((vectors_folder() / "manifest.json").read_text())["files"]
    return sum(
        entry["cases"]
        for path, entry in files.items()
        if path.startswith(f"rmsprop/{number_format}/")
        and (not groups or Path(path).stem in groups)
    )


def without_seconds(text: str) -> str:
    """Without what differs between runs, and between machines: some cannot isolate ports."""
    text = re.sub(r"^ports were not isolated: .*\n", "", text, flags=re.MULTILINE)
    return re.sub(r"in [\d.]+ s:", "in _ s:", text).strip()


# What would change the output, or where it goes.
_LEFT_OUT = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "PYTHONIOENCODING", "GOLDSTEP_JAVA", "LC_ALL")


@dataclass(frozen=True)
class Ran:
    """How it ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The one line on standard error."""
        (line,) = self.err.splitlines()
        return line


def environment(**changes: str | Path | None) -> dict[str, str]:
    """The environment with changes; None takes a variable out."""
    plain = {name: value for name, value in os.environ.items() if name not in _LEFT_OUT}
    plain |= {name: str(value) for name, value in changes.items() if value is not None}
    return {name: value for name, value in plain.items() if changes.get(name, "") is not None}


def goldstep(
    *arguments: str | Path, cwd: Path | None = None, timeout: float = 600, **changes: str | Path
) -> Ran:
    """Runs the command to its end; ``changes`` are to the environment."""
    done = subprocess.run(
        [COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=environment(**changes),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def goldstep_warm(
    *arguments: str | Path, cwd: Path, timeout: float = 600, **changes: str | Path
) -> Ran:
    """The same, many times as quick; in it, no change can be to what Python itself reads."""
    command = [COMMAND, *map(str, arguments)]
    return Ran(*run_warm(command, cwd, environment(**changes), timeout))
