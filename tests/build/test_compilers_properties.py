"""Laws of the readers: they read anything, and what they find lies where they say."""

from __future__ import annotations

import re
from pathlib import Path

from goldstep.build.compilers import (
    Diagnostic,
    Dialect,
    Kind,
    classify,
    classify_runtime,
    read_diagnostics,
)
from goldstep.build.compilers.dialects.clojure import CLOJURE, form_at
from goldstep.build.compilers.dialects.ecj import ECJ
from goldstep.build.compilers.dialects.javac import JAVAC
from goldstep.build.compilers.placing import Sources, pinpoint
from goldstep.results.records import Location
from hypothesis import given
from hypothesis import strategies as st

# Pieces of what compilers print: mixed, they come closer to their formats than plain text does.
PIECES = st.sampled_from(
    [
        *(
            "A.java:3: error: cannot find symbol",
            "  symbol:   class ",
            "  symbol: static f",
            "   ^",
        ),
        *("A.java:1: warning: ", "package a.b does not exist", "import a.b.C;", "2 errors"),
        *("-- [E006] Not Found Error: A.scala:3:10 ---", "3 |  x", "  |  ^^^", "  |  Not found: x"),
        *("A.scala:3: error: not found: value x", "-- [E103] Syntax Error: A.scala:0:0 "),
        *(
            "Syntax error compiling at (a.clj:5:3).",
            "Caused by: java.lang.E: m",
            "\tat a.b(C.java:1)",
        ),
        *("Unable to resolve symbol: x in this context", "Full report at:", "Syntax error ("),
        *("Traceback (most recent call last):", '  File "a.py", line 3', "NameError: name 'x' is"),
        *("    x", "NameError", "ReferenceError: x is not defined", "    at f (/a.js:1:2)"),
        *("a.c:1:2: error: 'x' undeclared", "a.c:1:1: note: '<x.h>'", "./a.go:2:3: undefined: x"),
        *("error[E0425]: cannot find value `x` in this scope", " --> a.rs:1:2", "1 + use a::b;"),
        *("\x1b[31m", "\r", "\0", "'", '"', "(", ")", "", " ", "\n"),
    ]
)
OUTPUT = st.lists(PIECES | st.text(max_size=8), max_size=12).map("\n".join) | st.text()


@given(OUTPUT, st.none() | OUTPUT)
def test_any_output_is_read(text: str, log: str | None) -> None:
    found = read_diagnostics(text, log)

    named = (Kind.UNRESOLVED, Kind.NO_MEMBER, Kind.MISSING_PACKAGE)
    assert [each for each in found if each.kind in named and not each.symbol] == []
    assert all("\n" not in each.message for each in classify(found))


@given(OUTPUT)
def test_diagnostics_without_an_error_lead_to_no_finding(text: str) -> None:
    errors = [each for each in read_diagnostics(text) if each.severity.value == "error"]

    assert bool(classify(read_diagnostics(text))) == bool(errors)


@given(OUTPUT, OUTPUT, st.lists(st.text(min_size=1, max_size=8), max_size=3))
def test_any_trace_is_read(message: str, trace: str, sources: list[str]) -> None:
    found = classify_runtime(message, trace, sources)

    assert found.place is None or found.place.file in sources


@given(
    st.text(alphabet='ab.;"\\()[]{}@ \n\t\r\U0001d400', max_size=60),
    st.integers(-1, 12),
    st.none() | st.integers(0, 80),
    st.sampled_from(["ab", "a", "avg", "a.b", "", "("]),
    st.sampled_from([ECJ, CLOJURE, JAVAC]),
)
def test_a_name_is_where_the_place_says(
    text: str, line: int, number: int | None, symbol: str, dialect: Dialect
) -> None:
    """In any source: at the place found there is the symbol, or the place is the compiler's."""
    told = Location("a", line, None if dialect is ECJ else number)
    offset = number if dialect is ECJ else None
    said = Diagnostic(dialect, Kind.UNRESOLVED, "m", told, symbol=symbol, offset=offset)

    placed = pinpoint(said, text).place

    assert placed is not None
    lines = re.split(r"\r\n|\r|\n", text)
    if placed.line != line or (placed.column != told.column and offset is None):
        assert placed.column is not None
        assert lines[placed.line - 1][placed.column - 1 :].startswith(symbol)


@given(st.text(alphabet='ab;"\\()[]{} \n', max_size=60), st.integers(1, 5), st.integers(1, 10))
def test_a_form_is_a_part_of_its_source(source: str, line: int, column: int) -> None:
    assert form_at(source, line, column) in source


@given(st.text(max_size=30))
def test_any_file_name_is_looked_for(name: str) -> None:
    said = Diagnostic(JAVAC, Kind.OTHER, "m", Location(name, 1))

    placed = Sources((Path(__file__).parent,)).place(said).place

    assert placed is not None
    assert placed.line == 1
