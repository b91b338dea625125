"""``goldstep vectors``."""

from __future__ import annotations

import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

import click

from goldstep.cli.options import CaseId, GroupPattern, json_option, vectors_option
from goldstep.errors import UsageError
from goldstep.paths import vectors_folder

if TYPE_CHECKING:
    from goldstep_reference.behaviour import Column
    from goldstep_reference.kills import Matrix

    from goldstep.vectors import ExpectedStep, VectorCase, VectorFile

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group()
def vectors() -> None:
    """The golden vectors: make them, check them, look at them."""


@vectors.command()
@click.argument("folder", metavar="[DIR]", type=_FOLDER, default=Path("vectors"))
def generate(folder: Path) -> None:
    """Make all vectors anew from the reference.

    In DIR, or in ./vectors without it. The folder is replaced as a whole, or left as it is.
    """
    from goldstep_reference.publish import generate as publish
    from rich.progress import Progress

    from goldstep.cli.console import console

    messages = console(error=True)
    silent = not messages.is_terminal
    with Progress(console=messages, transient=True, disable=silent) as progress:
        task = progress.add_task("generating", total=None)
        try:
            publish(folder, lambda name, done, of: progress.update(task, completed=done, total=of))
        except OSError as error:
            raise UsageError(
                f"cannot be written: {error.strerror or error}",
                place=str(folder),
                mend="name a folder that is new, empty or of vectors",
            ) from None
    click.echo(f"{folder}: vectors generated")


@vectors.command()
@click.argument("folder", metavar="[DIR]", type=_FOLDER, required=False)
def check(folder: Path | None) -> None:
    """Check that a folder of vectors is whole.

    Manifest, digests, schema and ids of DIR; without it, of the vectors that come with goldstep.
    Exit code 4 where something is wrong.
    """
    from goldstep.check import check_vectors

    folder = folder or vectors_folder()
    checked = check_vectors(folder)
    cases = sum(len(file.cases) for file in checked.files)
    click.echo(f"{folder}: {len(checked.files)} files, {cases} cases, SHA-256 {checked.digest}")


@vectors.command("list")
@click.option(
    "--group",
    "pattern",
    metavar="GLOB",
    type=GroupPattern(),
    default="*",
    help="Only these groups.",
)
@click.option("--number-format", type=click.Choice(["float64", "float32"]), help="Only of it.")
@vectors_option
@json_option
def list_cases(pattern: str, number_format: str | None, folder: Path | None, as_json: bool) -> None:
    """List the ids of all cases, one a line."""
    import msgspec

    from goldstep.near import unknown
    from goldstep.vectors import load_vectors

    loaded = load_vectors(folder or vectors_folder())
    groups = {file.group for file in loaded.files}
    if not fnmatch.filter(groups, pattern):
        raise unknown("group", pattern, groups)
    listed = [
        case
        for file, case in loaded.cases()
        if fnmatch.fnmatch(file.group, pattern) and number_format in (None, file.number_format)
    ]
    if as_json:
        rows = [{"id": c.id, "description": c.description, "flags": c.flags} for c in listed]
        click.echo(msgspec.json.encode(rows))
    else:
        for case in listed:
            click.echo(case.id)


@vectors.command()
@click.argument("case_id", metavar="ID", type=CaseId())
@vectors_option
@json_option
def show(case_id: str, folder: Path | None, as_json: bool) -> None:
    """Show the numbers of a case.

    Inputs, expected values with their rounding budgets, and what its flags mean.
    """
    import msgspec

    from goldstep.near import unknown
    from goldstep.vectors import load_vectors

    loaded = load_vectors(folder or vectors_folder())
    cases = {case.id: (file, case) for file, case in loaded.cases()}
    if case_id not in cases:
        raise unknown("case", case_id, cases)
    file, case = cases[case_id]
    if as_json:
        click.echo(msgspec.json.encode(case))
    else:
        _print_case(file, case)


@vectors.command("kill-matrix")
@click.option(
    "--epsilon",
    "column",
    type=click.Choice(["inside", "outside"]),
    default="inside",
    show_default=True,
    help="The column that the deviating ports are held to.",
)
@json_option
def kill_matrix(column: Column, as_json: bool) -> None:
    """Print how many cases of each group catch each deviation, and by what margin.

    A case catches a deviation where every program with it, whatever its rounding, is off by at
    least 10 budgets. It takes half a minute: each deviation is simulated in exact arithmetic.
    """
    import msgspec
    from goldstep_reference.groups import GROUPS
    from goldstep_reference.kills import kill_matrix as compute

    from goldstep.cli.console import console, table

    matrix = compute(column)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(_as_strings(matrix)), indent=1))
        return
    out = console()
    for number_format, deviations in matrix.items():
        listing = table(f"{number_format}: caught in cases of", *GROUPS, "most budgets off")
        for name, groups in deviations.items():
            most = max(kills.greatest_margin for kills in groups.values())
            cells = (f"{kills.cases}/{kills.of_cases}" for kills in groups.values())
            listing.add_row(name, *cells, f"{most:.1e}")
        out.print(listing)
        out.print()


def _as_strings(matrix: Matrix) -> dict[str, dict[str, dict[str, dict[str, str | int]]]]:
    """The matrix as JSON: floating-point numbers are strings, as everywhere."""
    from goldstep_reference.number_format import write_number

    return {
        number_format: {
            name: {
                group: {
                    "cases": kills.cases,
                    "of_cases": kills.of_cases,
                    "greatest_margin": write_number(kills.greatest_margin),
                }
                for group, kills in groups.items()
            }
            for name, groups in deviations.items()
        }
        for number_format, deviations in matrix.items()
    }


def _print_case(file: VectorFile, case: VectorCase) -> None:
    from goldstep.cli.console import console, table

    out = console()
    out.print(case.id, style="bold")
    out.print(case.description)
    out.print(f"requirements: {', '.join(file.requirements)}")
    for flag in case.flags:
        out.print(f"{flag}: {file.flags[flag]}")
    for name in ("learning_rate", "decay_rate", "epsilon"):
        out.print(f"{name} = {getattr(case, name) or 'left out: the default'}")
    for name, values in case.weights.items():
        out.print(f"{name} = {', '.join(values)}")
    for number, gradients in enumerate(case.gradients, start=1):
        for name, values in gradients.items():
            out.print(f"step {number}: gradient of {name} = {', '.join(values)}")
    expected = table("column", "step", "value", "exact", "nearest", "tolerance")
    for column, steps in case.expected.items():
        for step in steps:
            for row in _rows(step):
                expected.add_row(column, str(step.step), *row)
    out.print(expected)


def _rows(step: ExpectedStep) -> list[tuple[str, str, str, str]]:
    return [
        (
            f"{of}{name}[{index}]",
            expected.exact[index],
            expected.nearest[index],
            expected.tolerance[index],
        )
        for of, values in (("", step.weights), ("average of ", step.moving_average))
        for name, expected in values.items()
        for index in range(len(expected.exact))
    ]
