"""Arguments that several commands take, with their completion."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from goldstep.errors import GoldstepError
from goldstep.paths import vectors_folder


class PortName(click.ParamType[str]):
    """A bundled port's name, or the path of a port.toml."""

    name = "PORT"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from goldstep.port.selection import bundled_ports

        names = sorted({port.table.name for port in bundled_ports()})
        return _beginning(incomplete, names) or [CompletionItem(incomplete, type="file")]


class CaseId(click.ParamType[str]):
    """The id of a case in the vectors that come with goldstep."""

    name = "ID"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return _beginning(incomplete, _case_ids())


class AnyId(click.ParamType[str]):
    """The id of whatever can be explained."""

    name = "ID"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from goldstep.cli.glossary import known_names

        return _beginning(incomplete, [*known_names(), *_case_ids()])


class GroupPattern(click.ParamType[str]):
    """A group of cases, or a pattern as in a shell."""

    name = "GLOB"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from goldstep_reference.rmsprop.groups import GROUPS

        return _beginning(incomplete, GROUPS)


def _case_ids() -> list[str]:
    from goldstep.vectors.folder import load_vectors

    try:
        return [case.id for _, case in load_vectors(vectors_folder()).cases()]
    except GoldstepError:
        return []


def _beginning(incomplete: str, names: Iterable[str]) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


vectors_option = click.option(
    "--vectors",
    "folder",
    type=click.Path(path_type=Path),
    help="A folder of vectors; without it, those that come with goldstep.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead.")
