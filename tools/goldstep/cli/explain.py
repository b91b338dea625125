"""``goldstep explain``."""

from __future__ import annotations

from pathlib import Path

import click

from goldstep.cli.options import ID, vectors_option


@click.command()
@click.argument("name", metavar="ID|WORD", type=ID)
@vectors_option
def explain(name: str, folder: Path | None) -> None:
    """Say what an id or a word of the output stands for.

    ID is that of a case, a group of cases, a finding, a requirement, a flag or a choice; WORD is
    one of the output, such as budget, rung or "held to".
    """
    from goldstep.cli.glossary import explain_id
    from goldstep.paths import vectors_folder

    click.echo(explain_id(name, folder or vectors_folder()))
