"""A folder that is replaced as a whole, by a process that may be killed at any moment.

The new folder is made beside the old one. Then the two change names in one step of the file system:
``renameat2`` with RENAME_EXCHANGE on Linux, ``renamex_np`` with RENAME_SWAP on macOS. Whoever looks
finds the old folder or the new one, never none and never a mixture. Where the system or the file
system cannot do that, two renamings do it. A process that is killed between those two leaves the
old folder beside the place where it was, and the next run first puts it back.

What a killed run leaves beside the folder is taken away by the next one. A run that is still alive
keeps a lock on its folder, which the system takes from it however it ends.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = _RENAME_SWAP = 2
_CANNOT_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM}
_NOT_EMPTY = {errno.ENOTEMPTY, errno.EEXIST}
_SUFFIX = "[a-z0-9_]{8}"  # tempfile's


@contextmanager
def replacing(folder: Path, marker: str, format_name: str) -> Iterator[Path]:
    """A new folder beside ``folder``, which takes its place when the block ends well.

    Where the block raises, or the process is killed, ``folder`` is as it was. Raises
    FileExistsError where ``folder`` is not empty and its JSON file ``marker`` does not have
    ``format_name`` as its "format": it holds something else. Raises OSError where it cannot be
    written.
    """
    folder = folder.resolve()  # the folder itself, where the name is a link to it
    if folder.exists() and any(folder.iterdir()) and not _marked(folder / marker, format_name):
        raise FileExistsError(f"{folder} is not empty and holds no {marker} of {format_name}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    _clear(folder)
    new, lock = _make(folder)
    try:
        yield new
        new.chmod(0o755)
        _replace(folder, new)
    finally:
        shutil.rmtree(new, ignore_errors=True)
        os.close(lock)


def exchange(one: Path, other: Path) -> bool:
    """Lets two folders change names in one step; False where that cannot be done here."""
    libc = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin":
        call, arguments = "renamex_np", (os.fsencode(one), os.fsencode(other), _RENAME_SWAP)
    else:
        at = _AT_FDCWD
        call = "renameat2"
        arguments = (at, os.fsencode(one), at, os.fsencode(other), _RENAME_EXCHANGE)
    try:
        done = getattr(libc, call)(*arguments)
    except AttributeError:  # a C library without it
        return False
    if done == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), str(other))


def _replace(folder: Path, new: Path) -> None:
    """Puts ``new`` in the place of ``folder``; what was there is ``new`` then, or gone."""
    try:
        new.rename(folder)  # one step where nothing is there, or an empty folder
        return
    except OSError as error:
        if error.errno not in _NOT_EMPTY:
            raise
    if exchange(new, folder):
        return
    old = new.with_name(new.name.replace("-new-", "-old-"))
    try:
        folder.rename(old)
        new.rename(folder)
    except BaseException:
        if old.exists() and not folder.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _make(folder: Path) -> tuple[Path, int]:
    """A new folder beside ``folder``, and the lock that says that somebody works in it."""
    while True:
        new = Path(tempfile.mkdtemp(prefix=f".{folder.name}-new-", dir=folder.parent))
        try:
            lock = os.open(new, os.O_RDONLY)
        except FileNotFoundError:  # another run, which clears up, came first
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # it is about to clear up
            os.close(lock)
            continue
        except OSError:  # no locks here: then nobody clears up here
            return new, lock
        if new.exists():
            return new, lock
        os.close(lock)


def _marked(marker: Path, format_name: str) -> bool:
    """Whether a folder is of this kind: other programs use such names for their files too."""
    try:
        content = json.loads(marker.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("format") == format_name


def _clear(folder: Path) -> None:
    """Takes away what killed runs have left beside ``folder``; puts back an old one, if needed."""
    leftover = re.compile(rf"\.{re.escape(folder.name)}-(new|old)-{_SUFFIX}")
    for path in sorted(folder.parent.iterdir()):
        if not (match := leftover.fullmatch(path.name)):
            continue
        try:
            lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if match[1] == "old" and not folder.exists():
                path.rename(folder)
            else:
                shutil.rmtree(path, ignore_errors=True)
        except OSError:  # a run that is alive, or no locks here
            continue
        finally:
            os.close(lock)
