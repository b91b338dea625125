"""``goldstep verify``."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from goldstep.cli.about import about_run
from goldstep.cli.known import KnownUpdate, known_options
from goldstep.cli.options import PORT, verbose_option
from goldstep.cli.outputs import CommandWithOutputs, Outputs
from goldstep.cli.running import Running, running_options
from goldstep.cli.streams import say
from goldstep.errors import GoldstepError
from goldstep.results.records import Problem, Stale
from goldstep.results.rungs import PortReport
from goldstep.results.value import Results

if TYPE_CHECKING:
    from rich.console import Console

_NOT_ISOLATED = "none: "  # how the results begin to say so


@click.command(cls=CommandWithOutputs)
@click.argument("ports", metavar="[PORT]...", nargs=-1, type=PORT)
@running_options
@click.option(
    "--max-failures",
    type=click.IntRange(1),
    metavar="N",
    help="End a rung after N failed cases; the others are reported as not run.",
)
@verbose_option
@known_options
def verify(
    running: Running,
    outputs: Outputs,
    update: KnownUpdate | None,
    ports: tuple[str, ...],
    max_failures: int | None,
    verbose: bool,
) -> int:
    """Run ports against the vectors, and flag every finding.

    PORT is a bundled port's name or the path of a port.toml; without one, all bundled ports are
    run. Each is run as printed, then with one more repair at a time.

    Exit code: 0 everything as expected; 1 a new finding; 2 usage; 3 a rung could not
    be judged; 4 vectors damaged; 5 a known finding is stale; 130 interrupted.

    With --update-known the [[known]] entries of each port.toml are rewritten: what is not known is
    added, with a reason that is asked for; what did not appear at a rung that was run is taken out;
    all else in the file stays as it is. What has expired is renewed by --expires, or by the date
    that is asked for, and never by itself. Exit code 0 then says that all is known now.
    """
    outputs.check(prints_json=running.as_json)
    files = update.files(ports, running) if update else []
    if not (running.quiet or running.as_json):
        _say_what_to_install(ports)
    results = running.run(*ports, max_failures=max_failures)
    shown = replace(running, quiet=True) if outputs.on_stdout else running
    in_words = partial(_print, in_full=verbose, expects_isolation=running.sandbox == "auto")
    shown.show(results, summary, in_words)
    if outputs:
        from goldstep.results.value import Report

        outputs.write(Report.of(results))
    if update:
        return update.write(files, results, running)
    return results.exit_code


def _say_what_to_install(ports: tuple[str, ...]) -> None:
    """Names the ports that lack what an extra of goldstep brings, before others are run."""
    from goldstep.build.toolchain import to_install
    from goldstep.port.selection import select_ports

    with suppress(GoldstepError):  # the run itself says what else is wrong
        specs = {port.table.name: port.table.toolchain for port in select_ports(ports)}
        if lacking := [name for name, spec in specs.items() if to_install(spec)]:
            say(
                f"install what {', '.join(lacking)} need: `goldstep doctor --install`, or "
                "pip install 'goldstep[all]'"
            )


def _print(results: Results, out: Console, *, in_full: bool, expects_isolation: bool) -> None:
    """The results; that ports were not isolated, to those who have not switched it off."""
    from goldstep.report.terminal.screen import print_results

    isolation = results.header.isolation
    remark = ""
    if expects_isolation and isolation.startswith(_NOT_ISOLATED):
        remark = f"ports were not isolated: {isolation.removeprefix(_NOT_ISOLATED)}"
    print_results(results, out, in_full=in_full, remark=remark)


def summary(results: Results) -> dict[str, Any]:
    """The run in one object: each port's rungs with their findings and verdicts."""
    return {
        "format": "goldstep-summary/1",
        **about_run(results),
        "cases": results.footer.cases,
        "findings": results.footer.findings,
        "seconds": results.footer.seconds,
        "ports": [_port(port) for port in results.ports],
        "problems": list(results.of(Problem)),
        "stale": list(results.of(Stale)),
    }


def _port(of: PortReport) -> dict[str, Any]:
    return {
        "port": of.name,
        "number_format": of.port.number_format,
        "epsilon": of.port.epsilon,
        "rungs": [
            {
                "repairs": rung.repairs,
                "conforms": rung.diagnosis is not None and rung.diagnosis.conforms,
                "findings": rung.findings,
                "cases": rung.outcomes,
            }
            for rung in of.rungs
            if rung.cases or rung.findings
        ],
    }
