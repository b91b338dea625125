"""javac and the Eclipse compiler are run on the same sources and must lead to the same findings."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from goldstep.build.compilers import Diagnostic, Kind, classify, read_diagnostics
from goldstep.build.toolchain import ToolchainSpec, resolve
from goldstep.build.toolchain.java import system_jdk
from goldstep.results.records import Location

pytestmark = pytest.mark.compilers

Found = list[tuple[str, str | None, Location | None]]

# The embedded Java is everywhere; javac is run where this machine has a JDK.
KINDS = ["embedded", *(["system"] if system_jdk(17) else [])]

PRINTER = """\
package org.example;

import java.util.HashMap;
import java.util.Map;

public class Printer {
\tprivate final Map<String, float[]> averages = new HashMap<>();

\tpublic static void main(String[] arguments) {
\t\tMap<String, float[]> weights = new HashMap<>();
\t\tweights.put("w1", new float[] {0.5f});
\t\tfor (Map.Entry<String, float[]> each : weights.entrySet()) {
\t\t\tSystem.out.println(each.getKey() + ": " + Arrays.toString(each.getValue()));
\t\t}
\t}
}
"""


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Which Java is used in this test."""
    monkeypatch.setenv("GOLDSTEP_JAVA", request.param)
    return str(request.param)


def diagnostics(folder: Path, *sources: str) -> tuple[Diagnostic, ...]:
    """What the compiler says of sources below ``folder``; nothing where it accepts them."""
    toolchain = resolve(ToolchainSpec(java=17))
    log = folder / "log.xml"
    command = [*toolchain.words(log)["javac"], "-d", str(folder / "out"), *sources]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return ()
    text = log.read_text("utf-8") if log.exists() else None
    return read_diagnostics(done.stdout + done.stderr, text, folders=[folder])


def findings(folder: Path, text: str, name: str = "A.java") -> Found:
    """Id, subject and place of what compiling one source leads to."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
    toolchain = resolve(ToolchainSpec(java=17))
    found = classify(diagnostics(folder, name), toolchain.classes_named)
    return [(each.id, each.subject, each.place) for each in found]


def test_a_source_that_compiles_has_no_findings(kind: str, tmp_path: Path) -> None:
    text = PRINTER.replace(
        "import java.util.HashMap", "import java.util.Arrays;\nimport java.util.HashMap"
    )

    assert findings(tmp_path, text, "org/example/Printer.java") == []
    assert (tmp_path / "out" / "org" / "example" / "Printer.class").is_file()


def test_a_missing_import_is_named_with_its_place(kind: str, tmp_path: Path) -> None:
    """Tabs count as one character, and the file's folder is kept."""
    assert findings(tmp_path, PRINTER, "org/example/Printer.java") == [
        ("missing-import", "java.util.Arrays", Location("org/example/Printer.java", 13, 46))
    ]


def test_each_missing_import_is_found_once_at_its_first_place(kind: str, tmp_path: Path) -> None:
    text = "".join(line for line in PRINTER.splitlines(True) if not line.startswith("import"))

    assert findings(tmp_path, text, "Printer.java") == [
        ("missing-import", "java.util.Map", Location("Printer.java", 5, 16)),
        ("missing-import", "java.util.HashMap", Location("Printer.java", 5, 52)),
        ("missing-import", "java.util.Arrays", Location("Printer.java", 11, 46)),
    ]


def test_a_name_counts_once_in_a_line_too(kind: str, tmp_path: Path) -> None:
    (tmp_path / "A.java").write_text("class A { HashSet a; HashSet b; Object c = new HashSet(); }")

    (found,) = classify(diagnostics(tmp_path, "A.java"), lambda _: ("java.util.HashSet",))

    assert found.place == Location("A.java", 1, 11)
    assert found.message == "HashSet is used without an import of java.util.HashSet"


