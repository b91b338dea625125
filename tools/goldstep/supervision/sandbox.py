"""What isolates a port, whatever does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

# What isolates stays, and would hold standard input and output open that the port may close: it
# gets neither, and the port gets them from these.
PIPES = (3, 4)


@dataclass(frozen=True, slots=True)
class Confined:
    """A command that is to be isolated.

    ``folder`` is where it runs, ``writable`` what it may write to. The paths that its words name
    are shown to it also if they are in a folder that is otherwise hidden. ``temporary`` bytes
    may be written to what is in memory.
    """

    words: Sequence[str]
    folder: Path
    writable: Sequence[Path]
    temporary: int


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Isolation by one mechanism, or none.

    ``detail`` says which, or why there is none, and ``hints`` what can be done about that;
    ``leaves`` says what it does not keep ports from, though another mechanism does. ``prefix``
    gives what a command is run by, with its pipes as `PIPES`; ``processes`` are its own, beside the
    command's.
    """

    detail: str
    hints: tuple[str, ...] = ()
    leaves: str = ""
    prefix: Callable[[Confined], list[str]] | None = None
    processes: int = 0

    @property
    def isolates(self) -> bool:
        """Whether it keeps ports from anything."""
        return self.prefix is not None

    @property
    def hint(self) -> str:
        """What to do if there is none."""
        return ", or ".join(self.hints)

    @property
    def in_words(self) -> str:
        """What it keeps ports from, and what not, as results say it."""
        if not self.isolates:
            return f"none: {self.detail}{f'; {self.hint}' if self.hint else ''}"
        leaves = f"; {self.leaves}" if self.leaves else ""
        return f"{self.detail}: no network, no writing outside the port's folder{leaves}"
