"""``goldstep bench``."""

from __future__ import annotations

from pathlib import Path

import click

from goldstep.cli.options import PortName, json_option
from goldstep.errors import ExitCode

_FORMATS = ("float32", "float64")


@click.group(invoke_without_command=True)
@click.option(
    "--number-format", type=click.Choice(_FORMATS), help="Only this one; without it, both."
)
@click.option(
    "--most",
    type=click.IntRange(10, 10**9),
    default=10**8,
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
@click.option("--only", multiple=True, metavar="NAME", help="Only these programs.")
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Draw it too; .svg, .png.",
)
@json_option
@click.pass_context
def bench(
    context: click.Context,
    number_format: str | None,
    most: int,
    threads: tuple[int, ...],
    repetitions: int,
    only: tuple[str, ...],
    plot: Path | None,
    as_json: bool,
) -> int | None:
    """Measure speed, on this machine.

    Without a command: a step of RMSProp by goldstep's engines, by the document's Python and a plain
    expression, and by torch, Optax and TensorFlow where they are installed (goldstep[bench]),
    beside the time that memory takes for the same reads and writes.
    """
    if context.invoked_subcommand:
        return None
    from goldstep.cli.speed import bench_speed

    formats = (number_format,) if number_format else _FORMATS
    bench_speed(formats, most, threads, repetitions, only, plot, as_json)
    return ExitCode.CONFORMS


@bench.command()
@click.argument("port", type=PortName(), default="java")
@click.option(
    "--cases",
    type=click.IntRange(1),
    default=100_000,
    show_default=True,
    metavar="N",
    help="Most cases in a run; runs grow tenfold from 10,000.",
)
@click.option(
    "--sandbox", type=click.Choice(["auto", "off", "required"]), default="auto", show_default=True
)
@json_option
def harness(port: str, cases: int, sandbox: str, as_json: bool) -> int:
    """Cases a second through one process of PORT, and what of it is the harness's own.

    Cases of one element and one step are made, sent, judged and recorded, 30,000 beforehand so that
    the port is warm.
    """
    import os
    import platform

    import msgspec

    from goldstep.bench.harness import bench_harness
    from goldstep.port.selection import select_ports
    from goldstep.report.terminal.console import console, table
    from goldstep.supervision.isolation import SandboxMode

    first, *_ = select_ports((port,))
    runs = bench_harness(first, cases, SandboxMode(sandbox))
    machine = f"{platform.machine()}, {os.cpu_count()} processors, {platform.system()}"
    if as_json:
        measured = [
            {**msgspec.to_builtins(run), "cases_per_second": round(run.rate)} for run in runs
        ]
        result = {"port": first.name, "machine": machine, "runs": measured}
        click.echo(msgspec.json.format(msgspec.json.encode(result), indent=2))
        return ExitCode.CONFORMS
    shown = table("cases", "seconds", "cases a second", "harness, us a case", "harness, MB")
    for run in runs:
        shown.add_row(
            f"{run.cases:,}",
            f"{run.seconds:.2f}",
            f"{run.rate:,.0f}",
            f"{run.harness_us:.1f}",
            f"{run.memory_mb:.0f}",
        )
    out = console()
    out.print(f"{first.name}, all repairs, one process; {machine}")
    out.print(shown)
    return ExitCode.CONFORMS


@bench.command()
@click.argument("ports", type=PortName(), nargs=-1, metavar="[PORT]...")
@click.option("--runs", type=click.IntRange(1), default=3, show_default=True, metavar="N")
@click.option(
    "--sandbox", type=click.Choice(["auto", "off", "required"]), default="auto", show_default=True
)
@json_option
def verify(ports: tuple[str, ...], runs: int, sandbox: str, as_json: bool) -> int:
    """How long `goldstep verify` takes with PORTs, or all, once they are built.

    Beside it, what the slowest of them takes itself: the processor time of its own processes, in a
    run of it alone. Run it while the machine has nothing else to do.
    """
    import msgspec

    from goldstep.bench.verify import bench_verify
    from goldstep.report.terminal.console import console, table
    from goldstep.supervision.isolation import SandboxMode

    measured = bench_verify(ports, runs, SandboxMode(sandbox))
    if as_json:
        result = {
            **msgspec.to_builtins(measured),
            "slowest": measured.slowest,
            "ratio": round(measured.ratio, 3),
        }
        click.echo(msgspec.json.format(msgspec.json.encode(result), indent=2))
        return ExitCode.CONFORMS
    shown = table("port", "its own processor seconds, alone")
    for name, seconds in measured.ports.items():
        shown.add_row(name, f"{seconds:.1f}")
    typical, slowest = measured.typical, measured.slowest
    out = console()
    out.print(shown)
    out.print(
        f"verify: {typical.seconds:.1f} s, median of {runs}; {typical.processor_seconds:.1f} s of "
        f"processors, {measured.harness:.1f} s of them no port's"
    )
    out.print(f"{measured.ratio:.2f} times {slowest}'s own {measured.ports[slowest]:.1f} s")
    return ExitCode.CONFORMS
