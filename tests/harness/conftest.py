"""Runs that many tests look at: made once, also where several processes run the tests."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import goldstep
import pytest
from goldstep import Options, Results
from goldstep.port import bundled_ports
from harness_ports import Once

# Enough vectors to tell the bundled ports' deviations apart.
QUICK_GROUPS = ("formula", "epsilon-placement", "accumulation")


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Results by name: the first process that asks makes them, the others wait and read them."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent

    def read(name: str, make: Callable[[], Results]) -> Results:
        file = folder / f"{name}.ndjson"
        with (folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not file.exists():
                make().write(file)
        return Results.read(file)

    return read


@pytest.fixture(scope="session")
def default_ladder(once: Once) -> Results:
    """`goldstep verify`: all bundled ports, all rungs, all vectors, the Java that is found."""
    return once("default-ladder", goldstep.verify)


@pytest.fixture(scope="session")
def embedded_ladder(once: Once) -> Results:
    """The ports that need Java, on the embedded one."""

    def make() -> Results:
        ports = [port.name for port in bundled_ports() if port.table.toolchain.java]
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("GOLDSTEP_JAVA", "embedded")
            return goldstep.verify(*ports, options=Options(groups=QUICK_GROUPS))

    return once("embedded-ladder", make)


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
