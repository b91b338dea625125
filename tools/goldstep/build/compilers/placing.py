"""Exact places: compilers differ in how they name files and where they point.

javac points to the dot of ``a.b`` and ecj to ``b``, Clojure to the list around a symbol, Python to
a line. With the source at hand all come to the same: the first character of the name.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePath

from goldstep.build.compilers.clojure import SYMBOL_CHARACTERS, form_at
from goldstep.build.compilers.diagnostic import Diagnostic, Kind, Tool

_LINE_END = re.compile(r"\r\n|\r|\n")


class Sources:
    """The files below some folders, of which the first is the port's own."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = tuple(Path(os.path.realpath(folder)) for folder in folders)
        self._files: dict[str, list[Path]] = {}
        for path in self._walk():
            self._files.setdefault(path.name, []).append(path)

    def place(self, diagnostic: Diagnostic) -> Diagnostic:
        """``diagnostic`` with file, line and column as exact as the sources allow."""
        if diagnostic.file is None and diagnostic.frames:
            # The innermost frame in the port's own code; failing that, the innermost.
            own = (frame for frame in diagnostic.frames if self._find(frame.file))
            frame = next(own, diagnostic.frames[0])
            diagnostic = replace(diagnostic, file=frame.file, line=frame.line)
        path = self._find(diagnostic.file) if diagnostic.file is not None else None
        if path is None:
            return diagnostic
        file = Path(os.path.relpath(path, self._folders[0])).as_posix()
        return pinpoint(replace(diagnostic, file=file), _text(path))

    def _walk(self) -> Iterator[Path]:
        for folder in self._folders:
            for parent, _, names in os.walk(folder):
                yield from (Path(parent, name) for name in sorted(names))

    def _find(self, name: str) -> Path | None:
        """The file that a compiler calls so: by its path, else by the end of its path.

        Stack traces, and Clojure, give a file's name without its folder.
        """
        known = self._files.get(PurePath(name).name)
        if known is None or "\0" in name:
            return None
        exact = [Path(os.path.realpath(folder / name)) for folder in self._folders]
        tail = [part for part in PurePath(name).parts if part != ".."]
        alike = (path for path in known if path.parts[-len(tail) :] == tuple(tail))
        is_absolute = PurePath(name).is_absolute()
        return next(
            (path for path in exact if path in known), None if is_absolute else next(alike, None)
        )


def _text(path: Path) -> str:
    """The source with its line ends as they are: ecj counts both characters of ``\\r\\n``."""
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:  # it went away
        return ""


def pinpoint(diagnostic: Diagnostic, text: str) -> Diagnostic:
    """``diagnostic`` with its column, and line, made exact by the text of its file."""
    lines = _LINE_END.split(text)
    line, column, symbol = diagnostic.line, diagnostic.column, diagnostic.symbol
    if diagnostic.offset is not None:
        before = text.encode("utf-16-le")[: 2 * diagnostic.offset].decode("utf-16-le", "ignore")
        column = len(_LINE_END.split(before)[-1]) + 1
    if line is None or not 1 <= line <= len(lines):
        return diagnostic
    if symbol is not None and diagnostic.kind in (Kind.UNRESOLVED, Kind.MISSING_PACKAGE):
        if diagnostic.tool is Tool.CLOJURE:
            line, column = _in_form(text, line, column, symbol)
        else:
            column = _in_line(lines[line - 1], column, symbol)
    excerpt = diagnostic.excerpt or lines[line - 1]
    return replace(diagnostic, line=line, column=column, excerpt=excerpt)


def _in_line(line: str, column: int | None, symbol: str) -> int | None:
    """The column of the symbol at or next after ``column``, else the last before it."""
    name = re.compile(rf"(?<![\w$]){re.escape(symbol)}(?![\w$])")
    starts = [match.start() + 1 for match in name.finditer(line)]
    after = (start for start in starts if start >= (column or 1))
    return next(after, starts[-1] if starts else column)


def _in_form(text: str, line: int, column: int | None, symbol: str) -> tuple[int, int | None]:
    """Line and column of a symbol within the Clojure form that starts at a place."""
    form = form_at(text, line, column or 1)
    # Comments and strings are stepped over. A namespace or class stands before a slash or, in a
    # call of a constructor, before a dot.
    pattern = re.compile(
        r';[^\n]*|"(?:[^"\\]|\\.)*"|'
        rf"(?<!{SYMBOL_CHARACTERS})({re.escape(symbol)})(?:(?=[/.])|(?!{SYMBOL_CHARACTERS}))",
        re.DOTALL,
    )
    start = next((match.start(1) for match in pattern.finditer(form) if match[1]), None)
    if start is None:
        return line, column
    above = _LINE_END.split(form[:start])
    before = (column or 1) - 1 if len(above) == 1 else 0
    return line + len(above) - 1, before + len(above[-1]) + 1
