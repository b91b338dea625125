"""Python packages that a port needs: found, missing, installed."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from goldstep.build.toolchain import ToolchainSpec, install, resolve, status
from goldstep.errors import ToolchainError

MISSING = "goldstep-no-such-package"


def test_what_is_there_is_told_with_its_version() -> None:
    spec = ToolchainSpec(python=("numpy",))
    (_, part) = status(spec).parts
    assert (part.name, part.ready) == ("numpy", True)
    assert part.detail == f"{np.__version__}, installed for {sys.executable}"
    toolchain = resolve(spec)
    assert toolchain.description == (f"numpy {np.__version__}",)
    assert toolchain.identity.endswith(f"\nnumpy {np.__version__}")


def test_what_is_missing_is_told_with_the_mend() -> None:
    spec = ToolchainSpec(python=("numpy", MISSING))
    (_, _, part) = status(spec).parts
    assert not part.ready
    assert part.detail == f"the Python package {MISSING} is not installed for {sys.executable}"
    assert part.hint == f"run `goldstep doctor --install`, or pip install {MISSING}"
    with pytest.raises(ToolchainError) as raised:
        resolve(spec)
    assert (raised.value.problem, raised.value.hint) == (part.detail, part.hint)


def test_install_gets_what_is_missing_and_that_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        return subprocess.CompletedProcess(command, 1, "", "ERROR: No matching distribution")

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(ToolchainError, match=f"pip cannot install {MISSING}: No matching"):
        install(ToolchainSpec(python=("numpy", MISSING)))
    assert [command[-1] for command in commands] == [MISSING]
    assert "numpy" not in commands[0]
