"""What can become of a case that is sent to a port."""

from __future__ import annotations

from dataclasses import dataclass

from goldstep.connection.endings import Ending
from goldstep.connection.protocol import Refused, StepBody
from goldstep.vectors.case import Numbers

__all__ = ["Answered", "Broken", "Lost", "NotRun", "Outcome", "Refused"]


@dataclass(frozen=True, slots=True)
class Answered:
    """The port ran the case. ``gradients`` are what was sent, as they are after the run."""

    steps: tuple[StepBody, ...]
    gradients: tuple[Numbers, ...] | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """What came is the answer to this case, and of a wrong shape; ``hint`` says where to look."""

    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The process ended, or was ended, with this case alone."""

    ending: Ending

    @property
    def message(self) -> str:
        """What happened."""
        return self.ending.message


@dataclass(frozen=True, slots=True)
class NotRun:
    """The case was not judged: why."""

    message: str


Outcome = Answered | Refused | Broken | Lost | NotRun
