"""What the Scala compilers say: Scala 3 is run, Scala 2's words are as it printed them."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from goldstep.build.compilers import Classified, Kind, classify, read_diagnostics
from goldstep.build.toolchain import ToolchainSpec, resolve
from goldstep.results.records import Location

pytestmark = pytest.mark.compilers

# One run of the compiler for each kind of mistake: it stops after the phase that finds one.
SCRIPT = """\
class Average(val rate: Double = 0.9) {
  def of(values: Array[Double]): Double = values.sum * rate
}

val values = Array(0.5, 0.5)
val average = new Average()
println(average.of(values))
println(values.mkString(", "))
"""
NAMES = """\
class Names {
  val byName = new HashMap[String, Int]()
  val list: ListBuffer[Int] = ???
  def text(values: Array[Double]) = Arrays.toString(values)
  def total = 2.0 - avg
  def root = Math.sqroot(2.0)
  val again: ListBuffer[Int] = list
}
"""
IMPORTS = """\
import java.utl.List
import foo.bar.Baz
import java.util.Arrayz
class Imports {
  def first(list: List[Baz]) = Arrayz.toString(list)
}
"""
SYNTAX = """\
object Syntax {
  def f(x: Int) = {
    val y = (x + 1
    y
  }
}
"""
TYPES = """\
object Types {
  def f(x: Int): String = x + 1
}
"""
SOURCES = {"Script": SCRIPT, "Names": NAMES, "Imports": IMPORTS, "Syntax": SYNTAX, "Types": TYPES}


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[Classified]]:
    """What compiling each of the sources leads to."""
    folder = tmp_path_factory.mktemp("scala")
    toolchain = resolve(ToolchainSpec(17, ("org.scala-lang:scala3-compiler_3:3.3.8",)))
    java = toolchain.words(folder / "log.xml")["java"]
    command = [*java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", toolchain.classpath]
    # Colours are on by default, as in the terminal of whoever wrote the build command.
    command += ["dotty.tools.dotc.Main", "-usejavacp", "-d", str(folder)]

    def compile_(name: str) -> list[Classified]:
        file = folder / f"{name}.scala"
        file.write_text(SOURCES[name])
        done = subprocess.run([*command, file], capture_output=True, text=True, check=False)
        assert done.returncode == 1, done.stdout + done.stderr
        said = read_diagnostics(done.stdout + done.stderr, folders=[folder])
        return list(classify(said, toolchain.classes_named))

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(SOURCES, pool.map(compile_, SOURCES), strict=True))


def told(found: list[Classified]) -> list[tuple[str, str | None, Location | None]]:
    return [(each.id, each.subject, each.place) for each in found]


def test_a_script_is_no_compilation_unit(findings: Mapping[str, list[Classified]]) -> None:
    """At the first bare statement: Scala 3 allows the definitions before it."""
    (found,) = findings["Script"]

    assert (found.id, found.place) == ("not-a-compilation-unit", Location("Script.scala", 7, 1))
    assert "Illegal start of toplevel definition" in found.message


def test_names_that_are_not_bound(findings: Mapping[str, list[Classified]]) -> None:
    assert told(findings["Names"]) == [
        ("missing-import", "java.util.HashMap", Location("Names.scala", 2, 20)),
        ("missing-import", "scala.collection.mutable.ListBuffer", Location("Names.scala", 3, 13)),
        ("missing-import", "java.util.Arrays", Location("Names.scala", 4, 37)),
        ("unresolved-symbol", "avg", Location("Names.scala", 5, 21)),
        ("unresolved-symbol", "sqroot", Location("Names.scala", 6, 19)),
    ]


def test_other_meanings_of_a_name_are_told(findings: Mapping[str, list[Classified]]) -> None:
    assert "or scala.collection.immutable.HashMap" in findings["Names"][0].message


def test_imports_of_what_is_not_there(findings: Mapping[str, list[Classified]]) -> None:
    assert told(findings["Imports"])[:3] == [
        ("build-failure", "java.utl", Location("Imports.scala", 1, 8)),
        ("build-failure", "foo.bar", Location("Imports.scala", 2, 8)),
        ("unresolved-symbol", "java.util.Arrayz", Location("Imports.scala", 3, 8)),
    ]


def test_a_syntax_error_is_a_build_failure(findings: Mapping[str, list[Classified]]) -> None:
    (found,) = findings["Syntax"]

    assert (found.id, found.place) == ("build-failure", Location("Syntax.scala", 4, 5))
    assert "',' or ')' expected" in found.message


def test_a_type_error_is_a_build_failure(findings: Mapping[str, list[Classified]]) -> None:
    (found,) = findings["Types"]

    assert (found.id, found.place) == ("build-failure", Location("Types.scala", 2, 31))
    assert "Required: String" in found.message


def test_scala_2_says_the_same_in_other_words() -> None:
    script = """\
RMSProp.scala:21: error: expected class or object definition
val gradients = Map("w1" -> Array(0.1, -0.2))
^
RMSProp.scala:24: error: expected class or object definition
rmsprop.updateWeights(gradients, weights)
^
two errors found
"""
    (found,) = classify(read_diagnostics(script))
    assert (found.id, found.place) == ("not-a-compilation-unit", Location("RMSProp.scala", 21, 1))

    names = """\
A.scala:3: error: not found: value Arrays
  println(Arrays.toString(x))
          ^
A.scala:4: error: not found: type ListBuffer
  val l: ListBuffer[Int] = null
         ^
"""
    said = read_diagnostics(names)
    assert [(each.symbol, each.place) for each in said] == [
        ("Arrays", Location("A.scala", 3, 11)),
        ("ListBuffer", Location("A.scala", 4, 10)),
    ]
    assert {each.kind for each in said} == {Kind.UNRESOLVED}


def test_a_syntax_error_before_the_statements_comes_first() -> None:
    """It may be what makes the rest look like statements at top level."""
    text = """\
-- [E040] Syntax Error: A.scala:2:8 ----------------------------------------
2 |  val x (
  |        ^
  |        '=' expected, but '(' found
-- [E103] Syntax Error: A.scala:5:0 ----------------------------------------
5 |println(x)
  |^^^^^^^
  |Illegal start of toplevel definition
"""
    (found,) = classify(read_diagnostics(text))

    assert (found.id, found.place) == ("build-failure", Location("A.scala", 2, 9))
