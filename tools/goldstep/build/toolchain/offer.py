"""What one part of a toolchain gives to the commands of a port."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from goldstep.build.toolchain.remote import Announce

NOT_FETCHED = "run `goldstep doctor --install`; verify fetches it too"


@dataclass(frozen=True)
class Offer:
    """Something that is there: exact ``versions``, and in ``origin`` where it comes from.

    ``words`` are what placeholders of this name stand for, ``variables`` go into the environment of
    the commands, and ``places``, files and folders by name, into the copy of the port's folder.
    Builds that write to ``shared`` run one at a time.
    """

    versions: tuple[str, ...]
    origin: str
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Path] = field(default_factory=dict)
    shared: Path | None = None

    @property
    def description(self) -> str:
        """All of it in one line, for people."""
        return f"{', '.join(self.versions)}, {self.origin}"


Find = Callable[[Announce | None], Offer]
"""Finds a part. It is told whom to tell what is about to be fetched; nothing is fetched for None.

Raises ToolchainError if the part is not there and cannot be had.
"""
