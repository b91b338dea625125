"""``goldstep vectors show``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from goldstep.cli.options import CASE, json_option, vectors_option
from goldstep.paths import vectors_folder

if TYPE_CHECKING:
    from goldstep_reference.rmsprop.behaviour import Column
    from rich.console import Console

    from goldstep.vectors.case import ExpectedStep, ExpectedValues, Numbers, VectorCase
    from goldstep.vectors.folder import VectorFile

Item = TypeVar("Item")

# What is shown of long inputs and results; --json has the rest.
_MOST_NUMBERS = 8  # of an array
_MOST_STEPS = 12
_MOST_ROWS = 40  # of a column
_COLUMNS: tuple[Column, ...] = ("inside", "outside")


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
    for name in ("learning_rate", "decay_rate", "epsilon"):
        out.print(f"{name} = {getattr(case, name) or 'left out: the default'}")
    for line in _arrays("", case.weights):
        out.print(plain(line))
    for step in _ends(list(enumerate(case.gradients, start=1)), _MOST_STEPS):
        if isinstance(step, _LeftOut):
            out.print(f"... {step.count:,} more steps ...")
        else:
            for line in _arrays(f"step {step[0]}: gradient of ", step[1]):
                out.print(plain(line))
    if case.expected.rejected is None:
        out.print(f"results count after {_steps(case.record)} of {len(case.gradients)}")
    out.print()


def _steps(record: Sequence[int]) -> str:
    shown = ", ".join(map(str, _ends(record, _MOST_STEPS)))
    return f"step{'s' if len(record) != 1 else ''} {shown}"


def _arrays(prefix: str, arrays: Numbers) -> Iterator[str]:
    for name, values in arrays.items():
        shown = ", ".join(map(str, _ends(values, _MOST_NUMBERS)))
        yield f"{prefix}{name} = {shown or '(empty)'}"
    if not arrays:
        yield f"{prefix}(no parameters)"


def _print_expected(out: Console, file: VectorFile, case: VectorCase) -> None:
    from goldstep.report.terminal.console import table

    if case.expected.rejected is not None:
        out.print(f"must be rejected, with nothing changed: {case.expected.rejected}")
        return
    for name in case.expected.choices or ():
        out.print(f"{name}: {file.choices[name]}")
    with_choices = case.expected.choices is not None
    listing = table(
        "column",
        *(("choice",) if with_choices else ()),
        *("step", "value", "exact", "nearest", "tolerance"),
    )
    for column in _COLUMNS:
        for choice, steps in case.expected.alternatives(column).items():
            before = (column, *((str(choice),) if with_choices else ()))
            for row in _ends([row for step in steps for row in _rows(step)], _MOST_ROWS):
                listing.add_row(*before, *((str(row),) if isinstance(row, _LeftOut) else row))
    out.print(listing)


def _rows(step: ExpectedStep) -> Iterator[tuple[str, ...]]:
    from goldstep.report.terminal.console import plain

    quantities: tuple[tuple[str, dict[str, ExpectedValues]], ...] = (
        ("", step.weights),
        ("average of ", step.moving_average),
    )
    for of, values in quantities:
        for name, expected in values.items():
            numbers = zip(expected.exact, expected.nearest, expected.tolerance, strict=True)
            for index, texts in enumerate(numbers):
                yield (str(step.step), f"{of}{plain(name)}[{index}]", *texts)


@dataclass(frozen=True)
class _LeftOut:
    """So many are not shown here."""

    count: int

    def __str__(self) -> str:
        return f"... {self.count:,} more ..."


def _ends(items: Sequence[Item], most: int) -> list[Item | _LeftOut]:
    """At most ``most`` of them: the first and the last, and between them what is left out."""
    if len(items) <= most:
        return list(items)
    half = most // 2
    return [*items[:half], _LeftOut(len(items) - 2 * half), *items[len(items) - half :]]
