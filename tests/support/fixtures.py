"""Runs that many tests look at: made once, also where several processes run the tests."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import goldstep
import pytest
from goldstep import Options, Results
from goldstep.port.selection import bundled_ports
from support.harness_ports import Once

# Enough vectors to tell the bundled ports' deviations apart.
QUICK_GROUPS = ("formula", "epsilon-placement", "accumulation")


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Folders by name: the first process that asks fills them, the others wait for it."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent

    def folder(name: str, fill: Callable[[Path], object]) -> Path:
        filled, unfinished = base / name, base / f"{name}.unfinished"
        with (base / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not filled.exists():
                unfinished.mkdir(exist_ok=True)
                fill(unfinished)
                unfinished.rename(filled)
        return filled

    return folder


@pytest.fixture(scope="session")
def default_run(once: Once) -> Path:
    """`goldstep verify`: all bundled ports, all rungs, all vectors, the Java that is found.

    The folder with its results.ndjson and with printed.txt, what it printed.
    """

    def make(folder: Path) -> None:
        command = [Path(sys.executable).with_name("goldstep"), "verify"]
        with (folder / "printed.txt").open("w") as printed:
            subprocess.run(
                [*command, "--results", folder / "results.ndjson"],
                cwd=folder,
                stdout=printed,
                check=False,
            )

    return once("default-run", make)


@pytest.fixture(scope="session")
def default_ladder(default_run: Path) -> Results:
    """The results of the default run."""
    return Results.read(default_run / "results.ndjson")


@pytest.fixture(scope="session")
def embedded_ladder(once: Once) -> Results:
    """The ports that need Java, on the embedded one."""

    def make(folder: Path) -> None:
        ports = [port.name for port in bundled_ports() if port.table.toolchain.java]
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("GOLDSTEP_JAVA", "embedded")
            results = goldstep.verify(*ports, options=Options(groups=QUICK_GROUPS))
        results.write(folder / "results.ndjson")

    return Results.read(once("embedded-ladder", make) / "results.ndjson")


@pytest.fixture
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where goldstep and its ports put temporary files in this test; it must be empty again."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache for this test."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("GOLDSTEP_CACHE_DIR", str(folder))
    return folder
