"""Isolation by Landlock and seccomp, through sandlock: also where namespaces are forbidden.

In containers and changed roots, of the extra ``goldstep[sandbox]``. What a port may write is its
own folder and some devices; it can make no connection, not even to sockets of this machine, and
sees and signals no process but its own. It is confined by a program of its own (`confine`).
"""

from __future__ import annotations

import functools
import subprocess
import sys
from pathlib import Path

from goldstep.supervision import confine
from goldstep.supervision.sandbox import Confined, Sandbox

_PROBED_WITHIN = 10.0  # seconds
_NETWORK_SINCE, _SCOPES_SINCE = 4, 6  # of Landlock: Linux 6.7, Linux 6.12
_OPEN = "files of the user elsewhere keep their contents, and not their permissions and times"
_OPEN_SCOPES = "signals to other processes of the user, and abstract sockets, are not kept from it"
_NEWER = "run it on Linux 6.7 or newer with Landlock switched on"


@functools.cache
def landlock() -> Sandbox:
    """What it does here. It is tried: a container may forbid the system calls."""
    if sys.platform != "linux":
        return Sandbox("Landlock isolates on Linux only", ("run it on Linux",))
    try:
        import sandlock
    except ImportError:
        return Sandbox("sandlock is missing", ("`pip install 'goldstep[sandbox]'`",))
    except (OSError, RuntimeError) as error:
        return Sandbox(f"sandlock cannot be loaded: {error}", ("install sandlock anew",))
    version = sandlock.landlock_abi_version()
    if version < _NETWORK_SINCE:
        has = "has no Landlock" if version < 1 else f"has Landlock {version}, without networks"
        return Sandbox(f"this system {has}", (_NEWER,))
    library = Path(sandlock.__file__).parent.parent
    try:
        tried = subprocess.run(
            [*_prefix(library, Confined([], Path("/"), [], 0)), "/bin/sh", "-c", ":"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PROBED_WITHIN,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Sandbox(f"sandlock cannot be run: {error}", ("install sandlock anew",))
    if tried.returncode == 0:
        return Sandbox(
            f"sandlock {sandlock.__version__} by Landlock {version} and seccomp",
            leaves=_OPEN if version >= _SCOPES_SINCE else f"{_OPEN}; {_OPEN_SCOPES}",
            prefix=functools.partial(_prefix, library),
            processes=1,
        )
    said = tried.stderr.decode(errors="replace").strip()
    return Sandbox(f"this system does not let sandlock isolate: {said}", (_NEWER,))


def _prefix(library: Path, confined: Confined) -> list[str]:
    """The program that confines; nothing is hidden, and nothing is in memory."""
    words = (str(library), str(confined.folder), *map(str, confined.writable))
    return [sys.executable, "-I", "-S", confine.__file__, *words, "--"]
