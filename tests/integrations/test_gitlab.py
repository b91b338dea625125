"""The GitLab template: its script is run as a runner runs it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from support.repository import ROOT

pytestmark = pytest.mark.processes


def job() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "ci" / "goldstep.gitlab-ci.yml").read_text())
    return dict(loaded["goldstep"])


@pytest.mark.parametrize(("behaviour", "code"), [("conforming", 0), ("outside", 1)])
def test_the_job_leaves_its_reports_and_fails_with_findings(
    environment: dict[str, str], repository: Callable[..., Path], behaviour: str, code: int
) -> None:
    root = repository(behaviour)
    variables = {
        **job()["variables"],
        "GOLDSTEP_PORT": "my-port/port.toml",
        "GOLDSTEP_PACKAGE": "pip",  # which is there: other tests use the same environment
        "GOLDSTEP_ARGUMENTS": "--group starting-average",
    }
    script = [*job()["before_script"], *job()["script"]]
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", "\n".join(script)],
        cwd=root,
        env={**environment, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    artifacts = job()["artifacts"]
    assert artifacts["when"] == "always"
    report = root / artifacts["reports"]["junit"]
    assert report.is_relative_to(root / artifacts["paths"][0])
    failures = list(ElementTree.parse(report).getroot().iter("failure"))
    assert bool(failures) == (code == 1)
    assert (root / artifacts["paths"][0] / "pages" / "index.html").is_file()
