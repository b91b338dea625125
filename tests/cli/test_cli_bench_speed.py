"""``goldstep bench``: what it measures is measured, and told in every form alike."""

from __future__ import annotations

import importlib.util
import json
import math
import xml.etree.ElementTree as ElementTree

import pytest
from goldstep.bench.speed import Timing
from goldstep.bench.speed_run import Speed
from goldstep.bench.speed_text import speed_markdown
from support.desk import Desk
from support.goldstep_command import Ran

NUMPY, DOCUMENT, TORCH = "goldstep, NumPy", "the document's Python", "torch"
QUICK = ("--most", "1000", "--repetitions", "3", "--threads", "1", "--only", NUMPY)


@pytest.fixture
def ran(desk: Desk) -> Ran:
    """Two programs on small arrays, and a third if it is installed."""
    others = ("--only", DOCUMENT, "--only", TORCH, "--plot", desk.folder / "speed.svg", "--json")
    return desk.goldstep("bench", *QUICK, *others)


def test_each_program_is_measured_in_each_size_and_format(ran: Ran, desk: Desk) -> None:
    told = json.loads(ran.out)
    assert told["format"] == "goldstep-speed/1"
    assert {"processor", "processors", "memory"} <= set(told["machine"])
    measured = {
        (each["contestant"], each["number_format"], each["length"]): each
        for each in told["timings"]
    }
    for name in (NUMPY, DOCUMENT):
        for number_format in ("float32", "float64"):
            for length in (10, 100, 1000):
                each = measured[name, number_format, length]
                assert 0 < float(each["low"]) <= float(each["median"]) <= float(each["high"]) < 1
    torch = measured[TORCH, "float32", 10]
    assert ("skipped" in torch) == ("torch" not in told["versions"])
    picture = ElementTree.parse(desk.folder / "speed.svg").getroot()
    assert picture.tag.endswith("svg")


def test_a_table_for_people(desk: Desk) -> None:
    ran = desk.goldstep("bench", *QUICK, "--only", DOCUMENT, "--number-format", "float32")
    assert (ran.code, ran.err) == (0, "")
    assert "### float32, 1 thread" in ran.out
    assert "float64" not in ran.out
    (row,) = (line for line in ran.out.splitlines() if line.startswith(f"| {NUMPY} |"))
    assert row.count(" us ±") == 3
    (ratios,) = (line for line in ran.out.splitlines() if line.startswith("* "))
    assert ratios.startswith(f"* {NUMPY}, 1,000 elements: ")
    assert ratios.endswith(f" of {DOCUMENT}")


def test_what_is_left_out_is_told_with_the_reason(desk: Desk) -> None:
    ran = desk.goldstep("bench", *QUICK, "--only", TORCH, "--number-format", "float32")
    assert ran.code == 0
    is_told = "* left out: torch: torch not installed\n" in ran.out
    assert is_told == (importlib.util.find_spec("torch") is None)


def test_what_memory_does_not_suffice_for_is_told_with_its_size() -> None:
    def timing(length: int, seconds: float, skipped: str = "") -> Timing:
        return Timing(
            contestant=DOCUMENT,
            number_format="float32",
            parameters=1,
            length=length,
            threads=1,
            median=seconds,
            low=seconds,
            high=seconds,
            skipped=skipped,
        )

    timings = timing(10**7, 0.05), timing(10**8, math.nan, "takes 2.0 GB, more than is free")
    lines = speed_markdown(Speed({}, {}, 3, timings)).splitlines()
    assert f"| {DOCUMENT} | 5 ns ±0 % |  |" in lines
    assert lines[-1] == (
        f"* left out: {DOCUMENT}, 100,000,000 elements: takes 2.0 GB, more than is free"
    )


def test_a_program_that_there_is_not(desk: Desk) -> None:
    ran = desk.goldstep("bench", "--only", "torhc")
    assert ran.code == 2
    assert "there is no program 'torhc'; did you mean torch?" in ran.err
