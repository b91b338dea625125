"""Node.js: what an uncaught error prints."""

from __future__ import annotations

import re
from collections.abc import Iterator

from goldstep.build.compilers.diagnostic import Diagnostic, Frame, Kind, Tool, What

_ERROR = re.compile(
    r"^(?:Uncaught )?(?P<class>\w*Error)(?: \[(?P<code>\w+)\])?: (?P<message>.*)$", re.MULTILINE
)
FRAME = re.compile(
    r"^ +at (?:.*\()?(?:file://)?(?P<file>[^()\s]+?):(?P<line>\d+):\d+\)?(?: \{)?$", re.MULTILINE
)
_SOURCE = re.compile(r"^(?:file://)?(?P<file>/?[^\s:]+\.[cm]?[jt]s):(?P<line>\d+)$", re.MULTILINE)
_UNBOUND = re.compile(r"^(?P<name>[\w$]+) is not defined$")
_NO_MODULE = re.compile(r"^Cannot find (?:module|package) '(?P<name>[^']+)'")


def read(text: str) -> Iterator[Diagnostic]:
    """The uncaught error that ended a Node.js program, if ``text`` has one."""
    errors = [error for error in _ERROR.finditer(text) if _is_node(text, error)]
    if not errors:
        return
    error = errors[-1]
    frames = [
        Frame(frame["file"], int(frame["line"])) for frame in FRAME.finditer(text, error.end())
    ]
    above = list(_SOURCE.finditer(text, 0, error.start()))
    kind, symbol, what = _meaning(error["class"], error["message"])
    if above and (kind is Kind.SYNTAX or not frames):
        frames.insert(0, Frame(above[-1]["file"], int(above[-1]["line"])))
    yield Diagnostic(
        tool=Tool.NODE,
        kind=kind,
        message=error[0],
        symbol=symbol,
        what=what,
        frames=tuple(frames),
        raw=text[above[-1].start() if above else error.start() :][:2000],
    )


def _is_node(text: str, error: re.Match[str]) -> bool:
    """Other languages have errors of the same names; only Node's stack looks like this."""
    following = text[error.end() :].lstrip("\n").splitlines()
    return any(FRAME.match(line) for line in following[:12])


def _meaning(error: str, message: str) -> tuple[Kind, str | None, What | None]:
    if error == "SyntaxError":
        return Kind.SYNTAX, None, None
    unbound = _UNBOUND.match(message)
    if error == "ReferenceError" and unbound:
        return Kind.UNRESOLVED, unbound["name"], What.VARIABLE
    missing = _NO_MODULE.match(message)
    if missing:
        return Kind.MISSING_PACKAGE, missing["name"], What.NAMESPACE
    return Kind.OTHER, None, None
