"""Text from outside inside Markdown: shown as it is, whatever it holds."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_MEANT = re.compile(r"([\\`*_{}\[\]()<>#+!|~$:@&-])")  # that Markdown or a forge would read
_LONGEST = 500  # characters


def plain(text: str, longest: int = _LONGEST) -> str:
    """One line, cut, without characters that are not seen."""
    line = " ".join(text.split())
    line = line if len(line) <= longest else f"{line[:longest]}..."
    return _CONTROL.sub(lambda match: ascii(match[0])[1:-1], line)


def cell(text: str, longest: int = _LONGEST) -> str:
    """For running text and cells of tables: nothing in it is markup, a mention or a link."""
    return _MEANT.sub(r"\\\1", plain(text, longest))


def code(text: str, longest: int = _LONGEST) -> str:
    """As code within a line, also in a cell of a table."""
    line = plain(text, longest).replace("|", "\\|")
    longest_run = max((len(run) for run in re.findall("`+", line)), default=0)
    fence = "`" * (longest_run + 1)
    padding = " " if longest_run else ""
    return f"{fence}{padding}{line}{padding}{fence}" if line else ""
