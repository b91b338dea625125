"""javac: ``File.java:45: error: cannot find symbol``, the source line, a caret, then details.

The messages are the English ones. Raw diagnostics (``-XDrawDiagnostics``) are not read: they lack
the path of the file and a message that people can read, and say no more than the symbol and its
sort, which the details have too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from goldstep.build.compilers.diagnostic import Diagnostic, Kind, Severity, Tool, What

_HEAD = re.compile(
    r"^(?P<file>.+?\.java):(?P<line>\d+): (?P<severity>error|warning): (?P<message>.*)$"
)
_END = re.compile(r"^(?:\d+ (?:errors?|warnings?)|(?:Note|error|warning): .*)$")
_CARET = re.compile(r"^\s*\^$")
_SYMBOL = re.compile(r"^ +symbol: +(?P<sort>[\w@ -]+?) (?P<name>[\w.$]+)(?:\(.*|<.*)?$")
_IN_PACKAGE = re.compile(r"^ +location: package (?P<name>[\w.]+)$")
_PACKAGE = re.compile(r"^package (?P<name>[\w.]+) does not exist$")
_IMPORT = re.compile(r"^\s*import\s+(?:static\s+)?(?P<name>[\w.*]+?)\s*;")
_SYNTAX = re.compile(
    r"expected|illegal start of|reached end of file|not a statement|unclosed|illegal character"
    r"|illegal escape|malformed|orphaned|without|return type required|not allowed here"
)


def read(text: str) -> Iterator[Diagnostic]:
    """All errors and warnings of javac in ``text``."""
    block: list[str] = []
    for line in [*text.splitlines(), "0 errors"]:
        if _HEAD.match(line) or _END.match(line):
            if block:
                yield _diagnostic(block)
            block = [line] if _HEAD.match(line) else []
        elif block:
            block.append(line)


def imported(excerpt: str) -> str | None:
    """``a.b.C`` or ``a.b.*`` where the source line is a Java or Scala import."""
    match = _IMPORT.match(excerpt if ";" in excerpt else f"{excerpt.strip()};")
    return match["name"] if match else None


def _diagnostic(block: list[str]) -> Diagnostic:
    head = _HEAD.match(block[0])
    assert head is not None
    at = next((index for index, line in enumerate(block) if _CARET.match(line)), None)
    excerpt = block[at - 1] if at is not None and at > 1 else ""
    caret = len(block[at]) - 1 if at is not None else None
    details = block[at + 1 :] if at is not None else block[1:]
    kind, symbol, what = _meaning(head["message"], details, excerpt, caret)
    return Diagnostic(
        tool=Tool.JAVAC,
        kind=kind,
        message=head["message"],
        file=head["file"],
        line=int(head["line"]),
        # The caret stands below the line as it is written, tabs and all.
        column=None if caret is None else caret + 1,
        severity=Severity(head["severity"]),
        symbol=symbol,
        what=what,
        excerpt=excerpt,
        raw="\n".join(block),
    )


def _meaning(
    message: str, details: list[str], excerpt: str, caret: int | None
) -> tuple[Kind, str | None, What | None]:
    package = _PACKAGE.match(message)
    if package:
        # "package Map does not exist" is what javac says of Map.Entry without an import of Map.
        if imported(excerpt) is None and "." not in package["name"]:
            return Kind.UNRESOLVED, package["name"], What.TYPE
        return Kind.MISSING_PACKAGE, package["name"], What.NAMESPACE
    if message.startswith("cannot find symbol"):
        named = next(filter(None, map(_SYMBOL.match, details)), None)
        inside = next(filter(None, map(_IN_PACKAGE.match, details)), None)
        if named is None or named["name"] in ("super", "this"):  # of a class that is not there
            return Kind.OTHER, None, None
        if named["sort"] == "static":
            return Kind.UNRESOLVED, imported(excerpt) or named["name"], What.MEMBER
        if inside is not None:
            return Kind.UNRESOLVED, f"{inside['name']}.{named['name']}", What.MEMBER
        if named["sort"] in ("method", "constructor"):
            return Kind.UNRESOLVED, named["name"], What.METHOD
        if caret is not None and excerpt[caret : caret + 1] == ".":
            return Kind.UNRESOLVED, named["name"], What.MEMBER
        is_variable = named["sort"] == "variable"
        return Kind.UNRESOLVED, named["name"], What.VARIABLE if is_variable else What.TYPE
    return (Kind.SYNTAX if _SYNTAX.search(message) else Kind.OTHER), None, None
