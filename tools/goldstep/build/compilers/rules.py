"""Dialects as tables: a form of lines, and rules that say what a message means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from goldstep.build.compilers.diagnostic import Diagnostic, Dialect, Kind, Severity
from goldstep.results.records import Location

Rules = Sequence[tuple[Kind, str]]
"""Kinds, each with a pattern of messages; its groups ``module`` and ``name`` are the symbol."""

# gcc quotes with typographic marks where the terminal's character set has them.
OPEN, CLOSE = "[\u2018'`]", "[\u2019'`]"
QUOTED = rf"{OPEN}(?P<name>[\w:$.]+){CLOSE}"


def meaning(message: str, rules: Rules) -> tuple[Kind, str]:
    """Kind and symbol by the first rule whose pattern is found in the message."""
    for kind, pattern in rules:
        if found := re.search(pattern, message):
            named = found.groupdict()
            return kind, ".".join(filter(None, (named.get("module"), named.get("name"))))
    return Kind.OTHER, ""


def diagnostic(
    dialect: Dialect,
    head: re.Match[str],
    what: tuple[Kind, str],
    *,
    column: int | None = None,
    excerpt: str = "",
) -> Diagnostic:
    """From a match with the groups ``message`` and, as far as given, ``file``, ``line``,
    ``column`` and ``severity``; ``column`` and ``what`` are what stands elsewhere.
    """
    groups = head.groupdict()
    if groups.get("column"):
        column = int(groups["column"])
    is_warning = (groups.get("severity") or "").lower() == "warning"
    return Diagnostic(
        dialect,
        what[0],
        groups["message"],
        Location(groups["file"], int(groups["line"]), column) if groups.get("file") else None,
        Severity.WARNING if is_warning else Severity.ERROR,
        what[1],
        excerpt=excerpt,
    )


def read_lines(
    dialect: Dialect, form: re.Pattern[str], rules: Rules, text: str
) -> Iterator[Diagnostic]:
    """Of each line that has the form, what its group ``message`` means."""
    for head in filter(None, map(form.match, text.splitlines())):
        yield diagnostic(dialect, head, meaning(head["message"], rules))
