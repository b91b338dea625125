"""Where in a vector file something is: in which case, by its line or by its keys."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

Keys = Sequence[str | int]

_ID = re.compile(rb'\{"id":"([^"]+)"')  # a case is a line


def first_changed_case(intact: bytes, found: bytes) -> str | None:
    """The id of the first case of the vector file ``intact`` that is another in ``found``."""
    for line, other in zip_longest(intact.split(b"\n"), found.split(b"\n")):
        if line != other:
            return _case_of_line(line or b"")
    return None


def place_of_keys(keys: Keys, ids: Sequence[str]) -> str:
    """What the keys lead to, in words; ``ids`` are those of the file's cases."""
    match keys:
        case ["cases", int(index), *rest] if index < len(ids):
            return f"case {ids[index]}, {' '.join(map(str, rest))}".rstrip(", ")
    return " ".join(map(str, keys)) or "the whole"


def place_of_error(data: bytes, error: str) -> str:
    """The case or line that a message of msgspec is about, by its key or byte; else nothing."""
    lines = data.split(b"\n")
    if match := re.search(r"\(byte (\d+)\)", error):
        number = data.count(b"\n", 0, int(match[1]))
    elif match := re.search(r"\$\.cases\[(\d+)\]", error):
        cases = [number for number, line in enumerate(lines) if line.startswith(b'{"')]
        number = dict(enumerate(cases)).get(int(match[1]), 0)
    else:
        return ""
    case = _case_of_line(lines[number])
    return f", case {case}" if case else f", line {number + 1}"


def _case_of_line(line: bytes) -> str | None:
    match = _ID.match(line)
    return match[1].decode(errors="replace") if match else None
