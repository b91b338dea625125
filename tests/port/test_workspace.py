"""Each rung works in a copy of its own: the port's folder is read, never written."""

from __future__ import annotations

from pathlib import Path

import goldstep
import pytest
from goldstep import Options
from goldstep.build.commands import Commands
from goldstep.build.toolchain import ToolchainSpec, resolve
from goldstep.errors import PortFileError, UsageError
from goldstep.port.port import Port, load_port
from goldstep.port.selection import select_ports
from goldstep.port.workspace import workspace
from goldstep.results.records import Finding
from goldstep.supervision.command import run_isolated
from goldstep.supervision.isolation import SandboxMode, sandbox
from support.harness_ports import copy_port, script_port

pytestmark = pytest.mark.processes

# Writes wherever it can: beside itself, into what it shares, and over its own source.
LITTERING = """
import pathlib
pathlib.Path("litter.txt").write_text("x")
pathlib.Path("../lib/litter.txt").write_text("x")
pathlib.Path("source.txt").write_text("changed")
"""


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def port_with_library(place: Path, *, repairs: int = 0, run_keys: str = "") -> Path:
    """A port that shares ../lib, with a source whose line each repair counts up."""
    (place / "lib").mkdir()
    (place / "lib" / "shared.txt").write_text("shared\n")
    tables = "".join(
        f'[[repair]]\npatch = "{number}.patch"\nremoves = ["unexplained"]\n'
        for number in range(1, repairs + 1)
    )
    file = script_port(
        place / "port",
        "deviating_port.py",
        "float64",
        keys='shared = ["../lib"]',
        run_keys=run_keys + tables,
    )
    file.with_name("source.txt").write_text("0\n")
    for number in range(1, repairs + 1):
        file.with_name(f"{number}.patch").write_text(
            f"--- a/source.txt\n+++ b/source.txt\n@@ -1 +1 @@\n-{number - 1}\n+{number}\n"
        )
    return file


def load(file: Path) -> Port:
    (port,) = load_port(file)
    return port


def test_build_run_and_example_write_into_the_copy(
    tmp_path: Path, own_temporary_folder: Path, own_cache: Path
) -> None:
    litter = '["{python}", "litter.py"]'
    file = port_with_library(
        tmp_path, run_keys=f"[build]\ncommand = {litter}\n[example]\ncommand = {litter}\n"
    )
    file.with_name("litter.py").write_text(LITTERING)
    port, library = contents(file.parent), contents(tmp_path / "lib")
    for _ in range(2):  # the second time the sources are as they were, too
        results = goldstep.verify(str(file), options=Options(groups=("formula",)))
        assert results.exit_code == 0
        assert not list(results.of(Finding))
    assert contents(file.parent) == port
    assert contents(tmp_path / "lib") == library


def test_all_rungs_of_all_bundled_python_ports_leave_their_folders_alone(tmp_path: Path) -> None:
    folder = copy_port("python", tmp_path)
    before = contents(tmp_path)
    goldstep.verify(str(folder / "port.toml"), options=Options(groups=("formula",)))
    assert contents(tmp_path) == before


def test_a_rung_has_the_repairs_up_to_it(tmp_path: Path) -> None:
    port = load(port_with_library(tmp_path, repairs=3))
    for repairs in range(4):
        with workspace(port, repairs) as place:
            assert (place.folder / "source.txt").read_text() == f"{repairs}\n"
            assert (place.folder / ".." / "lib" / "shared.txt").read_text() == "shared\n"
            assert place.folders == (place.root / "port", place.root / "lib")
        assert not place.root.exists()


def test_two_workspaces_do_not_see_each_other(tmp_path: Path) -> None:
    port = load(port_with_library(tmp_path))
    with workspace(port, 0) as one, workspace(port, 0) as other:
        (one.folder / "source.txt").write_text("1\n")
        assert (other.folder / "source.txt").read_text() == "0\n"


