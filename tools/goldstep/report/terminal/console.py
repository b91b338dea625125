"""Consoles: colour on a terminal, plain text elsewhere, NO_COLOR respected."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions
from rich.table import Column, Table
from rich.text import Text

_CONTROL = re.compile(r"[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_WIDE = 1000  # columns, where there is no terminal to be filled
_NARROW = 20  # columns, in which text is wrapped at least


def console(*, error: bool = False) -> Console:
    """Standard output or error; text from ports is never read as markup."""
    out = Console(stderr=error, markup=False, highlight=False, soft_wrap=True, emoji=False)
    if not out.is_terminal:
        out.width = _WIDE
    return out


def table(*columns: str) -> Table:
    """A table without a frame; what does not fit is folded, never cut."""
    return Table(*(Column(name, overflow="fold") for name in columns), box=None, pad_edge=False)


def has_unicode(out: Console) -> bool:
    """Whether more than ASCII may be printed. Python takes LC_ALL=C for UTF-8; its user did not."""
    return "utf" in out.encoding.lower() and os.environ.get("LC_ALL") not in ("C", "POSIX")


def plain(text: str) -> str:
    """Text from outside with what could drive a terminal made visible."""
    return _CONTROL.sub(lambda match: ascii(match[0])[1:-1], text)


def styled(text: str, style: str = "") -> Text:
    """A part of a line: text from outside, in a style that ends with it."""
    return Text().append(plain(text), style)


@dataclass(frozen=True, slots=True)
class Hanging:
    """A line that goes on below the beginning of its text where a terminal is too narrow for it.

    It is broken between words, and nowhere where there is no terminal. ``head`` stands before the
    text, and ``margin`` before what goes on.
    """

    head: Text
    text: Text
    margin: str = ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        if not console.is_terminal:
            yield self.head + self.text
            return
        before = max(self.head.cell_len, len(self.margin))
        room = max(options.max_width - before, _NARROW)
        for number, line in enumerate(self.text.wrap(console, room) or [self.text]):
            line.rstrip()
            yield (below(self.head, self.margin) if number else self.head) + line


def hanging(head: Text, lines: Iterable[Text], margin: str = "") -> Iterator[Hanging]:
    """Several lines, of which the first one stands beside ``head``."""
    for number, line in enumerate(lines):
        yield Hanging(below(head, margin) if number else head, line, margin)


def in_a_row(*parts: Text) -> Text:
    """The parts that are not empty, two spaces apart."""
    return Text("  ").join(part for part in parts if part)


def below(head: Text, margin: str) -> Text:
    """As wide as what stands above."""
    return styled(margin.ljust(head.cell_len), "dim")
