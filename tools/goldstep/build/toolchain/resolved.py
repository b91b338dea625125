"""What a port's ``[toolchain]`` comes to on this machine."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from goldstep.build.toolchain import library
from goldstep.build.toolchain.java import (
    ECJ,
    OLDEST_LEVEL,
    EmbeddedJdk,
    JavaToolchain,
    SystemJdk,
    find_java,
)
from goldstep.build.toolchain.java_classes import classes_named
from goldstep.build.toolchain.library import Jar
from goldstep.build.toolchain.modules import cargo, go
from goldstep.build.toolchain.npm import npm
from goldstep.build.toolchain.offer import Find, Offer
from goldstep.build.toolchain.packages import python
from goldstep.build.toolchain.programs import c_compiler
from goldstep.build.toolchain.remote import Announce
from goldstep.port.table import ToolchainSpec
from goldstep.port.workspace import Equipment

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class ResolvedToolchain:
    """A toolchain that is there: what the placeholders of a port's commands stand for."""

    java: JavaToolchain | None
    jars: tuple[Jar, ...]
    offers: tuple[Offer, ...]

    @property
    def classpath(self) -> str:
        """``{classpath}``: the jars, joined as Java wants it."""
        return os.pathsep.join(str(jar.path) for jar in self.jars)

    @property
    def identity(self) -> str:
        """What decides what this toolchain builds, for cache keys: versions and digests."""
        parts = (
            f"{platform.python_implementation()} {platform.python_version()}",
            *((self.java.identity,) if self.java else ()),
            *(f"{jar.coordinate} {jar.sha256}" for jar in self.jars),
            *self._versions,
        )
        return "\n".join(parts)

    @property
    def description(self) -> tuple[str, ...]:
        """One line a part, for people: what is used and where it comes from."""
        return (
            *((self.java.description,) if self.java else ()),
            *(
                f"{jar.coordinate} ({'pinned' if jar.pinned else 'not pinned: as first fetched'})"
                for jar in self.jars
            ),
            *self._versions,
        )

    @property
    def _versions(self) -> tuple[str, ...]:
        return tuple(version for offer in self.offers for version in offer.versions)

    def words(self, log: Path) -> Mapping[str, tuple[str, ...]]:
        """Placeholders that stand for whole arguments, by name: ``python``, ``javac``, ``node``.

        ``log`` is the XML file that the compiler may write its diagnostics to.
        """
        java = self.java
        of_java = {"java": java.java(), "javac": java.javac(log)} if java else {}
        return {
            "python": (sys.executable,),
            **of_java,
            **_joined(each.words for each in self.offers),
        }

    @property
    def equipment(self) -> Equipment:
        """What comes into the copy of a port's folder, and into its environment."""
        return Equipment(
            _joined(each.variables for each in self.offers),
            _joined(each.places for each in self.offers),
        )

    @property
    def shared(self) -> tuple[Path, ...]:
        """Locks of folders that builds write to, one at a time."""
        return tuple(each.shared for each in self.offers if each.shared)

    def classes_named(self, name: str) -> tuple[str, ...]:
        """Public classes of the runtime and the jars with this simple name, likeliest first."""
        return classes_named(self.java, self.jars, name) if self.java else ()


def resolve(
    spec: ToolchainSpec, folder: Path = Path(), announce: Announce = lambda _: None
) -> ResolvedToolchain:
    """Find what ``spec`` asks for; fetch what is not in the cache yet.

    ``folder`` is the port's, where Cargo.toml or go.mod is. ``announce`` is told what is about to
    be fetched. Raises ToolchainError, with the hint, where something cannot be had.
    """
    java = None if spec.java is None else _java(spec.java, announce)
    offers = tuple(find(announce) for find in finders(spec, folder).values())
    return ResolvedToolchain(java, library.jars(spec.maven, announce), offers)


def finders(spec: ToolchainSpec, folder: Path) -> Mapping[str, Find]:
    """How each part that ``spec`` asks for is found, by its name; Java and its jars aside."""
    found: dict[str, Find] = {}
    if spec.python:
        found[", ".join(spec.python)] = partial(python, spec.python)
    if spec.npm:
        found[", ".join(spec.npm)] = partial(npm, spec.npm)
    if spec.cargo:
        found["Cargo"] = partial(cargo, folder)
    if spec.go:
        found["Go"] = partial(go, folder)
    if spec.c:
        found["C"] = partial(c_compiler, "cc")
    if spec.cpp:
        found["C++"] = partial(c_compiler, "cxx")
    return found


def _joined(parts: Iterable[Mapping[str, _Value]]) -> dict[str, _Value]:
    return {name: value for part in parts for name, value in part.items()}


def _java(at_least: int, announce: Announce) -> JavaToolchain:
    found = find_java(at_least)
    if isinstance(found, SystemJdk):
        return found
    (compiler,) = library.jars([ECJ], announce)
    return EmbeddedJdk(found, compiler, max(at_least, OLDEST_LEVEL))
