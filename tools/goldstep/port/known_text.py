"""port.toml as text: where its known findings stand, and how to change them and nothing else.

Positions come from `tomllib`: lines belong together until they parse, and no beginning of a value
does. What is put in is written by `tomlkit`. Whole files are not: it moves arrays of tables that
stand apart together, takes a comment above a table for the end of the one before, and ends the
lines that it adds with a line feed alone.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import tomlkit
from tomlkit.items import AoT, Array, InlineTable

from goldstep.errors import HarnessError

KNOWN = "known"
_HEADER = re.compile(r"[ \t]*\[")
_BEFORE_ENTRY = re.compile(r"[ \t]*")
_AFTER_ENTRY = re.compile(r"[ \t]*(?P<comma>,?)[ \t]*(?:#[^\n]*)?\r?(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """Where an entry stands: its first line, and its last where these lines hold nothing else."""

    line: int
    last_line: int | None


@dataclass(frozen=True, slots=True)
class KnownChanges:
    """What becomes of the entries: by their number some are renewed, or go; others are added.

    An entry that is added is a table: ``repairs``, ``finding``, ``reason``, ``issue``, ``expires``.
    """

    removed: frozenset[int] = frozenset()
    renewed: Mapping[int, date] = field(default_factory=dict)  # to this date
    added: Sequence[Mapping[str, Any]] = ()

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.removed or self.renewed or self.added)

    def applied(self, entries: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """The entries as they are to be."""
        dates = {number: {"expires": each} for number, each in self.renewed.items()}
        kept = [
            {**entry, **dates.get(number, {})}
            for number, entry in enumerate(entries)
            if number not in self.removed
        ]
        return [*kept, *self.added]


def known_places(text: str) -> tuple[KnownPlace, ...]:
    """Where the known findings of a valid port.toml stand, in its order."""
    layout = _Layout.of(text)
    spans = _in_array(layout.array, text) if layout.array else layout.tables
    return tuple(_place(text, span, is_in_array=layout.array is not None) for span in spans)


def rewrite_known(text: str, changes: KnownChanges) -> str:
    """A valid port.toml with other known findings; all else stays as it is, to the character.

    An entry is what is between its header and its last value. Comments outside stay; of the blank
    lines on both sides of an entry that goes, only one side stays. New entries come last.

    Raises HarnessError where the text would not say what it is to say.
    """
    layout = _Layout.of(text)
    if layout.array:
        start, end = layout.array
        rewritten = text[:start] + _changed_array(text[start:end], changes) + text[end:]
    else:
        rewritten = _changed_tables(text, layout.tables, changes)
    content = tomllib.loads(text)
    wanted = {**content, KNOWN: changes.applied(content.get(KNOWN, []))}
    if {KNOWN: [], **tomllib.loads(rewritten)} != wanted:
        raise HarnessError(
            "the known findings cannot be rewritten so that all else stays",
            hint="change them by hand, and please report this",
        )
    return rewritten


_Span = tuple[int, int]  # of characters


@dataclass(frozen=True, slots=True)
class _Layout:
    """Either an array ``known = [...]``, or any number of tables, from header to last value."""

    array: _Span | None
    tables: tuple[_Span, ...]

    @classmethod
    def of(cls, text: str) -> _Layout:
        array, tables = None, list[_Span]()
        table = ""  # that we are in: none, known or another
        for start, end, value in _statements(text):
            if _HEADER.match(text, start):
                table = KNOWN if value == {KNOWN: [{}]} else "other"
                if table == KNOWN:
                    tables.append((start, end))
            elif not table and KNOWN in value:
                array = start, end
            elif table == KNOWN and value:
                tables[-1] = tables[-1][0], end
        return cls(array, tuple(tables))


def _statements(text: str) -> Iterator[tuple[int, int, Mapping[str, Any]]]:
    """Headers, values, comments and blank lines: each with its span, and what it says alone."""
    start = end = 0
    while start < len(text):
        end = _next_line(text, end)
        value = _parsed(text[start:end])
        if value is not None:
            yield start, end, value
            start = end
        elif end == len(text):
            raise ValueError("not a valid port.toml")


def _next_line(text: str, position: int) -> int:
    return text.find("\n", position) + 1 or len(text)


def _parsed(text: str) -> dict[str, Any] | None:
    """What a piece of TOML says; None where it is not whole."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _in_array(array: _Span, text: str) -> list[_Span]:
    """The spans of an array's entries: what comes before one is whole once it is closed."""
    begin, end = array
    spans, start = list[_Span](), begin
    for brace in re.finditer(r"[{}]", text[begin:end]):
        position = begin + brace.start() + (brace[0] == "}")
        so_far = _parsed(text[begin:position] + "]")
        if so_far is None or len(so_far[KNOWN]) != len(spans) + (brace[0] == "}"):
            continue
        if brace[0] == "{":
            start = position
        else:
            spans.append((start, position))
    return spans


