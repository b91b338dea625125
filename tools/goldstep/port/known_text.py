"""port.toml as text: the lines of its known findings, and how to change them and little else."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import tomlkit
from tomlkit.items import Array

from goldstep.errors import HarnessError

KNOWN = "known"
Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KnownChanges:
    """What becomes of known findings, by their number: some go, others expire on another day."""

    gone: set[int] = field(default_factory=set)
    renewed: dict[int, date] = field(default_factory=dict)
    added: list[Entry] = field(default_factory=list)


def known_places(text: str) -> list[slice]:
    """The lines of each ``[[known]]`` in a valid port.toml, counted from 0: header to last value.

    Nothing where known findings stand in an array ``known = [...]``.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    entries, places = tomllib.loads(text).get(KNOWN, []), list[slice]()
    for begin, line in enumerate(lines):
        if _said(line) == {KNOWN: [{}]} and _said(*lines[:begin]):  # not within a string
            alone = {KNOWN: [entries[len(places)]]}
            ends = range(begin + 1, len(lines) + 1)
            end = next(end for end in ends if _said(*lines[begin:end]) == alone)
            places.append(slice(begin, end))
    return places


def _said(*lines: str) -> dict[str, Any] | None:
    """What lines say, known findings in any case; None where they are not TOML."""
    try:
        return {KNOWN: [], **tomllib.loads("\n".join(lines))}
    except tomllib.TOMLDecodeError:
        return None


def rewrite_known(text: str, changes: KnownChanges) -> str:
    """A valid port.toml whose known findings are changed; new ones come last.

    Of tables ``[[known]]`` no other line changes; an array ``known = [...]`` is changed by tomlkit,
    which may move comments. Raises HarnessError where the text would not say this, and all else as
    before.
    """
    if changes == KnownChanges():
        return text
    is_windows = text.count("\n") == text.count("\r\n") > 0
    rewritten = text.replace("\r\n", "\n") if is_windows else text
    document = tomlkit.parse(rewritten)
    array = document.get(KNOWN)
    if isinstance(array, Array):
        _change_array(array, changes)
        rewritten = tomlkit.dumps(document)
    else:
        rewritten = _changed_tables(rewritten, changes)
    wanted = {KNOWN: [], **tomllib.loads(text)}
    for number, day in changes.renewed.items():
        wanted[KNOWN][number]["expires"] = day
    kept = [entry for number, entry in enumerate(wanted[KNOWN]) if number not in changes.gone]
    if _said(rewritten) != {**wanted, KNOWN: [*kept, *changes.added]}:
        raise HarnessError(
            "the known findings cannot be rewritten so that all else stays",
            hint="change them by hand, and please report this",
        )
    return rewritten.replace("\n", "\r\n") if is_windows else rewritten


def _change_array(array: Array, changes: KnownChanges) -> None:
    for number, day in changes.renewed.items():
        array[number]["expires"] = day
    for number in sorted(changes.gone, reverse=True):
        del array[number]
    for entry in changes.added:
        table = tomlkit.inline_table()
        table.update(entry)
        array.append(table)


def _changed_tables(text: str, changes: KnownChanges) -> str:
    """From the last line to the first, so that the lines' numbers stay true."""
    lines = text.split("\n")
    places = known_places(text)
    end = places[-1].stop if places else len(text.rstrip().split("\n"))
    for entry in reversed(changes.added):
        lines[end:end] = ["", *tomlkit.dumps({KNOWN: [entry]}).split("\n")[:-1]]
    for number, place in reversed(list(enumerate(places))):
        if number in changes.renewed:
            document = tomlkit.parse("\n".join(lines[place]))
            document[KNOWN][0]["expires"] = changes.renewed[number]
            lines[place] = tomlkit.dumps(document).split("\n")
        if number in changes.gone:
            del lines[place]
            at = place.start  # of blank lines on both sides, those above stay
            while at < len(lines) and not "".join(lines[max(at - 1, 0) : at + 1]).strip():
                del lines[at]
    return "\n".join(lines)
