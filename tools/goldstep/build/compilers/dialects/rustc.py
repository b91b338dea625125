"""Rust: ``error[E0425]: message``, the place on the next line, and perhaps a line to add."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from goldstep.build.compilers.diagnostic import Diagnostic, Dialect, Kind
from goldstep.build.compilers.rules import QUOTED, diagnostic, meaning

_HEAD = re.compile(
    r"^(?P<severity>error|warning)(?:\[E\d+\])?: (?P<message>.*)\n"
    r" +--> (?P<file>.+?):(?P<line>\d+):(?P<column>\d+)$",
    re.MULTILINE,
)
_USE = re.compile(r"^\d+ *\+ *use (?P<path>[\w:]+);$", re.MULTILINE)
_RULES = (
    (Kind.NO_MEMBER, rf"^cannot find function {QUOTED} in this scope"),
    (Kind.UNRESOLVED, rf"^cannot find .*?{QUOTED} in (?:this )?scope"),
    (Kind.UNRESOLVED, rf"^use of undeclared (?:type|crate or module) {QUOTED}"),
    (Kind.MISSING_PACKAGE, rf"^unresolved import {QUOTED}"),
    (Kind.SYNTAX, r"^(?:expected|unexpected|mismatched closing|unterminated|missing)"),
)


def _read(text: str) -> Iterator[Diagnostic]:
    for block in text.split("\n\n"):
        if head := _HEAD.search(block):
            use = _USE.search(block)
            said = diagnostic(RUSTC, head, meaning(head["message"], _RULES))
            yield replace(said, remedy=use["path"] if use else None)


RUSTC = Dialect("rustc", _read)
