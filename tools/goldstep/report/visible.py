"""Text from outside as a report may show it: what is not seen becomes an escape, too much is cut.

Without control characters, lone surrogates and signs that turn the direction of writing, text is
valid in XML and UTF-8, and says to a reader what it says to a program.
"""

from __future__ import annotations

_LINE = 500  # characters
_BLOCK = 4000


def visible_line(text: str, longest: int = _LINE) -> str:
    """One line, whatever white space there is."""
    if len(text) <= longest and text.isprintable():
        return text
    return _visible(_cut(" ".join(text.split()), longest))


def visible_block(text: str, longest: int = _BLOCK) -> str:
    """Lines as they are, each ended by a line feed alone; tabs stay."""
    if len(text) <= longest and text.isprintable():
        return text
    lines = _cut(text.replace("\r\n", "\n"), longest).split("\n")
    return "\n".join("\t".join(map(_visible, line.split("\t"))) for line in lines)


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    return f"{text[:longest]} ... and {len(text) - longest:,} characters more"


def _visible(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _escape(each) for each in text)


def _escape(character: str) -> str:
    # White space is told apart from other white space by nobody.
    is_blank = character.isspace() and character not in "\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"
    return " " if is_blank else ascii(character)[1:-1]
