"""Python packages that ports need, in the environment of the Python that runs goldstep."""

from __future__ import annotations

import importlib.metadata
import re
import sys

from goldstep.errors import ToolchainError


def name_in(requirement: str) -> str:
    """The distribution that a requirement names."""
    found = re.match(r"[\w.-]+", requirement)
    return found[0] if found else requirement


def installed(requirement: str) -> str | None:
    """The version of the distribution that a requirement names, or None where it is not there."""
    try:
        return importlib.metadata.version(name_in(requirement))
    except importlib.metadata.PackageNotFoundError:
        return None


def version(requirement: str) -> str:
    """Its version; raises ToolchainError, with the hint, where it is not installed."""
    found = installed(requirement)
    if found is None:
        raise ToolchainError(
            f"the Python package {requirement} is not installed for {sys.executable}",
            hint=f"run `goldstep doctor --install`, or pip install {requirement}",
        )
    return found
