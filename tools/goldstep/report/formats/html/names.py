"""Names of files and places for what a stream names, whatever the names hold."""

from __future__ import annotations

import re
from urllib.parse import quote

_LONGEST = 40
_OTHER = re.compile(r"[^a-z0-9]+")


class Names:
    """Gives out names of files: plain and unique."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, text: str) -> str:
        """A name for ``text``: small letters, digits and hyphens."""
        plain = _OTHER.sub("-", text.lower()[: 2 * _LONGEST]).strip("-")[:_LONGEST] or "port"
        name, number = plain, 1
        while name in self._taken:
            number += 1
            name = f"{plain}-{number}"
        self._taken.add(name)
        return name


def fragment(text: str) -> str:
    """``text`` as it may stand behind the # of an address, and in an attribute."""
    return quote(text, errors="backslashreplace")
