"""``goldstep doctor``."""

from __future__ import annotations

import click

from goldstep.cli.options import json_option
from goldstep.errors import ExitCode, ToolchainError


@click.command()
@click.option("--install", is_flag=True, help="Fetch what is missing.")
@json_option
def doctor(install: bool, as_json: bool) -> int:
    """Say which toolchain each port would use.

    For each bundled port, what is there and where it comes from, what is missing and how to get it.
    Exit code 3 where something is missing.
    """
    from concurrent.futures import ThreadPoolExecutor

    import msgspec

    from goldstep import toolchain
    from goldstep.cli.console import console, styled
    from goldstep.paths import cache_folder
    from goldstep.port import bundled_ports

    tables = {port.table.name: port.table.toolchain for port in bundled_ports()}
    specs = {name: toolchain.ToolchainSpec(t.java, t.maven) for name, t in tables.items()}
    messages = console(error=True)
    failed = False
    if install:
        pool = ThreadPoolExecutor(1)  # what waits for the network cannot be interrupted; this can
        for name, spec in specs.items():
            fetching = pool.submit(
                toolchain.install, spec, lambda what: messages.print(f"fetching {what}")
            )
            try:
                fetching.result()
            except ToolchainError as error:
                failed = True
                messages.print(styled(f"{name}: {error}", "bold red"))
        pool.shutdown()
    states = {name: toolchain.status(spec) for name, spec in specs.items()}
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(states), indent=2))
    else:
        out = console()
        for name, state in states.items():
            out.print(styled(name, "bold"))
            for part in state.parts:
                out.print(
                    styled(f"  {'ok     ' if part.ready else 'missing'} {part.name}: {part.detail}")
                )
                if part.mend:
                    out.print(styled(f"          {part.mend}", "yellow"))
        out.print(f"cache: {cache_folder()}")
    ready = all(state.ready for state in states.values())
    return ExitCode.CONFORMS if ready and not failed else ExitCode.TOOLCHAIN
