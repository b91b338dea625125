"""Clojure: ``Syntax error compiling at (file.clj:15:24).`` and the reason on the next line.

``clojure.main`` prints both in its report, a program that loads the source prints them as an
exception with its causes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from goldstep.build.compilers.diagnostic import Diagnostic, Kind, Tool, What

_HEAD = re.compile(
    r"(?P<title>Syntax error|Execution error|Unexpected error)(?: \((?P<class>[\w.$]+)\))?"
    r"(?P<phase>[^\n(]*?) at (?:[^\s()]+ )?"
    r"\((?P<file>[^\s():]+):(?P<line>-?\d+)(?::(?P<column>\d+))?\)\.(?P<rest>[^\n]*)"
)  # a runtime without debug information has line -1
_CAUSE = re.compile(r"^Caused by: (?P<class>[\w.$]+)(?:: (?P<message>.*))?$", re.MULTILINE)
_UNBOUND = re.compile(r"^Unable to resolve symbol: (?P<name>\S+) in this context")
_NO_CLASS = re.compile(r"^Unable to resolve classname: (?P<name>\S+)")
_NO_NAMESPACE = re.compile(r"^No such namespace: (?P<name>\S+)")
_NO_MEMBER = re.compile(
    r"^(?:No matching (?:method|field|ctor) (?P<name>\S+) found|Unable to find static field: "
    r"(?P<field>\S+) )"
)
_NO_FILE = re.compile(r"^Could not locate (?P<path>\S+?)__init\.class")
_SYNTAX = re.compile(r"^EOF while|^Unmatched delimiter|did not conform to spec| - failed: ")
_NO_CLASS_FOUND = "ClassNotFoundException"
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
# What may stand in a symbol, as far as telling one from the next needs (Clojure reader reference).
SYMBOL_CHARACTERS = r"[\w.*+!?<>=/&%$#'|:-]"


def read(text: str) -> Iterator[Diagnostic]:
    """What stopped Clojure, if ``text`` has it: it stops at the first error."""
    head = _HEAD.search(text)
    if head is None:
        return
    reason, class_name = _reason(text, head)
    kind, symbol, what = _meaning(head, reason, class_name)
    at_runtime = head["title"] != "Syntax error" and kind is Kind.OTHER
    message = f"{class_name}: {reason}" if at_runtime and class_name else reason
    is_clojure = re.search(r"\.clj[cs]?$", head["file"]) is not None
    yield Diagnostic(
        tool=Tool.CLOJURE,
        kind=kind,
        message=message or head[0].strip(),
        file=head["file"] if is_clojure else None,
        line=int(head["line"]) if is_clojure else None,
        column=int(head["column"]) if is_clojure and head["column"] else None,
        symbol=symbol,
        what=what,
        raw=text[head.start() :][:2000],
    )


def form_at(source: str, line: int, column: int) -> str:
    """The text of the form that starts at a place, to its closing bracket, or to the end.

    Clojure gives the place of the list around a symbol, which may begin many lines above it.
    """
    lines = source.splitlines(keepends=True)
    text = "".join(lines[line - 1 :])[column - 1 :]
    open_: list[str] = []
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"|;[^\n]*|\\.|[()\[\]{}]', text, re.DOTALL):
        bracket = token[0]
        if bracket in _CLOSERS:
            open_.append(_CLOSERS[bracket])
        elif open_ and bracket == open_[-1]:
            open_.pop()
            if not open_:
                return text[: token.end()]
    return text


def _reason(text: str, head: re.Match[str]) -> tuple[str, str | None]:
    """The message behind the place, and the exception's class where it is told."""
    # Reports in EDN have the line end as two characters, inside a string.
    following = (head["rest"] + text[head.end() :]).replace("\\n", "\n").lstrip("\n")
    first = following.partition("\n")[0].strip()
    if first and not first.startswith(("at ", "Full report", "Caused by:")):
        return first.rstrip('",'), head["class"]
    causes = list(_CAUSE.finditer(text, head.end()))
    if not causes:
        return head[0].strip(), head["class"]
    return causes[-1]["message"] or "", causes[-1]["class"]


def _meaning(
    head: re.Match[str], reason: str, class_name: str | None
) -> tuple[Kind, str | None, What | None]:
    for pattern, what in (
        (_UNBOUND, What.VARIABLE),
        (_NO_CLASS, What.TYPE),
        (_NO_NAMESPACE, What.NAMESPACE),
    ):
        match = pattern.match(reason)
        if match:
            return Kind.UNRESOLVED, match["name"], what
    member = _NO_MEMBER.match(reason)
    if member:
        return Kind.UNRESOLVED, member["name"] or member["field"], What.MEMBER
    missing = _NO_FILE.match(reason)
    if missing:
        name = missing["path"].replace("/", ".").replace("_", "-")
        return Kind.MISSING_PACKAGE, name, What.NAMESPACE
    if class_name and class_name.endswith(_NO_CLASS_FOUND):
        if "compiling" in head["phase"]:  # a qualified name in code
            return Kind.UNRESOLVED, reason, What.NAMESPACE
        return Kind.MISSING_PACKAGE, reason, What.NAMESPACE  # an import
    is_syntax = "reading source" in head["phase"] or _SYNTAX.search(reason) is not None
    return (Kind.SYNTAX if is_syntax else Kind.OTHER), None, None
