"""What a package index shows: the README with links that lead somewhere, and the project's links.

Links in the README are relative, as readers of the repository need them. A release is built by a
workflow, which knows the repository's address; they are made to lead there, to the release's tag. A
wheel that is built elsewhere has the README as it is, and no links of its own.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_RELATIVE = re.compile(r"(?P<image>!?)(?P<text>\[[^\]]*\])\((?![a-z]+:|#)(?P<target>[^)\s]+)\)")


class Links(MetadataHookInterface):
    """Fills in `readme` and `urls`."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Called by hatchling, when the version is known."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        if repository := os.environ.get("GITHUB_REPOSITORY"):
            address = f"{os.environ['GITHUB_SERVER_URL']}/{repository}"
            tag = f"v{metadata['version']}"
            text = leading_to(address, tag, text)
            metadata["urls"] = {
                "Source": address,
                "Documentation": f"{address}/tree/{tag}/docs",
                "Changelog": f"{address}/blob/{tag}/CHANGELOG.md",
                "Issues": f"{address}/issues",
                "Security": f"{address}/security/policy",
            }
        metadata["readme"] = {"content-type": "text/markdown", "text": text}


def leading_to(address: str, tag: str, markdown: str) -> str:
    """Markdown whose relative links lead to a repository's files of a tag; pictures are raw."""

    def absolute(link: re.Match[str]) -> str:
        kind = "raw" if link["image"] else "blob"
        return f"{link['image']}{link['text']}({address}/{kind}/{tag}/{link['target']})"

    pieces = _FENCED.split(markdown)
    pieces[::2] = [_RELATIVE.sub(absolute, piece) for piece in pieces[::2]]  # the odd ones are code
    return "".join(pieces)
