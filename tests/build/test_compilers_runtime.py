"""Errors of a running port: their kind, and the port's own line that they came from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from goldstep.build.compilers import classify_runtime
from goldstep.build.toolchain import ToolchainSpec, resolve
from goldstep.results.records import Location

JAVA = """\
java.util.concurrent.ExecutionException: java.lang.ClassCastException: class A cannot be cast
\tat java.base/java.util.concurrent.FutureTask.report(FutureTask.java:122)
\tat org.example.Port.wait(Port.java:80)
\tat org.example.Adapter.main(Adapter.java:9)
Caused by: java.lang.ClassCastException: class A cannot be cast to class B
\tat org.example.Library.cast(Library.java:7)
\tat org.example.Port.update(Port.java:41)
\tat org.example.Port.step(Port.java:30)
\t... 3 more
"""
CLOJURE = """\
java.lang.ClassCastException: class clojure.lang.Atom cannot be cast to class clojure.lang.IFn
\tat user$rmsprop$fn__136.invoke(rmsprop.clj:11)
\tat user$rmsprop.invokeStatic(rmsprop.clj:7)
\tat adapter$answer.invoke(adapter.clj:40)
"""
NODE = """\
TypeError: Cannot read properties of undefined (reading 'w1')
    at RMSProp.update (file:///tmp/work/src/rmsprop.js:12:31)
    at answer (file:///tmp/work/adapter.js:30:9)
"""
GO = """\
panic: interface conversion: interface {} is string, not float64

goroutine 1 [running]:
main.update(...)
\t/tmp/work/rmsprop.go:17 +0x1d
main.main()
\t/tmp/work/adapter.go:9 +0x12
"""
RUST = """\
thread 'main' panicked at src/rmsprop.rs:8:5:
index out of bounds: the len is 2 but the index is 2
stack backtrace:
   0: rust_begin_unwind
             at /rustc/abc/library/std/src/panicking.rs:665:5
   2: rmsprop::update
             at ./src/rmsprop.rs:8:5
"""


@pytest.mark.parametrize(
    ("message", "trace", "source", "id_", "subject", "line"),
    [
        (
            *("ExecutionException: java.lang.ClassCastException: class A cannot be cast", JAVA),
            *("src/org/example/Port.java", "runtime-type-error"),
            *("java.lang.ClassCastException", 41),
        ),
        (
            *(CLOJURE.splitlines()[0], CLOJURE, "rmsprop.clj", "runtime-type-error"),
            *("java.lang.ClassCastException", 11),
        ),
        (
            *(NODE.splitlines()[0], NODE, "src/rmsprop.js", "runtime-type-error"),
            *("TypeError", 12),
        ),
        (GO.splitlines()[0], GO, "rmsprop.go", "runtime-type-error", "panic", 17),
        (
            *("panic: index out of bounds", RUST, "src/rmsprop.rs", "runtime-failure"),
            *("panic", 8),
        ),
    ],
)
def test_kind_and_innermost_line_of_the_port(
    message: str, trace: str, source: str, id_: str, subject: str, line: int
) -> None:
    found = classify_runtime(message, trace, ["other.txt", source])

    assert (found.id, found.subject, found.place) == (id_, subject, Location(source, line))


@pytest.mark.parametrize(
    ("message", "id_"),
    [
        ("java.lang.ClassCastException: a", "runtime-type-error"),
        ("java.lang.ArrayStoreException: a", "runtime-type-error"),
        ("TypeError: unsupported operand type(s)", "runtime-type-error"),
        ("numpy._core._exceptions._UFuncNoLoopError: ufunc", "runtime-type-error"),
        (
            "java.lang.UnsupportedOperationException: nth not supported on this type: Map",
            "runtime-type-error",
        ),
        (
            "java.lang.IllegalArgumentException: Don't know how to create ISeq from: Long",
            "runtime-type-error",
        ),
        ("java.lang.NullPointerException: a", "runtime-failure"),
        ("java.lang.IndexOutOfBoundsException", "runtime-failure"),
        ("ValueError: shapes differ", "runtime-failure"),
        ("", "runtime-failure"),
        ("\u00e9\u00e8", "runtime-failure"),
    ],
)
def test_an_error_of_type_is_told_from_others(message: str, id_: str) -> None:
    found = classify_runtime(message)

    assert found.id == id_
    assert found.place is None


@pytest.mark.processes
def test_python_is_run(tmp_path: Path) -> None:
    (tmp_path / "port.py").write_text("def update(w):\n    return w + 1\n")
    (tmp_path / "adapter.py").write_text("import port\nport.update('a')\n")
    done = subprocess.run(
        [sys.executable, "adapter.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    found = classify_runtime("TypeError: can only concatenate", done.stderr, ["port.py"])

    assert (found.id, found.place) == ("runtime-type-error", Location("port.py", 2))


@pytest.mark.compilers
def test_java_is_run(tmp_path: Path) -> None:
    """The class file of either compiler keeps the lines."""
    (tmp_path / "Port.java").write_text(
        "public class Port {\n public static void main(String[] a) {\n"
        "  Object[] x = new String[1];\n  x[0] = 1;\n }\n}\n"
    )
    toolchain = resolve(ToolchainSpec(java=17))
    words = toolchain.words(tmp_path / "log.xml")
    subprocess.run([*words["javac"], "-d", tmp_path, tmp_path / "Port.java"], check=True)
    done = subprocess.run(
        [*words["java"], "-cp", tmp_path, "Port"], capture_output=True, text=True, check=False
    )

    found = classify_runtime(
        "java.lang.ArrayStoreException: java.lang.Integer", done.stderr, ["Port.java"]
    )

    assert (found.id, found.place) == ("runtime-type-error", Location("Port.java", 4))


def test_a_name_that_is_not_bound_shows_only_when_it_is_used(tmp_path: Path) -> None:
    """Python and JavaScript find at a call what a compiler finds before."""
    trace = """\
Traceback (most recent call last):
  File "/tmp/work/adapter.py", line 30, in answer
    port.update(w)
  File "/tmp/work/port.py", line 7, in update
    return np.sqrt(w)
           ^^
NameError: name 'np' is not defined
"""
    found = classify_runtime("NameError: name 'np' is not defined", trace, ["port.py"])

    assert (found.id, found.subject, found.place) == (
        "missing-import",
        "numpy",
        Location("port.py", 7),
    )


@pytest.mark.parametrize(
    ("message", "subject"),
    [
        ("panicked at src/rmsprop.rs:8:5:\nindex out of bounds", None),
        ("runtime error: index out of range [2] with length 2", None),
        ("cannot read the weights: none", None),
        ("overflow", None),
        ("Cannot add", None),
        ("ValueError: shapes differ", "ValueError"),
        ("struct.error: required argument", "struct.error"),
        ("std::out_of_range: vector::at", "std::out_of_range"),
        ("java.lang.NullPointerException", "java.lang.NullPointerException"),
        ("a.Port$Failure: it stops", "a.Port$Failure"),
        ("AssertionError\n  at port.js:3", "AssertionError"),
    ],
)
def test_the_subject_is_a_class_and_no_word_of_a_message(message: str, subject: str | None) -> None:
    assert classify_runtime(message).subject == subject


def test_a_file_of_the_same_name_elsewhere_is_not_the_port() -> None:
    trace = '  File "/usr/lib/python3/json/port.py", line 3, in load\n'

    assert classify_runtime("ValueError: a", trace, ["src/port.py"]).place is None
