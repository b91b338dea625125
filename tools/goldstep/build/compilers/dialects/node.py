"""Node.js: what an uncaught error prints."""

from __future__ import annotations

import re
from collections.abc import Iterator

from goldstep.build.compilers.diagnostic import ClassesNamed, Diagnostic, Dialect, Kind
from goldstep.build.compilers.rules import meaning
from goldstep.results.records import Location

_ERROR = re.compile(r"^(?:Uncaught )?\w*Error(?: \[\w+\])?: .*$", re.MULTILINE)
_FRAME = re.compile(
    r"^ +at (?:.*\()?(?:file://)?(?P<file>[^()\s]+?):(?P<line>\d+):\d+\)?(?: \{)?$", re.MULTILINE
)
_SOURCE = re.compile(r"^(?:file://)?(?P<file>/?[^\s:]+\.[cm]?[jt]s):(?P<line>\d+)$", re.MULTILINE)
_RULES = (
    (Kind.SYNTAX, r"^(?:Uncaught )?SyntaxError"),
    (Kind.UNRESOLVED, r"^(?:Uncaught )?ReferenceError: (?P<name>[\w$]+) is not defined$"),
    (Kind.MISSING_PACKAGE, r"^[^:]*: Cannot find (?:module|package) '(?P<name>[^']+)'"),
)
# From its documentation: modules that a numerical program plausibly uses.
_MODULES = ("assert", "buffer", "events", "fs", "os", "path", "readline", "stream", "util")


def _read(text: str) -> Iterator[Diagnostic]:
    """The last error, which is what ended the program."""
    errors = [error for error in _ERROR.finditer(text) if _is_node(text, error)]
    if not errors:
        return
    error = errors[-1]
    stack = [_place(frame) for frame in _FRAME.finditer(text, error.end())]
    kind, symbol = meaning(error[0], _RULES)
    above = list(_SOURCE.finditer(text, 0, error.start()))
    if above and (kind is Kind.SYNTAX or not stack):
        stack.insert(0, _place(above[-1]))
    yield Diagnostic(NODE, kind, error[0], symbol=symbol, stack=tuple(stack))


def _is_node(text: str, error: re.Match[str]) -> bool:
    """Other languages have errors of the same names; only Node's stack looks like this."""
    following = text[error.end() :].lstrip("\n").splitlines()
    return any(_FRAME.match(line) for line in following[:12])


def _place(found: re.Match[str]) -> Location:
    return Location(found["file"], int(found["line"]))


def _importable(unresolved: Diagnostic, _: ClassesNamed) -> tuple[str, ...]:
    return (unresolved.symbol,) if unresolved.symbol in _MODULES else ()


NODE = Dialect("node", _read, importable=_importable, type_errors=("TypeError",))
