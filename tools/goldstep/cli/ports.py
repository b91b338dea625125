"""``goldstep ports``."""

from __future__ import annotations

import click

from goldstep.cli.options import PortName, json_option


@click.group()
def ports() -> None:
    """The bundled ports, and what their port.toml says."""


@ports.command("list")
@json_option
def list_ports(as_json: bool) -> None:
    """List the bundled ports and their variants."""
    import msgspec
    from rich.table import Table

    from goldstep.cli.console import console
    from goldstep.port import bundled_ports

    rows = [
        {
            "port": port.name,
            "title": port.table.title,
            "language": port.table.language,
            "number_format": port.number_format,
            "epsilon": port.epsilon,
            "repairs": len(port.repairs),
        }
        for port in bundled_ports()
    ]
    if as_json:
        click.echo(msgspec.json.encode(rows))
        return
    table = Table("port", "title", "format", "epsilon", "repairs", box=None)
    for row in rows:
        cells = (row[key] for key in ("port", "title", "number_format", "epsilon", "repairs"))
        table.add_row(*map(str, cells))
    console().print(table)


@ports.command()
@click.argument("name", type=PortName())
def show(name: str) -> None:
    """Show a port: how it is built and run, its repairs, and what is known to be wrong."""
    from goldstep.cli.console import console
    from goldstep.ladder import rung_label
    from goldstep.port import select_ports

    out = console()
    selected = select_ports((name,))
    table = selected[0].table
    out.print(f"{table.name}: {table.title}", style="bold")
    out.print(f"folder: {selected[0].folder}")
    for port in selected:
        out.print(f"variant: {port.name} ({port.number_format}, epsilon {port.epsilon})")
    out.print(f"sources: {', '.join(table.sources) or 'none named'}")
    if table.toolchain.java:
        out.print(f"needs: Java {table.toolchain.java}, {', '.join(table.toolchain.maven)}")
    for command in table.build.commands if table.build else ():
        out.print(f"build: {' '.join(command)}")
    out.print(f"run: {' '.join(table.run.command)}")
    for number, repair in enumerate(table.repair, start=1):
        out.print(f"repair {number}: {repair.patch} removes {', '.join(repair.removes)}")
        out.print(f"  {repair.why}", style="dim")
    for known in table.known:
        rung = rung_label(selected[0], known.repairs)
        out.print(f"known: {known.finding} at {rung}: {known.reason}")
