"""What goes wrong outside the port under test, and the exit code each kind leads to.

A finding about a port is data (see :mod:`goldstep.results.kinds`); what is here ends or degrades
the run itself. Every error says what is wrong, where, and what to do about it, in one line.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the command line. Several at once: the first of ``PRECEDENCE`` wins."""

    CONFORMS = 0
    FINDING = 1
    USAGE = 2
    TOOLCHAIN = 3
    VECTORS = 4
    STALE = 5
    INTERRUPTED = 130


PRECEDENCE = (
    ExitCode.VECTORS,
    ExitCode.TOOLCHAIN,
    ExitCode.USAGE,
    ExitCode.FINDING,
    ExitCode.STALE,
)


def decisive(*codes: ExitCode) -> ExitCode:
    """The first of ``PRECEDENCE`` that is among the codes."""
    return next((code for code in PRECEDENCE if code in codes), ExitCode.CONFORMS)


class GoldstepError(Exception):
    """An error for the person who runs goldstep.

    ``place`` is a file, with line or key where known; ``hint`` says what to do about it.
    """

    exit_code = ExitCode.USAGE

    def __init__(self, problem: str, *, place: str | None = None, hint: str | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        # What a library said may end its lines.
        problem = " ".join(self.problem.split("\n")).strip()
        text = f"{self.place}: {problem}" if self.place else problem
        return f"{text}; {self.hint}" if self.hint else text


class UsageError(GoldstepError):
    """The command names something that is not there, or asks for what cannot be done."""


def unknown(what: str, name: str, existing: Iterable[str]) -> UsageError:
    """The error for a ``what`` called ``name`` that there is not."""
    names = sorted(existing)
    near = difflib.get_close_matches(name, names, 3, cutoff=0.5)
    if near:
        hint = f"did you mean {' or '.join(near)}?"
    elif not names:
        hint = "there is none"
    else:
        hint = f"there are {', '.join(names[:12])}{', ...' if len(names) > 12 else ''}"
    return UsageError(f"there is no {what} {name!r}", hint=hint)


class PortFileError(GoldstepError):
    """A port.toml, a patch or a source of a port is not as it has to be."""


class ToolchainError(GoldstepError):
    """A compiler, runtime or library that a port needs cannot be had here."""

    exit_code = ExitCode.TOOLCHAIN


class HarnessError(GoldstepError):
    """The harness itself failed, through no fault of the port."""

    exit_code = ExitCode.TOOLCHAIN


class VectorsError(GoldstepError):
    """Vectors are damaged, or not those of the manifest."""

    exit_code = ExitCode.VECTORS
