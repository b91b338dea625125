"""Read everything that a failed command said, whichever compilers it called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from goldstep.build.compilers.diagnostic import Diagnostic
from goldstep.build.compilers.dialects import DIALECTS
from goldstep.build.compilers.placing import Sources

_ESCAPE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def read_diagnostics(
    text: str, log: str | None = None, *, folders: Sequence[Path] = ()
) -> tuple[Diagnostic, ...]:
    """All diagnostics in a command's output, in order of their places where these are known.

    ``text`` is standard output and error, ``log`` the content of the compiler's log if it wrote
    one. ``folders`` are where the sources lie, the port's own first: files are then named relative
    to it, and places are made exact with the help of the sources. Never raises, whatever the text.
    """
    plain = "\n".join(_ESCAPE.sub("", text).splitlines())
    found: list[Diagnostic] = []
    for dialect in DIALECTS:
        # Forms are alike: a line that one dialect has read says nothing in those after it.
        read = {_line(each) for each in found if each.place}
        found += (each for each in dialect.read(plain) if _line(each) not in read)
        found += dialect.read_log(log or "")
    sources = Sources(folders)
    return tuple(sorted(dict.fromkeys(map(sources.place, found)), key=_order))


def _line(diagnostic: Diagnostic) -> tuple[str, int] | None:
    place = diagnostic.place
    return (place.file, place.line) if place else None


def _order(diagnostic: Diagnostic) -> tuple[bool, str, int, int]:
    """Diagnostics without a place come last."""
    place = diagnostic.place
    if place is None:
        return (True, "", 0, 0)
    return (False, place.file, place.line, place.column or 0)
