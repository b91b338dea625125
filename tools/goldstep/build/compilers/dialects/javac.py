"""javac: ``File.java:45: error: cannot find symbol``, the source line, a caret, then details.

The messages are the English ones. Raw diagnostics (``-XDrawDiagnostics``) are not read: they lack
the path of the file and a message that people can read, and say no more than the symbol and its
sort, which the details have too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from goldstep.build.compilers.diagnostic import Diagnostic, Dialect, Kind
from goldstep.build.compilers.dialects.jvm import importable_class, imported
from goldstep.build.compilers.rules import diagnostic, meaning

_HEAD = re.compile(
    r"^(?P<file>.+?\.java):(?P<line>\d+): (?P<severity>error|warning): (?P<message>.*)$",
    re.MULTILINE,
)
_NEXT = re.compile(
    r"^(?=.+?\.java:\d+: (?:error|warning): |\d+ (?:error|warning)s?$|(?:Note|error|warning): )",
    re.MULTILINE,
)
_CARET = re.compile(r"^\s*\^$")
_SYMBOL = re.compile(r"^ +symbol: +(?P<sort>[\w@ -]+?) (?P<name>[\w.$]+)(?:\(.*|<.*)?$")
_IN_PACKAGE = re.compile(r"^ +location: package (?P<name>[\w.]+)$")
_RULES = (
    (Kind.MISSING_PACKAGE, r"^package (?P<name>[\w.]+) does not exist$"),
    (
        Kind.SYNTAX,
        r"expected|illegal start of|reached end of file|not a statement|unclosed|illegal character"
        r"|illegal escape|malformed|orphaned|without|return type required|not allowed here",
    ),
)


def _read(text: str) -> Iterator[Diagnostic]:
    for block in _NEXT.split(text):
        if head := _HEAD.match(block):
            yield _diagnostic(head, block.splitlines())


def _diagnostic(head: re.Match[str], block: list[str]) -> Diagnostic:
    at = next((index for index, line in enumerate(block) if _CARET.match(line)), 0)
    excerpt = block[at - 1] if at > 1 else ""
    # The caret stands below the line as it is written, tabs and all.
    column = len(block[at]) if at else None
    if head["message"].startswith("cannot find symbol"):
        what = _symbol(block[at + 1 :], excerpt, column)
    else:
        what = meaning(head["message"], _RULES)
    # "package Map does not exist" is what javac says of Map.Entry without an import of Map.
    if what[0] is Kind.MISSING_PACKAGE and imported(excerpt) is None and "." not in what[1]:
        what = Kind.UNRESOLVED, what[1]
    return diagnostic(JAVAC, head, what, column=column, excerpt=excerpt)


def _symbol(details: list[str], excerpt: str, column: int | None) -> tuple[Kind, str]:
    """What is not found, from the lines below the caret."""
    named = next(filter(None, map(_SYMBOL.match, details)), None)
    inside = next(filter(None, map(_IN_PACKAGE.match, details)), None)
    if named is None or named["name"] in ("super", "this"):  # of a class that is not there
        return Kind.OTHER, ""
    if named["sort"] == "static":
        return Kind.NO_MEMBER, imported(excerpt) or named["name"]
    if inside is not None:
        return Kind.NO_MEMBER, f"{inside['name']}.{named['name']}"
    is_after_dot = column is not None and excerpt[column - 1 : column] == "."
    is_member = is_after_dot or named["sort"] in ("method", "constructor")
    return Kind.NO_MEMBER if is_member else Kind.UNRESOLVED, named["name"]


JAVAC = Dialect("javac", _read, importable=importable_class)
