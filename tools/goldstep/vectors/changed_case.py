"""Which case of a damaged file was hit, where the file as it was can still be had."""

from __future__ import annotations

import hashlib
import re
from itertools import zip_longest

from goldstep.paths import vectors_folder
from goldstep.vectors.recompute import remake

_ID = re.compile(rb'\{"id":"([^"]+)"')


def damaged_case(path: str, found: bytes, sha256: str) -> str | None:
    """The id of the first case in which ``found`` is not the file of this SHA-256.

    None where the difference is in no case, or the file as it was is neither among the vectors that
    come with goldstep nor made by its reference. ``path`` is relative to the folder of vectors.
    """
    intact = _intact(path, sha256)
    return None if intact is None else first_changed_case(intact, found)


def first_changed_case(intact: bytes, found: bytes) -> str | None:
    """The id of the first case of the vector file ``intact`` that is another in ``found``."""
    for line, other in zip_longest(intact.split(b"\n"), found.split(b"\n")):
        if line != other:
            return _case_of_line(line or b"")
    return None


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
    """The id of the case that a line of a vector file holds."""
    match = _ID.match(line)
    return match[1].decode(errors="replace") if match else None


def _intact(path: str, sha256: str) -> bytes | None:
    try:
        bundled = (vectors_folder() / path).read_bytes()
    except OSError:
        bundled = b""
    if hashlib.sha256(bundled).hexdigest() == sha256:
        return bundled
    try:  # these are the damaged ones themselves, or of another version
        made = remake(path).encode()
    except KeyError:
        return None
    return made if hashlib.sha256(made).hexdigest() == sha256 else None
