"""gcc, clang, and whatever else writes ``file:line:column: error: message``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from goldstep.build.compilers.diagnostic import Diagnostic, Dialect, Kind
from goldstep.build.compilers.rules import CLOSE, OPEN, QUOTED, diagnostic, meaning

_LINE = re.compile(
    r"^(?P<file>[^\s:][^:]*?):(?P<line>\d+):(?:(?P<column>\d+):)? "
    r"(?P<severity>(?:fatal )?error|warning|note): (?P<message>.*)$"
)
# An error in the command itself. Rust's have their places in the next line.
_NO_PLACE = re.compile(
    r"^error: (?!aborting|could not compile)(?P<message>.+)$(?!\n +-->)", re.MULTILINE
)
_RULES = (
    (Kind.UNRESOLVED, rf"^{QUOTED} undeclared"),
    (Kind.UNRESOLVED, rf"^{QUOTED} was not declared in this scope"),
    (Kind.UNRESOLVED, rf"^use of undeclared identifier {QUOTED}"),
    (Kind.UNRESOLVED, rf"^unknown type name {QUOTED}"),
    (Kind.NO_MEMBER, rf"^{QUOTED} is not a member of"),
    (Kind.NO_MEMBER, rf"^implicit declaration of function {QUOTED}"),
    (Kind.NO_MEMBER, rf"^call to undeclared (?:library )?function {QUOTED}"),
    (Kind.MISSING_PACKAGE, r"^(?P<name>\S+): No such file or directory$"),
    (Kind.MISSING_PACKAGE, rf"^{QUOTED} file not found$"),
    (Kind.SYNTAX, r"^(?:syntax error|expected|unexpected|unterminated|missing)"),
)
# What gcc and clang say about the name in a note right after the error.
_INCLUDE = re.compile(rf"{OPEN}(?:#include )?(?P<header><[\w./]+>){CLOSE}")


def _read(text: str) -> Iterator[Diagnostic]:
    found: list[Diagnostic] = []
    for head in filter(None, map(_LINE.match, text.splitlines())):
        if head["severity"] != "note":
            found.append(diagnostic(GCC, head, meaning(head["message"], _RULES)))
        elif found and found[-1].symbol and (header := _INCLUDE.search(head["message"])):
            found[-1] = replace(found[-1], remedy=header["header"])
    yield from found
    for head in _NO_PLACE.finditer(text):
        yield diagnostic(GCC, head, (Kind.OTHER, ""))


GCC = Dialect("gcc", _read)
