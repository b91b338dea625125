"""A page of the site, as far as links go."""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

# Where a browser asks for what an attribute names, without anybody's click.
_FETCHED = {
    "audio": "src",
    "embed": "src",
    "iframe": "src",
    "img": "src",
    "input": "src",
    "object": "data",
    "script": "src",
    "source": "src",
    "track": "src",
    "video": "src",
}
# A link of these kinds names a page, and is not fetched.
_NOT_FETCHED = {"author", "canonical", "index", "license", "next", "prev", "search"}


class Page(HTMLParser):
    """Its anchors, what it links to, what it fetches, its text."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.text = ""
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """See `HTMLParser`."""
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.anchors.add(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "link" and not _NOT_FETCHED & set(given.get("rel", "").split()):
            self.fetched.append(given["href"])
        if _FETCHED.get(tag, "") in given:
            self.fetched.append(given[_FETCHED[tag]])
        if "srcset" in given:
            self.fetched += [each.split()[0] for each in given["srcset"].split(",")]

    def handle_data(self, data: str) -> None:
        """See `HTMLParser`."""
        self.text += data


def pages(site: Path) -> dict[Path, Page]:
    """All pages, by file."""
    return {file: Page(file) for file in sorted(site.rglob("*.html"))}
