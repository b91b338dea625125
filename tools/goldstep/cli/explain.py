"""``goldstep explain``."""

from __future__ import annotations

from pathlib import Path

import click

from goldstep.cli.options import ID, vectors_option


@click.command()
@click.argument("name", metavar="ID", type=ID)
@vectors_option
def explain(name: str, folder: Path | None) -> None:
    """Say in words what an id stands for.

    ID is that of a case, a group of cases, a finding, a requirement, a flag or a choice.
    """
    from goldstep.cli.glossary import explain_id
    from goldstep.paths import vectors_folder

    click.echo(explain_id(name, folder or vectors_folder()))
