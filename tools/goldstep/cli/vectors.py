"""``goldstep vectors``."""

from __future__ import annotations

import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

import click

from goldstep.cli.options import CaseId, json_option, vectors_option
from goldstep.errors import UsageError
from goldstep.paths import vectors_folder

if TYPE_CHECKING:
    from goldstep.vectors import ExpectedStep, VectorCase, VectorFile

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group()
def vectors() -> None:
    """The golden vectors: make them, check them, look at them."""


@vectors.command()
@click.argument("folder", metavar="[DIR]", type=_FOLDER, default=Path("vectors"))
def generate(folder: Path) -> None:
    """Make all vectors anew from the reference, in DIR (without it, ./vectors).

    DIR is replaced as a whole, or left as it is.
    """
    from goldstep_reference.publish import generate as publish
    from rich.progress import Progress

    from goldstep.cli.console import console

    with Progress(console=console(error=True), transient=True) as progress:
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
    """Check a folder of vectors: manifest, digests, schema, ids (without DIR, goldstep's own)."""
    from goldstep.check import check_vectors

    folder = folder or vectors_folder()
    checked = check_vectors(folder)
    cases = sum(len(file.cases) for file in checked.files)
    click.echo(f"{folder}: {len(checked.files)} files, {cases} cases, SHA-256 {checked.digest}")


@vectors.command("list")
@click.option("--group", "pattern", metavar="GLOB", default="*", help="Only these groups.")
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
    """Show a case: inputs, expected values with their budgets, and what its flags mean."""
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


def _print_case(file: VectorFile, case: VectorCase) -> None:
    from rich.table import Table

    from goldstep.cli.console import console

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
    table = Table("column", "step", "value", "exact", "nearest", "tolerance", box=None)
    for column, steps in case.expected.items():
        for step in steps:
            for row in _rows(step):
                table.add_row(column, str(step.step), *row)
    out.print(table)


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
