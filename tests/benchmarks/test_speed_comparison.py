"""The comparison of speed: what it measures is measured, and shown in every form alike."""

from __future__ import annotations

import importlib.util
import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from benchmarks.speed.__main__ import main
from benchmarks.speed.comparison import Comparison, LeftOut, compare_here
from benchmarks.speed.contestants import CONTESTANTS, Contestant
from benchmarks.speed.tables import markdown
from click.testing import CliRunner
from goldstep.bench.steps import NUMPY, Problem, Timing

pytestmark = pytest.mark.processes

DOCUMENT, TORCH = "the document's Python", "torch"
OF_THREE = [
    *("--most", "1000", "--repetitions", "3", "--threads", "1"),
    *("--only", NUMPY.name, "--only", DOCUMENT, "--only", TORCH),
]


def run(*options: str | Path) -> str:
    done = CliRunner().invoke(main, [*OF_THREE, *map(str, options)], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def test_each_program_is_measured_in_each_size_and_format(tmp_path: Path) -> None:
    compared = json.loads(run("--plot", tmp_path / "speed.svg", "--json"))
    assert {"processor", "processors", "memory"} <= set(compared["machine"])
    measured = {
        (each["program"], each["number_format"], each["length"]): each
        for each in compared["results"]
    }
    for name in (NUMPY.name, DOCUMENT):
        for number_format in ("float32", "float64"):
            for length in (10, 100, 1000):
                each = measured[name, number_format, length]
                assert 0 < float(each["low"]) <= float(each["median"]) <= float(each["high"]) < 1
    torch = measured[TORCH, "float32", 10]
    assert ("left_out" in torch) == ("torch" not in compared["versions"])
    assert ElementTree.parse(tmp_path / "speed.svg").getroot().tag.endswith("svg")


def test_tables_and_ratios() -> None:
    lines = run("--number-format", "float32").splitlines()
    assert "### float32, 1 thread" in lines
    assert not any("float64" in line for line in lines)
    (row,) = (line for line in lines if line.startswith(f"| {NUMPY.name} |"))
    assert row.count(" us ±") == 3
    (ratios,) = (line for line in lines if line.startswith(f"* {NUMPY.name}, 1,000 elements: "))
    assert f" of {DOCUMENT}" in ratios
    left_out = "* left out: torch: torch not installed" in lines
    assert left_out == (importlib.util.find_spec("torch") is None)


def test_what_memory_does_not_suffice_for_is_left_out() -> None:
    hungry = Contestant(NUMPY, 10**12)
    (left_out,) = compare_here([hungry], 3, Problem("float32", 1, 1, 1000))
    assert isinstance(left_out, LeftOut)
    assert left_out.reason == "takes 4000000.0 GB, more than is free"


def test_what_is_left_out_is_shown_with_its_size() -> None:
    large, larger = (Problem("float32", 1, 1, length) for length in (10**7, 10**8))
    seconds = 0.05
    results = [
        Timing(DOCUMENT, large, seconds, seconds, seconds),
        LeftOut(DOCUMENT, larger, "takes 2.0 GB, more than is free"),
    ]
    lines = markdown(Comparison(3, results)).splitlines()
    assert f"| {DOCUMENT} | 5 ns ±0 % |  |" in lines
    assert lines[-1] == (
        f"* left out: {DOCUMENT}, 100,000,000 elements: takes 2.0 GB, more than is free"
    )


def test_names_are_distinct() -> None:
    assert len({each.program.name for each in CONTESTANTS}) == len(CONTESTANTS)
