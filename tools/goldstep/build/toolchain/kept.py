"""Folders of the cache that another program fills once: environments, packages, modules."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from goldstep.build.toolchain.cache import exclusively, write_whole, writing_cache
from goldstep.paths import cache_folder

_VERSIONS = "goldstep-versions.json"


@dataclass(frozen=True)
class Kept:
    """A folder that is whole, and the exact versions of what is in it."""

    folder: Path
    versions: tuple[str, ...]


def find(kind: str, inputs: Iterable[str]) -> Kept | None:
    """The folder made from ``inputs``, if it is there as a whole."""
    folder = _folder(kind, inputs)
    try:
        versions = msgspec.json.decode((folder / _VERSIONS).read_bytes(), type=tuple[str, ...])
    except (OSError, msgspec.DecodeError):
        return None
    return Kept(folder, versions)


def keep(kind: str, inputs: Iterable[str], fill: Callable[[Path], Iterable[str]]) -> Kept:
    """The folder made from ``inputs``, by ``fill`` where it is not there yet.

    ``fill`` is given the empty folder at its final place, and returns the versions of what it put
    there; only then is the folder whole. Raises ToolchainError if the cache cannot be written, and
    what ``fill`` raises.
    """
    inputs = tuple(inputs)
    folder = _folder(kind, inputs)
    if found := find(kind, inputs):
        return found
    with exclusively(folder.with_suffix(".lock")):
        # Whoever held the lock before may have made it.
        if found := find(kind, inputs):
            return found
        shutil.rmtree(folder, ignore_errors=True)  # one that was begun and not finished
        with writing_cache():
            folder.mkdir()
        versions = tuple(fill(folder))
        write_whole(folder / _VERSIONS, msgspec.json.encode(versions))
        return Kept(folder, versions)


def _folder(kind: str, inputs: Iterable[str]) -> Path:
    key = hashlib.sha256("\0".join(inputs).encode()).hexdigest()[:32]
    return cache_folder() / kind / key
