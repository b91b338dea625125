"""``goldstep explain``."""

from __future__ import annotations

from pathlib import Path

import click

from goldstep.cli.options import vectors_option


@click.command()
@click.argument("name", metavar="ID")
@vectors_option
def explain(name: str, folder: Path | None) -> None:
    """Say in words what ID is: a case, a group, a finding, a requirement or a flag."""
    from goldstep.explain import explain_id
    from goldstep.paths import vectors_folder

    click.echo(explain_id(name, folder or vectors_folder()))
