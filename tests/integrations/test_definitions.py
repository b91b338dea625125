"""Files that other services read: held against their published schemas, and linted."""

from __future__ import annotations

import os
import re
import subprocess
import sysconfig
import tomllib
from pathlib import Path

import pytest
import yaml
from support.repository import ROOT

pytestmark = pytest.mark.processes

SCRIPTS = Path(sysconfig.get_path("scripts"))
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ISSUES = ROOT / ".github" / "ISSUE_TEMPLATE"
ISSUE_FORMS = [file for file in sorted(ISSUES.glob("*.yml")) if file.name != "config.yml"]


@pytest.fixture(scope="module")
def actionlint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from its sources, of which Go keeps what it has built."""
    folder = tmp_path_factory.mktemp("actionlint")
    environment = {**os.environ, "GOBIN": str(folder), "GOTOOLCHAIN": "local"}
    install = [SCRIPTS / "go", "install", ACTIONLINT]
    done = subprocess.run(install, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "actionlint"


def lint(actionlint: Path, *files: Path) -> list[str]:
    """What actionlint says of workflows, of the actions that they use, and of their scripts."""
    done = subprocess.run(
        [actionlint, "-shellcheck", SCRIPTS / "shellcheck", "-oneline", *files],
        cwd=files[0].parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) in ((0, ""), (1, ""))
    return done.stdout.splitlines()


def test_actionlint_accepts_the_workflows_and_the_action(actionlint: Path) -> None:
    assert WORKFLOWS
    assert any("uses: ./\n" in file.read_text() for file in WORKFLOWS)
    assert lint(actionlint, *WORKFLOWS) == []


def test_actionlint_sees_an_input_that_the_action_has_not(actionlint: Path, tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (tmp_path / "action.yml").write_text((ROOT / "action.yml").read_text())
    file = folder / "ci.yml"
    file.write_text(
        (ROOT / ".github" / "workflows" / "ci.yml")
        .read_text()
        .replace("          badge:", "          bagde:")
    )
    (said,) = lint(actionlint, file)
    assert 'input "bagde" is not defined in action "goldstep"' in said


def test_actions_in_workflows_are_pinned() -> None:
    for file in WORKFLOWS:
        for used in re.findall(r"uses: (\S+)", file.read_text()):
            assert used == "./" or re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", used)


def test_shellcheck_accepts_the_scripts_of_the_action(tmp_path: Path) -> None:
    steps = yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"]
    scripts = [ROOT / "ci" / "verify.sh"]
    for number, step in enumerate(step for step in steps if "run" in step):
        scripts.append(tmp_path / f"{number}.sh")
        scripts[-1].write_text(f"#!/bin/bash\n{step['run']}")
    subprocess.run([SCRIPTS / "shellcheck", *scripts], check=True)


SCHEMAS = {
    "action.yml": "github-actions",
    **{f".github/workflows/{file.name}": "github-workflows" for file in WORKFLOWS},
    **{f".github/ISSUE_TEMPLATE/{file.name}": "github-issue-forms" for file in ISSUE_FORMS},
    ".github/ISSUE_TEMPLATE/config.yml": "github-issue-config",
    "ci/goldstep.gitlab-ci.yml": "gitlab-ci",
}


@pytest.mark.parametrize("file", SCHEMAS)
def test_they_pass_their_schemas(file: str) -> None:
    check = [SCRIPTS / "check-jsonschema", "--builtin-schema", f"vendor.{SCHEMAS[file]}"]
    if SCHEMAS[file] == "gitlab-ci":
        check += ["--data-transform", "gitlab-ci"]
    subprocess.run([*check, file], cwd=ROOT, check=True, capture_output=True)


def test_a_wrong_diagnosis_is_reported_with_the_results() -> None:
    form = yaml.safe_load((ISSUES / "wrong-diagnosis.yml").read_text())
    fields = {field["id"]: field for field in form["body"] if "id" in field}
    assert fields["results"]["validations"]["required"]
    assert "--results" in fields["results"]["attributes"]["description"]


def test_a_release_needs_no_password() -> None:
    """Trusted publishing: the job that publishes may ask for an identity, and for nothing else."""
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text()
    release = yaml.safe_load(text)
    assert release["permissions"] == {"contents": "read"}
    publish = release["jobs"]["publish"]
    assert publish["permissions"] == {"id-token": "write"}
    assert publish["needs"] == "build"
    assert publish["steps"][-1]["uses"].startswith("pypa/gh-action-pypi-publish@")
    assert "secrets." not in text


def test_every_version_of_python_is_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    assert project["requires-python"] == f">={named[0]}"
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())["jobs"]
    assert jobs["test"]["strategy"]["matrix"]["python"] == named


def test_pre_commit_accepts_the_hook_and_those_for_this_repository() -> None:
    pre_commit = SCRIPTS / "pre-commit"
    subprocess.run(
        [pre_commit, "validate-manifest", ".pre-commit-hooks.yaml"], cwd=ROOT, check=True
    )
    subprocess.run([pre_commit, "validate-config", ".pre-commit-config.yaml"], cwd=ROOT, check=True)


def test_the_documented_workflow_is_right(actionlint: Path, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "ci.md").read_text()
    workflow = re.findall(r"```yaml\n(name: goldstep\n.*?)```", page, re.DOTALL)[0]
    assert len(workflow.splitlines()) == 10
    file = tmp_path / ".github" / "workflows" / "goldstep.yml"
    file.parent.mkdir(parents=True)
    file.write_text(re.sub(r"OWNER/goldstep@\S+", "./", workflow))
    (tmp_path / ".git").mkdir()
    (tmp_path / "action.yml").write_text((ROOT / "action.yml").read_text())
    assert lint(actionlint, file) == []
    inputs = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]
    table = page[page.index("| input |") : page.index("A Python port that imports more")]
    assert set(re.findall(r"`([a-z-]+)`", "".join(re.findall(r"^\|[^|]*\|", table, re.M)))) == set(
        inputs
    )
