"""``goldstep doctor``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from goldstep.cli.options import PORT, json_option
from goldstep.errors import ExitCode, ToolchainError
from goldstep.results.records import to_json

if TYPE_CHECKING:
    from rich.console import Console

    from goldstep.build.toolchain.status import ToolchainStatus
    from goldstep.port.port import Port
    from goldstep.supervision.sandbox import Sandbox


@click.command()
@click.argument("ports", metavar="[PORT]...", nargs=-1, type=PORT)
@click.option("--install", is_flag=True, help="Fetch what is missing, isolation too.")
@json_option
def doctor(ports: tuple[str, ...], install: bool, as_json: bool) -> int:
    """Say which toolchain each port would use.

    PORT is a bundled port's name or the path of a port.toml; without one, all bundled ports are
    looked at. For each, what is there and where it comes from, what is missing and how to get it;
    and what isolates ports while they run. Exit code 3 where something is missing; ports can be run
    without isolation.
    """
    import msgspec

    from goldstep.build import toolchain
    from goldstep.paths import cache_folder
    from goldstep.port.selection import select_ports
    from goldstep.report.terminal.console import console
    from goldstep.supervision.isolation import SandboxMode, look_again, sandbox

    wanted = {port.table.name: port for port in select_ports(ports)}
    all_fetched = True
    if install:
        all_fetched = _install(wanted)
        look_again()
    states = {
        name: toolchain.status(port.table.toolchain, port.folder) for name, port in wanted.items()
    }
    isolation = sandbox(SandboxMode.AUTO)
    cache = cache_folder()
    if as_json:
        told = {
            "ports": states,
            "isolation": {
                "ready": isolation.isolates,
                "detail": isolation.in_words if isolation.isolates else isolation.detail,
                "hint": isolation.hint,
                "leaves": isolation.leaves,
            },
            "cache": str(cache),
        }
        click.echo(msgspec.json.format(to_json(told), indent=2))
    else:
        _print(console(), states, isolation, cache)
    ready = all(state.ready for state in states.values())
    return ExitCode.CONFORMS if ready and all_fetched else ExitCode.TOOLCHAIN


def _install(ports: Mapping[str, Port]) -> bool:
    """Fetches what is missing; whether all could be had."""
    from concurrent.futures import ThreadPoolExecutor

    from goldstep.build import toolchain
    from goldstep.report.terminal.console import console, styled
    from goldstep.supervision.isolation import SandboxMode, sandbox

    messages = console(error=True)

    def announce(what: str) -> None:
        messages.print(f"fetching {what}")

    wanted: dict[str, Callable[[], object]]
    wanted = {
        name: partial(toolchain.install, port.table.toolchain, port.folder, announce)
        for name, port in ports.items()
    }
    if sys.platform == "linux" and not sandbox(SandboxMode.AUTO).isolates:
        wanted["isolation"] = partial(toolchain.install_extra, "sandbox", announce)
    all_fetched = True
    pool = ThreadPoolExecutor(1)  # what waits for the network cannot be interrupted; this can
    for name, fetch in wanted.items():
        try:
            pool.submit(fetch).result()
        except ToolchainError as error:
            all_fetched = False
            messages.print(styled(f"{name}: {error}", "bold red"))
    pool.shutdown()
    return all_fetched


def _print(
    out: Console, states: Mapping[str, ToolchainStatus], isolation: Sandbox, cache: Path
) -> None:
    from goldstep.report.terminal.console import styled

    for name, state in states.items():
        out.print(styled(name, "bold"))
        for part in state.parts:
            out.print(
                styled(f"  {'ok     ' if part.ready else 'missing'} {part.name}: {part.detail}")
            )
            if part.hint:
                out.print(styled(f"          {part.hint}", "yellow"))
    if isolation.isolates:
        out.print(styled(f"isolation: {isolation.in_words}"))
    else:
        out.print(styled(f"isolation: none: {isolation.detail}"))
        out.print(styled(f"          {isolation.hint}", "yellow"))
    out.print(styled(f"cache: {cache}"))
