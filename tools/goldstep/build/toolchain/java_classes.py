"""Which classes a Java program here could import: those of the runtime and of the jars.

Tells a name that only lacks its import from a name that nothing has. The runtime is asked itself,
by a small Java program, once; its answer is kept in the cache.
"""

from __future__ import annotations

import functools
import hashlib
import re
import struct
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from goldstep.build.toolchain.cache import write_whole
from goldstep.build.toolchain.java import JavaToolchain
from goldstep.errors import ToolchainError
from goldstep.paths import cache_folder

_SOURCE = Path(__file__).with_name("PublicClasses.java")
_PREFERENCE = (r"java\.lang\.", r"java\.util\.", r"java\.", r"javax\.", r"scala\.", "")
"""What a name most likely means, where several packages have it."""
_ACC_PUBLIC = 0x0001


def classes_named(java: JavaToolchain, jars: Sequence[Path], name: str) -> tuple[str, ...]:
    """The qualified names of all public classes with this simple name, likeliest first.

    Nested classes come after top-level ones (``java.util.Map.Entry`` for ``Entry``). A qualified
    ``name`` is looked up as it stands, and may be a Clojure namespace too. Takes 2 s the first time
    for a runtime, 10 ms afterwards. Raises ToolchainError where the runtime cannot be asked.
    """
    package, _, simple = name.rpartition(".")
    known = {
        *public_classes(java).get(simple, ()),
        *(found for jar in jars for found in _in_jar(jar, simple)),
    }
    if package:
        # Clojure compiles a namespace to a class that loads it.
        loaders = [found for jar in jars for found in _in_jar(jar, f"{simple}__init")]
        known = {name} & {*known, *(loader.removesuffix("__init") for loader in loaders)}
    return tuple(sorted(known, key=_likelihood))


def public_classes(java: JavaToolchain) -> Mapping[str, tuple[str, ...]]:
    """Simple name -> qualified names of the public classes of Java SE, likeliest first."""
    return _index(java, cache_folder())


@functools.cache
def _index(java: JavaToolchain, cache: Path) -> Mapping[str, tuple[str, ...]]:
    key = hashlib.sha256(java.identity.encode() + _SOURCE.read_bytes()).hexdigest()[:16]
    file = cache / "java-classes" / f"{key}.txt"
    try:
        text = file.read_text("ascii")
    except (OSError, UnicodeDecodeError):
        text = _ask(java)
        write_whole(file, text.encode("ascii"))
    index: dict[str, list[str]] = {}
    for name in sorted(text.split(), key=_likelihood):
        index.setdefault(name.rpartition(".")[2], []).append(name)
    return {simple: tuple(names) for simple, names in index.items()}


def _ask(java: JavaToolchain) -> str:
    """Compile and run PublicClasses.java. Raises ToolchainError where that does not work."""
    with tempfile.TemporaryDirectory(prefix="goldstep-java-") as folder:
        compile_ = [*java.javac(Path(folder, "log.xml")), "-d", folder, str(_SOURCE)]
        run = [*java.java(), "--add-modules", "java.se", "-cp", folder, _SOURCE.stem]
        output = ""
        for command in (compile_, run):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
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


def _in_jar(jar: Path, simple: str) -> Iterator[str]:
    """Public classes with this simple name in a jar; only files of that name are opened."""
    entries = _entries(jar, jar.stat().st_mtime_ns).get(simple, ())
    if entries:
        with zipfile.ZipFile(jar) as archive:
            for entry in entries:
                if _is_public(archive.read(entry)):
                    yield entry.removesuffix(".class").replace("/", ".").replace("$", ".")


@functools.lru_cache(maxsize=256)
def _entries(jar: Path, mtime_ns: int) -> Mapping[str, tuple[str, ...]]:
    """Simple name -> class files in the jar."""
    with zipfile.ZipFile(jar) as archive:
        entries = {name for name in archive.namelist() if name.endswith(".class")}
    index: dict[str, list[str]] = {}
    for entry in sorted(entries):
        _, dollar, simple = re.split(r"[/.]", entry)[-2].rpartition("$")
        # Clojure names the class of a function like a nested class, of an outer one there is not.
        if not dollar or entry.replace(f"${simple}.class", ".class") in entries:
            index.setdefault(simple, []).append(entry)
    return {simple: tuple(names) for simple, names in index.items()}


def _is_public(content: bytes) -> bool:
    try:
        return bool(_access_flags(content) & _ACC_PUBLIC)
    except (struct.error, IndexError, KeyError):  # nothing that Java would load
        return False


def _access_flags(content: bytes) -> int:
    """The access flags of a class file (Java Virtual Machine Specification, section 4.1).

    They follow the constant pool, whose entries have to be walked over by their sizes.
    """
    (count,) = struct.unpack_from(">H", content, 8)
    offset, index = 10, 1
    while index < count:
        tag = content[offset]
        if tag == 1:  # text: its length in bytes, then the bytes
            (length,) = struct.unpack_from(">H", content, offset + 1)
            offset += 3 + length
        else:
            offset += _ENTRY_SIZES[tag]
        index += 2 if tag in (5, 6) else 1  # long and double count twice
    (flags,) = struct.unpack_from(">H", content, offset)
    return int(flags)


_ENTRY_SIZES = {
    **dict.fromkeys((3, 4, 9, 10, 11, 12, 17, 18), 5),
    **dict.fromkeys((5, 6), 9),
    **dict.fromkeys((7, 8, 16, 19, 20), 3),
    15: 4,
}
"""Constant pool tag -> bytes of the entry with its tag (section 4.4); text (tag 1) varies."""
