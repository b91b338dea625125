"""Text from outside inside Markdown: shown as it is, whatever it holds."""

from __future__ import annotations

import re

from goldstep.report.visible import visible_block, visible_line

_LONGEST = 500  # characters

_MEANT = re.compile(r"[\\`*_{}\[\]()<>#+!|~$&=-]")  # that Markdown or a forge would read
# Forges look for these in the text that is left when Markdown has been read: a backslash does not
# help, something between them does that nobody sees.
_CALLS = re.compile(r"@(?=\w)|#(?=\d)|:(?=//)|www(?=\.)|(mailto|xmpp)(?=:)", re.IGNORECASE)
_UNSEEN = "&#8203;"


def cell(text: str, longest: int = _LONGEST) -> str:
    """For running text and cells of tables: nothing in it is markup, a mention or a link.

    Nor is it indented: four spaces would make it code.
    """
    apart = _CALLS.sub("\\g<0>\0", visible_line(text, longest).strip())
    return _MEANT.sub(r"\\\g<0>", apart).replace("\0", _UNSEEN)


def code(text: str, longest: int = _LONGEST) -> str:
    """As code within a line, also in a cell of a table."""
    line = visible_line(text, longest).strip()
    if "|" in line:  # which ends a cell, also in code, and behind a backslash no way is safe
        return cell(text, longest)
    fence = "`" * (_longest_run(line) + 1)
    padding = " " if "`" in line else ""
    return f"{fence}{padding}{line}{padding}{fence}" if line else ""


def fenced(text: str, language: str = "", longest: int = 4000) -> str:
    """Lines of code, ours in ``language``."""
    lines = visible_block(text.rstrip("\n"), longest)
    fence = "`" * max(3, _longest_run(lines) + 1)
    return f"{fence}{language}\n{lines}\n{fence}"


def _longest_run(text: str) -> int:
    """Of backticks."""
    return max(map(len, re.findall("`+", text)), default=0)