# Source on one line -> finding, subject and column of each finding.
NAMES: dict[str, list[tuple[str, str, int]]] = {
    "class A { int f() { return avg; } }": [("unresolved-symbol", "avg", 28)],
    "class A { int f() { return avg(1); } }": [("unresolved-symbol", "avg", 28)],
    "class A { double f() { return Math.sqr(2.0); } }": [("unresolved-symbol", "sqr", 36)],
    "class A { int f(String s) { return s.size; } }": [("unresolved-symbol", "size", 38)],
    "class A { int f() { this.y = 2; return 1; } }": [("unresolved-symbol", "y", 26)],
    "class A { @Overide public int f() { return 1; } }": [("unresolved-symbol", "Overide", 12)],
    "class A { Object f() { return (Matrix) null; } }": [("unresolved-symbol", "Matrix", 32)],
    "class A { Object f() { return Matrix.of(); } }": [("unresolved-symbol", "Matrix", 31)],
    # A static import would need the name of the class too.
    "class A { double f() { return sqrt(2); } }": [("unresolved-symbol", "sqrt", 31)],
    "class A { java.util.Lst f; }": [("unresolved-symbol", "java.util.Lst", 11)],
    "class A { java.utl.List f; }": [("build-failure", "java.utl", 11)],
    "class A { Map.Entry e; }": [("missing-import", "java.util.Map", 11)],
    "class A { Object f = new Entry(); }": [("missing-import", "java.util.Map.Entry", 26)],
    "class A { void f() throws IOException { } }": [("missing-import", "java.io.IOException", 27)],
    "class A { <T extends Lst<T>> T f(T t) { return t; } }": [("unresolved-symbol", "Lst", 22)],
    # Of what cannot be resolved, members and supertypes are not findings of their own.
    "class A extends Base { void f() { super.f(); go(); } }": [
        ("unresolved-symbol", "Base", 17),
        ("unresolved-symbol", "go", 46),
    ],
    # An error of another kind beside a missing name may follow from it.
    'class A { int f() { Set s = null; return "a"; } }': [("missing-import", "java.util.Set", 21)],
}
TYPES = {
    "class A { void f() { int x = 1.5; } }": 30,
    'class A { void f() { int x = "a"; } }': 30,
    "class A { void f() { String s = 3; } }": 33,
}
# Source -> the line of its syntax error.
SYNTAX = {
    "class A {\n int f(int x) {\n  int y = x + 1\n  return y;\n }\n}\n": 3,
    "class A {\n int f(int x) {\n  int y = (x + 1;\n  return y;\n }\n}\n": 3,
    "class A {\n int f(int x) {\n  return x;\n }\n": 4,
    "class A {\n int f(int x) {\n  return x;\n }\n}\n}\n": 6,
    'class A {\n String s = "abc;\n}\n': 2,
    # After a syntax error nothing else counts, however far the compiler went on.
    "class A {\n Lst a;\n int f(int x) {\n  return avg +;\n }\n}\n": 4,
}


@pytest.fixture(scope="module", params=KINDS)
def compiled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Found]]:
    """The findings of each source above, all compiled at once (a compiler takes a second)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOLDSTEP_JAVA", request.param)
        yield {
            text: found
            for texts in ([*NAMES, *TYPES], SYNTAX)
            for text, found in compile_each(tmp_path_factory.mktemp("sources"), list(texts)).items()
        }


def compile_each(folder: Path, texts: list[str]) -> dict[str, Found]:
    """Findings of each source, its class renamed to B, C ... so that all go into one folder."""
    files = {text: f"{chr(ord('A') + index)}.java" for index, text in enumerate(texts)}
    for text, file in files.items():
        (folder / file).write_text(text.replace("class A", f"class {file[0]}"))
    said = diagnostics(folder, *files.values())
    lookup = resolve(ToolchainSpec(java=17)).classes_named
    return {
        text: [
            (found.id, found.subject, found.place)
            for found in classify(
                [each for each in said if each.place and each.place.file == file], lookup
            )
        ]
        for text, file in files.items()
    }


def columns(found: Found) -> list[tuple[str, str | None, int | None]]:
    return [(id_, subject, place.column if place else None) for id_, subject, place in found]


@pytest.mark.parametrize("text", NAMES)
def test_names_that_are_not_bound(compiled: dict[str, Found], text: str) -> None:
    assert columns(compiled[text]) == NAMES[text]


@pytest.mark.parametrize("text", TYPES)
def test_a_type_error_is_a_build_failure(compiled: dict[str, Found], text: str) -> None:
    assert columns(compiled[text]) == [("build-failure", None, TYPES[text])]


@pytest.mark.parametrize("text", SYNTAX)
def test_a_syntax_error_is_a_build_failure(compiled: dict[str, Found], text: str) -> None:
    ((id_, subject, place),) = compiled[text]

    assert (id_, subject) == ("build-failure", None)
    assert place is not None
    assert place.line == SYNTAX[text]


def test_imports_of_what_is_not_there(kind: str, tmp_path: Path) -> None:
    """The names that such imports were to bind are not findings of their own."""
    text = """\
