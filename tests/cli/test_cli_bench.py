"""``goldstep bench``, and ``bench harness``: both forms show what was measured."""

from __future__ import annotations

import json

import pytest
from support.desk import Desk
from support.small_ports import tiny_port

pytestmark = pytest.mark.processes

QUICK = ("--most", "100", "--repetitions", "3", "--threads", "1")
ENGINES = ["goldstep, NumPy", "goldstep, compiled"]


def test_each_engine_is_measured_in_each_size_and_format(desk: Desk) -> None:
    ran = desk.goldstep("bench", *QUICK, "--json")
    assert (ran.code, ran.err) == (0, "")
    shown = json.loads(ran.out)
    assert shown["format"] == "goldstep-speed/1"
    assert [
        (each["program"], each["number_format"], each["length"]) for each in shown["timings"]
    ] == [
        (engine, number_format, length)
        for number_format in ("float32", "float64")
        for length in (10, 100)
        for engine in ENGINES
    ]
    for each in shown["timings"]:
        assert 0 < float(each["low"]) <= float(each["median"]) <= float(each["high"]) < 1


def test_engines_in_a_table(desk: Desk) -> None:
    ran = desk.goldstep("bench", *QUICK, "--number-format", "float32")
    assert (ran.code, ran.err) == (0, "")
    *_, head, first, second = ran.out.splitlines()
    assert all(engine in head for engine in ENGINES)
    assert first.split()[:3] == ["float32", "1", "10"]
    assert second.split()[:3] == ["float32", "1", "100"]
    assert first.count(" us ±") == second.count(" us ±") == 2


@pytest.mark.parametrize("as_json", [True, False])
def test_the_harness(desk: Desk, as_json: bool) -> None:
    port = tiny_port(desk.folder / "port")
    ran = desk.goldstep("bench", "harness", port, "--cases", "100", *["--json"] * as_json)
    assert (ran.code, ran.err) == (0, "")
    if as_json:
        (run,) = json.loads(ran.out)["runs"]
        assert run["cases"] == 100
        assert run["cases_per_second"] == round(100 / run["seconds"])
    else:
        *_, head, row = ran.out.splitlines()
        assert head.split()[:2] == ["cases", "seconds"]
        assert row.split()[0] == "100"
