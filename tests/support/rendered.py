"""Markdown as a forge renders it: GitHub's tables and links, and HTML wherever there is any."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

_READER = MarkdownIt("gfm-like", {"html": True, "linkify": True})
# As GitHub does, and not for every word with a dot in it.
assert _READER.linkify
_READER.linkify.set({"fuzzy_link": False})

# What a forge makes a link or a mention of when Markdown is read, in text that is not code.
_CALLS = re.compile(r"@\w|#\d|\w://|www\.|mailto:|xmpp:", re.IGNORECASE)
_UNSEEN = "\u200b"


def tokens(text: str) -> list[Token]:
    """All tokens, those within lines too."""
    return [each for token in _READER.parse(text) for each in (token, *(token.children or ()))]


def shape(text: str) -> Counter[str]:
    """How many there are of each part that a page is made of; code and plain text are the same."""
    plain = ("text", "code_inline", "softbreak", "inline")
    return Counter(each.type for each in tokens(text) if each.type not in plain)


def html(text: str) -> str:
    return str(_READER.render(text))


def rows(text: str) -> Iterator[list[str]]:
    """The cells of each row of each table, as they are read."""
    parsed = _READER.parse(text)
    row: list[str] = []
    for before, token in itertools.pairwise(parsed):
        if before.type in ("td_open", "th_open"):
            row.append(shown(token))
        if token.type == "tr_close":
            yield row
            row = []


def shown(inline: Token) -> str:
    """What is read of a line; nothing in it may be made a link of later."""
    children = inline.children or []
    assert {each.type for each in children} <= {"text", "code_inline"}, inline.content
    text = "".join(each.content for each in children if each.type == "text")
    assert not _CALLS.search(text), text
    return "".join(each.content for each in children).replace(_UNSEEN, "")
