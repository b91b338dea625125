"""The Scala compilers: Scala 3 (``-- [E006] Not Found Error: File.scala:3:10 --``) and Scala 2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from goldstep.build.compilers.diagnostic import Diagnostic, Dialect, Kind
from goldstep.build.compilers.dialects.jvm import importable_class, imported
from goldstep.build.compilers.rules import diagnostic, meaning

_SCALA_3 = re.compile(
    r"^-- (?:\[E\d+\] )?(?P<message>[\w ]*?(?P<severity>Error|Warning)): "
    r"(?:(?P<file>.+?):(?P<line>\d+):(?P<before>\d+)(?: -*)?|-+)$"  # the REPL gives no place
    r"(?P<body>(?:\n *\d* *\|.*)*)",
    re.MULTILINE,
)
_SCALA_2 = re.compile(
    r"^(?P<file>.+?\.scala):(?P<line>\d+): (?P<severity>error|warning): (?P<message>.*)$"
    r"(?:\n(?P<excerpt>.*)\n(?P<caret> *\^)$)?",
    re.MULTILINE,
)
_CARET = re.compile(r" *\^+ *")
_SYNTAX_2 = re.compile(r"expected but|illegal start|unclosed|eof expected|Missing closing brace")
_RULES = (
    # Scala 2 says the same of a statement and of a brace too many.
    (
        Kind.TOPLEVEL_STATEMENT,
        r"^(?:Illegal start of toplevel definition|expected class or object definition)",
    ),
    (Kind.UNRESOLVED, r"^[Nn]ot found: (?:type |value |object )?(?P<name>[^\s(]+)"),
    (
        Kind.NO_MEMBER,
        r"^(?:value|type|object) (?P<name>\S+) is not a member of (?:package )?(?P<module>\S+)",
    ),
)


def _read(text: str) -> Iterator[Diagnostic]:
    yield from map(_scala_3, _SCALA_3.finditer(text))
    yield from map(_scala_2, _SCALA_2.finditer(text))


def _scala_3(head: re.Match[str]) -> Diagnostic:
    body = [line.partition("|")[2] for line in head["body"].split("\n")[1:]]
    at = next((index for index, text in enumerate(body) if _CARET.fullmatch(text)), -1)
    # The source line directly above the caret; a place of several lines shows more of them.
    excerpt = body[at - 1] if at > 0 else ""
    said = [text.strip() for text in body[at + 1 :]]
    message = " ".join(said[: said.index("")] if "" in said else said)
    what = _meaning(message, excerpt, "Syntax" in head["message"])
    column = int(head["before"]) + 1 if head["before"] else None  # Scala 3 counts from 0
    found = diagnostic(SCALAC, head, what, column=column, excerpt=excerpt)
    return replace(found, message=" ".join(message.split()) or head["message"])


def _scala_2(head: re.Match[str]) -> Diagnostic:
    excerpt, is_syntax = head["excerpt"] or "", _SYNTAX_2.search(head["message"]) is not None
    what = _meaning(head["message"], excerpt, is_syntax)
    column = len(head["caret"]) if head["caret"] else None
    return diagnostic(SCALAC, head, what, column=column, excerpt=excerpt)


def _meaning(message: str, excerpt: str, is_syntax: bool) -> tuple[Kind, str]:
    kind, symbol = meaning(message, _RULES)
    if is_syntax and kind is not Kind.TOPLEVEL_STATEMENT:
        return Kind.SYNTAX, ""
    path = imported(excerpt)
    if path and symbol and symbol != path:
        return Kind.MISSING_PACKAGE, path.rpartition(".")[0]
    if kind is Kind.NO_MEMBER and not path:
        return kind, symbol.rpartition(".")[2]
    return kind, symbol


SCALAC = Dialect("scalac", _read, importable=importable_class)
