"""What a port's ``[toolchain]`` comes to on this machine."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

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
from goldstep.build.toolchain.offer import Offer
from goldstep.build.toolchain.packages import python
from goldstep.build.toolchain.remote import Announce
from goldstep.port.table import ToolchainSpec


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
        """Placeholders that stand for whole arguments, by name: ``python``, ``java``, ``javac``.

        ``log`` is the XML file that the compiler may write its diagnostics to.
        """
        java = self.java
        of_java = {"java": java.java(), "javac": java.javac(log)} if java else {}
        return {**of_java, **{name: w for offer in self.offers for name, w in offer.words.items()}}

    def classes_named(self, name: str) -> tuple[str, ...]:
        """Public classes of the runtime and the jars with this simple name, likeliest first."""
        return classes_named(self.java, self.jars, name) if self.java else ()


def resolve(spec: ToolchainSpec, announce: Announce = lambda _: None) -> ResolvedToolchain:
    """Find what ``spec`` asks for; fetch libraries that are not in the cache yet.

    ``announce`` is told what is about to be fetched. Raises ToolchainError, with the hint, where
    something cannot be had.
    """
    java = None if spec.java is None else _java(spec.java, announce)
    offers = (python(spec.python, announce),)
    return ResolvedToolchain(java, library.jars(spec.maven, announce), offers)


def _java(at_least: int, announce: Announce) -> JavaToolchain:
    found = find_java(at_least)
    if isinstance(found, SystemJdk):
        return found
    (compiler,) = library.jars([ECJ], announce)
    return EmbeddedJdk(found, compiler, max(at_least, OLDEST_LEVEL))
