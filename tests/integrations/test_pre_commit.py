"""The pre-commit hook, installed from a repository by pre-commit itself."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest
from goldstep.pre_commit import ports_of
from support.repository import copy_of_repository

pytestmark = pytest.mark.processes

PRE_COMMIT = Path(sysconfig.get_path("scripts")) / "pre-commit"


@pytest.fixture
def hooks(tmp_path: Path) -> Path:
    """This repository with all that is in it now, as one commit."""
    folder = copy_of_repository(tmp_path / "goldstep")
    git = ["git", "-C", folder, "-c", "user.name=nobody", "-c", "user.email=nobody@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "All"]):
        subprocess.run([*git, *words], check=True)
    return folder


def test_it_verifies_the_ports_whose_files_changed(
    hooks: Path, repository: Callable[..., Path], tmp_path: Path
) -> None:
    """One test: the environment of the hook takes a while to make."""
    root = repository("outside")
    (root / "README.md").touch()

    def try_hook(*files: str) -> tuple[int, str]:
        subprocess.run(["git", "-C", root, "add", "-A"], check=True)
        done = subprocess.run(
            [PRE_COMMIT, "run", "--color=never", "--files", *files],
            cwd=root,
            env={**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "home")},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    revision = subprocess.run(
        ["git", "-C", hooks, "rev-parse", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    (root / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {hooks}\n  rev: {revision}\n  hooks:\n  - id: goldstep-verify\n"
        "    args: [--group, starting-average, --]\n"
    )
    code, said = try_hook("my-port/tiny_adapter.py", "README.md")
    assert code == 1
    assert "- exit code: 1" in said
    assert "epsilon is added after the square root" in said
    code, said = try_hook("README.md")
    assert code == 0, said
    port = root / "my-port" / "port.toml"
    port.write_text(port.read_text().replace('"outside"', '"conforming"'))
    code, said = try_hook("my-port/port.toml")
    assert code == 0, said


def test_a_file_belongs_to_the_nearest_port_above_it(tmp_path: Path) -> None:
    outer, inner = tmp_path / "port.toml", tmp_path / "a" / "b" / "port.toml"
    inner.parent.mkdir(parents=True)
    inner.touch()
    deep = inner.parent / "c" / "d.py"
    assert ports_of([tmp_path / "x.py", tmp_path / "a" / "y.py"]) == []
    outer.touch()
    assert ports_of([deep, inner, tmp_path / "a" / "y.py"]) == [inner, outer]
