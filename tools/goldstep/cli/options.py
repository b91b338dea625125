"""Arguments that several commands take, with their completion."""

from __future__ import annotations

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
        from goldstep.port import bundled_ports

        names = sorted({port.table.name for port in bundled_ports()})
        items = [CompletionItem(name) for name in names if name.startswith(incomplete)]
        return items or [CompletionItem(incomplete, type="file")]


class CaseId(click.ParamType[str]):
    """The id of a case in the vectors that come with goldstep."""

    name = "ID"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from goldstep.vectors import load_vectors

        try:
            ids = [case.id for _, case in load_vectors(vectors_folder()).cases()]
        except GoldstepError:
            return []
        return [CompletionItem(case_id) for case_id in ids if case_id.startswith(incomplete)]


vectors_option = click.option(
    "--vectors",
    "folder",
    type=click.Path(path_type=Path),
    help="A folder of vectors; without it, those that come with goldstep.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