import java.utl.List;
import foo.bar.Baz;
import java.util.Arrayz;
import foo.qux.*;
import static java.lang.Math.sqroot;
import static java.lang.Mth.sqrt;
class A { Baz b; List<String> l; String f(float[] x) { return Arrayz.toString(x); } }
"""
    assert findings(tmp_path, text) == [
        ("build-failure", "java.utl", Location("A.java", 1, 8)),
        ("build-failure", "foo.bar", Location("A.java", 2, 8)),
        ("unresolved-symbol", "java.util.Arrayz", Location("A.java", 3, 8)),
        ("build-failure", "foo.qux", Location("A.java", 4, 8)),
        ("unresolved-symbol", "java.lang.Math.sqroot", Location("A.java", 5, 15)),
        ("unresolved-symbol", "java.lang.Mth", Location("A.java", 6, 15)),
    ]


def test_the_message_is_for_people(kind: str, tmp_path: Path) -> None:
    (tmp_path / "A.java").write_text("class A { int f(double d) { return d; } }")

    (found,) = classify(diagnostics(tmp_path, "A.java"))

    assert "double to int" in found.message
    assert "\n" not in found.message


def test_places_are_exact_with_windows_line_ends_and_wide_characters(
    kind: str, tmp_path: Path
) -> None:
    wide = "\N{MATHEMATICAL BOLD CAPITAL E}\N{GREEK SMALL LETTER ETA}"
    text = f'class A {{\r\n  String s = "{wide}" + avg;\r\n}}'

    assert findings(tmp_path, text) == [("unresolved-symbol", "avg", Location("A.java", 2, 21))]


def test_a_file_beside_the_port_is_named_relative_to_it(kind: str, tmp_path: Path) -> None:
    port, common = tmp_path / "port", tmp_path / "common"
    port.mkdir()
    common.mkdir()
    (common / "B.java").write_text("class B { int f = avg; }")
    toolchain = resolve(ToolchainSpec(java=17))
    log = port / "log.xml"
    command = [*toolchain.words(log)["javac"], "-d", str(port / "out"), "../common/B.java"]
    done = subprocess.run(command, cwd=port, capture_output=True, text=True, check=False)
    text = log.read_text("utf-8") if log.exists() else None

    (found,) = read_diagnostics(done.stdout + done.stderr, text, folders=[port, common])

    assert found.place == Location("../common/B.java", 1, 19)


def test_errors_of_several_files_are_in_order(kind: str, tmp_path: Path) -> None:
    (tmp_path / "B.java").write_text("class B { int f = b; }")
    (tmp_path / "A.java").write_text("class A { int f = a; }")

    found = classify(diagnostics(tmp_path, "B.java", "A.java"))

    assert [(each.subject, each.place) for each in found] == [
        ("a", Location("A.java", 1, 19)),
        ("b", Location("B.java", 1, 19)),
    ]


def test_warnings_are_no_findings(tmp_path: Path) -> None:
    text = "A.java:3: warning: [removal] Thread.stop() has been deprecated\n  t.stop();\n   ^\n"

    (found,) = read_diagnostics(text)

    assert found.kind is Kind.OTHER
    assert classify([found]) == ()


def test_a_log_that_is_cut_off_is_no_log() -> None:
    assert read_diagnostics("", '<?xml version="1.0"?><compiler><sources>') == ()


def test_javac_is_read_as_it_printed() -> None:
    """javac 17.0.15, for machines without one."""
    text = """\
A.java:1: error: package foo.bar does not exist
import foo.bar.Baz;
              ^
A.java:2: error: cannot find symbol
import java.util.Arrayz;
                ^
  symbol:   class Arrayz
  location: package java.util
A.java:3: error: cannot find symbol
class A { Baz b; Map.Entry e = Arrays.of(avg); double d = Math.sqr(2); }
          ^
  symbol:   class Baz
  location: class A
A.java:3: error: package Map does not exist
class A { Baz b; Map.Entry e = Arrays.of(avg); double d = Math.sqr(2); }
                    ^
A.java:3: error: cannot find symbol
class A { Baz b; Map.Entry e = Arrays.of(avg); double d = Math.sqr(2); }
                               ^
  symbol:   variable Arrays
  location: class A
A.java:3: error: cannot find symbol
class A { Baz b; Map.Entry e = Arrays.of(avg); double d = Math.sqr(2); }
                                         ^
  symbol:   variable avg
  location: class A
A.java:3: error: cannot find symbol
class A { Baz b; Map.Entry e = Arrays.of(avg); double d = Math.sqr(2); }
                                                              ^
  symbol:   method sqr(int)
  location: class Math
Note: Some messages have been simplified; recompile with -Xdiags:verbose to get full output
7 errors
"""
    known = {"Map": ("java.util.Map",), "Arrays": ("java.util.Arrays",)}

    found = classify(read_diagnostics(text), lambda name: known.get(name, ()))

    assert [(each.id, each.subject, each.place and each.place.line) for each in found] == [
        ("build-failure", "foo.bar", 1),
        ("unresolved-symbol", "java.util.Arrayz", 2),
        ("missing-import", "java.util.Map", 3),
        ("missing-import", "java.util.Arrays", 3),
        ("unresolved-symbol", "avg", 3),
        ("unresolved-symbol", "sqr", 3),
    ]


def test_a_wrong_option_is_a_build_failure() -> None:
    (found,) = classify(read_diagnostics("error: invalid flag: --foo\nUsage: javac <options>\n"))

    assert (found.id, found.place) == ("build-failure", None)
    assert "--foo" in found.message


def test_only_what_is_asked_is_looked_up() -> None:
    """The index of classes takes seconds to make, so nothing else may ask for it."""

    def never(name: str) -> tuple[str, ...]:
        raise AssertionError(name)

    text = "A.java:1: error: cannot find symbol\n a.b();\n  ^\n  symbol:   method b()\n"
    (found,) = classify(read_diagnostics(text), never)

    assert found.subject == "b"
