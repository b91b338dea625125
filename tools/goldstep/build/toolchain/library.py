"""Jars in the user's cache: each checked at every use, fetched where it is missing or damaged.

``maven.lock.json`` pins what goldstep's own ports need: for every coordinate a port may name, all
jars of its class path with their SHA-256. Those are never resolved again, only fetched. Coordinates
of other people's ports are resolved through the network once; which jars that gave, and the digest
of each as it first came, are recorded in a file of the same form in the cache, and held to from
then on.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from goldstep.build.toolchain import remote
from goldstep.build.toolchain.cache import exclusively, write_whole, writing_cache
from goldstep.build.toolchain.coordinate import Coordinate
from goldstep.errors import ToolchainError
from goldstep.paths import cache_folder

LOCK_FILE = Path(__file__).with_name("maven.lock.json")
LOCK_FORMAT = "goldstep-maven-lock/1"


class Lock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Root coordinate -> jar coordinate -> SHA-256, in class path order.

    Roots that were resolved together are one key, with spaces between them.
    """

    format: str
    roots: dict[str, dict[str, str]]

    def to_json(self) -> bytes:
        """The content of its file."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"


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
    wanted = _parse(roots)
    plan = _plan(wanted)
    if plan is None or _defects(plan):
        with writing_cache(), exclusively(_folder() / ".lock"):
            # Whoever held the lock before may have fetched them.
            plan = _complete(wanted, announce)
    return tuple(Jar(jar, _path(jar), sha256, jar in _pins()) for jar, sha256 in plan.items())


def missing(roots: Iterable[str]) -> tuple[str, ...]:
    """What :func:`jars` would fetch: coordinates of jars, or of roots that are not resolved yet.

    Uses no network and changes nothing.
    """
    wanted = _parse(roots)
    plan = _plan(wanted)
    if plan is None:
        return tuple(str(root) for root in wanted if str(root) not in lock().roots)
    return tuple(map(str, _defects(plan)))


@functools.cache
def lock() -> Lock:
    """``maven.lock.json``, of this version of goldstep."""
    return msgspec.json.decode(LOCK_FILE.read_bytes(), type=Lock)


def digest(file: Path) -> str:
    """Its SHA-256."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


@functools.cache
def _pins() -> Mapping[Coordinate, str]:
    return _digests(lock().roots.values())


def _record() -> dict[str, dict[str, str]]:
    """What was resolved and fetched here; nothing where that cannot be read."""
    with contextlib.suppress(OSError, msgspec.MsgspecError, ToolchainError):
        record = msgspec.json.decode(_record_file().read_bytes(), type=Lock)
        _digests(record.roots.values())
        return record.roots if record.format == LOCK_FORMAT else {}
    return {}


def _digests(class_paths: Iterable[Mapping[str, str]]) -> dict[Coordinate, str]:
    """Of each jar; raises ToolchainError for a coordinate that is none."""
    return {Coordinate.parse(jar): sha256 for each in class_paths for jar, sha256 in each.items()}


def _parse(roots: Iterable[str]) -> tuple[Coordinate, ...]:
    return tuple(dict.fromkeys(map(Coordinate.parse, roots)))


def _plan(wanted: tuple[Coordinate, ...]) -> Mapping[Coordinate, str] | None:
    """Jars and their digests, from the lock file, else from the record; None if in neither."""
    pinned = {name: lock().roots[name] for name in map(str, wanted) if name in lock().roots}
    found = _digests(pinned.values())
    # Two versions of one library: which of them wins is the resolver's to say.
    if len(pinned) == len(wanted) and len({jar.versionless for jar in found}) == len(found):
        return found
    recorded = _record().get(_key(wanted))
    return None if recorded is None else _digests([recorded])


def _complete(
    wanted: tuple[Coordinate, ...], announce: remote.Announce
) -> Mapping[Coordinate, str]:
    """The plan, made where there is none yet, with all its jars in their places.

    The lock is held. What is resolved is recorded once everything came.
    """
    plan = _plan(wanted)
    if plan is not None:
        _fetch(_defects(plan), plan, announce)
        return plan
    record = _record()
    known = {**_digests(record.values()), **_pins()}
    needed = {jar: known.get(jar) for jar in remote.dependencies(wanted)}
    _fetch(_defects(needed), known, announce)
    class_path = {str(jar): digest(_path(jar)) for jar in needed}
    recorded = Lock(LOCK_FORMAT, {**record, _key(wanted): class_path})
    write_whole(_record_file(), recorded.to_json())
    return _digests([class_path])


def _fetch(
    defects: Mapping[Coordinate, str], expected: Mapping[Coordinate, str], announce: remote.Announce
) -> None:
    """Fetch the jars that have a defect, check them, and move them to their places."""
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=_folder()) as scratch:
        try:
            fetched = remote.download(defects, Path(scratch), announce)
        except ToolchainError as error:
            damaged = [defect for jar, defect in defects.items() if _path(jar).exists()]
            for jar in defects:
                _path(jar).unlink(missing_ok=True)
            if damaged:
                problem = f"{damaged[0]}; it was removed, and {error.problem}"
                raise ToolchainError(problem, hint=error.hint) from error
            raise
        for jar, file in fetched.items():
            _check(jar, file, expected.get(jar))
            _path(jar).parent.mkdir(parents=True, exist_ok=True)
            file.replace(_path(jar))


def _check(jar: Coordinate, file: Path, expected: str | None) -> None:
    """Raises ToolchainError where a file that came is not the jar."""
    if expected is None and not zipfile.is_zipfile(file):
        raise ToolchainError(
            f"what came for {jar} is not a jar", hint="try again, or check the repository"
        )
    found = digest(file)
    if expected not in (None, found):
        raise ToolchainError(
            f"what came for {jar} has SHA-256 {found}, expected {expected}",
            hint=f"check the network's proxy or the mirror in {remote.REMOTE_VARIABLE}"
            + ("" if jar in _pins() else f", or remove {_record_file()} to accept it"),
        )


def _defects(jars: Mapping[Coordinate, str | None]) -> dict[Coordinate, str]:
    """What is wrong with those that are not in the cache as expected."""
    found = {}
    for jar, expected in jars.items():
        path = _path(jar)
        try:
            stat = path.stat()
            sha256 = _digest_of(path, stat.st_mtime_ns, stat.st_size, stat.st_ino)
        except OSError as error:
            found[jar] = f"{path} cannot be read ({error.strerror})"
            continue
        if sha256 != expected:
            wanted = expected or "one recorded when it came"
            found[jar] = f"{path} has SHA-256 {sha256}, expected {wanted}"
    return found


@functools.lru_cache(maxsize=1024)
def _digest_of(path: Path, mtime_ns: int, size: int, inode: int) -> str:
    """The file's digest, computed once in a process as long as the file stays as it is."""
    return digest(path)


def _folder() -> Path:
    return cache_folder() / "maven"


def _path(jar: Coordinate) -> Path:
    return _folder() / jar.place


def _record_file() -> Path:
    return _folder() / "recorded.json"


def _key(roots: tuple[Coordinate, ...]) -> str:
    return " ".join(map(str, roots))
