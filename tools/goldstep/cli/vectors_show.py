"""``goldstep vectors show``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from goldstep.cli.options import CASE, json_option, vectors_option
from goldstep.paths import vectors_folder

if TYPE_CHECKING:
    from rich.console import Console

    from goldstep.vectors.case import ExpectedStep, Numbers, VectorCase
    from goldstep.vectors.folder import VectorFile

Item = TypeVar("Item")

# What is shown of long inputs and results; --json has the rest.
_MOST_NUMBERS = 8  # of an array
_MOST_STEPS = 12
_MOST_ROWS = 40  # of a column
_more = "... {:,} more ...".format


@click.command()
@click.argument("case_id", metavar="ID", type=CASE)
@vectors_option
@json_option
def show(case_id: str, folder: Path | None, as_json: bool) -> None:
    """Show the numbers of a case.

    Inputs, expected values with their rounding budgets, and what its flags mean. Of long inputs and
    results the beginning and the end; with --json all of them.
    """
    import msgspec

    from goldstep.errors import unknown
    from goldstep.report.terminal.console import console
    from goldstep.vectors.folder import load_vectors

    loaded = load_vectors(folder or vectors_folder())
    cases = {case.id: (file, case) for file, case in loaded.cases()}
    if case_id not in cases:
        raise unknown("case", case_id, cases)
    file, case = cases[case_id]
    if as_json:
        click.echo(msgspec.json.encode(case))
    else:
        out = console()
        _print_inputs(out, file, case)
        _print_expected(out, file, case)


def _print_inputs(out: Console, file: VectorFile, case: VectorCase) -> None:
    from goldstep.report.terminal.console import plain

    out.print(case.id, style="bold")
    out.print(case.description)
    out.print(f"requirements: {', '.join(file.requirements)}")
    for flag in case.flags:
        out.print(f"{flag}: {file.flags[flag]}")
    out.print()
    for name in case.algorithm.rule.names:
        out.print(f"{name} = {case.hyper_parameters.get(name, 'left out: the default')}")
    out.print(plain(_arrays("", case.weights)))
    gradients = enumerate(case.gradients, start=1)
    steps = [_arrays(f"step {number}: gradient of ", arrays) for number, arrays in gradients]
    for step in _ends(steps, _MOST_STEPS, "... {:,} more steps ...".format):
        out.print(plain(step))
    if case.expected.rejected is None:
        recorded = ", ".join(_ends(list(map(str, case.record)), _MOST_STEPS, _more))
        plural = "s" if len(case.record) != 1 else ""
        out.print(f"results count after step{plural} {recorded} of {len(case.gradients)}")
    out.print()


def _arrays(prefix: str, arrays: Numbers) -> str:
    lines = [
        f"{prefix}{name} = {', '.join(_ends(values, _MOST_NUMBERS, _more)) or '(empty)'}"
        for name, values in arrays.items()
    ]
    return "\n".join(lines or [f"{prefix}(no parameters)"])


def _print_expected(out: Console, file: VectorFile, case: VectorCase) -> None:
    from goldstep.report.terminal.console import table

    if case.expected.rejected is not None:
        out.print(f"must be rejected, with nothing changed: {case.expected.rejected}")
        return
    for name in case.expected.choices or ():
        out.print(f"{name}: {file.choices[name]}")
    choice_column = () if case.expected.choices is None else ("choice",)
    listing = table("column", *choice_column, "step", "value", "exact", "nearest", "tolerance")
    for column in case.algorithm.columns:
        for choice, steps in case.expected.alternatives(column).items():
            before = (column,) if choice is None else (column, choice)
            rows = [row for step in steps for row in _rows(step)]
            for row in _ends(rows, _MOST_ROWS, lambda count: (_more(count),)):
                listing.add_row(*before, *row)
    out.print(listing)


def _rows(step: ExpectedStep) -> Iterator[tuple[str, ...]]:
    from goldstep_reference.algorithms import of_quantity

    from goldstep.report.terminal.console import plain

    for quantity, name, index, *texts in step.elements():
        yield str(step.step), f"{of_quantity(quantity)}{plain(name)}[{index}]", *texts


def _ends(items: Sequence[Item], most: int, left_out: Callable[[int], Item]) -> Sequence[Item]:
    """At most ``most`` of them: the first and the last, and between them what is left out."""
    if len(items) <= most:
        return items
    half = most // 2
    return [*items[:half], left_out(len(items) - 2 * half), *items[-half:]]
