"""`goldstep bench verify`: how long a run takes, beside what its ports take themselves."""

from __future__ import annotations

import json
import re

import pytest
from support.desk import Desk
from support.small_ports import tiny_port

pytestmark = pytest.mark.processes

NUMBER = r"(\d+\.\d+)"


def test_what_it_measures(desk: Desk) -> None:
    port = tiny_port(desk.folder / "port")
    ran = desk.goldstep("bench", "verify", port, "--runs", "3", "--json")
    assert (ran.code, ran.err) == (0, "")
    told = json.loads(ran.out)
    (own,) = told["ports"].values()
    assert told["slowest"] == str(port)
    assert len(told["runs"]) == 3
    for run in told["runs"]:
        # What the port takes itself is part of what processors do in a run of the command.
        assert 0 < own < run["processor_seconds"]
    middle = sorted(run["seconds"] for run in told["runs"])[1]
    assert abs(told["ratio"] - middle / own) <= 0.001


def test_how_it_is_told(desk: Desk) -> None:
    port = tiny_port(desk.folder / "port")
    ran = desk.goldstep("bench", "verify", port, "--runs", "1", COLUMNS="200")
    assert ran.code == 0
    *_, took, ratio = ran.out.splitlines()
    assert re.fullmatch(
        f"verify: {NUMBER} s, median of 1; {NUMBER} s of processors, {NUMBER} s of them no port's",
        took,
    )
    assert re.fullmatch(f"{NUMBER} times {re.escape(str(port))}'s own {NUMBER} s", ratio)


def test_a_port_that_cannot_be_run(desk: Desk) -> None:
    port = tiny_port(desk.folder / "port", run={"command": ["no-such-command"]})
    ran = desk.goldstep("bench", "verify", port, "--runs", "1")
    assert ran.code == 3
    assert "`goldstep verify` ended with 3" in ran.err
