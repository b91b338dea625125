"""CONTRIBUTING's recipes: each adds its thing to a copy of the repository, and it works there."""

from __future__ import annotations

import json
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.recipes import follow
from support.repository import copy_of_repository

pytestmark = pytest.mark.processes

DEVIATIONS = "reference/goldstep_reference/rmsprop/deviations.py"
DIALECTS = "tools/goldstep/build/compilers/dialects"
GROUPS = "reference/goldstep_reference/rmsprop/groups"


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Path]:
    """What is added to it is as the linters want it."""
    folder = copy_of_repository(tmp_path / "goldstep")
    yield folder
    ruff = Path(sysconfig.get_path("scripts")) / "ruff"
    for check in (["check"], ["format", "--check"]):
        subprocess.run([ruff, *check, folder], check=True)


def contents(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def test_a_port_is_a_folder(copy: Path) -> None:
    assert follow("A port", copy) == []


def test_a_group_is_a_function(copy: Path) -> None:
    before = contents(copy / "vectors")
    assert follow("A group of vectors", copy) == [copy / GROUPS / "__init__.py"]
    after = contents(copy / "vectors")
    new = {f"rmsprop/{form}/alternating-signs.json" for form in ("float64", "float32")}
    assert after.keys() - before.keys() == new
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"manifest.json", "kill-matrix.json", "README.md"}


def test_a_deviation_is_an_entry(copy: Path) -> None:
    before = contents(copy / "vectors")
    follow("A port", copy)
    program = copy / "ports" / "plain" / "rmsprop.py"
    assert follow("A deviation", copy) == [program, copy / DEVIATIONS]
    after = contents(copy / "vectors")
    assert {name for name in after if before.get(name) != after[name]} == {
        "manifest.json",
        "kill-matrix.json",
    }
    matrix = json.loads(after["kill-matrix.json"])
    for deviations in matrix["deviations"].values():
        groups = deviations["step-form (root twice)"].values()
        assert sum(group["cases"] for group in groups) >= 2


def test_a_report_format_is_a_module(copy: Path) -> None:
    assert follow("A report format", copy) == []


def test_a_dialect_is_a_module(copy: Path) -> None:
    assert follow("A compiler's dialect", copy) == [copy / DIALECTS / "__init__.py"]
