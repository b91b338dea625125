"""The Maven repository on the network, through ``jgo``, a resolver in pure Python.

The only module that imports jgo, and it does so inside its functions: that takes 0.3 s, and nothing
of it is needed once the jars are in the cache. jgo writes straight to the final file name, so it
works in folders of its own, from where whole and checked files are moved.
"""

from __future__ import annotations

import logging
import os
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from goldstep.build.toolchain.coordinate import Coordinate
from goldstep.errors import ToolchainError

REMOTE_VARIABLE = "GOLDSTEP_MAVEN_REMOTE"
INSTALL_JVM = "run `goldstep doctor --install`, or pip install 'goldstep[jvm]'"

Announce = Callable[[str], None]
"""Is told the coordinate of every jar that is about to be fetched."""

_TIMEOUT = 30
"""Seconds without an answer after which a request is given up."""
_PAUSES = (0.5, 2.0)
"""Seconds to wait before the second and the third attempt where the network failed."""
_AT_ONCE = 4
"""Jars that are fetched at the same time."""

_Answer = TypeVar("_Answer")


def dependencies(roots: Iterable[Coordinate]) -> tuple[Coordinate, ...]:
    """All jars of a class path for ``roots``: themselves first, then what they need to run.

    Where the roots need different versions of one library, jgo's choice stands. Raises
    ToolchainError where a root is unknown or the repository cannot be reached.
    """
    wanted = tuple(roots)

    def ask() -> list[Any]:
        from jgo.parse import Coordinate as Parsed

        with tempfile.TemporaryDirectory(prefix="goldstep-maven-") as folder:
            context = _context(Path(folder))
            direct, transitive = context.resolver.resolve(
                [
                    context.create_dependency(
                        Parsed(root.group, root.artifact, root.version, root.classifier or None)
                    )
                    for root in wanted
                ]
            )
            return [*direct, *transitive]

    found = _persist(ask, f"cannot resolve {', '.join(map(str, wanted))}")
    jars = (
        ":".join(filter(None, (jar.groupId, jar.artifactId, jar.version, jar.classifier)))
        for jar in found
        if jar.type == "jar"
    )
    return tuple(map(Coordinate.parse, dict.fromkeys(jars)))


def download(
    jars: Iterable[Coordinate], folder: Path, announce: Announce
) -> dict[Coordinate, Path]:
    """Fetch jars into ``folder``, several at once. Nothing about their content is checked here.

    Raises ToolchainError for the first that cannot be had.
    """
    wanted = tuple(jars)

    def fetch(jar: Coordinate) -> Path:
        announce(str(jar))

        def ask() -> Path:
            # A new folder for each attempt: jgo would take half a file for a whole one.
            context = _context(Path(tempfile.mkdtemp(dir=folder)))
            component = context.project(jar.group, jar.artifact).at_version(jar.version)
            return Path(component.artifact(jar.classifier).resolve())

        return _persist(ask, f"cannot fetch {jar}")

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(wanted, pool.map(fetch, wanted), strict=True))


def _context(folder: Path) -> Any:
    from jgo.maven import MavenContext

    # jgo warns through logging; without any handler that would go to standard error.
    logging.getLogger("jgo").addHandler(logging.NullHandler())
    mirror = os.environ.get(REMOTE_VARIABLE)
    remotes = {"mirror": mirror.rstrip("/")} if mirror else None
    return MavenContext(repo_cache=folder, remote_repos=remotes, timeout=_TIMEOUT)


def _persist(ask: Callable[[], _Answer], problem: str) -> _Answer:
    """Ask, and again where the network failed; say what went wrong in one line."""
    for pause in (*_PAUSES, None):
        try:
            return ask()
        except ImportError as error:
            raise ToolchainError(
                f"{problem}: the Python package jgo is not installed", hint=INSTALL_JVM
            ) from error
        except Exception as error:  # jgo raises what comes: RuntimeError, requests', XML errors
            if not _from_network(error):
                raise ToolchainError(
                    f"{problem}: {_reason(error)}", hint="check the coordinate"
                ) from error
            if pause is None:
                raise ToolchainError(
                    f"{problem}: the Maven repository cannot be reached ({type(error).__name__})",
                    hint="connect to a network, once, and run it again",
                ) from error
            time.sleep(pause)
    raise AssertionError("the last attempt returns or raises")


def _from_network(error: Exception) -> bool:
    """Whether one of requests' own errors, which jgo lets through; they have no stubs to import."""
    return any(kind.__module__.partition(".")[0] == "requests" for kind in type(error).__mro__)


def _reason(error: Exception) -> str:
    text = str(error)
    # jgo spells out its whole configuration here.
    return "no Maven repository has it" if "not found in remote" in text else text.splitlines()[0]
