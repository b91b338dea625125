"""What Clojure says, run for real, in each of the forms that a build may print."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from goldstep.build.compilers import Classified, classify, read_diagnostics
from goldstep.build.toolchain import ResolvedToolchain, ToolchainSpec, resolve
from goldstep.build.toolchain.java import system_jdk
from goldstep.results.records import Location

pytestmark = pytest.mark.compilers

# Source -> finding, subject, line and column; the file is "source.clj".
CASES = {
    # The list around the symbol begins two lines above it; comments and strings do not count.
    '(defn f [x]\n  (let [avg (atom x)]\n    avg)\n  (str x "avg" ; avg\n    (inc\n      @avg)))': (
        *("unresolved-symbol", "avg"),
        *(6, 8),
    ),
    "(defn f [x]\n  (HashMap. x))": ("missing-import", "java.util.HashMap", 2, 4),
    "(defn f [x]\n  (Arrays/toString x))": ("missing-import", "java.util.Arrays", 2, 4),
    "(defn f [x] (instance? Pattern x))": ("missing-import", "java.util.regex.Pattern", 1, 24),
    "(defn f [x] (clojure.set/union x))": ("missing-import", "clojure.set", 1, 14),
    "(defn f [x] (str/join x))": ("missing-import", "clojure.string", 1, 14),
    "(defn f [x] (Matrix/of x))": ("unresolved-symbol", "Matrix", 1, 14),
    "(defn f [x] (Math/sqroot x))": ("unresolved-symbol", "sqroot", 1, 13),
    "(ns source (:import [java.utl Arrays]))": ("build-failure", "java.utl.Arrays", None, None),
    "(ns source (:require [foo.bar :as b]))": ("build-failure", "foo.bar", 1, 23),
    "(defn f [x] (inc x)))": ("build-failure", None, 1, 22),
    "(defn f [x]\n  (inc x)\n": ("build-failure", None, 3, 1),
    "(defn f [x]\n  (let [y] y))": ("build-failure", None, 2, 3),
    '(defn f [x]\n  (x))\n(f {"a" 1})': ("build-failure", None, 2, None),
}
_PROGRAM = """
(import '(java.io StringWriter PrintWriter))
(defn report [failure]
  (let [data (Throwable->map failure)]
    (print (clojure.main/ex-str (clojure.main/ex-triage data)))))
(defn trace [failure]
  (let [out (StringWriter.)]
    (print "Exception in thread \\"main\\" ")
    (.printStackTrace failure (PrintWriter. out true))
    (print (str out))))
(doseq [folder *command-line-args*]
  (doseq [[form tell] {"report" report "trace" trace}]
    (println (str "<<" folder " " form ">>"))
    (binding [*ns* *ns*]
      (try
        (with-open [source (clojure.java.io/reader (str folder "/source.clj"))]
          (clojure.lang.Compiler/load source "source.clj" "source.clj"))
        (catch Throwable failure (tell failure)))
      (flush))))
"""


# The embedded Java is everywhere; a JDK of the machine is used where there is one.
@pytest.fixture(scope="module", params=["embedded", *(["system"] if system_jdk(17) else [])])
def toolchain(request: pytest.FixtureRequest) -> ResolvedToolchain:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOLDSTEP_JAVA", request.param)
        return resolve(ToolchainSpec(17, ("org.clojure:clojure:1.12.5",)))


@pytest.fixture(scope="module")
def output(
    toolchain: ResolvedToolchain, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Mapping[str, str]]:
    """What Clojure says of each source, as clojure.main reports it and as a stack trace.

    One process loads them all: Clojure takes a second to start.
    """
    folder = tmp_path_factory.mktemp("clojure")
    (folder / "program.clj").write_text("(require 'clojure.java.io 'clojure.main)" + _PROGRAM)
    for index, text in enumerate(CASES):
        (folder / str(index)).mkdir()
        (folder / str(index) / "source.clj").write_text(text)
    java = toolchain.words(folder / "log.xml")["java"]
    command = [*java, "-cp", toolchain.classpath, "clojure.main", "program.clj"]
    done = subprocess.run(
        [*command, *map(str, range(len(CASES)))],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    parts = [part.split(">>\n", 1) for part in done.stdout.split("<<")[1:]]
    return folder, {part[0]: part[1] for part in parts}


@pytest.mark.parametrize("form", ["report", "trace"])
@pytest.mark.parametrize("source", CASES)
def test_each_mistake_is_found_in_each_form(
    toolchain: ResolvedToolchain,
    output: tuple[Path, Mapping[str, str]],
    source: str,
    form: str,
) -> None:
    folder, said = output
    index = str(list(CASES).index(source))
    id_, subject, line, column = CASES[source]

    found = classify(
        read_diagnostics(said[f"{index} {form}"], folders=[folder / index]),
        toolchain.classes_named,
    )

    assert [(each.id, each.subject) for each in found] == [(id_, subject)]
    if line is not None and (form == "report" or id_ != "build-failure"):
        assert found[0].place == Location("source.clj", line, column)


def test_the_report_in_edn_is_read(toolchain: ResolvedToolchain, tmp_path: Path) -> None:
    """As clojure.main prints it to standard error, and as the script of a port prints it."""
    (tmp_path / "source.clj").write_text("(ns source)\n(defn f [x] (+ x avg))\n")
    java = toolchain.words(tmp_path / "log.xml")["java"]
    command = [*java, "-Dclojure.main.report=stderr", "-cp", toolchain.classpath + ":."]
    done = subprocess.run(
        [*command, "clojure.main", "-e", "(require 'source)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    (found,) = classify(read_diagnostics(done.stdout + done.stderr, folders=[tmp_path]))

    assert (found.id, found.subject, found.place) == (
        "unresolved-symbol",
        "avg",
        Location("source.clj", 2, 18),
    )


def test_an_error_while_running_keeps_its_class() -> None:
    text = """\
Execution error (ClassCastException) at user/eval1 (source.clj:5).
class java.lang.String cannot be cast to class java.lang.Number
"""
    (found,) = classify(read_diagnostics(text))

    assert isinstance(found, Classified)
    assert (found.id, found.place) == ("build-failure", Location("source.clj", 5))
    assert found.message.startswith("ClassCastException: class java.lang.String")
