"""Python: the last traceback in the output, which is what ended the program."""

from __future__ import annotations

import re
from collections.abc import Iterator

from goldstep.build.compilers.diagnostic import Diagnostic, Frame, Kind, Tool, What

_FRAME = re.compile(r'^ +File "(?P<file>[^"]+)", line (?P<line>\d+)(?:, in .*)?$')
_ERROR = re.compile(r"^(?P<class>[A-Za-z_][\w.]*)(?:: (?P<message>.*))?$")
_UNBOUND = re.compile(r"^name '(?P<name>\w+)' is not defined")
_NO_MODULE = re.compile(r"^No module named '(?P<name>[\w.]+)'")
_NOT_IN_MODULE = re.compile(r"^cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'")
_NO_ATTRIBUTE = re.compile(
    r"^(?:partially initialized )?module '(?P<module>[\w.]+)' has no attribute '(?P<name>\w+)'"
)
_SYNTAX_ERRORS = ("SyntaxError", "IndentationError", "TabError")


def read(text: str) -> Iterator[Diagnostic]:
    """The error that ended a Python program or compilation, if ``text`` has one."""
    lines = text.splitlines()
    places = [index for index, line in enumerate(lines) if _FRAME.match(line)]
    if not places:
        return
    end = next((i for i in range(places[-1] + 1, len(lines)) if not lines[i].startswith(" ")), None)
    error = _ERROR.match(lines[end]) if end is not None else None
    if error is None:
        return
    # The stack ends where the line before a frame is neither indented nor part of another frame.
    start = places[-1]
    while start > 0 and lines[start - 1].startswith(" "):
        start -= 1
    matches = filter(None, map(_FRAME.match, lines[start:end]))
    stack = [Frame(frame["file"], int(frame["line"])) for frame in matches]
    last = lines[places[-1] + 1]
    kind, symbol, what = _meaning(error["class"], error["message"] or "")
    yield Diagnostic(
        tool=Tool.PYTHON,
        kind=kind,
        message=lines[end or 0],
        symbol=symbol,
        what=what,
        excerpt=last if last.startswith(" ") else "",
        frames=tuple(reversed(stack)),
        raw="\n".join(lines[start - 1 if start else 0 : (end or 0) + 1]),
    )


def _meaning(error: str, message: str) -> tuple[Kind, str | None, What | None]:
    if error in _SYNTAX_ERRORS:
        return Kind.SYNTAX, None, None
    if error == "NameError" and (unbound := _UNBOUND.match(message)):
        return Kind.UNRESOLVED, unbound["name"], What.VARIABLE
    if error == "ModuleNotFoundError" and (absent := _NO_MODULE.match(message)):
        return Kind.MISSING_PACKAGE, absent["name"], What.NAMESPACE
    member = _NOT_IN_MODULE.match(message) or _NO_ATTRIBUTE.match(message)
    if error in ("ImportError", "AttributeError") and member:
        return Kind.UNRESOLVED, f"{member['module']}.{member['name']}", What.MEMBER
    return Kind.OTHER, None, None
