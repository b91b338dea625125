"""Consoles: colour on a terminal, plain text elsewhere, NO_COLOR respected."""

from __future__ import annotations

import os
import re

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

_CONTROL = re.compile(r"[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_WIDE = 1000  # columns, where there is no terminal to be filled


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
