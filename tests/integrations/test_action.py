"""The GitHub Action: its steps are run as a runner runs them."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.composite_action import ActionRun
from support.repository import ROOT

pytestmark = pytest.mark.processes

UPLOAD_SARIF = "github/codeql-action/upload-sarif"
UPLOAD_ARTIFACT = "actions/upload-artifact"
PORT = "my-port/port.toml"
FEW = "--group starting-average"

Runner = Callable[..., ActionRun]


@pytest.fixture
def run_in(environment: dict[str, str], tmp_path: Path) -> Runner:
    """Runs the action of this repository in a checkout, where it has installed goldstep before."""
    names = [step["name"] for step in definition()["runs"]["steps"]]
    names.remove("Install goldstep")

    def run(workspace: Path, **inputs: str) -> ActionRun:
        return ActionRun(ROOT, workspace, tmp_path / "runner", environment, inputs).run(*names)

    return run


def commands(ran: ActionRun) -> list[str]:
    """The workflow commands that the runner obeys."""
    obeyed, stopped = [], ""
    for line in map(str.lstrip, ran.log):
        if stopped:
            stopped = "" if line == f"::{stopped}::" else stopped
        elif line.startswith("::stop-commands::"):
            stopped = line.removeprefix("::stop-commands::")
        elif line.startswith("::"):
            obeyed.append(line)
    return obeyed


def test_a_good_port_passes_and_everything_is_written(
    run_in: Runner, repository: Callable[..., Path]
) -> None:
    root = repository()
    ran = run_in(
        root, port=PORT, args=FEW, html="out/pages", junit="out/j.xml", badge="out/badge.svg"
    )
    assert ran.exit_code == 0, ran.log
    assert ran.results == {
        "exit-code": "0",
        "results": "goldstep/results.ndjson",
        "sarif": "goldstep/results.sarif",
        "html": "out/pages",
        "junit": "out/j.xml",
        "badge": "out/badge.svg",
    }
    assert (root / "out" / "pages" / "index.html").is_file()
    assert (root / "out" / "badge.svg").read_text().startswith("<svg")
    assert "mine" in ran.summary
    assert commands(ran) == []
    assert ran.used[UPLOAD_SARIF] == {
        "sarif_file": "goldstep/results.sarif",
        "category": "goldstep",
    }
    assert UPLOAD_ARTIFACT not in ran.used


def test_epsilon_outside_is_annotated_and_fails_in_the_end(
    run_in: Runner, repository: Callable[..., Path]
) -> None:
    root = repository("outside")
    ran = run_in(root, port=PORT, args=FEW, artifact="report")
    assert ran.exit_code == 1
    assert ran.results["exit-code"] == "1"
    source = (root / "my-port" / "tiny_adapter.py").read_text().splitlines()
    line = next(number for number, text in enumerate(source, 1) if "math.sqrt(average" in text)
    (annotation,) = commands(ran)
    where = rf"file=my-port/tiny_adapter\.py,line={line}"
    assert re.match(rf"::error title=goldstep%3A epsilon-outside-root,{where}[,:]", annotation)
    assert "epsilon-outside-root" in ran.summary
    # What shows it comes before the step that fails.
    assert ran.used[UPLOAD_SARIF]["sarif_file"] == "goldstep/results.sarif"
    assert ran.used[UPLOAD_ARTIFACT]["name"] == "report"
    assert "goldstep/results.ndjson\n" in ran.used[UPLOAD_ARTIFACT]["path"]


def test_what_is_known_passes_without_annotations(
    run_in: Runner, repository: Callable[..., Path]
) -> None:
    known = '[[known]]\nrepairs = 0\nfinding = "epsilon-outside-root"\nreason = "ours"\n'
    ran = run_in(repository("outside", known), port=PORT, args=FEW)
    assert ran.exit_code == 0, ran.log
    assert commands(ran) == []


def test_a_wrong_command_says_so_and_shows_no_older_file(
    run_in: Runner, repository: Callable[..., Path]
) -> None:
    root = repository()
    older = root / "goldstep" / "results.sarif"
    older.parent.mkdir()
    older.write_text("{}")
    ran = run_in(root, port=PORT, args="--group acumulation")
    assert ran.exit_code == 2
    assert "did you mean accumulation" in "\n".join(ran.log)
    assert ran.results["exit-code"] == "2"
    assert (ran.results["sarif"], ran.summary, ran.used) == (
        "",
        "",
        {"actions/setup-python": {"python-version": "3.13"}},
    )


def test_what_keeps_a_port_from_being_judged_is_told(
    run_in: Runner, repository: Callable[..., Path]
) -> None:
    root = repository()
    file = root / "my-port" / "port.toml"
    file.write_text(file.read_text().replace("{python}", "no-such-program"))
    ran = run_in(root, port=PORT, args=FEW)
    assert (ran.exit_code, ran.results["exit-code"]) == (3, "3")
    (told,) = commands(ran)
    assert told.startswith("::error title=goldstep%3A not judged")
    assert "no-such-program" in told
    assert "1 rung not judged" in ran.summary


@pytest.mark.parametrize("port", ["", " \n \n"])
def test_a_port_must_be_named(run_in: Runner, repository: Callable[..., Path], port: str) -> None:
    ran = run_in(repository(), port=port)
    assert ran.exit_code == 2
    assert "the input `port` is empty" in ran.log[-1]


def test_inputs_are_no_shell(run_in: Runner, repository: Callable[..., Path]) -> None:
    root = repository()
    evil = "$(touch owned) `touch owned`; touch owned; 'x\" port.toml"
    ran = run_in(
        root, port=f"{evil}\n{PORT}", args="$(touch owned) ;touch owned", results="$(touch owned)"
    )
    assert ran.exit_code == 2
    assert list(root.rglob("owned")) == []


def test_what_a_port_prints_commands_no_runner(
    run_in: Runner, repository: Callable[..., Path]
) -> None:
    root = repository()
    adapter = root / "my-port" / "tiny_adapter.py"
    said = '"x\\n::error file=a.py,line=1::made up\\n::add-mask::RMSProp%0A::warning::made up"'
    adapter.write_text(
        adapter.read_text().replace(
            '    if BEHAVIOUR == "escapes":',
            f"    if 1:\n        raise RuntimeError({said})\n    if 0:",
        )
    )
    ran = run_in(root, port=PORT, args=FEW)
    assert ran.exit_code == 1
    assert [line.partition(" ")[0] for line in commands(ran)] == ["::error"]
    assert commands(ran)[0].startswith("::error title=goldstep%3A runtime-failure")


def definition() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
    return loaded


def test_no_script_has_an_expression_and_other_actions_are_pinned() -> None:
    for step in definition()["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        if "uses" in step:
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step["uses"])


def test_annotations_escape_what_they_show(tmp_path: Path, environment: dict[str, str]) -> None:
    place = {"artifactLocation": {"uri": "a%20b,c.py"}, "region": {"startLine": 3}}
    results = [
        {"ruleId": "a:b", "level": "error", "message": {"text": "100%\n::x"},
         "locations": [{"physicalLocation": place}]},
        {"ruleId": "n", "level": "note", "message": {"text": "no"}},
        {"ruleId": "k", "level": "error", "message": {"text": "no"}, "suppressions": [{}]},
        {"ruleId": "w", "message": {"text": "without a place"}},
    ]  # fmt: skip
    file = tmp_path / "x.sarif"
    notifications = [
        {"level": "error", "message": {"text": "no JDK"}},
        {"level": "warning", "message": {"text": "no"}},
    ]
    invocations = [{"toolExecutionNotifications": notifications}]
    file.write_text(json.dumps({"runs": [{"results": results, "invocations": invocations}]}))
    script = ROOT / "ci" / "annotations.py"
    done = subprocess.run(
        ["python", script, file], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        "::error title=goldstep%3A a%3Ab,file=a b%2Cc.py,line=3::100%25%0A::x",
        "::warning title=goldstep%3A w::without a place",
        "::error title=goldstep%3A not judged::no JDK",
    ]
