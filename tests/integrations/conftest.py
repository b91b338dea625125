"""What tests of integrations share: repositories with a port, and goldstep as others install it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

import pytest
from support.composite_action import ActionRun
from support.repository import ROOT

ADAPTER = ROOT / "tests" / "support" / "ports" / "tiny_adapter.py"

RepositoryMaker = Callable[..., Path]


@pytest.fixture
def repository(tmp_path: Path) -> RepositoryMaker:
    """Makes a git repository whose folder my-port behaves as tiny_adapter.py says."""

    def make(behaviour: str = "conforming", known: str = "") -> Path:
        root = tmp_path / "repository"
        port = root / "my-port"
        port.mkdir(parents=True)
        shutil.copy(ADAPTER, port)
        command = json.dumps(["{python}", "-S", ADAPTER.name, *behaviour.split()])
        (port / "port.toml").write_text(
            'name = "mine"\ntitle = "My RMSProp"\nlanguage = "Python"\nnumber_format = "float64"\n'
            f'sources = ["{ADAPTER.name}"]\n[run]\ncommand = {command}\n{known}'
        )
        subprocess.run(["git", "init", "--quiet", root], check=True)
        return root

    return make


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables of an environment that the action has installed goldstep in.

    It sees the packages that these tests run with, so that goldstep alone has to be installed; all
    processes that run tests share it.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "environment"
    variables = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
    variables["PATH"] = f"{folder / 'bin'}{os.pathsep}{variables['PATH']}"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            venv.create(folder, with_pip=True)
            (packages,) = folder.glob("lib/python*/site-packages")
            (packages / "tests.pth").write_text(sysconfig.get_path("purelib"))
            temporary = folder.with_suffix(".runner")
            ran = ActionRun(ROOT, folder, temporary, variables, {"port": "any"})
            assert ran.run("Install goldstep").exit_code == 0, ran.log
            assert (packages / "goldstep" / "data" / "vectors").is_dir()
    return variables
