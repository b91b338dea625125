"""Arguments that several commands take, with their completion."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from goldstep.errors import GoldstepError
from goldstep.paths import vectors_folder


class Name(click.types.StringParamType):
    """A name that a shell completes; ``or_file`` where the path of a file will do, too."""

    def __init__(
        self, name: str, existing: Callable[[], Iterable[str]], *, or_file: bool = False
    ) -> None:
        self.name = name
        self._existing = existing
        self._or_file = or_file

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Those that begin so; else files, where they will do."""
        found = [CompletionItem(each) for each in self._existing() if each.startswith(incomplete)]
        if self._or_file and not found:
            return [CompletionItem(incomplete, type="file")]
        return found


def _ports() -> list[str]:
    from goldstep.port.selection import bundled_ports

    return sorted({port.table.name for port in bundled_ports()})


def _cases() -> list[str]:
    from goldstep.vectors.folder import load_vectors

    try:
        return [case.id for _, case in load_vectors(vectors_folder()).cases()]
    except GoldstepError:
        return []


def _ids() -> list[str]:
    from goldstep.cli.glossary import known_names

    return [*known_names(), *_cases()]


def _algorithms() -> Iterable[str]:
    from goldstep_reference.algorithms import ALGORITHMS

    return ALGORITHMS


def _groups() -> Iterable[str]:
    from goldstep_reference.algorithms import GROUPS

    return GROUPS


def _flags() -> Iterable[str]:
    from goldstep_reference.algorithms import FLAGS

    return FLAGS


def _requirements() -> Iterable[str]:
    from goldstep_reference.algorithms import REQUIREMENTS

    return REQUIREMENTS


def _languages() -> Iterable[str]:
    from goldstep.port.template import template_languages

    return template_languages()


PORT = Name("PORT", _ports, or_file=True)
ALGORITHM = Name("NAME", _algorithms)
CASE = Name("ID", _cases)
ID = Name("ID", _ids)  # of whatever can be explained
GROUP = Name("GLOB", _groups)
FLAG = Name("NAME", _flags)
REQUIREMENT = Name("RMS-N", _requirements)
LANGUAGE = Name("NAME", _languages)

vectors_option = click.option(
    "--vectors",
    "folder",
    type=click.Path(path_type=Path),
    help="A folder of vectors; without it, those that come with goldstep.",
)
verbose_option = click.option(
    "--verbose", "-v", is_flag=True, help="Print all that was found out of each rung."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead.")
