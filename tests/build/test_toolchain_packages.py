"""Python packages that a port needs: beside goldstep, or in an environment of their own."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from goldstep.build.toolchain import ToolchainSpec, install, packages, resolve, status
from goldstep.errors import ToolchainError

pytestmark = pytest.mark.processes

MISSING = "goldstep-no-such-package"
OTHERWISE = "iniconfig==1.1.1"  # a small one, in another version than beside goldstep
SAYS_VERSION = "from importlib.metadata import version; print(version('iniconfig'))"
NOWHERE = "http://127.0.0.1:9/simple"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    monkeypatch.setenv("GOLDSTEP_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def beside() -> dict[str, str]:
    """What goldstep's own environment has."""
    return {each.name: each.version for each in importlib.metadata.distributions()}


@pytest.mark.parametrize("text", ["numpy", "numpy>=1.26", f"numpy=={np.__version__}"])
def test_what_is_beside_goldstep_is_used_there(cache: Path, text: str) -> None:
    spec = ToolchainSpec(python=(text,))
    (_, part) = status(spec).parts
    assert (part.name, part.ready) == (text, True)
    assert part.detail == f"numpy {np.__version__}, installed for {sys.executable}"
    toolchain = resolve(spec)
    assert toolchain.description == (f"numpy {np.__version__}",)
    assert toolchain.identity.endswith(f"\nnumpy {np.__version__}")
    assert toolchain.words(cache)["python"] == (sys.executable,)
    assert not cache.exists()


def test_what_is_for_other_machines_is_left_out(cache: Path) -> None:
    spec = ToolchainSpec(python=(f"{MISSING}; sys_platform == 'plan9'",))
    assert resolve(spec).words(cache)["python"] == (sys.executable,)


@pytest.mark.parametrize("client", ["uv", "pip"])
def test_another_version_comes_into_an_environment_of_its_own(
    cache: Path, monkeypatch: pytest.MonkeyPatch, client: str
) -> None:
    if client == "pip":
        monkeypatch.setattr(packages.shutil, "which", lambda *_, **__: None)
    before = beside()
    spec = ToolchainSpec(python=(OTHERWISE,))
    assert [part.ready for part in status(spec).parts] == [True, False]
    told: list[str] = []
    toolchain = install(spec, announce=told.append)
    assert told == [f"Python packages: {OTHERWISE}"]
    (python,) = toolchain.words(cache)["python"]
    assert Path(python).is_relative_to(cache)
    said = subprocess.run([python, "-c", SAYS_VERSION], check=True, capture_output=True, text=True)
    assert said.stdout == "1.1.1\n"
    assert toolchain.description == ("iniconfig 1.1.1",)
    assert beside() == before

    # From now on no program is started for it, and no network used.
    monkeypatch.setattr(subprocess, "run", None)
    assert resolve(spec) == toolchain
    (_, part) = status(spec).parts
    assert part.ready
    assert str(cache) in part.detail


def test_one_that_was_begun_is_made_anew(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as offline:
        for variable in ("PIP_INDEX_URL", "UV_DEFAULT_INDEX"):
            offline.setenv(variable, NOWHERE)
        offline.setenv("PIP_RETRIES", "0")
        offline.setenv("UV_NO_CACHE", "1")
        with pytest.raises(ToolchainError) as raised:
            resolve(ToolchainSpec(python=(OTHERWISE,)))
    assert OTHERWISE in raised.value.problem
    assert "network" in (raised.value.hint or "")
    (begun,) = (each for each in (cache / "python").iterdir() if each.is_dir())
    toolchain = resolve(ToolchainSpec(python=(OTHERWISE,)))
    (python,) = toolchain.words(cache)["python"]
    assert Path(python).is_relative_to(begun)


def test_what_there_is_not_is_told_with_the_hint(cache: Path) -> None:
    spec = ToolchainSpec(python=("numpy", MISSING))
    (_, part) = status(spec).parts
    assert (part.ready, part.name) == (False, f"numpy, {MISSING}")
    assert "doctor --install" in part.hint
    assert not cache.exists()
    with pytest.raises(ToolchainError, match=MISSING) as raised:
        resolve(spec)
    assert "port.toml" in (raised.value.hint or "")
    assert "\n" not in str(raised.value)
