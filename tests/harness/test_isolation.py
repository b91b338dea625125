"""What a port can reach: with a sandbox where this system has one, and without."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import goldstep
import pytest
from goldstep import Options
from goldstep.errors import ToolchainError
from goldstep.results import StartRecord
from goldstep.supervision import isolation
from goldstep.supervision.isolation import Sandbox, SandboxMode, sandbox
from harness_ports import can_isolate, script_port

CASES = ("rmsprop/float64/formula/document-example",)
ALLOWED = {"PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "TMPDIR", "TZ", "PWD"}
ALLOWED |= {"JAVA_HOME", "LD_LIBRARY_PATH", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE"}
ALLOWED |= {"SSL_CERT_FILE", "SSL_CERT_DIR", "OLDPWD", "_", "SHLVL"}  # the last are a shell's own


@pytest.fixture
def listening() -> Iterator[int]:
    """A TCP port of this machine that takes connections."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def look_around(
    folder: Path, listening: int, mode: SandboxMode, keys: str = "", run_keys: str = ""
) -> dict[str, Any]:
    """What a port finds; it must conform all the same."""
    port = script_port(
        folder / "port",
        "nosy_port.py",
        str(folder / "outside"),
        str(listening),
        keys=keys,
        run_keys=run_keys,
    )
    results = goldstep.verify(str(port), options=Options(case_ids=CASES, sandbox=mode))
    assert results.exit_code == 0
    (start, *_) = results.of(StartRecord)
    found: dict[str, Any] = json.loads(start.implementation["version"])
    note = Path(f"/tmp/goldstep-note-{listening}")
    found |= {"said": results.header.isolation, "its /tmp is ours": note.exists()}
    note.unlink(missing_ok=True)
    return found


@can_isolate
def test_in_a_sandbox_it_reaches_nothing_but_its_folder(tmp_path: Path, listening: int) -> None:
    found = look_around(tmp_path, listening, SandboxMode.REQUIRED)
    assert found["writes outside"] in ("OSError", "FileNotFoundError")  # read-only, or not there
    assert not (tmp_path / "outside").exists()
    assert found["reaches the machine"] == "ConnectionRefusedError"
    assert found["writes in its folder"] == "done"
    assert found["writes in /tmp"] == "done"
    assert not found["its /tmp is ours"]
    assert found["sees processes"] <= 3
    assert "no network, no writing outside the port's folder" in found["said"]


def test_without_one_it_does_and_the_results_say_so(tmp_path: Path, listening: int) -> None:
    found = look_around(tmp_path, listening, SandboxMode.OFF)
    assert found["its /tmp is ours"]
    assert found["writes outside"] == "done"
    assert found["reaches the machine"] == "done"
    assert found["said"] == "none: switched off"


@pytest.mark.parametrize(
    "mode", [pytest.param(SandboxMode.REQUIRED, marks=can_isolate), SandboxMode.OFF]
)
def test_what_every_port_gets(tmp_path: Path, listening: int, mode: SandboxMode) -> None:
    found = look_around(tmp_path, listening, mode, run_keys="[limits]\nopen_files = 77")
    assert found["has a terminal"] in ("OSError", "FileNotFoundError")
    assert found["open files"] == 77
    assert Path(found["temporary folder"]).name.startswith("tmp-")
    assert not Path(found["temporary folder"]).exists()


def test_the_environment_is_an_allow_list(
    tmp_path: Path, listening: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_SECRET", "OMP_NUM_THREADS", "JAVA_TOOL_OPTIONS", "PYTHONPATH", "CUDA_HOME"):
        monkeypatch.setenv(name, "x")
    keys = 'environment = ["CUDA_*", "OMP_NUM_THREADS"]'
    found = look_around(tmp_path, listening, SandboxMode.AUTO, keys=keys)
    assert {*found["environment"]} - ALLOWED == {"CUDA_HOME", "OMP_NUM_THREADS"}


def test_required_where_it_cannot_be_done(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = Sandbox(None, "bubblewrap is missing", "install it")
    monkeypatch.setattr(isolation, "_probed", lambda: missing)
    assert sandbox(SandboxMode.AUTO) is missing
    with pytest.raises(ToolchainError, match="bubblewrap is missing; install it, or run without"):
        sandbox(SandboxMode.REQUIRED)


def test_a_system_that_forbids_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program is there, and is not let do what it is for."""
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'bwrap: Operation not permitted' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    isolation._probed.cache_clear()
    try:
        found = sandbox(SandboxMode.AUTO)
    finally:
        isolation._probed.cache_clear()
    assert found.program is None
    assert "does not let" in found.detail
    assert "Operation not permitted" in found.detail
    assert found.prefix(Path("/"), [], []) == []
