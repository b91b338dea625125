"""Places in the text of a source; lines and columns count from 1, columns in characters."""

from __future__ import annotations

import re

from goldstep.results.records import Location

LINE_END = re.compile(r"\r\n|\r|\n")


def in_line(source: str, place: Location, symbol: str) -> Location:
    """The symbol at or next after a place, else the last before it in the same line."""
    line = LINE_END.split(source)[place.line - 1]
    name = re.compile(rf"(?<![\w$]){re.escape(symbol)}(?![\w$])")
    starts = [match.start() + 1 for match in name.finditer(line)]
    later = (start for start in starts if start >= (place.column or 1))
    column = next(later, starts[-1] if starts else place.column)
    return Location(place.file, place.line, column)
