"""The options of `goldstep diagnose`, its JSON and its exit codes."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
import pytest
from goldstep.results.records import DiagnosisRecord
from goldstep.results.value import Results
from support.desk import Desk
from support.goldstep_command import EXAMPLE
from support.harness_ports import script_port
from support.small_ports import tiny_port

pytestmark = pytest.mark.processes

ONE_STEP = ("--case", "rmsprop/float64/formula/gradient-1-weight-zero")


def test_json_and_the_results_file_agree(desk: Desk) -> None:
    port = script_port(
        desk.folder / "port", "deviating_port.py", "float64", "average=swapped-rates"
    )
    file = desk.folder / "results.ndjson"
    ran = desk.goldstep("diagnose", port, "--group", "formula", "--json", "--results", file)
    told: dict[str, Any] = json.loads(ran.out)
    results = Results.read(file)
    assert told["format"] == "goldstep-diagnosis/1"
    assert told["exit_code"] == results.exit_code == ran.code == 1
    assert told["vectors"] == results.header.vectors
    assert told["versions"] == results.header.versions
    assert results.header.command[:2] == ["goldstep", "diagnose"]
    (shown,) = told["ports"]
    assert {name: shown[name] for name in ("port", "number_format", "epsilon")} == {
        "port": "a-port",
        "number_format": "float64",
        "epsilon": "inside",
    }
    (rung,) = shown["rungs"]
    (diagnosis,) = results.of(DiagnosisRecord)
    fields = ("repairs", "conforms", "message", "like", "order", "further", "left_out")
    assert {name: rung[name] for name in fields} == {
        name: getattr(diagnosis, name) for name in fields
    }
    assert rung["label"] == "as it is"
    (finding,) = rung["findings"]
    (recorded,) = results.findings()
    assert finding["id"] == recorded.id == "average-form"
    assert finding["evidence"] == msgspec.to_builtins(recorded.evidence)


def test_json_of_a_rung_without_numbers_says_why(desk: Desk) -> None:
    port = script_port(desk.folder / "port", "misbehaving_port.py", "never-starts", "token")
    ran = desk.goldstep("diagnose", port, *ONE_STEP, "--json")
    (rung,) = json.loads(ran.out)["ports"][0]["rungs"]
    (finding,) = rung["findings"]
    assert (rung["conforms"], rung["message"]) == (False, finding["message"])


def test_all_variants_of_a_bundled_port(desk: Desk) -> None:
    ran = desk.goldstep("diagnose", "numpy", "--group", "formula", "--number-format", "float32")
    assert ran.code == 0
    assert ran.out.count("✓ conforms") == 2
    assert re.findall(r"^numpy\S+", ran.out, re.MULTILINE) == [
        "numpy-float32-inside",
        "numpy-float32-outside",
    ]


def test_a_stale_finding_is_told(desk: Desk) -> None:
    known = [{"repairs": 0, "finding": "epsilon-outside-root", "reason": "so printed"}]
    port = tiny_port(desk.folder / "port", known=known)
    ran = desk.goldstep("diagnose", port)
    assert ran.code == 5
    assert "known finding epsilon-outside-root did not appear: delete lines " in ran.out


def test_quiet_and_wrong_arguments(desk: Desk) -> None:
    port = tiny_port(desk.folder / "port", "outside")
    ran = desk.goldstep("diagnose", port, "--quiet", "--case", EXAMPLE)
    assert ran.__dict__ == {"code": 1, "out": "", "err": ""}
    ran = desk.goldstep("diagnose", "nunpy")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no port 'nunpy'" in ran.error
    assert desk.goldstep("diagnose").code == 2
    assert desk.goldstep("diagnose", port, "--as-printed", "--repaired").code == 2
