"""Jars in the user's cache: each checked at every use, fetched where it is missing or damaged.

``maven.lock.json`` pins what goldstep's own ports need: for every coordinate a port may name, all
jars of its class path with their SHA-256. Those are never resolved again, only fetched. Coordinates
of other people's ports are resolved through the network once; which jars that gave, and the digest
of each as it first came, are recorded in the cache and held to from then on.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from goldstep.build.toolchain import remote
from goldstep.build.toolchain.cache import write_whole, writing_cache
from goldstep.build.toolchain.coordinate import Coordinate
from goldstep.errors import ToolchainError
from goldstep.paths import cache_folder

LOCK_FILE = Path(__file__).with_name("maven.lock.json")
LOCK_FORMAT = "goldstep-maven-lock/1"
_RECORD_FORMAT = "goldstep-class-path/1"


class Lock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``maven.lock.json``: root coordinate -> jar coordinate -> SHA-256, in class path order."""

    format: str
    roots: dict[str, dict[str, str]]


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What resolving roots that are not pinned came to, once."""

    format: str
    roots: tuple[str, ...]
    jars: tuple[str, ...]


@dataclass(frozen=True)
class Jar:
    """A jar in the cache with the right digest."""

    coordinate: Coordinate
    path: Path
    sha256: str
    pinned: bool
    """Whether the digest is committed with goldstep, not merely the first one seen here."""


def jars(roots: Iterable[str], announce: remote.Announce = lambda _: None) -> tuple[Jar, ...]:
    """The class path of ``roots``, each library once, fetched where it is not in the cache yet.

    Takes 30 ms for 40 MB of jars that are there (hashing). Safe to call from several processes and
    threads at once. Raises ToolchainError where something is missing and cannot be had.
    """
    plan = _plan(roots)
    if _all_there(plan):
        return tuple(_checked(jar) for jar in plan)
    with _exclusively():
        # Whoever held the lock before may have fetched them.
        _fetch([jar for jar in plan if _defect(jar) is not None], announce)
        return tuple(_checked(jar) for jar in plan)


def missing(roots: Iterable[str]) -> tuple[str, ...]:
    """What :func:`jars` would fetch: coordinates of jars, or of roots that are not resolved yet.

    Uses no network and changes nothing.
    """
    wanted = _parse(roots)
    planned = _planned(wanted)
    if planned is None:
        return tuple(str(root) for root in wanted if str(root) not in lock().roots)
    return tuple(str(jar) for jar in planned if _defect(jar) is not None)


@functools.cache
def lock() -> Lock:
    """The lock file of this version of goldstep."""
    return msgspec.json.decode(LOCK_FILE.read_bytes(), type=Lock)


@functools.cache
def _pins() -> Mapping[Coordinate, str]:
    """The SHA-256 of every jar in the lock file."""
    return {
        Coordinate.parse(jar): sha256
        for listed in lock().roots.values()
        for jar, sha256 in listed.items()
    }


def _parse(roots: Iterable[str]) -> tuple[Coordinate, ...]:
    return tuple(dict.fromkeys(map(Coordinate.parse, roots)))


def _plan(roots: Iterable[str]) -> tuple[Coordinate, ...]:
    """Which jars: from the lock file, else from the record, else by resolving and recording."""
    wanted = _parse(roots)
    planned = _planned(wanted)
    if planned is not None:
        return planned
    found = remote.dependencies(wanted)
    record = _Record(_RECORD_FORMAT, tuple(map(str, wanted)), tuple(map(str, found)))
    write_whole(_record_file(wanted), msgspec.json.format(msgspec.json.encode(record)))
    return found


def _planned(wanted: tuple[Coordinate, ...]) -> tuple[Coordinate, ...] | None:
    pinned = [lock().roots.get(str(root)) for root in wanted]
    if None not in pinned:
        found = tuple(dict.fromkeys(Coordinate.parse(jar) for part in pinned for jar in part or ()))
        # Two versions of one library: which of them wins is the resolver's to say.
        if len({jar.versionless for jar in found}) == len(found):
            return found
    with contextlib.suppress(OSError, msgspec.MsgspecError, ToolchainError):
        record = msgspec.json.decode(_record_file(wanted).read_bytes(), type=_Record)
        if record.format == _RECORD_FORMAT and record.roots == tuple(map(str, wanted)):
            return tuple(map(Coordinate.parse, record.jars))
    return None


def _fetch(wanted: list[Coordinate], announce: remote.Announce) -> None:
    """Fetch jars, check them, and move them to their places. The lock is held."""
    if not wanted:
        return
    defects = {jar: _defect(jar) for jar in wanted}
    folder = _folder()
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as scratch:
        try:
            fetched = remote.download(wanted, Path(scratch), announce)
        except ToolchainError as error:
            damaged = [text for text in defects.values() if text]
            for jar in wanted:
                _path(jar).unlink(missing_ok=True)
            if damaged:
                raise ToolchainError(
                    f"{damaged[0]}; it was removed, and {error.problem}", hint=error.hint
                ) from error
            raise
        for jar, file in fetched.items():
            found, expected = _digest(file), _expected(jar)
            if expected is None and not zipfile.is_zipfile(file):
                raise ToolchainError(
                    f"what came for {jar} is not a jar", hint="try again, or check the repository"
                )
            if expected not in (None, found):
                raise ToolchainError(
                    f"what came for {jar} has SHA-256 {found}, expected {expected}",
                    hint=f"check the network's proxy or the mirror in {remote.REMOTE_VARIABLE}"
                    + ("" if jar in _pins() else f", or remove {_first_seen(jar)} to accept it"),
                )
            path = _path(jar)
            path.parent.mkdir(parents=True, exist_ok=True)
            if expected is None:
                write_whole(_first_seen(jar), found.encode())
            file.replace(path)


def _all_there(plan: Iterable[Coordinate]) -> bool:
    return all(_defect(jar) is None for jar in plan)


def _checked(jar: Coordinate) -> Jar:
    defect = _defect(jar)
    if defect is not None:
        raise ToolchainError(defect or f"{_path(jar)} disappeared", hint="run it again")
    return Jar(jar, _path(jar), _expected(jar) or "", jar in _pins())


def _defect(jar: Coordinate) -> str | None:
    """None where the jar is there and right, "" where it is missing, else what is wrong."""
    path, expected = _path(jar), _expected(jar)
    try:
        stat = path.stat()
        found = _digest_of(path, stat.st_mtime_ns, stat.st_size, stat.st_ino)
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"{path} cannot be read ({error.strerror})"
    if expected is None or found != expected:
        return f"{path} has SHA-256 {found}, expected {expected or 'one recorded when it came'}"
    return None


@functools.lru_cache(maxsize=1024)
def _digest_of(path: Path, mtime_ns: int, size: int, inode: int) -> str:
    """The file's digest, computed once in a process as long as the file stays as it is."""
    return _digest(path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _expected(jar: Coordinate) -> str | None:
    pinned = _pins().get(jar)
    if pinned is not None:
        return pinned
    try:
        return _first_seen(jar).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None


def _folder() -> Path:
    return cache_folder() / "maven"


def _path(jar: Coordinate) -> Path:
    return _folder() / jar.place


def _first_seen(jar: Coordinate) -> Path:
    path = _path(jar)
    return path.with_name(path.name + ".sha256")


def _record_file(roots: tuple[Coordinate, ...]) -> Path:
    key = hashlib.sha256("\n".join(map(str, roots)).encode()).hexdigest()[:16]
    return _folder() / "class-paths" / f"{key}.json"


@contextlib.contextmanager
def _exclusively() -> Iterator[None]:
    """One process, and one thread of it, at a time: the others wait rather than fetch twice."""
    with writing_cache():
        _folder().mkdir(parents=True, exist_ok=True)
        with (_folder() / ".lock").open("wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
