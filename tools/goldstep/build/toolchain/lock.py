"""Make ``maven.lock.json`` anew: ``python -m goldstep.build.toolchain.lock [COORDINATE ...]``.

Resolves every coordinate through the network, fetches its jars and writes their SHA-256. Without
arguments the roots stay those of the present file, so that the file changes only where a released
jar did, which must not happen. Run it after a coordinate in a ``port.toml`` or the version of the
embedded compiler has changed, and read the difference before it is committed.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from goldstep.build.toolchain import remote
from goldstep.build.toolchain.coordinate import Coordinate
from goldstep.build.toolchain.library import LOCK_FILE, LOCK_FORMAT, Lock, digest, lock
from goldstep.errors import ToolchainError


def make_lock(roots: Iterable[str]) -> Lock:
    """Resolve and fetch everything below ``roots``, each on its own."""
    entries: dict[str, dict[str, str]] = {}
    for root in sorted(set(roots)):
        listed = remote.dependencies([Coordinate.parse(root)])
        with tempfile.TemporaryDirectory(prefix="goldstep-lock-") as folder:
            files = remote.download(listed, Path(folder), lambda _: None)
            entries[root] = {str(jar): digest(files[jar]) for jar in listed}
    return Lock(LOCK_FORMAT, entries)


def main(arguments: list[str]) -> int:
    """Write the lock file for the roots given, else for those it has."""
    try:
        made = make_lock(arguments or lock().roots)
    except ToolchainError as error:
        print(error, file=sys.stderr)
        return int(error.exit_code)
    LOCK_FILE.write_bytes(made.to_json())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
