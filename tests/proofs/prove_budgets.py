"""Proves by trial that no faithful program is outside a rounding budget.

Run it as ``python -m proofs.prove_budgets``; ``--help`` tells the rest, and
``reference/BUDGETS.md`` what it found.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.vectors.workers import in_parallel
from proofs.budget_page import Report, Row
from proofs.budget_proof import Plan, Table, left_out, work_on
from proofs.budget_search import loosest_tables, search_tables
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn
from support.machine_formats import FORMATS
from support.published_vectors import COLUMNS, QUANTITIES, VECTORS
from support.trials import published_trials

PROGRAMS_IN_SEARCH = 200


@click.command()
@click.option("--programs", default=10_000, show_default=True, help="Random faithful programs.")
@click.option("--seed", default=0, show_default=True, help="Decides programs and random cases.")
@click.option("--random-cases", default=500, show_default=True, help="Beside the published cases.")
@click.option(
    "--vectors",
    "folder",
    default=VECTORS,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Another folder of vectors.",
)
@click.option("--jobs", type=int, help="Processes; by default one for each processor.")
@click.option(
    "--search", type=float, metavar="SECONDS", help="Search for the greatest errors instead."
)
@click.option("--markdown", is_flag=True, help="Tables for reference/BUDGETS.md.")
def main(
    programs: int,
    seed: int,
    random_cases: int,
    folder: Path,
    jobs: int | None,
    search: float | None,
    markdown: bool,
) -> None:
    """Run random faithful programs on every published case, and on random ones.

    Exit code 1 where a program is outside a budget: one of the two is wrong then. The same seed
    does the same, in however many processes.
    """
    report = Report(markdown)
    if search is not None:
        for title, rows in (
            *loosest_tables(folder, PROGRAMS_IN_SEARCH, jobs),
            *search_tables(search, seed, jobs),
        ):
            report.table(title, rows)
        return
    plan = Plan(folder, programs, seed, random_cases)
    table = _proved(plan, jobs)
    report.table(f"{programs:,} programs, seed {seed}", list(_rows(table)))
    for line in _remarks(plan, table):
        report.line(line)
    sys.exit(1 if table.outside else 0)


def _proved(plan: Plan, jobs: int | None) -> Table:
    table, tasks = Table(), plan.tasks()
    columns = (*Progress.get_default_columns(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        Progress(*columns, console=Console(stderr=True), transient=True) as progress,
        in_parallel(work_on, tasks, jobs) as results,
    ):
        for found in progress.track(results, total=len(tasks), description="running programs"):
            table.add(found)
    return table


def _rows(table: Table) -> Iterator[Row]:
    for group in dict.fromkeys(key.group for key in table.worst):
        for number_format in NUMBER_FORMATS:
            for column in COLUMNS:
                of = {
                    quantity: worst
                    for (*place, quantity), worst in table.worst.items()
                    if place == [group, number_format, column]
                }
                worst = max(of.values(), key=lambda one: one.ratio)
                yield {
                    "group": group,
                    "format": number_format,
                    "column": column,
                    **{
                        quantity.replace("_", " "): f"{of[quantity].ratio:.4f}"
                        for quantity in QUANTITIES
                    },
                    "worst in": worst.case.rpartition("/")[2],
                    "step": str(worst.step),
                    "program": str(worst.program),
                    "compared": f"{sum(one.compared for one in of.values()):,}",
                }


def _remarks(plan: Plan, table: Table) -> Iterator[str]:
    compared = sum(worst.compared for worst in table.worst.values())
    yield f"{compared:,} values compared, on {plan.random_cases:,} random cases a table row too."
    for reason, count in left_out(plan.folder).items():
        yield f"Left out, as they have no budgets: {count} cases ({reason})."
    lengths = {
        len(trial.gradients)
        for name in NUMBER_FORMATS
        for trial in published_trials(plan.folder, name, COLUMNS[0])[0]
    }
    for steps in sorted(length for length in lengths if plan.stride(length) > 1):
        yield f"Cases of {steps:,} steps ran with {plan.share(steps):,} of the programs."
    for machine in FORMATS.values():
        if not machine.has_wider:
            yield f"This machine has no wider format than {machine.name}: none was held wider."
    for key in table.outside:
        worst = table.worst[key]
        yield (
            f"OUTSIDE: program {worst.program} is {worst.ratio:.6g} budgets off in "
            f"{worst.case}, step {worst.step}, {key.quantity}, {key.column}."
        )
    if not table.outside:
        yield "No program is outside a budget."


if __name__ == "__main__":
    main()
