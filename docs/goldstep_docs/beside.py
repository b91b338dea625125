"""Texts that stand beside what they document, as parts of pages."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from sphinx.errors import ExtensionError

# The pages that show the whole of a file, or the part of it that others refer to.
PAGES = {
    "CONTRIBUTING.md": "contributing.md",
    "README.md": "index.md",
    "ports/README.md": "formats/port.md",
    "ports/numpy/README.md": "numpy.md",
    "ports/numpy/SPEED.md": "speed.md",
    "reference/BUDGETS.md": "proof.md",
    "tools/CONFUSION.md": "accuracy.md",
    "tools/HARNESS.md": "formats/running.md",
    "tools/README.md": "formats/results.md",
    "vectors/README.md": "formats/vectors.md",
}

_FENCED = re.compile(r"^(```.*?^```|~~~.*?^~~~)$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[(?P<text>[^\]]+)\]\((?P<target>[^)\s]+)\)")
_SECTION = re.compile(r"^## (?P<title>.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Beside:
    """Reads files of the repository at ``root`` for ``page`` of the site in ``site``."""

    root: Path
    site: Path
    page: str

    def __call__(self, name: str, *sections: str) -> str:
        """A Markdown file without its title, or only those sections of level 2, in this order.

        The part before the first section is called "". Links are made to lead to the same from
        here. Raises ExtensionError for a section or a link that leads nowhere.
        """
        text = (self.root / name).read_text(encoding="utf-8")
        parts = dict(_parts(text))
        for section in sections:
            if section not in parts:
                raise ExtensionError(
                    f"{self.page} shows the section {section!r} of {name}, which has only: "
                    f"{', '.join(filter(None, parts))}"
                )
        shown = [parts[section] for section in sections or parts]
        return "\n".join(self._relinked(part, name) for part in shown)

    def docstring(self, module: str, first: str, *, level: int = 2) -> str:
        """What a module's docstring says from the section ``first`` on, as Markdown.

        Its underlined titles become headings of ``level``.
        """
        text = inspect.cleandoc(import_module(module).__doc__ or "")
        heading = f"{'#' * level} "
        text = re.sub(r"^(\S.*)\n-{3,}$", rf"{heading}\1\n", text, flags=re.MULTILINE)
        start = text.find(f"{heading}{first}\n")
        if start < 0:
            raise ExtensionError(f"{self.page}: the docstring of {module} has no {first!r}")
        return text[start:]

    def _relinked(self, text: str, name: str) -> str:
        pieces = _FENCED.split(text)
        # Fenced blocks are the odd ones.
        pieces[::2] = [
            _LINK.sub(lambda link: self._link(link, name), piece) for piece in pieces[::2]
        ]
        return "".join(pieces)

    def _link(self, link: re.Match[str], name: str) -> str:
        """To a page of the site, to a file to download, or none: folders are not on the site."""
        text, target = link["text"], link["target"]
        if re.match(r"[a-z]+:|#", target):
            return link[0]
        path, hash_sign, anchor = target.partition("#")
        file = (self.root / name).parent / path
        if file.is_dir():
            return text
        if not file.is_file():
            raise ExtensionError(f"{name} links to {target}, which is not there")
        inside = file.resolve().relative_to(self.root.resolve()).as_posix()
        file = self.site / PAGES[inside] if inside in PAGES else self.root / inside
        there = os.path.relpath(file, (self.site / self.page).parent)
        return f"[{text}]({there}{hash_sign}{anchor})"


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """The sections of level 2 by title, and what stands before them, without the page's title."""
    masked = _FENCED.sub(lambda block: re.sub(r"[^\n]", " ", block[0]), text)
    starts = [(match["title"], match.start()) for match in _SECTION.finditer(masked)]
    ends = [start for _, start in starts] + [len(text)]
    yield "", re.sub(r"\A# .*\n", "", text[: ends[0]])
    for (title, start), end in zip(starts, ends[1:], strict=True):
        yield title, text[start:end]
