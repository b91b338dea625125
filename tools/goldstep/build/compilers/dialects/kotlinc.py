"""The Kotlin compiler: ``file.kt:3:5: error: unresolved reference: name``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from goldstep.build.compilers.diagnostic import Diagnostic, Dialect, Kind
from goldstep.build.compilers.dialects.jvm import importable_class
from goldstep.build.compilers.rules import read_lines

_LINE = re.compile(
    r"^(?P<file>[^\s:][^:]*\.kts?):(?P<line>\d+):(?P<column>\d+): "
    r"(?P<severity>error|warning): (?P<message>.*)$"
)
_RULES = (
    (Kind.UNRESOLVED, r"^unresolved reference:? '?(?P<name>\w+)"),
    (Kind.SYNTAX, r"^(?:expecting|unexpected|missing)"),
)


def _read(text: str) -> Iterator[Diagnostic]:
    return read_lines(KOTLINC, _LINE, _RULES, text)


KOTLINC = Dialect("kotlinc", _read, importable=importable_class)
