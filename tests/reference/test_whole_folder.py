"""A folder is wholly the old one or wholly the new one, also where its writer is killed."""

from __future__ import annotations

import fcntl
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from goldstep_reference.vectors import whole_folder
from goldstep_reference.vectors.whole_folder import exchange, replacing

pytestmark = pytest.mark.processes

MARKER, FORMAT = "marker.json", "a-format/1"
FILES = 40

# Replaces the folder over and over; every file of it says in which turn it was written.
_WRITER = f"""
import sys
from itertools import count
from pathlib import Path
from goldstep_reference.vectors.whole_folder import replacing

for turn in count():
    with replacing(Path(sys.argv[1]), {MARKER!r}, {FORMAT!r}) as new:
        (new / {MARKER!r}).write_text('{{"format": "{FORMAT}"}}')
        for number in range({FILES}):
            (new / str(number)).write_text(str(turn))
"""


def write(folder: Path, text: str) -> None:
    """Replaces the folder with one of this text."""
    with replacing(folder, MARKER, FORMAT) as new:
        (new / MARKER).write_text(f'{{"format": "{FORMAT}"}}')
        for number in range(FILES):
            (new / str(number)).write_text(text)


def whole(folder: Path) -> str:
    """The one text of all files, which have to be there."""
    assert {path.name for path in folder.iterdir()} == {MARKER, *map(str, range(FILES))}
    (text,) = {(folder / str(number)).read_text() for number in range(FILES)}
    return text


def beside(folder: Path) -> list[str]:
    return [path.name for path in folder.parent.iterdir() if path != folder]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One that holds something old."""
    folder = tmp_path / "made"
    write(folder, "old")
    return folder


@contextmanager
def writer(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that replaces the folder until it is killed."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen([sys.executable, "-c", _WRITER, str(folder)], env=environment) as process:
        try:
            until_changed(folder)
            yield process
        finally:
            process.kill()


def until_changed(folder: Path) -> None:
    first, deadline = folder.stat().st_ino, time.monotonic() + 120
    while folder.stat().st_ino == first:
        assert time.monotonic() < deadline
        time.sleep(0.002)


def test_a_writer_that_is_killed_leaves_a_whole_folder(folder: Path) -> None:
    """Each turn takes a few milliseconds: many kills come while folders change places."""
    draw = random.Random(20_170_503)
    texts = set()
    for _ in range(40):
        with writer(folder) as process:
            for _ in range(draw.randrange(3)):
                until_changed(folder)
            time.sleep(draw.uniform(0, 0.02))
            process.send_signal(signal.SIGKILL)
            process.wait()
        texts.add(whole(folder))
        assert len(beside(folder)) <= 1  # what this one left; the one before it was taken away
    assert len(texts) > 1
    write(folder, "last")
    assert whole(folder) == "last"
    assert beside(folder) == []


def test_there_is_a_folder_at_every_moment(folder: Path) -> None:
    changes, last = 0, 0
    with writer(folder):
        end = time.monotonic() + 1
        while time.monotonic() < end or changes <= 10:
            assert time.monotonic() < end + 120
            now = folder.stat().st_ino  # raises where there is none
            changes, last = changes + (now != last), now


def test_a_run_that_is_alive_keeps_what_it_makes(folder: Path) -> None:
    with replacing(folder, MARKER, FORMAT) as mine:
        write(folder, "another's")
        (mine / "mine").touch()
        assert whole(folder) == "another's"
    assert [path.name for path in folder.iterdir()] == ["mine"]
    assert beside(folder) == []


def test_only_leftovers_of_this_folder_are_taken_away(folder: Path) -> None:
    names = [
        ".other-new-abcdefgh",
        ".made-new-other-new-abcdefgh",
        "made-new-abcdefgh",
        ".made-new-",
        ".made-new-notes",
    ]
    for name in [*names, ".made-new-abcdefgh", ".made-old-abc_efgh"]:
        (folder.parent / name / "in").mkdir(parents=True)
    write(folder, "new")
    assert sorted(beside(folder)) == sorted(names)


def test_the_caller_s_error_leaves_the_folder_as_it_was(folder: Path) -> None:
    def fail() -> None:
        with replacing(folder, MARKER, FORMAT) as new:
            (new / "half").touch()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert whole(folder) == "old"
    assert beside(folder) == []


def test_a_link_to_a_folder_stays_one(folder: Path) -> None:
    link = folder.with_name("link")
    link.symlink_to(folder)
    write(link, "new")
    assert link.is_symlink()
    assert whole(folder) == "new"


def test_two_folders_change_names(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for path in (one, other):
        path.mkdir()
        (path / path.name).touch()
    if exchange(one, other):  # else this file system cannot
        assert [path.name for path in one.iterdir()] == ["other"]
        assert [path.name for path in other.iterdir()] == ["one"]
    with pytest.raises(FileNotFoundError):
        exchange(one, tmp_path / "gone")


class TestWithoutExchange:
    """Where the system or the file system cannot let two folders change names."""

    @pytest.fixture(autouse=True)
    def cannot(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(whole_folder, "exchange", lambda one, other: False)

    def test_a_folder_is_replaced(self, folder: Path) -> None:
        write(folder, "new")
        assert whole(folder) == "new"
        assert beside(folder) == []

    @pytest.mark.parametrize("failure", [OSError, KeyboardInterrupt])
    @pytest.mark.parametrize("renamed", [0, 1])
    def test_a_failure_between_two_renamings_brings_the_old_one_back(
        self,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        renamed: int,
        failure: type[BaseException],
    ) -> None:
        """``renamed`` is the number of renamings that still succeed."""
        rename, done = Path.rename, 0

        def fail(path: Path, target: Path) -> Path:
            nonlocal done
            if target.exists():
                return rename(path, target)  # the trial in one step, which fails
            done += 1
            if done == renamed + 1:
                raise failure("renaming")
            return rename(path, target)

        monkeypatch.setattr(Path, "rename", fail)
        with pytest.raises(failure, match="renaming"):
            write(folder, "new")
        assert whole(folder) == "old"
        assert beside(folder) == []

    def test_a_run_killed_between_them_is_mended_by_the_next(self, folder: Path) -> None:
        old = folder.with_name(".made-old-abcdefgh")
        folder.rename(old)
        with replacing(folder, MARKER, FORMAT):
            assert whole(folder) == "old"
        assert beside(folder) == []


def test_where_there_are_no_locks_nothing_is_taken_away(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It could be of a run that is alive."""

    def none_here(*_: object) -> None:
        raise OSError(37, "No locks available")

    leftover = folder.with_name(".made-new-abcdefgh")
    leftover.mkdir()
    monkeypatch.setattr(fcntl, "flock", none_here)
    write(folder, "new")
    assert whole(folder) == "new"
    assert beside(folder) == [leftover.name]
