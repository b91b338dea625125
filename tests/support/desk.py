"""A place to run the command in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from support.goldstep_command import Ran, goldstep, goldstep_warm


@dataclass(frozen=True)
class Desk:
    """An empty working folder and an empty folder for temporary files; ports may stand beside."""

    folder: Path

    @property
    def work(self) -> Path:
        """The working folder."""
        return self.folder / "work"

    @property
    def temporary(self) -> Path:
        """TMPDIR."""
        return self.folder / "temporary"

    def goldstep(self, *arguments: str | Path, timeout: float = 600, **changes: str | Path) -> Ran:
        """Runs the command here; ``changes`` are to the environment."""
        run = goldstep if any(map(_is_read_by_python, changes)) else goldstep_warm
        return run(*arguments, cwd=self.work, timeout=timeout, TMPDIR=self.temporary, **changes)

    def left(self) -> list[Path]:
        """What is in the two folders."""
        return [*self.work.rglob("*"), *self.temporary.rglob("*")]


def _is_read_by_python(variable: str) -> bool:
    """Whether it works while Python starts, or a library is imported."""
    return variable.startswith(("PYTHON", "LC_", "MPMATH_"))
