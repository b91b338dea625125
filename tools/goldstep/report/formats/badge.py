"""A badge: the verdict in a few words, for shields.io to draw, and drawn.

The picture is a template of our own: of the libraries that draw badges, some say nothing to a
screen reader and leave text as it is, and the others bring a client for the network with them.
"""

from __future__ import annotations

from collections.abc import Mapping

import jinja2

from goldstep.report.verdict import Standing, verdict_on
from goldstep.report.writing import FileFormat
from goldstep.results.records import to_json
from goldstep.results.value import Report

LABEL = "goldstep"

# A name that shields.io has, and a colour on which white text can be read.
_COLORS: Mapping[Standing, tuple[str, str]] = {
    "conforms": ("brightgreen", "#2a7d0f"),
    "known": ("green", "#4d7a00"),
    "stale": ("yellow", "#8a6100"),
    "findings": ("red", "#c0392b"),
    "not judged": ("lightgrey", "#6b6b6b"),
}

# The advance of Verdana's characters, in thousandths of its size; of others, that of a digit.
_ADVANCES: Mapping[str, int] = {
    **dict.fromkeys("abcdeghknopquvxyz", 610),
    **dict.fromkeys("fijlrt ,", 340),
    **dict.fromkeys("mw", 900),
    "s": 521,
}
_DIGIT = 636
_SIZE = 11  # pixels
_MARGIN = 6

_PICTURE = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(
    """\
<svg xmlns="http://www.w3.org/2000/svg" width="{{ width }}" height="20" role="img" \
aria-label="{{ title }}">
  <title>{{ title }}</title>
  <clipPath id="round"><rect width="{{ width }}" height="20" rx="3"/></clipPath>
  <g clip-path="url(#round)">
    <rect width="{{ parts[0].width }}" height="20" fill="#555"/>
    <rect x="{{ parts[1].x }}" width="{{ parts[1].width }}" height="20" fill="{{ color }}"/>
  </g>
  <g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="{{ size }}" \
aria-hidden="true">
  {%- for part in parts %}
    <text x="{{ part.x + margin }}" y="14" textLength="{{ part.width - 2 * margin }}">\
{{ part.text }}</text>
  {%- endfor %}
  </g>
</svg>
"""
)


def endpoint(report: Report) -> bytes:
    """The JSON that shields.io asks an endpoint for: https://shields.io/badges/endpoint-badge."""
    verdict = verdict_on(report)
    shown = {
        "schemaVersion": 1,
        "label": LABEL,
        "message": verdict.in_words,
        "color": _COLORS[verdict.standing][0],
        "isError": bool(verdict.problems),
    }
    return to_json(shown) + b"\n"


def badge(report: Report) -> bytes:
    """The same as an SVG; its title says it to who does not see it."""
    verdict = verdict_on(report)
    texts = (LABEL, verdict.in_words)
    widths = [_width(text) + 2 * _MARGIN for text in texts]
    parts = [
        {"text": text, "x": x, "width": width}
        for text, x, width in zip(texts, (0, widths[0]), widths, strict=True)
    ]
    picture = _PICTURE.render(
        title=f"{LABEL}: {verdict.in_words}",
        width=sum(widths),
        parts=parts,
        color=_COLORS[verdict.standing][1],
        size=_SIZE,
        margin=_MARGIN,
    )
    return f"{picture}\n".encode()


def _width(text: str) -> int:
    """How many pixels a text takes, nearly: it is drawn to fill exactly these."""
    return round(sum(_ADVANCES.get(each, _DIGIT) for each in text) * _SIZE / 1000)


FORMAT = FileFormat(
    "badge",
    "a badge: a picture where FILE ends in .svg, else the JSON of an endpoint",
    endpoint,
    by_suffix={".svg": badge},
)
