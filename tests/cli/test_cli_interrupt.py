"""Ctrl-C and requests to end: no process, no temporary file and no half-written file is left."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import time
from pathlib import Path

import pytest
from goldstep.paths import cache_folder, ports_folder, vectors_folder
from support.desk import Desk
from support.running import MARK, running, until
from support.small_ports import tiny_port

pytestmark = pytest.mark.processes

NO_SANDBOX = ("--sandbox", "off")  # for a port that writes a file of ours, and its process ids
SIGNALS = [
    (signal.SIGINT, 130, "interrupted"),
    (signal.SIGTERM, 143, "ended by SIGTERM"),
    (signal.SIGHUP, 129, "ended by SIGHUP"),
]


@pytest.mark.parametrize(("number", "code", "said"), SIGNALS)
def test_a_port_that_hangs(desk: Desk, number: int, code: int, said: str) -> None:
    hung, results = desk.folder / "hung", desk.folder / "results.ndjson"
    file = tiny_port(desk.folder / "port", f"hangs {hung}")
    command = ["verify", file, "python", "--results", results]
    with running(desk, *command, *NO_SANDBOX) as run:
        until(hung.exists)
        assert set(map(int, hung.read_text().split())) < run.processes()
        assert results.exists()
        ended, error = run.end(number)
        assert run.processes() == set()
    assert (ended, error) == (code, f"goldstep: {said}")
    assert not results.exists()


def test_ctrl_c_in_a_terminal_reaches_the_whole_group(desk: Desk) -> None:
    hung = desk.folder / "hung"
    file = tiny_port(desk.folder / "port", f"hangs {hung}")
    with running(desk, "verify", file, *NO_SANDBOX) as run:
        until(hung.exists)
        ended, error = run.end(signal.SIGINT, group=True)
        assert run.processes() == set()
    assert (ended, error) == (130, "goldstep: interrupted")


def test_a_compiler_at_work(desk: Desk) -> None:
    cache = desk.folder / "cache"
    cache.mkdir()
    (cache / "maven").symlink_to(cache_folder() / "maven")
    for name in ("scala", "jvm"):
        shutil.copytree(ports_folder() / name, desk.folder / name)
    port = desk.folder / "scala" / "port.toml"
    port.write_text(f'environment = ["{MARK}"]\n{port.read_text()}')
    with running(desk, "verify", port, GOLDSTEP_CACHE_DIR=cache) as run:
        until(lambda: list(cache.glob("builds/.building-*")) and run.running("java"))
        for compiler in run.running("java"):
            os.kill(compiler, signal.SIGSTOP)  # it would take longer than anybody waits
        ended, error = run.end(signal.SIGINT)
        assert run.processes() == set()
    assert (ended, error) == (130, "goldstep: interrupted")
    assert list((cache / "builds").iterdir()) == []


@pytest.mark.parametrize("group", [False, True])
@pytest.mark.parametrize("there", [False, True])
def test_vectors_being_generated(desk: Desk, there: bool, group: bool) -> None:
    folder = desk.folder / "made" / "vectors"
    folder.parent.mkdir()
    if there:
        shutil.copytree(vectors_folder(), folder)
    before = contents(folder.parent)
    with running(desk, "vectors", "generate", folder) as run:
        until(lambda: list(folder.parent.glob(".vectors-new-*")))
        time.sleep(0.5)  # the work has begun, in several processes where there can be
        ended, error = run.end(signal.SIGINT, group=group)
        assert run.processes() == set()
    assert (ended, error) == (130, "goldstep: interrupted")
    assert contents(folder.parent) == before


def contents(folder: Path) -> dict[Path, bytes | None]:
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.mark.parametrize("library", ["org.example:lib:1.0", "com.google.code.gson:gson:2.14.0", ""])
def test_a_library_being_fetched(desk: Desk, library: str) -> None:
    """A repository that takes the connection and never answers; the second library is pinned.

    Last by the doctor.
    """
    cache = desk.folder / "cache"
    port = tiny_port(desk.folder / "port", toolchain={"maven": [library]})
    command = ["verify", port] if library else ["doctor", "--install"]
    with socket.create_server(("127.0.0.1", 0)) as server:
        mirror = f"http://127.0.0.1:{server.getsockname()[1]}"
        changes = {"GOLDSTEP_CACHE_DIR": cache, "GOLDSTEP_MAVEN_REMOTE": mirror}
        with running(desk, *command, **changes) as run:
            connection, _ = server.accept()
            with connection:
                ended, error = run.end(signal.SIGINT)
            assert run.processes() == set()
    assert ended == 130
    assert [line for line in error.splitlines() if not line.startswith("fetching ")] in (
        ["goldstep: interrupted"],
        ["", "goldstep: interrupted"],
    )
    assert [path.name for path in cache.rglob("*") if path.name != "maven"] in ([], [".lock"])


@pytest.mark.parametrize("delay", [0, 0.02, 0.05, 0.1, 0.3])
def test_at_any_moment_of_its_start(desk: Desk, delay: float) -> None:
    """While it is still importing, or begins to work; it may also be done."""
    with running(desk, "verify", "python", "--as-printed") as run:
        maps = Path(f"/proc/{run.process.pid}/maps")
        until(lambda: "msgspec" in maps.read_text())
        time.sleep(delay)
        ended, error = run.end(signal.SIGINT)
        assert run.processes() == set()
    if error.startswith("Exception ignored in"):
        return  # Python itself drops an interrupt that comes while it frees memory
    assert (ended, error) in ((130, "goldstep: interrupted"), (0, ""))
