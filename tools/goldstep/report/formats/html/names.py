"""File names for what a stream names: plain and unique, whatever the names hold."""

from __future__ import annotations

import re

_LONGEST = 40
_OTHER = re.compile(r"[^a-z0-9]+")


class Names:
    """Gives out names, none of them twice."""

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
