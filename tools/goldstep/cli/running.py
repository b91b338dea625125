"""What the commands that run ports share: their options, the run, and what kept it from judging."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from goldstep.cli.options import ALGORITHM, CASE, GROUP, json_option, vectors_option
from goldstep.cli.streams import say
from goldstep.results.recorder import Listener
from goldstep.results.records import Problem, to_json
from goldstep.results.value import Results

if TYPE_CHECKING:
    from rich.console import Console

_OPTIONS = (
    click.option("--as-printed", is_flag=True, help="Only the first rung: no repairs."),
    click.option("--repaired", is_flag=True, help="Only the last rung: all repairs."),
    click.option(
        "--algorithm", type=ALGORITHM, metavar="NAME", help="Only ports of this algorithm."
    ),
    click.option(
        "--number-format", type=click.Choice(["float64", "float32"]), help="Only ports of it."
    ),
    click.option(
        "--epsilon",
        type=click.Choice(["inside", "outside"]),
        help="Hold ports to this column, whatever port.toml says.",
    ),
    click.option(
        "--group",
        "groups",
        multiple=True,
        type=GROUP,
        metavar="GLOB",
        help="Only these groups.",
    ),
    click.option("--case", "case_ids", multiple=True, type=CASE, help="Only these cases."),
    click.option("--jobs", type=click.IntRange(1), metavar="N", help="Rungs at a time."),
    click.option(
        "--sandbox",
        type=click.Choice(["auto", "off", "required"]),
        default="auto",
        show_default=True,
        help="Keep ports from the network and from files that are not theirs: where it can be "
        "done, never, or run none without.",
    ),
    click.option(
        "--seed",
        type=click.IntRange(0, 2**32 - 1),
        metavar="N",
        help="Which cases are sent a second time; without it, by chance.",
    ),
    vectors_option,
    click.option(
        "--results",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Write the results stream (NDJSON), as it comes.",
    ),
    json_option,
    click.option("--quiet", "-q", is_flag=True, help="Print no results; the exit code tells."),
)
_FIELDS = (
    "algorithm",
    "number_format",
    "epsilon",
    "groups",
    "case_ids",
    "jobs",
    "seed",
)  # of Options


def running_options(command: Callable[..., int]) -> Callable[..., int]:
    """What to run of ports and where the results go: the command's argument ``running``."""

    @functools.wraps(command)
    def with_running(
        *,
        as_printed: bool,
        repaired: bool,
        sandbox: str,
        folder: Path | None,
        results: Path | None,
        as_json: bool,
        quiet: bool,
        **others: Any,
    ) -> int:
        if as_printed and repaired:
            raise click.UsageError("--as-printed and --repaired exclude each other")
        climb = "AS_PRINTED" if as_printed else "REPAIRED" if repaired else "WHOLE_LADDER"
        options = {name: others.pop(name) for name in _FIELDS}
        options["vectors"] = folder
        given = {name: value for name, value in options.items() if value is not None}
        return command(running=Running(climb, sandbox, given, results, as_json, quiet), **others)

    for option in reversed(_OPTIONS):
        option(with_running)
    return with_running


@dataclass(frozen=True, slots=True)
class Running:
    """A run as the shared options describe it."""

    climb: str  # a member of Climb
    sandbox: str  # a SandboxMode
    options: Mapping[str, Any]  # fields of Options
    file: Path | None  # of results
    as_json: bool
    quiet: bool

    def run(self, *ports: str, max_failures: int | None = None) -> Results:
        """Runs ports, with a results file and progress where they are wanted."""
        from goldstep import Climb, Options, verify
        from goldstep.cli.progress import VerificationProgress
        from goldstep.cli.results_file import ResultsFile
        from goldstep.plan import command_line
        from goldstep.supervision.isolation import SandboxMode

        with ExitStack() as stack:
            listeners: list[Listener] = []
            if self.file:
                listeners.append(stack.enter_context(ResultsFile(self.file)))
            if not self.quiet and not self.as_json:
                listeners.append(stack.enter_context(VerificationProgress()))
            return verify(
                *ports,
                options=Options(
                    climb=Climb[self.climb],
                    sandbox=SandboxMode(self.sandbox),
                    max_failures=max_failures,
                    command=command_line(),
                    **self.options,
                ),
                listeners=listeners,
            )

    def show(
        self,
        results: Results,
        as_object: Callable[[Results], dict[str, Any]],
        in_words: Callable[[Results, Console], None],
    ) -> None:
        """Prints results as the options say, and in any case what kept rungs from being judged."""
        from goldstep.report.terminal.console import console

        if self.as_json:
            click.echo(msgspec.json.format(to_json(as_object(results)), indent=2))
        elif not self.quiet:
            in_words(results, console())
        for message, affected in _problems(results).items():
            say(f"{', '.join(affected)}: {message}")


def _problems(results: Results) -> dict[str, list[str]]:
    """What kept rungs from being judged, each with the ports that it kept."""
    problems: dict[str, list[str]] = {}
    for problem in results.of(Problem):
        ports = problems.setdefault(problem.message, [])
        if problem.port not in ports:
            ports.append(problem.port)
    return problems
