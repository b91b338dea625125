"""What a port can reach: with a sandbox where this system has one, and without."""

from __future__ import annotations

import json
import re
import select
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import goldstep
import pytest
from goldstep import Options
from goldstep.errors import ToolchainError
from goldstep.results.records import StartRecord
from goldstep.supervision import isolation
from goldstep.supervision.bubblewrap import bubblewrap
from goldstep.supervision.isolation import SandboxMode, sandbox
from goldstep.supervision.landlock import landlock
from goldstep.supervision.sandbox import Sandbox
from support.harness_ports import script_port
from support.misbehaviour import CASE_TIMEOUT, sin

pytestmark = pytest.mark.processes

CASES = ("rmsprop/float64/formula/document-example",)
ALLOWED = {"PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "TMPDIR", "TZ", "PWD"}
ALLOWED |= {"XDG_CACHE_HOME"}
ALLOWED |= {"JAVA_HOME", "LD_LIBRARY_PATH", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE"}
ALLOWED |= {"SSL_CERT_FILE", "SSL_CERT_DIR", "OLDPWD", "_", "SHLVL"}  # the last are a shell's own

# Read-only, not there, or not allowed.
REFUSED = ("OSError", "FileNotFoundError", "PermissionError")


@dataclass(frozen=True)
class Services:
    """Sockets of this machine: of TCP and UDP at a port, with a path, and abstract."""

    port: int
    datagrams: dict[str, socket.socket]

    def heard(self) -> set[str]:
        """Which of those that take datagrams have got one."""
        ready, _, _ = select.select([*self.datagrams.values()], [], [], 0)
        return {name for name, each in self.datagrams.items() if each in ready}


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """They listen, as `nosy_port.py` expects them."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = server.getsockname()[1]
        addresses: dict[str, tuple[socket.AddressFamily, Any]] = {
            "UDP": (socket.AF_INET, ("127.0.0.1", port)),
            "path": (socket.AF_UNIX, str(tmp_path / "outside.socket")),
            "abstract": (socket.AF_UNIX, f"\0goldstep-{port}"),
        }
        datagrams = {}
        for name, (family, address) in addresses.items():
            datagrams[name] = stack.enter_context(socket.socket(family, socket.SOCK_DGRAM))
            datagrams[name].bind(address)
        yield Services(port, datagrams)


@pytest.fixture(params=[bubblewrap, landlock], ids=["bubblewrap", "landlock"])
def mechanism(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of the only mechanism that isolates ports in this test."""
    found: Sandbox = request.param()
    if not found.isolates:
        pytest.skip(found.detail)
    monkeypatch.setattr(isolation, "MECHANISMS", (request.param,))
    return str(request.node.callspec.id)


def look_around(
    folder: Path, services: Services, mode: SandboxMode, keys: str = "", run_keys: str = ""
) -> dict[str, Any]:
    """What a port finds; it must conform all the same."""
    port = script_port(
        folder / "port",
        "nosy_port.py",
        str(folder / "outside"),
        str(services.port),
        keys=keys,
        run_keys=run_keys,
    )
    results = goldstep.verify(str(port), options=Options(case_ids=CASES, sandbox=mode))
    assert results.exit_code == 0
    (start, *_) = results.of(StartRecord)
    found: dict[str, Any] = json.loads(start.implementation["version"])
    note = Path(f"/tmp/goldstep-note-{services.port}")
    found |= {"said": results.header.isolation, "its /tmp is ours": note.exists()}
    note.unlink(missing_ok=True)
    return found


def test_in_a_sandbox_it_reaches_nothing_but_its_folder(
    tmp_path: Path, services: Services, mechanism: str
) -> None:
    found = look_around(tmp_path, services, SandboxMode.REQUIRED)
    assert found["writes outside"] in REFUSED
    assert not (tmp_path / "outside").exists()
    assert found["reaches the machine"] in ("ConnectionRefusedError", "PermissionError")
    assert services.heard() == set()
    assert found["writes in its folder"] == "done"
    assert not found["its /tmp is ours"]
    assert found["sees processes"] <= 3
    assert "no network, no writing outside the port's folder" in found["said"]
    assert found["said"].startswith(
        {"bubblewrap": "bubblewrap ", "landlock": "sandlock "}[mechanism]
    )


@pytest.mark.usefixtures("mechanism")
def test_a_program_that_is_a_link_in_a_folder_that_is_shown(
    tmp_path: Path, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `python` is in a virtual environment, and that may be in `/tmp`."""
    program = tmp_path / "environment" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.symlink_to(Path(sys.executable).resolve())
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "environment"))
    monkeypatch.setattr(sys, "executable", str(program))
    found = look_around(tmp_path, services, SandboxMode.REQUIRED)
    assert found["writes in its folder"] == "done"


def test_what_landlock_does_otherwise_than_bubblewrap(
    tmp_path: Path, services: Services, mechanism: str
) -> None:
    """No `/tmp` of the port's own, and no process that it might signal by mistake."""
    found = look_around(tmp_path, services, SandboxMode.AUTO)
    own = mechanism == "bubblewrap"
    assert found["writes in /tmp"] == ("done" if own else "PermissionError")
    assert found["signals others"] == ("done" if own else "PermissionError")
    assert ("not their permissions" in found["said"]) is not own


def test_without_one_it_does_and_the_results_say_so(tmp_path: Path, services: Services) -> None:
    found = look_around(tmp_path, services, SandboxMode.OFF)
    assert found["its /tmp is ours"]
    assert found["writes outside"] == "done"
    assert found["reaches the machine"] == "done"
    assert services.heard() == {"UDP", "path", "abstract"}
    assert found["said"] == "none: switched off"


def check_what_every_port_gets(found: dict[str, Any]) -> None:
    assert found["has a terminal"] in REFUSED
    assert found["open files"] == 77
    assert Path(found["temporary folder"]).name.startswith("tmp-")
    assert not Path(found["temporary folder"]).exists()


class TestWhatEveryPortGets:
    LIMIT = "[limits]\nopen_files = 77"

    @pytest.mark.usefixtures("mechanism")
    def test_in_a_sandbox(self, tmp_path: Path, services: Services) -> None:
        mode = SandboxMode.REQUIRED
        check_what_every_port_gets(look_around(tmp_path, services, mode, run_keys=self.LIMIT))

    def test_without_one(self, tmp_path: Path, services: Services) -> None:
        mode = SandboxMode.OFF
        check_what_every_port_gets(look_around(tmp_path, services, mode, run_keys=self.LIMIT))


@pytest.mark.usefixtures("mechanism")
def test_the_environment_is_an_allow_list(
    tmp_path: Path, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_SECRET", "OMP_NUM_THREADS", "JAVA_TOOL_OPTIONS", "PYTHONPATH", "CUDA_HOME"):
        monkeypatch.setenv(name, "x")
    keys = 'environment = ["CUDA_*", "OMP_NUM_THREADS", "KERAS_BACKEND=jax"]'
    found = look_around(tmp_path, services, SandboxMode.AUTO, keys=keys)
    assert {*found["environment"]} - ALLOWED == {"CUDA_HOME", "OMP_NUM_THREADS", "KERAS_BACKEND"}


@pytest.mark.usefixtures("mechanism")
class TestItsEndIsSeen:
    """What isolates it stands between the port and the harness."""

    def test_a_signal_is_named(self, tmp_path: Path) -> None:
        finding = sin(tmp_path, "unreliable_port.py", "killed", "SIGSEGV").blames()
        assert "SIGSEGV" in finding.message

    def test_what_lives_on_is_ended(self, tmp_path: Path) -> None:
        assert sin(tmp_path, "unbounded_port.py", "daemon").conforms()

    def test_what_started_it_cannot_be_ended(self, tmp_path: Path) -> None:
        run = sin(tmp_path, "unbounded_port.py", "kills-its-parent", case_timeout=CASE_TIMEOUT)
        assert run.finding.id == "runtime-failure"

    def test_too_many_processes(self, tmp_path: Path) -> None:
        limits = "processes = 8"
        finding = sin(tmp_path, "unbounded_port.py", "fork-bomb", limits=limits).blames()
        assert finding.message == "the port was ended: it had more than 8 processes at a time"

    def test_as_many_as_it_may_have(self, tmp_path: Path) -> None:
        assert sin(tmp_path, "unbounded_port.py", "none", limits="processes = 1").conforms()


def nothing(detail: str, *hints: str) -> Callable[[], Sandbox]:
    """A mechanism that does not work here."""
    return lambda: Sandbox(detail, hints)


class TestWhereItCannotBeDone:
    def test_the_results_say_why_and_how_it_could(self, monkeypatch: pytest.MonkeyPatch) -> None:
        missing = (
            nothing("bubblewrap is missing", "install it", "`pip install`"),
            nothing("sandlock is missing", "`pip install`"),
        )
        monkeypatch.setattr(isolation, "MECHANISMS", missing)
        found = sandbox(SandboxMode.AUTO)
        why = "bubblewrap is missing, and sandlock is missing; install it, or `pip install`"
        assert (found.isolates, found.in_words) == (False, f"none: {why}")
        with pytest.raises(ToolchainError, match=re.escape(f"{why}, or run without --sandbox")):
            sandbox(SandboxMode.REQUIRED)

    def test_the_first_that_works_is_taken(self, monkeypatch: pytest.MonkeyPatch) -> None:
        works = Sandbox("works", prefix=lambda _: ["env"])
        monkeypatch.setattr(isolation, "MECHANISMS", (nothing("missing"), lambda: works))
        assert sandbox(SandboxMode.AUTO) is works

    def test_a_system_that_forbids_bubblewrap(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The program is there, and is not let do what it is for."""
        program = tmp_path / "bwrap"
        program.write_text("#!/bin/sh\necho 'bwrap: Operation not permitted' >&2\nexit 1\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
        found = bubblewrap.__wrapped__()
        assert not found.isolates
        assert "does not let" in found.detail
        assert "Operation not permitted" in found.detail

    @pytest.mark.parametrize(
        ("version", "detail"),
        [(-1, "this system has no Landlock"), (3, "this system has Landlock 3, without networks")],
    )
    def test_a_system_without_landlock(
        self, monkeypatch: pytest.MonkeyPatch, version: int, detail: str
    ) -> None:
        sandlock = pytest.importorskip("sandlock")
        monkeypatch.setattr(sandlock, "landlock_abi_version", lambda: version)
        found = landlock.__wrapped__()
        assert (found.isolates, found.detail) == (False, detail)
        assert "Linux 6.7" in found.hint

    def test_a_system_that_forbids_landlock(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A container's profile: the kernel has it, and the system calls are refused."""
        sandlock = pytest.importorskip("sandlock")
        broken = tmp_path / "sandlock" / "__init__.py"
        broken.parent.mkdir()
        broken.write_text("raise OSError('Operation not permitted')")
        monkeypatch.setattr(sandlock, "landlock_abi_version", lambda: 7)
        monkeypatch.setattr(sandlock, "__file__", str(broken))
        found = landlock.__wrapped__()
        assert not found.isolates
        assert "does not let sandlock isolate" in found.detail
        assert "Operation not permitted" in found.detail
