"""Sources and patches line by line, with the words of their language told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

from markupsafe import Markup, escape
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_for_filename
from pygments.lexers.special import TextLexer
from pygments.token import STANDARD_TYPES, _TokenType
from pygments.util import ClassNotFound

from goldstep.report.originals import original_place
from goldstep.report.visible import visible_block
from goldstep.results.records import Excerpt, Location, RepairText

_MOST_LINES = 200
_LONGEST = 300  # characters of a line
# What is told apart, by the beginning of Pygments' short names: few colours are enough.
_CLASSES = {"c": "c", "k": "k", "s": "s", "m": "m", "nf": "f", "nc": "f"}
_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line to be shown; ``number`` is its own in its file, ``kind`` what is special about it."""

    number: int | None
    kind: str  # "", "here", "added", "removed", "place"
    code: Markup


def source_lines(
    source: Excerpt, location: Location | None, repairs: Sequence[RepairText]
) -> list[CodeLine]:
    """The lines around a finding, numbered as in the repository; that at ``location`` is the one.

    ``repairs`` are those that were applied: the lines that they put there have no number.
    """
    file, here = (location.file, location.line) if location else ("", None)
    return [
        CodeLine(_original_line(repairs, file, line), "here" if line == here else "", code)
        for line, code in enumerate(_coloured(source.lines, file), start=source.first)
    ]


def _original_line(repairs: Sequence[RepairText], file: str, line: int) -> int | None:
    place = original_place(repairs, file, line)
    return place.line if place and place.is_same else None


def patch_lines(diff: str) -> list[CodeLine]:
    """A unified diff, without the names of its first file."""
    return list(_patch_lines(diff.splitlines()))


def _patch_lines(lines: Sequence[str]) -> Iterator[CodeLine]:
    file = ""
    old = new = 0
    coloured = iter(_coloured([line[1:] for line in lines], _patched_file(lines)))
    for line, code in zip(lines, coloured, strict=False):
        if line.startswith("--- ") and not old:
            continue
        if line.startswith("+++ ") and not old:
            file = line[4:].removeprefix("b/")
            yield CodeLine(None, "place", escape(visible_block(file, _LONGEST)))
        elif hunk := _HUNK.match(line):
            old, new = int(hunk[1]), int(hunk[2])
            if not file:
                yield CodeLine(None, "place", escape(hunk[0]))
        elif line.startswith("-"):
            yield CodeLine(old, "removed", code)
            old += 1
        elif line.startswith("+"):
            yield CodeLine(new, "added", code)
            new += 1
        else:
            yield CodeLine(new, "", code)
            old, new = old + 1, new + 1


def _patched_file(lines: Sequence[str]) -> str:
    return next((line[4:].strip() for line in lines if line.startswith("+++ ")), "")


def _coloured(lines: Sequence[str], file: str) -> list[Markup]:
    shown = [visible_block(line.rstrip("\r\n"), _LONGEST).replace("\n", " ") for line in lines]
    shown = shown[:_MOST_LINES]
    coloured: list[list[Markup]] = [[]]
    for token, text in _lexer(PurePosixPath(file).suffix).get_tokens("\n".join(shown)):
        first, *rest = text.split("\n")
        coloured[-1].append(_marked(token, first))
        coloured += [[_marked(token, part)] for part in rest]
    return [Markup("").join(parts) for parts in coloured[: len(shown)]]


def _marked(token: _TokenType, text: str) -> Markup:
    short = STANDARD_TYPES.get(token, "")
    name = _CLASSES.get(short) or _CLASSES.get(short[:1])
    if name and text:
        return Markup('<span class="{}">{}</span>').format(name, text)
    return escape(text)


@cache
def _lexer(suffix: str) -> Lexer:
    """The language's words, by the ending of a file's name; one that knows none where it is new."""
    try:
        return get_lexer_for_filename(f"source{suffix}", stripnl=False, ensurenl=False)
    except ClassNotFound:
        return TextLexer(stripnl=False, ensurenl=False)