def _place(text: str, span: _Span, *, is_in_array: bool) -> KnownPlace:
    start, end = span
    first = text.count("\n", 0, start) + 1
    last = first + text.count("\n", start, end - 1)
    if not is_in_array:
        return KnownPlace(first, last)
    before = text[text.rfind("\n", 0, start) + 1 : start]
    after = _AFTER_ENTRY.match(text, end)
    is_last = bool(re.match(r"(?:\s|#[^\n]*\n)*\]", text[after.end() :])) if after else False
    is_alone = _BEFORE_ENTRY.fullmatch(before) and after and (after["comma"] or is_last)
    return KnownPlace(first, last if is_alone else None)


def _changed_tables(text: str, tables: Sequence[_Span], changes: KnownChanges) -> str:
    """New entries after the last one, or at the end; then from back to front: spans stay true."""
    if changes.added:
        place = tables[-1][1] if tables else len(text)
        text = text[:place] + _inserted(text[:place], text[place:], changes.added) + text[place:]
    for number, (start, end) in reversed(list(enumerate(tables))):
        if number in changes.renewed:
            renewed = _renewed_table(text[start:end], changes.renewed[number])
            text = text[:start] + renewed + text[end:]
        if number in changes.removed:
            text = _without(text, start, end)
    return text


def _inserted(before: str, after: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """Entries as tables, a blank line apart from each other and from what surrounds them."""
    line_end = "\r\n" if before.partition("\n")[0].endswith("\r") else "\n"
    tables = line_end.join(_table(entry).replace("\n", line_end) for entry in entries)
    if before and not before.endswith("\n"):  # as the file ended, it ends
        return f"{line_end * 2}{tables.removesuffix(line_end)}"
    above = "" if not before or _ends_blank(before) else line_end
    below = "" if not after or _starts_blank(after) else line_end
    return above + tables + below


def _table(entry: Mapping[str, Any]) -> str:
    table = tomlkit.table()
    table.update(entry)
    tables = tomlkit.aot()
    tables.append(table)
    return tomlkit.dumps({KNOWN: tables})


def _renewed_table(table: str, expires: date) -> str:
    document = tomlkit.parse(table)
    tables = document[KNOWN]
    assert isinstance(tables, AoT)
    tables[0]["expires"] = expires
    return tomlkit.dumps(document)


def _without(text: str, start: int, end: int) -> str:
    """Without an entry, and without the blank lines on one side where they are on both."""
    before, after = text[:start], text[end:]
    if not before or _ends_blank(before):
        after = after[_blank_lines(after) :]
    while not after and _ends_blank(before):
        before = before[: before.rfind("\n", 0, -1) + 1]
    return before + after


def _ends_blank(text: str) -> bool:
    return text.endswith("\n") and not text[:-1].rpartition("\n")[2].strip()


def _starts_blank(text: str) -> bool:
    return not text.partition("\n")[0].strip()


def _blank_lines(text: str) -> int:
    """How many characters of blank lines a text begins with."""
    position = 0
    while position < len(text) and _starts_blank(text[position:]):
        position = _next_line(text, position)
    return position


def _changed_array(array: str, changes: KnownChanges) -> str:
    is_windows = array.count("\n") == array.count("\r\n") > 0
    array = array.replace("\r\n", "\n") if is_windows else array
    for entry in changes.added:
        array = _with_entry(array, entry)
    document = tomlkit.parse(array)
    entries = document[KNOWN]
    assert isinstance(entries, Array)
    for number, expires in changes.renewed.items():
        table = entries[number]
        assert isinstance(table, InlineTable)
        table["expires"] = expires
    for number in sorted(changes.removed, reverse=True):
        del entries[number]
    changed = tomlkit.dumps(document)
    return changed.replace("\n", "\r\n") if is_windows else changed


def _with_entry(array: str, entry: Mapping[str, Any]) -> str:
    """With one more entry, on a line of its own where the last one is; tomlkit would not do it.

    It puts what it adds behind a comment on the same line.
    """
    table = tomlkit.inline_table()
    table.update(entry)
    added = table.as_string()
    spans = _in_array((0, len(array)), array)
    if not spans:
        start = array.index("[") + 1
        return array[:start] + added + array[start:]
    start, end = spans[-1]
    indent = array[array.rfind("\n", 0, start) + 1 : start]
    after = _AFTER_ENTRY.match(array, end)
    if indent.strip():
        return f"{array[:end]}, {added}{array[end:]}"
    if not after:
        return f"{array[:end]},\n{indent}{added}{array[end:]}"
    behind = array[end : after.start("comma")] + array[after.end("comma") : after.end()]
    return f"{array[:end]},{behind}{indent}{added}{after['comma']}\n{array[after.end() :]}"