def test_the_digest_is_that_of_what_a_build_can_read(tmp_path: Path) -> None:
    file = port_with_library(tmp_path, repairs=1)
    port = load(file)

    def digest(repairs: int = 0) -> str:
        with workspace(port, repairs) as place:
            return place.digest()

    first = digest()
    assert digest() == first
    assert digest(1) != first
    # What says how it is built is in the build's key; a patch is in the source or it is not.
    file.write_text(file.read_text() + "# A comment.\n")
    assert digest() == first
    (tmp_path / "lib" / "shared.txt").write_text("other\n")
    assert digest() != first


@pytest.mark.parametrize("name", ["__pycache__", ".git"])
def test_what_is_no_source_is_not_copied(tmp_path: Path, name: str) -> None:
    file = port_with_library(tmp_path)
    (file.parent / name).mkdir()
    (file.parent / name / "large").write_text("x")
    with workspace(load(file), 0) as place:
        assert not (place.folder / name).exists()


def test_links_are_followed_and_broken_ones_left_out(tmp_path: Path) -> None:
    file = port_with_library(tmp_path)
    (tmp_path / "elsewhere.txt").write_text("elsewhere\n")
    (file.parent / "link.txt").symlink_to(tmp_path / "elsewhere.txt")
    (file.parent / "broken.txt").symlink_to(tmp_path / "nowhere.txt")
    with workspace(load(file), 0) as place:
        copy = place.folder / "link.txt"
        assert not copy.is_symlink()
        assert copy.read_text() == "elsewhere\n"
        assert not (place.folder / "broken.txt").is_symlink()


def test_a_patch_that_does_not_apply_leaves_no_copy(
    tmp_path: Path, own_temporary_folder: Path
) -> None:
    file = port_with_library(tmp_path, repairs=1)
    file.with_name("source.txt").write_text("7\n")
    with (
        pytest.raises(PortFileError, match=r"1\.patch: does not apply"),
        workspace(load(file), 1),
    ):
        pass


def test_two_ports_of_one_name_are_refused(tmp_path: Path) -> None:
    """Their results could not be told apart."""
    one = script_port(tmp_path / "one", "deviating_port.py", "float64", name="twin")
    other = script_port(tmp_path / "other", "deviating_port.py", "float64", name="twin")
    with pytest.raises(UsageError, match="two ports are called 'twin'"):
        goldstep.verify(str(one), str(other))
    bundled = copy_port("python", tmp_path)
    with pytest.raises(UsageError, match="two ports are called 'python'"):
        select_ports(("python", str(bundled / "port.toml")))


def test_a_port_that_is_named_twice_is_run_once(tmp_path: Path) -> None:
    file = script_port(tmp_path / "port", "deviating_port.py", "float64")
    assert len(select_ports((str(file), str(file.parent) + "/./port.toml"))) == 1
    assert len(select_ports(("numpy", "numpy-float64-inside"))) == 4


# Says in its result which variable it was given, and whether it can write to its cache.
CACHING = """
import os, pathlib, sys
cache = pathlib.Path(sys.argv[1])
(cache / "kept.txt").write_text("x")
assert os.environ["XDG_CACHE_HOME"] == str(cache)
assert os.environ["SET_IN_PORT_TOML"] == "a=b"
"""


@pytest.mark.parametrize("mode", [SandboxMode.OFF, SandboxMode.AUTO])
def test_commands_get_variables_and_a_cache_of_their_own(tmp_path: Path, mode: SandboxMode) -> None:
    file = script_port(
        tmp_path / "a-port",
        "unbounded_port.py",
        keys='environment = ["SET_IN_PORT_TOML=a=b"]',
    )
    (port,) = load_port(file)
    (port.folder / "caching.py").write_text(CACHING)
    toolchain = resolve(ToolchainSpec())
    with workspace(port, 0) as place:
        command = Commands(place, toolchain, tmp_path).fill(("{python}", "caching.py", "{cache}"))
        done = run_isolated(place.launch(command, sandbox(mode)), 60)
        assert (done.returncode, done.stderr) == (0, "")
        assert (place.cache / "kept.txt").is_file()
