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


def no_package(name: str) -> ToolchainError:
    """Says that ``name`` is not installed, and how to install it."""
    return ToolchainError(
        f"the Python package {name} is not installed for {sys.executable}",
        hint=f"run `goldstep doctor --install`, or pip install {name}",
    )


def versions(names: tuple[str, ...]) -> tuple[str, ...]:
    """Each name with its version; raises ToolchainError for one that is not installed."""
    found = {name: installed(name) for name in names}
    for name, version in found.items():
        if version is None:
            raise no_package(name)
    return tuple(f"{name} {version}" for name, version in found.items())
