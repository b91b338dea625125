"""The Scala compilers: Scala 3 (``-- [E006] Not Found Error: File.scala:3:10 --``) and Scala 2."""

from __future__ import annotations

import re
from collections.abc import Iterator

from goldstep.build.compilers.diagnostic import Diagnostic, Kind, Severity, Tool, What
from goldstep.build.compilers.javac import imported

_HEAD_3 = re.compile(
    r"^-- (?:\[(?P<code>E\d+)\] )?(?P<title>[\w ]*?(?P<severity>Error|Warning)): "
    r"(?:(?P<file>.+?):(?P<line>\d+):(?P<column>\d+)(?: -*)?|-+)$"
)  # the REPL gives no place
_BODY_3 = re.compile(r"^ *(?P<number>\d+)? *\|(?P<text>.*)$")
_CARET = re.compile(r"^ *\^+ *$")
_HEAD_2 = re.compile(
    r"^(?P<file>.+?\.scala):(?P<line>\d+): (?P<severity>error|warning): (?P<message>.*)$"
)
_NOT_FOUND = re.compile(
    r"^[Nn]ot found: (?P<sort>type |value |object )?(?P<name>[^\s(]+)", re.MULTILINE
)
_NO_MEMBER = re.compile(
    r"^(?:value|type|object) (?P<name>\S+) is not a member of (?P<owner>(?:package )?\S+)"
)
# Scala 2 says the same of a statement and of a brace too many.
_TOPLEVEL = re.compile(
    r"^(?:Illegal start of toplevel definition|expected class or object definition)"
)
_SYNTAX_2 = re.compile(r"expected but|illegal start|unclosed|eof expected|Missing closing brace")


def read(text: str) -> Iterator[Diagnostic]:
    """All errors and warnings of a Scala compiler in ``text``."""
    lines = text.splitlines()
    for index, line in enumerate(lines):
        head = _HEAD_3.match(line)
        if head:
            yield _scala_3(head, lines[index + 1 :])
            continue
        head = _HEAD_2.match(line)
        if head:
            yield _scala_2(head, lines[index + 1 : index + 3])


def _scala_3(head: re.Match[str], following: list[str]) -> Diagnostic:
    body: list[tuple[str | None, str]] = []
    for line in following:
        part = _BODY_3.match(line)
        if part is None:
            break
        body.append((part["number"], part["text"]))
    at = next((i for i, (_, content) in enumerate(body) if _CARET.match(content)), -1)
    # The source line directly above the caret; a place of several lines shows more of them.
    excerpt = body[at - 1][1] if at > 0 else ""
    said = [content.strip() for _, content in body[at + 1 :]]
    message = "\n".join(said[: said.index("")] if "" in said else said)
    is_syntax = "Syntax" in head["title"]
    kind, symbol, what = _meaning(message, excerpt, is_syntax)
    return Diagnostic(
        tool=Tool.SCALAC,
        kind=kind,
        message=" ".join(message.split()) or head["title"],
        file=head["file"],
        line=int(head["line"]) if head["file"] else None,
        column=int(head["column"]) + 1 if head["file"] else None,  # Scala 3 counts from 0
        severity=Severity(head["severity"].lower()),
        symbol=symbol,
        what=what,
        excerpt=excerpt,
        raw="\n".join([head[0], *following[: len(body)]]),
    )


def _scala_2(head: re.Match[str], following: list[str]) -> Diagnostic:
    excerpt, caret = [*following, "", ""][:2]
    kind, symbol, what = _meaning(
        head["message"], excerpt, _SYNTAX_2.search(head["message"]) is not None
    )
    return Diagnostic(
        tool=Tool.SCALAC,
        kind=kind,
        message=head["message"],
        file=head["file"],
        line=int(head["line"]),
        column=len(caret.rstrip()) if _CARET.match(caret) else None,
        severity=Severity(head["severity"]),
        symbol=symbol,
        what=what,
        excerpt=excerpt,
        raw="\n".join([head[0], *following]),
    )


def _meaning(message: str, excerpt: str, is_syntax: bool) -> tuple[Kind, str | None, What | None]:
    if _TOPLEVEL.match(message):
        return Kind.TOPLEVEL_STATEMENT, None, None
    if is_syntax:
        return Kind.SYNTAX, None, None
    path = imported(excerpt)
    unbound = _NOT_FOUND.match(message)
    if unbound:
        if path is not None:
            return Kind.MISSING_PACKAGE, path.rpartition(".")[0], What.NAMESPACE
        is_type = unbound["sort"] == "type "
        return Kind.UNRESOLVED, unbound["name"], What.TYPE if is_type else What.VARIABLE
    member = _NO_MEMBER.match(message)
    if member is None:
        return Kind.OTHER, None, None
    if path is None:
        return Kind.UNRESOLVED, member["name"], What.MEMBER
    full = f"{member['owner']}.{member['name']}"
    if full == path:
        return Kind.UNRESOLVED, path, What.MEMBER
    return Kind.MISSING_PACKAGE, path.rpartition(".")[0], What.NAMESPACE
