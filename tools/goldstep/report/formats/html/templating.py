"""Templates in which text from outside is harmless: escaped, cut, and with nothing unseen in it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from goldstep_reference.algorithms import FLAGS, GROUPS, STATES, of_quantity
from goldstep_reference.arithmetic.choices import CHOICES
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from goldstep.report.formats.html import gaps, grid, status
from goldstep.report.formats.html.case_rows import case_rows, cells
from goldstep.report.formats.html.names import fragment
from goldstep.report.verdict import count
from goldstep.report.visible import visible_block, visible_line
from goldstep.results.records import Header
from goldstep.results.words import WORDS
from goldstep.version import __version__

# What can be looked up, by what it is.
GLOSSARY: Mapping[str, Mapping[str, str]] = {
    "Words": WORDS,
    "Choices": {name: choice.meaning for name, choice in CHOICES.items()},
    "Flags": FLAGS,
    "Groups": {name: group.title for name, group in GROUPS.items()},
}
_NAME = 80  # characters
_BLOCK = 4000


def templates() -> Environment:
    """The environment in which all pages are rendered."""
    environment = Environment(
        loader=PackageLoader("goldstep.report.formats.html"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {
        "version": __version__,
        "case_rows": case_rows,
        "cells": cells,
        "signs": status.SIGNS,
        "titles": status.TITLES,
        "kinds": grid.KINDS,
        "outcomes": grid.OUTCOMES,
        "outcome_words": grid.outcome_words,
        "rung_status": status.rung_status,
        "port_status": status.port_status,
        "counted": count,
        "glossary": GLOSSARY,
        "gap_text": gaps.gap_text,
        "of_states": {state: of_quantity(state) for state in STATES},
    }
    environment.filters |= {
        "block": _block,
        "digits": grid.digits,
        "fragment": fragment,
        "line": visible_line,
        "name": _name,
        "command_of": _command_of,
        "ticks": _ticks,
    }
    return environment


def _harmless(value: Any) -> Any:
    """Everything that comes out of an expression and is not markup already: one line of it."""
    return value if isinstance(value, Markup | int) else visible_line(str(value))


def _block(text: str, longest: int = _BLOCK) -> Markup:
    """Lines of text, as they are."""
    return escape(visible_block(text, longest))


def _name(text: str) -> str:
    """What something is called, short enough for a heading."""
    return visible_line(text, _NAME)


def _command_of(header: Header) -> str:
    """The command that does the same again: with the seed, which may have come by chance."""
    command = list(header.command)
    if header.seed and command[1:2] == ["verify"] and "--seed" not in command:
        command += ["--seed", str(header.seed)]
    return shlex.join(command)


def _ticks(text: str) -> Markup:
    """Words of a port.toml, with what stands between backticks as code."""
    parts = visible_line(text).split("`")
    if not len(parts) % 2:  # one without its end
        return escape(visible_line(text))
    marked = (
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )
    return Markup("").join(marked)
