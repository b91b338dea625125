"""Temporary folders that do not outlive the harness, even if it is killed."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from goldstep.supervision import janitor


class _Janitor:
    """A process that removes what is left; it runs while there is something to be removed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folders: set[Path] = set()
        self._process: subprocess.Popen[bytes] | None = None

    def needs(self, folder: Path) -> None:
        """A folder that exists from now on."""
        with self._lock:
            self._folders.add(folder)
            if self._process is None:
                self._process = subprocess.Popen(
                    [sys.executable, "-I", "-S", janitor.__file__],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            self._send(b"+", folder)

    def is_gone(self, folder: Path) -> None:
        """A folder that is removed, or moved."""
        with self._lock:
            self._folders.discard(folder)
            self._send(b"-", folder)
            if not self._folders:
                self._dismiss()

    def clean(self) -> None:
        """Has everything removed, at the end of this process."""
        with self._lock:
            self._dismiss()

    def _dismiss(self) -> None:
        if self._process:
            assert self._process.stdin
            with suppress(BrokenPipeError):
                self._process.stdin.close()
            self._process.wait()
            self._process = None

    def _send(self, sign: bytes, folder: Path) -> None:
        if self._process is None:
            return  # this process is ending
        assert self._process.stdin
        with suppress(BrokenPipeError):
            self._process.stdin.write(sign + os.fsencode(folder) + b"\n")
            self._process.stdin.flush()


_janitor = _Janitor()


def remove(folder: Path) -> None:
    """Removes a folder, also if it is deeper than Python goes, or locked."""
    with suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if os.path.lexists(folder):
        janitor.remove(str(folder))


atexit.register(_janitor.clean)


@contextmanager
def temporary_folder(prefix: str, within: Path | None = None) -> Iterator[Path]:
    """A new folder while the block runs; it is removed however the block, or the harness, ends.

    The block may move it elsewhere. Raises OSError if it cannot be made.
    """
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=within))
    _janitor.needs(folder)
    try:
        yield folder
    finally:
        remove(folder)
        _janitor.is_gone(folder)
