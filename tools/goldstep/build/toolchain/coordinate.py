"""Maven coordinates: ``group:artifact:version``, with an optional fourth part, the classifier."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from goldstep.errors import ToolchainError

# Every part becomes the name of a folder or file, so none may be "..", absolute or empty.
_PART = r"[A-Za-z0-9_][A-Za-z0-9_+-]*(?:\.[A-Za-z0-9_+-]+)*"
_COORDINATE = re.compile(rf"({_PART}):({_PART}):({_PART})(?::({_PART}))?")
_MOVING = re.compile(r"RELEASE|LATEST|MANAGED|.*-SNAPSHOT", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Coordinate:
    """One jar of a Maven repository."""

    group: str
    artifact: str
    version: str
    classifier: str = ""

    @classmethod
    def parse(cls, text: str) -> Coordinate:
        """Read ``g:a:v`` or ``g:a:v:classifier``.

        Raises ToolchainError for anything else, and for versions that do not stay the same file
        (``RELEASE``, ``1.0-SNAPSHOT``), which no digest could hold.
        """
        match = _COORDINATE.fullmatch(text)
        if match is None:
            raise ToolchainError(
                f"'{text}' is not a Maven coordinate",
                hint='write it as "group:artifact:version"',
            )
        group, artifact, version, classifier = match.groups(default="")
        if _MOVING.fullmatch(version):
            raise ToolchainError(
                f"'{text}' names a version that changes", hint="name a released version"
            )
        return cls(group, artifact, version, classifier)

    @property
    def place(self) -> PurePosixPath:
        """Where a repository in Maven layout keeps the jar."""
        tail = f"-{self.classifier}" if self.classifier else ""
        folder = PurePosixPath(*self.group.split("."), self.artifact, self.version)
        return folder / f"{self.artifact}-{self.version}{tail}.jar"

    @property
    def versionless(self) -> tuple[str, str, str]:
        """What two versions of one library have in common: a class path holds one of them."""
        return (self.group, self.artifact, self.classifier)

    def __str__(self) -> str:
        text = f"{self.group}:{self.artifact}:{self.version}"
        return f"{text}:{self.classifier}" if self.classifier else text
