"""Templates in which text from outside is harmless: escaped, cut, and with nothing unseen in it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from goldstep import __version__
from goldstep.report.html import gaps, grid, status
from goldstep.report.visible import visible_block, visible_line

_LONGEST_NUMBER = 40  # characters


def templates() -> Environment:
    """The environment in which all pages are rendered."""
    environment = Environment(
        loader=PackageLoader("goldstep.report.html"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {
        "version": __version__,
        "signs": status.SIGNS,
        "titles": status.TITLES,
        "kinds": grid.KINDS,
        "outcomes": grid.OUTCOMES,
        "outcome_words": grid.outcome_words,
        "rung_status": status.rung_status,
        "port_status": status.port_status,
        "counted": status.counted,
        "gap_text": gaps.gap_text,
    }
    environment.filters |= {
        "digits": grid.digits,
        "line": visible_line,
        "numbers": _numbers,
        "shell": shlex.join,
        "ticks": _ticks,
        "worst": _worst,
    }
    return environment


def _harmless(value: Any) -> Any:
    """Every text that comes out of an expression and is not markup already."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible_block(value)
    return value


def _numbers(numbers: Sequence[str]) -> Markup:
    """All numbers, however many: they are short."""
    return escape(" ".join(visible_line(each, _LONGEST_NUMBER) for each in numbers))


def _ticks(text: str) -> Markup:
    """Words of a port.toml, with what stands between backticks as code."""
    parts = visible_block(text).split("`")
    if not len(parts) % 2:  # one without its end
        return escape(visible_block(text))
    marked = (
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )
    return Markup("").join(marked)


def _worst(value: Mapping[str, Any]) -> str:
    """A case's value with the greatest error: where it is, and what came instead of what."""
    of = "average of " if value.get("quantity") == "moving_average" else ""
    where = f"step {value.get('step')}, {of}{value.get('name')}[{value.get('index')}]"
    return f"{where}: expected {value.get('expected')}, got {value.get('got')}"
