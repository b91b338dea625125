"""What one part of a toolchain gives to the commands of a port."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NOT_FETCHED = "run `goldstep doctor --install`; verify fetches it too"


@dataclass(frozen=True)
class Offer:
    """Something that is there: exact ``versions``, and in ``origin`` where they come from.

    ``words`` are what placeholders of this name stand for.
    """

    versions: tuple[str, ...]
    origin: str
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def description(self) -> str:
        """All of it in one line, for people."""
        return f"{', '.join(self.versions)}, {self.origin}"
