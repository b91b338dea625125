"""Clojure: ``Syntax error compiling at (file.clj:15:24).`` and the reason on the next line.

``clojure.main`` prints both in its report, a program that loads the source prints them as an
exception with its causes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from goldstep.build.compilers.diagnostic import ClassesNamed, Diagnostic, Dialect, Kind
from goldstep.build.compilers.dialects.jvm import CAUSE, importable_class
from goldstep.build.compilers.rules import meaning
from goldstep.build.compilers.source import LINE_END
from goldstep.results.records import Location

_HEAD = re.compile(
    r"(?P<title>Syntax error|Execution error|Unexpected error)(?: \((?P<class>[\w.$]+)\))?"
    r"(?P<phase>[^\n(]*?) at (?:[^\s()]+ )?"
    r"\((?P<file>[^\s():]+):(?P<line>-?\d+)(?::(?P<column>\d+))?\)\.(?P<rest>[^\n]*)"
)  # a runtime without debug information has line -1
_NO_NAMESPACE = "No such namespace: "
_RULES = (
    (Kind.UNRESOLVED, r"^Unable to resolve symbol: (?P<name>\S+) in this context"),
    (Kind.UNRESOLVED, r"^Unable to resolve classname: (?P<name>\S+)"),
    (Kind.UNRESOLVED, rf"^{_NO_NAMESPACE}(?P<name>\S+)"),
    (Kind.NO_MEMBER, r"^No matching (?:method|field|ctor) (?P<name>\S+) found"),
    (Kind.NO_MEMBER, r"^Unable to find static field: (?P<name>\S+) "),
    (Kind.MISSING_PACKAGE, r"^Could not locate (?P<name>\S+?)__init\.class"),
    (Kind.SYNTAX, r"^EOF while|^Unmatched delimiter|did not conform to spec| - failed: "),
)
# Names that everybody gives these namespaces, and that mean nothing else.
_ALIASES = {"str": "clojure.string", "string": "clojure.string", "set": "clojure.set"}
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
# What may stand in a symbol, as far as telling one from the next needs (Clojure reader reference).
_SYMBOL = r"[\w.*+!?<>=/&%$#'|:-]"


def _read(text: str) -> Iterator[Diagnostic]:
    """What stopped Clojure, if ``text`` has it: it stops at the first error."""
    head = _HEAD.search(text)
    if head is None:
        return
    class_name, reason = _reason(text, head)
    kind, symbol = _meaning(head["phase"], class_name, reason)
    if head["title"] != "Syntax error" and kind is Kind.OTHER and class_name:
        reason = f"{class_name}: {reason}"
    place = None
    if re.search(r"\.clj[cs]?$", head["file"]):
        column = int(head["column"]) if head["column"] else None
        place = Location(head["file"], int(head["line"]), column)
    yield Diagnostic(CLOJURE, kind, reason or head[0].strip(), place, symbol=symbol)


def _reason(text: str, head: re.Match[str]) -> tuple[str, str]:
    """The exception's class, where it is told, and the message behind the place."""
    # Reports in EDN have the line end as two characters, inside a string.
    following = (head["rest"] + text[head.end() :]).replace("\\n", "\n").lstrip("\n")
    first = following.partition("\n")[0].strip()
    if first and not first.startswith(("at ", "Full report", "Caused by:")):
        return head["class"] or "", first.rstrip('",')
    causes = CAUSE.findall(text, head.end())
    if not causes:
        return head["class"] or "", head[0].strip()
    class_name, _, message = causes[-1].partition(": ")
    return class_name, message


def _meaning(phase: str, class_name: str, reason: str) -> tuple[Kind, str]:
    kind, symbol = meaning(reason, _RULES)
    if kind is Kind.MISSING_PACKAGE:  # the path of a file
        return kind, symbol.replace("/", ".").replace("_", "-")
    if kind in (Kind.OTHER, Kind.SYNTAX) and class_name.endswith("ClassNotFoundException"):
        # A qualified name in code, or an import.
        return Kind.UNRESOLVED if "compiling" in phase else Kind.MISSING_PACKAGE, reason
    return Kind.SYNTAX if kind is Kind.OTHER and "reading source" in phase else kind, symbol


def _importable(unresolved: Diagnostic, classes_named: ClassesNamed) -> tuple[str, ...]:
    if unresolved.message.startswith(_NO_NAMESPACE) and unresolved.symbol in _ALIASES:
        return (_ALIASES[unresolved.symbol],)
    return importable_class(unresolved, classes_named)


def form_at(source: str, line: int, column: int) -> str:
    """The text of the form that starts at a place, to its closing bracket, or to the end."""
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


def _in_form(source: str, place: Location, symbol: str) -> Location:
    """Clojure gives the place of the list around a symbol, which may begin many lines above it."""
    column = place.column or 1
    form = form_at(source, place.line, column)
    # Comments and strings are stepped over. A namespace or class stands before a slash or, in a
    # call of a constructor, before a dot.
    pattern = re.compile(
        r';[^\n]*|"(?:[^"\\]|\\.)*"|'
        rf"(?<!{_SYMBOL})({re.escape(symbol)})(?:(?=[/.])|(?!{_SYMBOL}))",
        re.DOTALL,
    )
    start = next((found.start(1) for found in pattern.finditer(form) if found[1]), None)
    if start is None:
        return place
    above = LINE_END.split(form[:start])
    before = column if len(above) == 1 else 1
    return Location(place.file, place.line + len(above) - 1, before + len(above[-1]))


CLOJURE = Dialect(
    "clojure",
    _read,
    importable=_importable,
    find=_in_form,
    type_messages=("Don't know how to create ISeq from", "not supported on this type"),
)
