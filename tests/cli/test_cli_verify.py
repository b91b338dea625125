"""What `goldstep verify` prints and writes, and its options."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from goldstep.paths import vectors_folder
from goldstep.results.records import CaseRecord, PortRecord
from goldstep.results.value import Results
from support.desk import Desk
from support.goldstep_command import EXAMPLE, case_count, without_seconds
from support.small_ports import tiny_port
from support.small_vectors import Few

pytestmark = pytest.mark.processes

ALL = case_count("float64")
KNOWN = {"repairs": 0, "finding": "epsilon-outside-root", "reason": "so printed"}
PATCH = """\
--- a/tiny_adapter.py
+++ b/tiny_adapter.py
@@ -1,1 +1,1 @@
-                root = math.sqrt(average) + epsilon if BEHAVIOUR == "outside" else inside
+                root = inside
"""


@pytest.fixture
def repaired(desk: Desk) -> Path:
    """A port with a known finding, and the patch that removes it."""
    repair = {"patch": "inside.patch", "removes": ["epsilon-outside-root"]}
    file = tiny_port(desk.folder / "port", "outside", repair=[repair], known=[KNOWN])
    (file.parent / "inside.patch").write_text(PATCH)
    return file


def results_of(desk: Desk, *arguments: str | Path) -> Results:
    file = desk.folder / "results.ndjson"
    desk.goldstep("verify", *arguments, "--results", file, "--quiet")
    return Results.read(file)


def test_each_rung_is_a_line(desk: Desk, repaired: Path) -> None:
    ran = desk.goldstep("verify", repaired)
    assert (ran.code, ran.err) == (0, "")
    source = (repaired.parent / "tiny_adapter.py").read_text()
    line = 1 + source[: source.index("math.sqrt(average) + epsilon")].count("\n")
    invalid = case_count("float64", "invalid-input")
    assert without_seconds(ran.out).splitlines() == [
        "tiny  A tiny port  (float64, epsilon inside)",
        f"├─ as printed  ✗ epsilon-outside-root  known  tiny_adapter.py:{line}",
        f"└─ + inside    ✓ conforms  {ALL - invalid:,} cases, {invalid} not applicable",
        "",
        "`goldstep explain known` says more, and so does --verbose",
        f"1 port, 2 rungs, {2 * ALL:,} cases in _ s: 1 finding, all known",
    ]


def test_all_that_was_found_has_place_evidence_and_repair(desk: Desk, repaired: Path) -> None:
    ran = desk.goldstep("verify", repaired, "--verbose")
    assert (ran.code, ran.err) == (0, "")
    lines = without_seconds(ran.out).splitlines()
    assert lines[:2] == [
        "tiny  A tiny port  (float64, epsilon inside)",
        "├─ as printed    ✗ epsilon-outside-root  known",
    ]
    assert re.fullmatch(
        r"│      tiny_adapter.py:\d+  epsilon is added after the square root", lines[2]
    )
    assert re.fullmatch(r"│      rmsprop/float64/[\w./-]+, step \d+, w\d\[\d\]", lines[3])
    assert re.match(r"│      expected \S+, got \S+: off by \S+ rounding budgets", lines[4])
    assert lines[5] == (
        "│      smallest case: learning rate 0.001, decay rate 0.9, epsilon 1e-8, w1 0.0, "
        "gradient 0.0001: expected -0.0009534625892455924, got -0.0031612779762961777"
    )
    assert lines[6] == "│      removed by inside.patch"
    assert re.fullmatch(r"│      as \S.* and \S.*", lines[7])
    invalid = case_count("float64", "invalid-input")
    remarks = (
        "choices: overflow, underflow, infinity, 0/0: narrow-range",
        f"of {invalid} invalid inputs, to which the port is not held: ",
    )
    assert lines[8].startswith(f"│      {remarks[0]}")
    assert lines[9].startswith(f"│      {remarks[1]}")
    assert re.fullmatch(
        rf"└─ \+ inside      ✓ conforms  {ALL - invalid:,} cases, [\d,]+ values, "
        rf"at most [01]\.\d\d of the budget used, {invalid} not applicable",
        lines[10],
    )
    assert re.match(r"       average rounds like \S", lines[11])
    assert lines[12].startswith(f"       {remarks[0]}")
    assert lines[13].startswith(f"       {remarks[1]}")
    assert lines[14] == ""


def test_json_is_one_object_that_agrees_with_the_stream(desk: Desk, repaired: Path) -> None:
    file = desk.folder / "results.ndjson"
    ran = desk.goldstep("verify", repaired, "numpy", "--group", "d*", "--json", "--results", file)
    assert (ran.code, ran.err) == (0, "")
    summary: dict[str, Any] = json.loads(ran.out)
    results = Results.read(file)
    assert summary["format"] == "goldstep-summary/1"
    assert summary["exit_code"] == results.exit_code == ran.code
    assert summary["vectors"] == results.header.vectors
    assert summary["versions"] == results.header.versions
    assert summary["cases"] == Counter(case.outcome for case in results.of(CaseRecord))
    assert summary["findings"] == {"known": 1}
    assert [port["port"] for port in summary["ports"]] == [
        port.port for port in results.of(PortRecord)
    ]
    tiny, *numpy = summary["ports"]
    assert [rung["conforms"] for rung in tiny["rungs"]] == [False, True]
    assert [finding["id"] for finding in tiny["rungs"][0]["findings"]] == ["epsilon-outside-root"]
    assert tiny["rungs"][1]["cases"] == {"passed": case_count("float64", "defaults")}
    assert [rung["conforms"] for port in numpy for rung in port["rungs"]] == [True] * 4


def test_quiet_prints_nothing(desk: Desk, repaired: Path, few: Few) -> None:
    assert desk.goldstep("verify", repaired, *few, "--quiet").__dict__ == {
        "code": 0,
        "out": "",
        "err": "",
    }
    bad = tiny_port(desk.folder / "bad", "outside")
    assert desk.goldstep("verify", bad, *few, "-q").__dict__ == {"code": 1, "out": "", "err": ""}


def test_the_results_name_the_run(desk: Desk) -> None:
    file = tiny_port(desk.folder / "port")
    header = results_of(desk, file, "--group", "formula", "--jobs", "1").header
    assert header.command[:2] == ["goldstep", "verify"]
    assert header.command[2] == str(file)
    assert header.vectors == json.loads((vectors_folder() / "manifest.json").read_text())["sha256"]
    assert (header.ports, header.rungs) == (1, 1)
    assert {"goldstep", "python", "mpmath", "numpy"} <= header.versions.keys()


def test_as_printed_and_repaired_run_one_rung(desk: Desk, repaired: Path, few: Few) -> None:
    (first,) = results_of(desk, repaired, *few, "--as-printed").findings()
    assert (first.repairs, first.id, first.known) == (0, "epsilon-outside-root", True)
    assert first.removed_by == "inside.patch"  # as port.toml says, for it was not tried
    last = results_of(desk, repaired, *few, "--repaired")
    assert last.findings() == []
    assert {case.repairs for case in last.of(CaseRecord)} == {1}
    assert last.exit_code == 0


def test_groups_and_cases(desk: Desk) -> None:
    file = tiny_port(desk.folder / "port")
    grouped = results_of(desk, file, "--group", "formula", "--group", "def*")
    groups = {case.id.split("/")[2] for case in grouped.of(CaseRecord)}
    assert groups == {"formula", "defaults"}
    other = "rmsprop/float64/defaults/without-epsilon-moderate-gradients"
    chosen = results_of(desk, file, "--case", EXAMPLE, "--case", other)
    assert {case.id for case in chosen.of(CaseRecord)} == {EXAMPLE, other}
    both = results_of(desk, file, "--group", "formula", "--case", EXAMPLE, "--case", other)
    assert [case.id for case in both.of(CaseRecord)] == [EXAMPLE]


def test_variants_are_chosen_by_number_format_and_epsilon(desk: Desk) -> None:
    chosen = ("--number-format", "float32", "--epsilon", "outside", "--group", "defaults")
    ports = [port.port for port in results_of(desk, "numpy", *chosen).of(PortRecord)]
    assert ports == ["numpy-float32-outside"]
    by_name = results_of(desk, "numpy-float64-inside", "--group", "defaults")
    assert [port.port for port in by_name.of(PortRecord)] == ["numpy-float64-inside"]


def test_a_port_is_held_to_the_other_column(desk: Desk, few: Few) -> None:
    file = tiny_port(desk.folder / "port", "outside", known=[KNOWN])
    results = results_of(desk, file, *few, "--epsilon", "outside")
    assert [port.epsilon for port in results.of(PortRecord)] == ["outside"]
    assert (results.findings(), results.exit_code) == ([], 0)
    inside = tiny_port(desk.folder / "inside")
    (finding,) = results_of(desk, inside, *few, "--epsilon", "outside").findings()
    assert finding.id == "epsilon-inside-root"


def test_a_rung_ends_after_enough_failures(desk: Desk) -> None:
    file = tiny_port(desk.folder / "port", "outside")
    results = results_of(desk, file, "--max-failures", "3")
    outcomes = Counter(case.outcome for case in results.of(CaseRecord))
    assert outcomes["failed"] == 3
    assert outcomes.total() == ALL
    assert outcomes["not-run"] == ALL - 3 - outcomes["passed"] > 100
    messages = {case.message for case in results.of(CaseRecord) if case.outcome == "not-run"}
    assert messages == {"3 cases had failed before"}
    assert results.exit_code == 1


def test_the_number_of_jobs_changes_nothing(desk: Desk, repaired: Path) -> None:
    groups = ("--group", "formula", "--group", "accumulation")
    printed = {
        without_seconds(desk.goldstep("verify", repaired, "python", *groups, "--jobs", jobs).out)
        for jobs in ("1", "7")
    }
    assert len(printed) == 1


def test_vectors_of_another_folder(desk: Desk) -> None:
    folder = desk.folder / "copy"
    shutil.copytree(vectors_folder(), folder)
    file = tiny_port(desk.folder / "port")
    assert desk.goldstep("verify", file, "--vectors", folder, "--case", EXAMPLE).code == 0


def test_the_stream_tells_how_much_is_to_come(desk: Desk, repaired: Path) -> None:
    file = desk.folder / "results.ndjson"
    desk.goldstep("verify", repaired, "--group", "formula", "--results", file)
    records = [json.loads(line) for line in file.read_text().splitlines()]
    cases = [record for record in records if record["record"] == "case"]
    assert records[0]["record"] == "header"
    assert records[0]["cases"] == len(cases) == 2 * case_count("float64", "formula")
    assert records[-1]["record"] == "footer"
    assert records[-1]["records"] == Counter(record["record"] for record in records[:-1])
    assert not [value for record in records for value in _floats(record)]


def _floats(value: Any) -> list[float]:
    """Floating-point numbers are strings in a stream."""
    if isinstance(value, dict):
        return [found for part in value.values() for found in _floats(part)]
    if isinstance(value, list):
        return [found for part in value for found in _floats(part)]
    return [value] if isinstance(value, float) else []


def test_a_folder_whose_name_is_not_utf8(desk: Desk) -> None:
    """Names of files are bytes: they become escapes in what is JSON."""
    folder = desk.folder / os.fsdecode(b"caf\xe9")
    repair = {"patch": "bad.patch", "removes": ["epsilon-outside-root"]}
    file = tiny_port(folder, "outside", repair=[repair])
    (folder / "bad.patch").touch()
    results = desk.folder / "results.ndjson"
    ran = desk.goldstep("verify", file, "--case", EXAMPLE, "--json", "--results", results)
    assert ran.code == 2
    assert "/caf\\udce9/bad.patch: changes nothing" in ran.error
    (problem,) = json.loads(ran.out)["problems"]
    assert "/caf\\udce9/bad.patch: changes nothing" in problem["message"]
    assert Results.read(results).header.command[2].endswith("/caf\\udce9/port.toml")
