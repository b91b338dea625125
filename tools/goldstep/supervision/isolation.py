"""Isolation of ports: no network, and no writing outside their folder.

By bubblewrap if users may make namespaces; else by Landlock; else not at all, and the results
say why.
"""

from __future__ import annotations

from enum import StrEnum

from goldstep.errors import ToolchainError
from goldstep.supervision.bubblewrap import bubblewrap
from goldstep.supervision.landlock import landlock
from goldstep.supervision.sandbox import Sandbox

MECHANISMS = (bubblewrap, landlock)
"""What isolates ports, the best first: each says what it does here."""


class SandboxMode(StrEnum):
    """Whether ports are isolated: if it can be done, never, or always."""

    AUTO = "auto"
    OFF = "off"
    REQUIRED = "required"


def sandbox(mode: SandboxMode) -> Sandbox:
    """What isolates ports here. Raises ToolchainError if it is required and cannot be done."""
    if mode is SandboxMode.OFF:
        return Sandbox("switched off")
    found = _first()
    if mode is SandboxMode.REQUIRED and not found.isolates:
        raise ToolchainError(
            f"ports cannot be isolated here: {found.detail}",
            hint=f"{found.hint}, or run without --sandbox required",
        )
    return found


def look_again() -> None:
    """Forgets what isolates: something may have been installed since."""
    for mechanism in MECHANISMS:
        mechanism.cache_clear()


def _first() -> Sandbox:
    """The first that isolates; if none does, why not, and how any would."""
    failures: list[Sandbox] = []
    for mechanism in MECHANISMS:
        found = mechanism()
        if found.isolates:
            return found
        failures.append(found)
    return Sandbox(
        ", and ".join(dict.fromkeys(failure.detail for failure in failures)),
        tuple(dict.fromkeys(hint for failure in failures for hint in failure.hints)),
    )
