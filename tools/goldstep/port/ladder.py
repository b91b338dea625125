"""A port's ladder: as printed, then with one more repair at a time."""

from __future__ import annotations

from enum import Enum

from goldstep.port.port import Port

AS_PRINTED = "as printed"
AS_IT_IS = "as it is"  # a port without repairs has one rung


class Climb(Enum):
    """Which rungs are run."""

    WHOLE_LADDER = "whole ladder"
    AS_PRINTED = "as printed"
    REPAIRED = "repaired"

    def rungs(self, port: Port) -> tuple[int, ...]:
        """The rungs, as numbers of repairs."""
        match self:
            case Climb.WHOLE_LADDER:
                return tuple(range(len(port.repairs) + 1))
            case Climb.AS_PRINTED:
                return (0,)
            case Climb.REPAIRED:
                return (len(port.repairs),)


def rung_label(port: Port, repairs: int) -> str:
    """The rung's name: its last repair."""
    if repairs:
        return port.repairs[repairs - 1].label
    return AS_PRINTED if port.repairs else AS_IT_IS
