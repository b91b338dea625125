"""gcc, clang, Go, rustc, and whatever else writes ``file:line:column: error: message``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from goldstep.build.compilers.diagnostic import Diagnostic, Kind, Severity, Tool, What

# javac and scalac write much the same, and have readers of their own.
_LINE = re.compile(
    r"^(?P<file>(?!.*\.(?:java|scala):)[^\s:][^:]*?):(?P<line>\d+):(?:(?P<column>\d+):)? "
    r"(?P<severity>(?:fatal )?error|warning|note): (?P<message>.*)$"
)
_GO = re.compile(
    r"^(?:vet: )?(?P<file>[^\s:]+\.go):(?P<line>\d+):(?P<column>\d+): (?P<message>.*)$"
)
_RUST = re.compile(r"^(?P<severity>error|warning)(?:\[(?P<code>E\d+)\])?: (?P<message>.*)$")
_RUST_PLACE = re.compile(r"^ +--> (?P<file>.+?):(?P<line>\d+):(?P<column>\d+)$")
_RUST_USE = re.compile(r"^\d+ *\+ *use (?P<path>[\w:]+);$", re.MULTILINE)
_NO_PLACE = re.compile(r"^error: (?!aborting|could not compile)(?P<message>.+)$")

# gcc quotes with typographic marks where the terminal's character set has them.
_OPEN, _CLOSE = "[\u2018'`]", "[\u2019'`]"
_QUOTED = rf"{_OPEN}(?P<name>[\w:$.]+){_CLOSE}"
_UNBOUND = tuple(
    (re.compile(pattern), what)
    for pattern, what in (
        (rf"^{_QUOTED} undeclared", What.VARIABLE),
        (rf"^{_QUOTED} was not declared in this scope", What.VARIABLE),
        (rf"^{_QUOTED} is not a member of", What.MEMBER),
        (rf"^use of undeclared (?:identifier|type|crate or module) {_QUOTED}", What.VARIABLE),
        (rf"^unknown type name {_QUOTED}", What.TYPE),
        (rf"^implicit declaration of function {_QUOTED}", What.METHOD),
        (rf"^call to undeclared (?:library )?function {_QUOTED}", What.METHOD),
        (rf"^cannot find (?:type|struct|trait) {_QUOTED} in this scope", What.TYPE),
        (rf"^cannot find function {_QUOTED} in this scope", What.METHOD),
        (rf"^cannot find .*?{_QUOTED} in (?:this )?scope", What.VARIABLE),
        (r"^unresolved reference:? '?(?P<name>\w+)", What.VARIABLE),
        (r"^undefined: (?P<name>[\w.]+)$", What.VARIABLE),
    )
)
_MISSING = tuple(
    map(
        re.compile,
        (
            r"^(?P<name>\S+): No such file or directory$",
            rf"^{_QUOTED} file not found$",
            r"^package (?P<name>\S+) is not in (?:std|GOROOT)",
            r"^no required module provides package (?P<name>[^\s;:]+)",
            rf"^unresolved import {_QUOTED}",
        ),
    )
)
# What gcc and clang say about the name in a note right after the error.
_INCLUDE = re.compile(rf"{_OPEN}(?:#include )?(?P<header><[\w./]+>){_CLOSE}")
_SYNTAX = re.compile(
    r"^(?:syntax error|expected|unexpected|mismatched closing|unterminated|missing)"
)


def read(text: str) -> Iterator[Diagnostic]:
    """All errors and warnings of compilers of this family in ``text``."""
    found: list[Diagnostic] = []
    for line in text.splitlines():
        message = _LINE.match(line) or _GO.match(line)
        if message and message.groupdict().get("severity") == "note":
            header = _INCLUDE.search(message["message"])
            if header and found and found[-1].kind is Kind.UNRESOLVED:
                found[-1] = replace(found[-1], remedy=header["header"])
        elif message:
            found.append(_diagnostic(message))
    yield from found
    yield from _rust(text)
    yield from (
        Diagnostic(Tool.OTHER, Kind.OTHER, alone["message"], raw=alone[0])
        for alone in map(_NO_PLACE.match, text.splitlines())
        if alone and not _RUST_PLACE.search(text)
    )


def _diagnostic(message: re.Match[str]) -> Diagnostic:
    groups = message.groupdict()
    kind, symbol, what = _meaning(groups["message"])
    is_warning = groups.get("severity") == "warning"
    return Diagnostic(
        tool=Tool.GO if groups["file"].endswith(".go") else Tool.OTHER,
        kind=kind,
        message=groups["message"],
        file=groups["file"],
        line=int(groups["line"]),
        column=int(groups["column"]) if groups["column"] else None,
        severity=Severity.WARNING if is_warning else Severity.ERROR,
        symbol=symbol,
        what=what,
        raw=message[0],
    )


def _rust(text: str) -> Iterator[Diagnostic]:
    for block in re.split(r"\n\n", text):
        lines = block.splitlines()
        at = next((i for i, line in enumerate(lines) if _RUST_PLACE.match(line)), None)
        head = _RUST.match(lines[at - 1]) if at else None
        place = _RUST_PLACE.match(lines[at]) if at is not None else None
        if head is None or place is None:
            continue
        kind, symbol, what = _meaning(head["message"])
        use = _RUST_USE.search(block)
        yield Diagnostic(
            tool=Tool.RUSTC,
            kind=kind,
            message=head["message"],
            file=place["file"],
            line=int(place["line"]),
            column=int(place["column"]),
            severity=Severity(head["severity"]),
            symbol=symbol,
            what=what,
            remedy=use["path"] if use else None,
            raw=block,
        )


def _meaning(message: str) -> tuple[Kind, str | None, What | None]:
    for pattern, what in _UNBOUND:
        unbound = pattern.match(message)
        if unbound:
            return Kind.UNRESOLVED, unbound["name"], what
    for pattern in _MISSING:
        missing = pattern.match(message)
        if missing:
            return Kind.MISSING_PACKAGE, missing["name"], What.NAMESPACE
    return (Kind.SYNTAX if _SYNTAX.match(message) else Kind.OTHER), None, None
