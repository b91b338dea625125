"""Consoles: colour on a terminal, plain text elsewhere, NO_COLOR respected."""

from __future__ import annotations

import re

from rich.console import Console
from rich.text import Text

_CONTROL = re.compile(r"[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def console(*, error: bool = False) -> Console:
    """Standard output or error; text from ports is never read as markup."""
    return Console(stderr=error, markup=False, highlight=False, soft_wrap=True, emoji=False)


def plain(text: str) -> str:
    """Text from outside with what could drive a terminal made visible."""
    return _CONTROL.sub(lambda match: ascii(match[0])[1:-1], text)


def styled(text: str, style: str = "") -> Text:
    """Text from outside, in a style."""
    return Text(plain(text), style=style)
