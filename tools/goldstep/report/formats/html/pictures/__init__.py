"""Pictures of numbers as SVG files, drawn by matplotlib where it is installed.

They follow the page's colours: in a dark window they are dark, on paper they are light.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldstep.report.formats.html.pictures.gallery import Gallery


def open_gallery() -> Gallery | None:
    """What draws pictures; None without matplotlib (the extra ``goldstep[report]``)."""
    try:
        import matplotlib  # noqa: F401 - whether it is there
    except ImportError:
        return None
    from goldstep.report.formats.html.pictures.gallery import Gallery

    return Gallery()
