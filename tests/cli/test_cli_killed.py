"""Killed at any moment: the vectors are wholly the old ones or the new ones, and nobody is left.

The kills around the moment at which folders change places are in
tests/reference/test_whole_folder.py and test_publish.py, where a run takes milliseconds.
"""

from __future__ import annotations

import shutil
import signal
import time
from pathlib import Path

import pytest
from goldstep.paths import vectors_folder
from support.desk import Desk
from support.running import running, until

pytestmark = pytest.mark.processes

SECONDS = (0.1, 0.4, 0.6, 0.8, 1.2, 2.0, 3.0)


@pytest.mark.parametrize("there", [False, True])
def test_the_generator_is_killed(desk: Desk, there: bool) -> None:
    folder = desk.folder / "made" / "vectors"
    folder.parent.mkdir()
    if there:
        shutil.copytree(vectors_folder(), folder)
    before = contents(folder)
    left = set[Path]()
    for seconds in SECONDS:
        with running(desk, "vectors", "generate", folder, "--jobs", "2") as run:
            time.sleep(seconds)
            if seconds == max(SECONDS):
                until(lambda: set(folder.parent.iterdir()) - {folder})
            run.end(signal.SIGKILL)
            until(lambda run=run: not run.processes())
        assert contents(folder) == before
        left |= set(folder.parent.iterdir()) - {folder}
    assert left
    with running(desk, "vectors", "generate", folder) as run:  # which takes all that away
        until(lambda: not left & set(folder.parent.iterdir()))


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
