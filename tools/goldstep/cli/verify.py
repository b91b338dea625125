"""``goldstep verify``."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
import msgspec

from goldstep.cli.options import CaseId, GroupPattern, PortName, json_option, vectors_option
from goldstep.recorder import Listener
from goldstep.results import (
    CaseRecord,
    Diagnosis,
    PortRecord,
    Problem,
    Results,
    Stale,
    to_json,
)


@click.command()
@click.argument("ports", metavar="[PORT]...", nargs=-1, type=PortName())
@click.option("--as-printed", is_flag=True, help="Only the first rung: no repairs.")
@click.option("--repaired", is_flag=True, help="Only the last rung: all repairs.")
@click.option(
    "--number-format", type=click.Choice(["float64", "float32"]), help="Only ports of it."
)
@click.option(
    "--epsilon",
    type=click.Choice(["inside", "outside"]),
    help="Hold ports to this column, whatever port.toml says.",
)
@click.option(
    "--group",
    "groups",
    multiple=True,
    type=GroupPattern(),
    metavar="GLOB",
    help="Only these groups.",
)
@click.option("--case", "case_ids", multiple=True, type=CaseId(), help="Only these cases.")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Rungs at a time.")
@click.option(
    "--max-failures",
    type=click.IntRange(1),
    metavar="N",
    help="End a rung after N failed cases; the others are reported as not run.",
)
@vectors_option
@click.option(
    "--results",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the results stream (NDJSON), as it comes.",
)
@json_option
@click.option("--quiet", "-q", is_flag=True, help="Print no results; the exit code tells.")
def verify(
    ports: tuple[str, ...],
    as_printed: bool,
    repaired: bool,
    jobs: int | None,
    folder: Path | None,
    results: Path | None,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> int:
    """Run ports against the vectors, and flag every finding.

    PORT is a bundled port's name or the path of a port.toml; without one, all bundled ports are
    run. Each is run as printed, then with one more repair at a time.

    Exit code: 0 everything as expected; 1 a finding that is not known; 2 usage; 3 a rung could not
    be judged; 4 vectors damaged; 5 a known finding is stale; 130 interrupted.
    """
    from goldstep import Climb, Options
    from goldstep import verify as run
    from goldstep.cli.console import console, say
    from goldstep.cli.ladder_view import print_ladders
    from goldstep.cli.progress import VerificationProgress
    from goldstep.cli.results_file import ResultsFile
    from goldstep.verification import command_line

    if as_printed and repaired:
        raise click.UsageError("--as-printed and --repaired exclude each other")
    climb = Climb.AS_PRINTED if as_printed else Climb.REPAIRED if repaired else Climb.WHOLE_LADDER
    with ExitStack() as stack:
        listeners: list[Listener] = []
        if results:
            listeners.append(stack.enter_context(ResultsFile(results)))
        if not quiet and not as_json:
            listeners.append(stack.enter_context(VerificationProgress()))
        outcome = run(
            *ports,
            options=Options(
                climb=climb,
                jobs=jobs or os.cpu_count() or 1,
                vectors=folder,
                command=command_line(),
                **options,
            ),
            listeners=listeners,
        )
    if as_json:
        click.echo(msgspec.json.format(to_json(summary(outcome)), indent=2))
    elif not quiet:
        print_ladders(outcome, console())
    for message, affected in _problems(outcome).items():
        say(f"{', '.join(affected)}: {message}")
    return outcome.exit_code


def _problems(results: Results) -> dict[str, list[str]]:
    """What kept rungs from being judged, each with the ports that it kept."""
    problems: dict[str, list[str]] = {}
    for problem in results.of(Problem):
        ports = problems.setdefault(problem.message, [])
        if problem.port not in ports:
            ports.append(problem.port)
    return problems


def summary(results: Results) -> dict[str, Any]:
    """The run in one object: each port's rungs with their findings and verdicts."""
    return {
        "format": "goldstep-summary/1",
        "versions": results.header.versions,
        "vectors": results.header.vectors,
        "exit_code": results.footer.exit_code,
        "cases": results.footer.cases,
        "findings": results.footer.findings,
        "seconds": results.footer.seconds,
        "ports": [_port(results, port) for port in results.of(PortRecord)],
        "problems": list(results.of(Problem)),
        "stale": list(results.of(Stale)),
    }


def _port(results: Results, port: PortRecord) -> dict[str, Any]:
    rungs: dict[int, dict[str, Any]] = {}
    for case in results.of(CaseRecord):
        if case.port == port.port:
            cases = rungs.setdefault(case.repairs, {}).setdefault("cases", {})
            cases[case.outcome] = cases.get(case.outcome, 0) + 1
    for diagnosis in results.of(Diagnosis):
        if diagnosis.port == port.port:
            rungs.setdefault(diagnosis.repairs, {})["conforms"] = diagnosis.conforms
    for finding in results.findings(port.port):
        rungs.setdefault(finding.repairs, {}).setdefault("findings", []).append(finding)
    return {
        "port": port.port,
        "number_format": port.number_format,
        "epsilon": port.epsilon,
        "rungs": [
            {"repairs": repairs, "conforms": False, "findings": [], "cases": {}, **rungs[repairs]}
            for repairs in sorted(rungs)
        ],
    }
