"""Read everything that a failed command said, whichever compilers it called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from goldstep.build.compilers import clojure, ecj, javac, native, node, python, scalac
from goldstep.build.compilers.diagnostic import Diagnostic
from goldstep.build.compilers.placing import Sources

_ESCAPE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_READERS = (javac.read, scalac.read, clojure.read, python.read, node.read, native.read)


def read_diagnostics(
    text: str, log: str | None = None, *, folders: Sequence[Path] = ()
) -> tuple[Diagnostic, ...]:
    """All diagnostics in a command's output, in order of their places where these are known.

    ``text`` is standard output and error, ``log`` the content of the XML log where there is one.
    ``folders`` are where the sources lie, the port's own first: files are then named relative to
    it, and places are made exact with the help of the sources. Never raises, whatever the text.
    """
    plain = _ESCAPE.sub("", text.replace("\r\n", "\n"))
    found = [diagnostic for read in _READERS for diagnostic in read(plain)]
    if log is not None:
        found += ecj.read(log)
    sources = Sources(tuple(folders))
    placed = [sources.place(diagnostic) for diagnostic in found]
    return tuple(sorted(dict.fromkeys(placed), key=_order))


def _order(diagnostic: Diagnostic) -> tuple[bool, str, int, int]:
    """Diagnostics without a file come last."""
    file = diagnostic.file
    return (file is None, file or "", diagnostic.line or 0, diagnostic.column or 0)
