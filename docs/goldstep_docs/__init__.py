"""The site's own Sphinx extension: pages are Jinja templates.

What is documented somewhere else is not written down again: a page asks for it, and gets the text
of today.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from sphinx.application import Sphinx

from goldstep_docs.beside import Beside
from goldstep_docs.data import known_by_goldstep

ROOT = Path(__file__).parents[2]
# It shows GitHub's expressions, which have the marks of templates.
NO_TEMPLATES = frozenset({"ci"})


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("source-read", _render)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _render(app: Sphinx, page: str, source: list[str]) -> None:
    """Fills in a page; raises what its template raises, so that nothing is left out in silence."""
    if page in NO_TEMPLATES:
        return
    template = Environment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    ).from_string(source[0])
    beside = Beside(ROOT, Path(app.srcdir), page)
    source[0] = template.render(beside=beside, docstring=beside.docstring, **known_by_goldstep())
