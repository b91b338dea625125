"""port.toml as text: the lines of its known findings, and how to rewrite them and little else."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any

import tomlkit
from tomlkit.items import Array

from goldstep.errors import HarnessError

KNOWN = "known"
Entry = Mapping[str, Any]


def known_entries(text: str) -> list[Entry]:
    """The known findings of a valid port.toml, as tables."""
    entries: list[Entry] = tomllib.loads(text).get(KNOWN, [])
    return entries


def known_places(text: str) -> list[slice]:
    """The lines of each ``[[known]]`` in a valid port.toml, counted from 0: header to last value.

    Nothing where known findings stand in an array ``known = [...]``.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    entries, places = known_entries(text), list[slice]()
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


def rewrite_known(text: str, kept: Sequence[Entry | None], added: Sequence[Entry] = ()) -> str:
    """A valid port.toml with other known findings: as ``kept`` says by number (None: it goes).

    ``added`` come behind. Of ``[[known]]`` tables only their own lines change; an array
    ``known = [...]`` is changed by tomlkit, which may move comments. Raises HarnessError where the
    text would not say this, and all else as before.
    """
    if list(kept) == known_entries(text) and not added:
        return text
    is_windows = text.count("\n") == text.count("\r\n") > 0
    rewritten = text.replace("\r\n", "\n") if is_windows else text
    document = tomlkit.parse(rewritten)
    entries = document.get(KNOWN)
    if isinstance(entries, Array):
        _rewrite_array(entries, kept, added)
        rewritten = tomlkit.dumps(document)
    else:
        rewritten = _rewritten_tables(rewritten, kept, added)
    wanted = [*filter(None, kept), *added]
    if _said(rewritten) != {**tomllib.loads(text), KNOWN: wanted}:
        raise HarnessError(
            "the known findings cannot be rewritten so that all else stays",
            hint="change them by hand, and please report this",
        )
    return rewritten.replace("\n", "\r\n") if is_windows else rewritten


def _rewrite_array(entries: Array, kept: Sequence[Entry | None], added: Sequence[Entry]) -> None:
    for number, entry in reversed(list(enumerate(kept))):
        if entry:
            _fill(entries[number], entry)
        else:
            del entries[number]
    for entry in added:
        table = tomlkit.inline_table()
        table.update(entry)
        entries.append(table)


def _rewritten_tables(text: str, kept: Sequence[Entry | None], added: Sequence[Entry]) -> str:
    """From the last line to the first, so that the lines' numbers stay true."""
    lines = text.split("\n")
    places = known_places(text)
    end = places[-1].stop if places else len(text.rstrip().split("\n"))
    for entry in reversed(added):
        lines[end:end] = ["", *tomlkit.dumps({KNOWN: [entry]}).split("\n")[:-1]]
    for place, entry in reversed(list(zip(places, kept, strict=True))):
        if entry:
            document = tomlkit.parse("\n".join(lines[place]))
            _fill(document[KNOWN][0], entry)
            lines[place] = tomlkit.dumps(document).split("\n")
            continue
        del lines[place]
        at = place.start
        while at < len(lines) and not any(line.strip() for line in lines[max(at - 1, 0) : at + 1]):
            del lines[at]  # of blank lines on both sides, those above stay
    return "\n".join(lines)


def _fill(table: MutableMapping[str, Any], entry: Entry) -> None:
    """Values that are there already stay as they are written."""
    for key, value in entry.items():
        if table.get(key) != value:
            table[key] = value
