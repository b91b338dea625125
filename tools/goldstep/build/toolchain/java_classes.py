"""Which classes a Java program here could import: those of the runtime and of the jars.

Tells a name that only lacks its import from a name that nothing has. The runtime itself is asked,
by a small Java program, once for itself and once for the jars; its answers are kept in the cache.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from goldstep.build.toolchain.cache import write_whole
from goldstep.build.toolchain.java import SHORT_LIVED, JavaToolchain
from goldstep.build.toolchain.library import Jar
from goldstep.errors import ToolchainError
from goldstep.paths import cache_folder

_SOURCE = Path(__file__).with_name("PublicClasses.java")
_PREFERENCE = (r"java\.lang\.", r"java\.util\.", r"java\.", r"javax\.", r"scala\.", "")
"""What a name most likely means, where several packages have it."""


def classes_named(java: JavaToolchain, jars: tuple[Jar, ...], name: str) -> tuple[str, ...]:
    """The qualified names of all public classes with this simple name, likeliest first.

    Nested classes come after top-level ones (``java.util.Map.Entry`` for ``Entry``). A qualified
    ``name`` is looked up as it stands, and may be a Clojure namespace too. Takes 2 s the first time
    for a runtime, as much for 40 MB of jars, 10 ms afterwards. Raises ToolchainError where the
    runtime cannot be asked.
    """
    simple = name.rpartition(".")[2]
    index = public_classes(java, jars)
    found = index.get(simple, ())
    if simple == name:
        return found
    # Clojure compiles a namespace to a class that loads it.
    return (name,) if name in found or f"{name}__init" in index.get(f"{simple}__init", ()) else ()


def public_classes(java: JavaToolchain, jars: tuple[Jar, ...]) -> Mapping[str, tuple[str, ...]]:
    """Simple name -> qualified names of public classes of Java SE and the jars, likeliest first."""
    return _index(java, jars, cache_folder())


@functools.cache
def _index(
    java: JavaToolchain, jars: tuple[Jar, ...], cache: Path
) -> Mapping[str, tuple[str, ...]]:
    names = {*_names(java, (), cache), *(_names(java, jars, cache) if jars else ())}
    index: dict[str, list[str]] = {}
    for name in sorted(names, key=_likelihood):
        index.setdefault(name.rpartition(".")[2], []).append(name)
    return {simple: tuple(names) for simple, names in index.items()}


def _names(java: JavaToolchain, jars: tuple[Jar, ...], cache: Path) -> list[str]:
    """Of the jars, or of Java SE without any: from the cache, else from the runtime."""
    parts = (java.identity, _SOURCE.read_text("utf-8"), *(jar.sha256 for jar in jars))
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
    file = cache / "java-classes" / f"{key}.txt"
    try:
        return file.read_text("utf-8").split()
    except (OSError, UnicodeDecodeError):
        text = _ask(java, [str(jar.path) for jar in jars])
        write_whole(file, text.encode())
        return text.split()


def _ask(java: JavaToolchain, jars: list[str]) -> str:
    """Compile and run PublicClasses.java. Raises ToolchainError where that does not work."""
    with tempfile.TemporaryDirectory(prefix="goldstep-java-") as folder:
        compile_ = [*java.javac(Path(folder, "log.xml")), "-d", folder, str(_SOURCE)]
        path = os.pathsep.join([folder, *jars])
        start = [*java.java(), *SHORT_LIVED, "--add-modules", "java.se", "-cp", path]
        output = ""
        for command in (compile_, [*start, _SOURCE.stem, *jars]):
            done = subprocess.run(
                command, capture_output=True, encoding="utf-8", errors="replace", check=False
            )
            if done.returncode != 0:
                raise ToolchainError(
                    f"this Java does not work: {(done.stderr or done.stdout).strip()[:300]}",
                    place=java.description,
                    hint="set GOLDSTEP_JAVA or JAVA_HOME to use another",
                )
            output = done.stdout
        return output


def _likelihood(name: str) -> tuple[int, bool, str]:
    rank = next(place for place, start in enumerate(_PREFERENCE) if re.match(start, name))
    nested = re.search(r"\.[A-Z]\w*\.", name) is not None
    return (rank + len(_PREFERENCE) * nested, nested, name)
