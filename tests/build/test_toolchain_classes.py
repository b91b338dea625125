"""Which classes could be imported, measured from the runtimes and jars themselves."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from goldstep.build.toolchain import JavaToolchain, ToolchainSpec, resolve
from goldstep.build.toolchain.coordinate import Coordinate
from goldstep.build.toolchain.java import system_jdk
from goldstep.build.toolchain.java_classes import classes_named, public_classes
from goldstep.build.toolchain.library import Jar

# The embedded Java is everywhere; a JDK of the machine is asked where there is one.
KINDS = ["embedded", *(["system"] if system_jdk(17) else [])]


@pytest.fixture(params=KINDS)
def java(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> JavaToolchain:
    monkeypatch.setenv("GOLDSTEP_JAVA", request.param)
    found = resolve(ToolchainSpec(java=17)).java
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Arrays", "java.util.Arrays"),
        ("HashMap", "java.util.HashMap"),
        ("Math", "java.lang.Math"),
        ("List", "java.util.List"),  # not java.awt.List
        ("Date", "java.util.Date"),  # not java.sql.Date
        ("Entry", "java.util.Map.Entry"),
        ("IOException", "java.io.IOException"),
        ("AtomicReference", "java.util.concurrent.atomic.AtomicReference"),
        ("java.util.Arrays", "java.util.Arrays"),
    ],
)
def test_the_likeliest_meaning_comes_first(java: JavaToolchain, name: str, first: str) -> None:
    assert classes_named(java, (), name)[0] == first


@pytest.mark.parametrize("name", ["avg", "Arrayz", "java.utl.Arrays", "", "1", "a b", "Unsafe"])
def test_what_no_import_could_bind_is_not_there(java: JavaToolchain, name: str) -> None:
    assert classes_named(java, (), name) == ()


def test_all_runtimes_agree_on_their_common_release(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what Java SE dropped since may be in an older one alone."""
    indexes = []
    for kind in KINDS:
        monkeypatch.setenv("GOLDSTEP_JAVA", kind)
        found = resolve(ToolchainSpec(java=17)).java
        assert found is not None
        indexes.append({name for names in public_classes(found, ()).values() for name in names})
    newest = max(indexes, key=len)

    for index in indexes:
        assert len(index) > 3000
        assert len(index - newest) < 30


def test_jars_are_looked_into() -> None:
    toolchain = resolve(ToolchainSpec(17, ("com.google.code.gson:gson:2.14.0",)))

    assert toolchain.classes_named("Gson") == ("com.google.gson.Gson",)
    assert toolchain.classes_named("LinkedTreeMap") == ("com.google.gson.internal.LinkedTreeMap",)
    assert toolchain.classes_named("GsonBuild") == ()


def test_scala_classes_come_after_those_of_java() -> None:
    toolchain = resolve(ToolchainSpec(17, ("org.scala-lang:scala3-compiler_3:3.3.8",)))

    assert toolchain.classes_named("ListBuffer") == ("scala.collection.mutable.ListBuffer",)
    assert toolchain.classes_named("Arrays")[0] == "java.util.Arrays"
    assert "scala.collection.mutable.HashMap" in toolchain.classes_named("HashMap")
    # In an object; in a class that is private to its package.
    assert toolchain.classes_named("LeftProjection") == ("scala.util.Either.LeftProjection",)
    assert toolchain.classes_named("ArrayView") == ()


def test_clojure_namespaces_are_found_by_their_full_names() -> None:
    toolchain = resolve(ToolchainSpec(17, ("org.clojure:clojure:1.12.5",)))

    assert toolchain.classes_named("clojure.set") == ("clojure.set",)
    assert toolchain.classes_named("set") == ()
    assert toolchain.classes_named("IFn") == ("clojure.lang.IFn",)


@pytest.mark.parametrize("content", [b"", b"\xca\xfe\xba\xbe", b"\0" * 40, b"\xff" * 40])
def test_what_is_no_class_file_is_no_class(
    java: JavaToolchain, tmp_path: Path, content: bytes
) -> None:
    with zipfile.ZipFile(tmp_path / "odd.jar", "w") as archive:
        archive.writestr("org/example/Odd.class", content)

    jar = Jar(Coordinate("org.example", "odd", "1.0"), tmp_path / "odd.jar", str(content), False)

    assert classes_named(java, (jar,), "Odd") == ()
