"""Exact places: compilers differ in how they name files and where they point.

javac points to the dot of ``a.b`` and ecj to ``b``, Clojure to the list around a symbol, Python to
a line. With the source at hand all come to the same: the first character of the name.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from goldstep.build.compilers.diagnostic import Diagnostic, Kind
from goldstep.build.compilers.source import LINE_END
from goldstep.results.records import Location

_NAMED = (Kind.UNRESOLVED, Kind.NO_MEMBER, Kind.MISSING_PACKAGE)


class Sources:
    """The files below some folders, of which the first is the port's own."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = [Path(os.path.realpath(folder)) for folder in folders]
        self._files: dict[str, list[Path]] = {}
        for folder in self._folders:
            for parent, _, names in os.walk(folder):
                for name in names:
                    self._files.setdefault(name, []).append(Path(parent, name))

    def place(self, diagnostic: Diagnostic) -> Diagnostic:
        """``diagnostic`` with file, line and column as exact as the sources allow.

        Of a stack the place is the innermost call in the port's own code; failing that, the
        innermost.
        """
        places = (diagnostic.place,) if diagnostic.place else diagnostic.stack
        for place in places:
            path = self._find(place.file)
            if path is not None:
                file = Path(os.path.relpath(path, self._folders[0])).as_posix()
                own = Location(file, place.line, place.column)
                return pinpoint(replace(diagnostic, place=own), _text(path))
        return replace(diagnostic, place=places[0]) if places else diagnostic

    def _find(self, name: str) -> Path | None:
        """The file that a compiler calls so: by its path, else by the end of its path.

        Stack traces, and Clojure, give a file's name without its folder.
        """
        known = self._files.get(PurePath(name).name)
        if known is None or "\0" in name:
            return None
        exact = [Path(os.path.realpath(folder / name)) for folder in self._folders]
        tail = tuple(part for part in PurePath(name).parts if part != "..")
        alike = [path for path in known if path.parts[-len(tail) :] == tail]
        if PurePath(name).is_absolute():
            alike = []
        return next((path for path in (*exact, *alike) if path in known), None)


def _text(path: Path) -> str:
    """The source with its line ends as they are: ecj counts both characters of ``\\r\\n``."""
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:  # it went away
        return ""


def pinpoint(diagnostic: Diagnostic, text: str) -> Diagnostic:
    """``diagnostic`` with its place made exact by the text of its file."""
    place, lines = diagnostic.place, LINE_END.split(text)
    if place is None or not 1 <= place.line <= len(lines):
        return diagnostic
    if diagnostic.offset is not None:
        before = text.encode("utf-16-le")[: 2 * diagnostic.offset].decode("utf-16-le", "ignore")
        place = Location(place.file, place.line, len(LINE_END.split(before)[-1]) + 1)
    if diagnostic.symbol and diagnostic.kind in _NAMED:
        place = diagnostic.dialect.find(text, place, diagnostic.symbol)
    excerpt = diagnostic.excerpt or lines[place.line - 1]
    return replace(diagnostic, place=place, excerpt=excerpt)
