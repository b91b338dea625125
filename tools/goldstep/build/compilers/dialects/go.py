"""Go: ``./file.go:2:20: undefined: math``, from its compiler and from ``go vet``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from goldstep.build.compilers.diagnostic import ClassesNamed, Diagnostic, Dialect, Kind
from goldstep.build.compilers.rules import read_lines

_LINE = re.compile(
    r"^(?:vet: )?(?P<file>[^\s:]+\.go):(?P<line>\d+):(?P<column>\d+): (?P<message>.*)$"
)
_RULES = (
    (Kind.UNRESOLVED, r"^undefined: (?P<name>[\w.]+)$"),
    (Kind.MISSING_PACKAGE, r"^package (?P<name>\S+) is not in (?:std|GOROOT)"),
    (Kind.MISSING_PACKAGE, r"^no required module provides package (?P<name>[^\s;:]+)"),
    (Kind.SYNTAX, r"^(?:syntax error|expected|unexpected|missing)"),
)
# Go cannot be asked without starting it. From its documentation: packages that a numerical program
# plausibly uses.
_PACKAGES = (
    *("bufio", "bytes", "encoding/binary", "encoding/json", "errors", "flag", "fmt", "io", "log"),
    *("maps", "math", "math/big", "math/bits", "math/cmplx", "math/rand", "os", "runtime"),
    *("slices", "sort", "strconv", "strings", "sync", "time"),
)


def _read(text: str) -> Iterator[Diagnostic]:
    return read_lines(GO, _LINE, _RULES, text)


def _importable(unresolved: Diagnostic, _: ClassesNamed) -> tuple[str, ...]:
    return tuple(name for name in _PACKAGES if name.rpartition("/")[2] == unresolved.symbol)


GO = Dialect(
    "go",
    _read,
    importable=_importable,
    type_errors=("TypeAssertionError",),
    type_messages=("interface conversion:",),
)
