"""``goldstep bench``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from goldstep.cli.options import PORT, json_option
from goldstep.errors import ExitCode

if TYPE_CHECKING:
    from rich.console import RenderableType

_FORMATS = ("float32", "float64")

_sandbox_option = click.option(
    "--sandbox", type=click.Choice(["auto", "off", "required"]), default="auto", show_default=True
)


@click.group(invoke_without_command=True)
@click.option(
    "--number-format", type=click.Choice(_FORMATS), help="Only this one; without it, both."
)
@click.option(
    "--most",
    type=click.IntRange(10, 10**9),
    default=10**7,
    show_default=True,
    metavar="N",
    help="Most elements; arrays grow tenfold from 10. Beside them, 1,000 parameters of 100.",
)
@click.option(
    "--threads",
    type=click.IntRange(1),
    multiple=True,
    metavar="N",
    help="Without it, one, and as many as there are processors.",
)
@click.option("--repetitions", type=click.IntRange(3), default=9, show_default=True, metavar="N")
@json_option
@click.pass_context
def bench(
    context: click.Context,
    number_format: str | None,
    most: int,
    threads: tuple[int, ...],
    repetitions: int,
    as_json: bool,
) -> int | None:
    """Measure speed, on this machine.

    Without a command: a step of RMSProp by the engines of the NumPy implementation.
    """
    if context.invoked_subcommand:
        return None
    from rich.progress import track

    from goldstep.bench.steps import engines, measure, problems
    from goldstep.report.terminal.console import console, table

    programs = engines()
    counts = threads or sorted({1, os.cpu_count() or 1})
    posed = list(problems([number_format] if number_format else _FORMATS, counts, most))
    err = console(error=True)
    shown = table("number format", "threads", "elements", *(each.name for each in programs))
    measured = []
    for problem in track(
        posed, "measuring", console=err, transient=True, disable=not err.is_terminal
    ):
        timings = measure(problem, programs, repetitions)
        measured += [timing.as_object() for timing in timings]
        shown.add_row(problem.number_format, str(problem.threads), problem.size, *map(str, timings))
    told = {"format": "goldstep-speed/1", "machine": _machine(), "repetitions": repetitions}
    medians = f"medians of {repetitions} steps, and the spread that half of them lie within"
    return _print(as_json, {**told, "timings": measured}, f"{medians}; {_machine()}", shown)


@bench.command()
@click.argument("port", type=PORT, default="java")
@click.option(
    "--cases",
    type=click.IntRange(1),
    default=100_000,
    show_default=True,
    metavar="N",
    help="Most cases in a run; runs grow tenfold from 10,000.",
)
@_sandbox_option
@json_option
def harness(port: str, cases: int, sandbox: str, as_json: bool) -> int:
    """Cases a second through one process of PORT, and what of it is the harness's own.

    Cases of one element and one step are made, sent, judged and recorded, 30,000 beforehand so that
    the port is warm.
    """
    from dataclasses import asdict

    from goldstep.bench.harness import bench_harness
    from goldstep.port.selection import select_ports
    from goldstep.report.terminal.console import table
    from goldstep.supervision.isolation import SandboxMode

    first, *_ = select_ports((port,))
    shown = table("cases", "seconds", "cases a second", "harness, us a case", "harness, MB")
    runs = []
    for run in bench_harness(first, cases, SandboxMode(sandbox)):
        runs.append({**asdict(run), "cases_per_second": round(run.rate)})
        shown.add_row(
            f"{run.cases:,}",
            f"{run.seconds:.2f}",
            f"{run.rate:,.0f}",
            f"{run.harness_us:.1f}",
            f"{run.memory_mb:.0f}",
        )
    told = {"port": first.name, "machine": _machine(), "runs": runs}
    return _print(as_json, told, f"{first.name}, all repairs, one process; {_machine()}", shown)


@bench.command()
@click.argument("ports", type=PORT, nargs=-1, metavar="[PORT]...")
@click.option("--runs", type=click.IntRange(1), default=3, show_default=True, metavar="N")
@_sandbox_option
@json_option
def verify(ports: tuple[str, ...], runs: int, sandbox: str, as_json: bool) -> int:
    """How long `goldstep verify` takes with PORTs, or all, once they are built.

    Beside it, what the slowest of them takes itself: the processor time of its own processes, in a
    run of it alone. Run it while the machine has nothing else to do.
    """
    from dataclasses import asdict

    from goldstep.bench.verify import bench_verify
    from goldstep.report.terminal.console import table
    from goldstep.supervision.isolation import SandboxMode

    measured = bench_verify(ports, runs, SandboxMode(sandbox))
    shown = table("port", "its own processor seconds, alone")
    for name, seconds in measured.ports.items():
        shown.add_row(name, f"{seconds:.1f}")
    typical, slowest, ratio = measured.typical, measured.slowest, measured.ratio
    return _print(
        as_json,
        {**asdict(measured), "slowest": slowest, "ratio": round(ratio, 3)},
        shown,
        f"verify: {typical.seconds:.1f} s, median of {runs}; {typical.processor_seconds:.1f} s of "
        f"processors, {measured.harness:.1f} s of them no port's",
        f"{ratio:.2f} times {slowest}'s own {measured.ports[slowest]:.1f} s",
    )


def _machine() -> str:
    import platform
    from importlib.metadata import version

    python = f"Python {platform.python_version()}, NumPy {version('numpy')}"
    return f"{platform.machine()}, {os.cpu_count()} processors, {platform.system()}, {python}"


def _print(as_json: bool, told: Mapping[str, object], *shown: RenderableType) -> int:
    """One of the two."""
    import json

    from goldstep.report.terminal.console import console

    if as_json:
        click.echo(json.dumps(told, indent=2))
    else:
        for part in shown:
            console().print(part)
    return ExitCode.CONFORMS
