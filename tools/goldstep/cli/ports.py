"""``goldstep ports``."""

from __future__ import annotations

from pathlib import Path

import click

from goldstep.cli.options import LANGUAGE, PORT, json_option


@click.group()
def ports() -> None:
    """The bundled ports, what their port.toml says, and new ones to fill in."""


@ports.command("list")
@json_option
def list_ports(as_json: bool) -> None:
    """List the bundled ports and their variants."""
    import msgspec

    from goldstep.port.selection import bundled_ports
    from goldstep.report.terminal.console import console, table

    rows = [
        {
            "port": port.name,
            "title": port.table.title,
            "language": port.table.language,
            "number_format": port.number_format,
            "epsilon": port.column,
            "repairs": len(port.repairs),
        }
        for port in bundled_ports()
    ]
    if as_json:
        click.echo(msgspec.json.encode(rows))
        return
    listing = table("port", "title", "format", "epsilon", "repairs")
    for row in rows:
        cells = (row[key] for key in ("port", "title", "number_format", "epsilon", "repairs"))
        listing.add_row(*map(str, cells))
    console().print(listing)


@ports.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--language", type=LANGUAGE, required=True, metavar="NAME", help="What it is in.")
def new(folder: Path, language: str) -> None:
    """Make a port to fill in: DIR, which builds, runs and conforms at once.

    It has an RMSProp of a few lines, to be replaced by the program that is to be verified, and the
    adapter around it.
    """
    from goldstep.errors import unknown
    from goldstep.port.template import new_port, template_languages

    if language not in template_languages():
        raise unknown("template for the language", language, template_languages())
    files = new_port(folder, language)
    for file in files:
        click.echo(f"{folder / file.relative_to(folder.absolute())}")
    click.echo(f"\nNow put your program in, and run: goldstep verify {folder / 'port.toml'}")


@ports.command()
@click.argument("name", type=PORT)
def show(name: str) -> None:
    """Show what a port.toml says.

    How the port is built and run, its repairs, and what is known to be wrong with it.
    """
    from goldstep.build.toolchain.resolved import finders
    from goldstep.port.ladder import rung_label
    from goldstep.port.selection import select_ports
    from goldstep.report.terminal.console import console, styled

    out = console()
    selected = select_ports((name,))
    table = selected[0].table
    out.print(styled(f"{table.name}: {table.title}", "bold"))
    out.print(styled(f"folder: {selected[0].folder}"))
    for port in selected:
        out.print(f"variant: {port.name} ({port.number_format}, epsilon {port.column})")
    out.print(styled(f"sources: {', '.join(table.sources) or 'none named'}"))
    needs = [f"Java {table.toolchain.java}"] if table.toolchain.java else []
    needs += [*finders(table.toolchain, selected[0].folder), *table.toolchain.maven]
    if needs:
        out.print(styled(f"needs: {', '.join(needs)}"))
    for command in table.build.commands if table.build else ():
        out.print(styled(f"build: {_words(command)}"))
    out.print(styled(f"run: {_words(table.run.command)}"))
    for number, repair in enumerate(table.repair, start=1):
        out.print(styled(f"repair {number}: {repair.patch} removes {', '.join(repair.removes)}"))
        out.print(styled(f"  {repair.why}", "dim"))
    for known in table.known:
        rung = rung_label(selected[0], known.repairs)
        out.print(styled(f"known: {known.finding} at {rung}: {known.reason}"))


def _words(command: tuple[str, ...]) -> str:
    return " ".join(repr(word) if not word or " " in word else word for word in command)
