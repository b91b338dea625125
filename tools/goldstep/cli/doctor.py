"""``goldstep doctor``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from goldstep.cli.options import json_option
from goldstep.errors import ExitCode, ToolchainError
from goldstep.results.records import to_json

if TYPE_CHECKING:
    from rich.console import Console

    from goldstep.build.toolchain.status import ToolchainStatus
    from goldstep.port.table import ToolchainSpec
    from goldstep.supervision.sandbox import Sandbox


@click.command()
@click.option("--install", is_flag=True, help="Fetch what is missing.")
@json_option
def doctor(install: bool, as_json: bool) -> int:
    """Say which toolchain each port would use.

    For each bundled port, what is there and where it comes from, what is missing and how to get it;
    and what isolates ports while they run. Exit code 3 where something is missing; ports can be run
    without isolation.
    """
    import msgspec

    from goldstep.build import toolchain
    from goldstep.paths import cache_folder
    from goldstep.port.selection import bundled_ports
    from goldstep.report.terminal.console import console
    from goldstep.supervision.isolation import SandboxMode, sandbox

    specs = {port.table.name: port.table.toolchain for port in bundled_ports()}
    all_fetched = _install(specs) if install else True
    states = {name: toolchain.status(spec) for name, spec in specs.items()}
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


def _install(specs: Mapping[str, ToolchainSpec]) -> bool:
    """Fetches what is missing; whether all could be had."""
    from concurrent.futures import ThreadPoolExecutor

    from goldstep.build import toolchain
    from goldstep.report.terminal.console import console, styled

    messages = console(error=True)
    all_fetched = True
    pool = ThreadPoolExecutor(1)  # what waits for the network cannot be interrupted; this can
    for name, spec in specs.items():
        fetching = pool.submit(
            toolchain.install, spec, lambda what: messages.print(f"fetching {what}")
        )
        try:
            fetching.result()
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
