"""The confusion table of the diagnosis: what ports are, and what is said of them.

Run it as ``make confusion``; ``--help`` of this file tells the rest. tools/CONFUSION.md is what it
has written.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import click
from goldstep.diagnosis import Conforms, Explained, Hypotheses, Observations, diagnose
from goldstep.findings.numbers import in_words
from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.vectors.workers import in_parallel
from proofs.confusion_page import Faithful, Outside, Plan, Result, page_of
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn
from support.deviants import Bench
from support.faithful_ports import RandomPort, ordered_ports, random_ports
from support.outcomes import Truth, outcome, said, truths
from support.outsiders import OUTSIDERS, is_right, outsider

PAGE = Path(__file__).parents[2] / "tools" / "CONFUSION.md"
_PORTS_A_TASK = 10


@dataclass(frozen=True)
class Ordered:
    """The ports of a number format in each order of operations."""

    number_format: str


@dataclass(frozen=True)
class Foreign:
    """An optimizer with a fault that is in no catalogue."""

    name: str
    number_format: str


Task = tuple[Truth, ...] | tuple[RandomPort, ...] | Ordered | Foreign


@click.command()
@click.option("--pairs", default=1.0, show_default=True, help="The share of all pairs to try.")
@click.option("--triples", default=300, show_default=True, help="Random triples, of each format.")
@click.option("--faithful", default=500, show_default=True, help="Random faithful programs.")
@click.option("--seed", default=0, show_default=True, help="Decides what is random.")
@click.option("--jobs", type=int, help="Processes; by default one for each processor.")
@click.option(
    "--page",
    default=PAGE,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it.",
)
def main(
    pairs: float, triples: int, faithful: int, seed: int, jobs: int | None, page: Path
) -> None:
    """Diagnose ports that deviate in every way, and write down what comes of it.

    Exit code 1 where a port is misnamed, or a single deviation or a faithful port is not told.
    """
    plan = Plan(pairs, triples, faithful, seed)
    results = _results(list(_tasks(plan)), jobs)
    page.write_text(page_of(plan, results))
    wrong = [each for each in results if not each.right]
    click.echo(f"{page}: {len(results):,} ports, {len(wrong)} of them wrong")
    sys.exit(1 if wrong else 0)


def _tasks(plan: Plan) -> Iterator[Task]:
    random = Random(plan.seed)
    for number_format in NUMBER_FORMATS:
        yield Ordered(number_format)
        yield from (Foreign(name, number_format) for name in OUTSIDERS)
        chosen = [
            *truths(number_format, 1),
            *(each for each in truths(number_format, 2) if random.random() < plan.pairs),
            *random.sample(list(truths(number_format, 3)), plan.triples),
        ]
        # Alike ones side by side: they share what hypotheses predict.
        for first in range(0, len(chosen), _PORTS_A_TASK):
            yield tuple(chosen[first : first + _PORTS_A_TASK])
    ports = list(random_ports(plan.faithful, plan.seed))
    for first in range(0, len(ports), _PORTS_A_TASK):
        yield tuple(ports[first : first + _PORTS_A_TASK])


def _results(tasks: list[Task], jobs: int | None) -> list[Result]:
    columns = (*Progress.get_default_columns(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        Progress(*columns, console=Console(stderr=True), transient=True) as progress,
        in_parallel(_diagnose, tasks, jobs) as results,
    ):
        tracked = progress.track(results, total=len(tasks), description="diagnosing ports")
        return [result for some in tracked for result in some]


@cache
def _bench() -> Bench:
    """One in a process: ports that deviate alike share the work."""
    return Bench()


def _diagnose(task: Task) -> list[Result]:
    match task:
        case Ordered(number_format):
            return [
                _faithful(port.name, port.number_format, _bench().diagnosed(port).explanation)
                for port in ordered_ports(number_format)
            ]
        case Foreign(name, number_format):
            return [_outside(name, number_format)]
    return [_of_port(port) for port in task]


def _of_port(port: Truth | RandomPort) -> Result:
    if isinstance(port, Truth):
        return outcome(port, _bench())
    observations = Observations(port.judgements(), _bench().predictor)
    hypotheses = Hypotheses(RMSPROP, port.column, NUMBER_FORMATS[port.number_format])
    diagnosed = diagnose(observations, hypotheses, _silent, _silent, seed=0)
    return _faithful(port.name, port.number_format, diagnosed.explanation)


def _silent(_: object) -> tuple[()]:
    return ()


def _faithful(name: str, number_format: str, explanation: object) -> Faithful:
    if isinstance(explanation, Conforms):
        return Faithful(name, number_format, True, explanation.order or "")
    words = in_words(explanation.deviations) if isinstance(explanation, Explained) else ""
    return Faithful(name, number_format, False, words)


def _outside(name: str, number_format: str) -> Outside:
    diagnosed = _bench().diagnosed(outsider(name, number_format))
    explanation = diagnosed.explanation
    found = {"unexplained"}
    if isinstance(explanation, Explained):
        found = {each.finding for each in explanation.deviations}
    elif isinstance(explanation, Conforms):
        found = set()
    meaning = (OUTSIDERS[name].__doc__ or name).rstrip(".")
    return Outside(meaning, number_format, is_right(name, found), said(diagnosed))


if __name__ == "__main__":
    main()
