"""Writing below the cache folder, so that other processes see a whole file or none."""

from __future__ import annotations

import contextlib
import fcntl
import tempfile
from collections.abc import Iterator
from pathlib import Path

from goldstep.errors import ToolchainError
from goldstep.paths import cache_folder


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in one step, with the folders above it. Raises ToolchainError if it cannot."""
    with writing_cache():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(content)
        Path(file.name).replace(path)


@contextlib.contextmanager
def writing_cache() -> Iterator[None]:
    """Say what to do where the cache cannot be written (read-only, full, not a folder)."""
    try:
        yield
    except OSError as error:
        raise ToolchainError(
            f"the cache cannot be written ({error.strerror or error})",
            place=str(cache_folder()),
            hint="set GOLDSTEP_CACHE_DIR to a folder that can be written",
        ) from error


@contextlib.contextmanager
def exclusively(lock: Path) -> Iterator[None]:
    """One process, and one thread of it, at a time: the others wait rather than fetch twice."""
    with writing_cache():
        lock.parent.mkdir(parents=True, exist_ok=True)
        file = lock.open("wb")
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
