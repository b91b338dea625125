"""Python packages that ports need: beside goldstep, or in an environment of their own.

What goldstep's own environment has already is used there, which takes no time. Else all that the
port names goes into an environment in the cache, made once by uv where it is there, by pip
otherwise. goldstep's own environment is never changed for a port.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
import venv
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement

from goldstep.build.toolchain import kept
from goldstep.build.toolchain.client import run_client
from goldstep.build.toolchain.offer import NOT_FETCHED, Offer
from goldstep.build.toolchain.remote import Announce
from goldstep.errors import ToolchainError

_LIST = (
    "import importlib.metadata as metadata\n"
    "for each in metadata.distributions(): print(each.name, each.version)\n"
)


def installed(name: str) -> str | None:
    """The version of a distribution beside goldstep, or None if it is not there."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def python(requirements: Iterable[str], announce: Announce | None) -> Offer:
    """The Python with these packages, as ``{python}``.

    ``announce`` is told what is about to be fetched; without it nothing is. Raises ToolchainError
    if the environment is not there and cannot be made.
    """
    wanted = [each for each in map(Requirement, requirements) if _is_for_this_machine(each)]
    own = [_beside_goldstep(each) for each in wanted]
    if None not in own:
        return Offer(
            tuple(f"{each.name} {version}" for each, version in zip(wanted, own, strict=True)),
            f"installed for {sys.executable}",
            words={"python": (sys.executable,)},
        )
    made = environment(map(str, wanted), announce)
    return Offer(
        made.versions,
        f"in the environment {made.folder}",
        words={"python": (str(_python_in(made.folder)),)},
    )


def environment(requirements: Iterable[str], announce: Announce | None) -> kept.Kept:
    """An environment in the cache with these packages.

    Raises ToolchainError if it is not there and cannot be made, or ``announce`` is None.
    """
    names = sorted(requirements)
    version = f"{platform.python_implementation()} {platform.python_version()}"
    key = (version, sys.base_prefix, *names)
    if found := kept.find("python", key):
        return found
    if announce is None:
        problem = f"no environment with {', '.join(names)} is made yet"
        raise ToolchainError(problem, hint=NOT_FETCHED)
    announce(f"Python packages: {' '.join(names)}")
    return kept.keep("python", key, lambda folder: _make(folder, names))


def _is_for_this_machine(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate()


def _beside_goldstep(requirement: Requirement) -> str | None:
    """The version in goldstep's own environment, if it is one that will do."""
    if requirement.extras or requirement.url:
        return None
    version = installed(requirement.name)
    fits = version and requirement.specifier.contains(version, prereleases=True)
    return version if fits else None


def _make(folder: Path, requirements: list[str]) -> list[str]:
    """Makes the environment, and lists what is in it."""
    python = _python_in(folder)
    venv.create(folder, symlinks=True)
    beside = str(Path(sys.executable).parent)
    uv = shutil.which("uv", path=os.pathsep.join((beside, *os.get_exec_path())))
    command = (
        (uv, "pip", "install", "--python", python)
        if uv
        else (sys.executable, "-m", "pip", "--python", python, "install")
    )
    problem = f"the Python packages {', '.join(requirements)} cannot be installed"
    hint = "check the names and versions in port.toml, and the network; pip or uv has to be there"
    run_client([*command, "--quiet", *requirements], problem, hint, folder)
    return sorted(run_client([python, "-I", "-c", _LIST], problem, hint, folder).splitlines())


def _python_in(environment: Path) -> Path:
    return environment / "bin" / "python"
