"""Reports beside what a command does: an option for each format that there is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from goldstep.errors import GoldstepError, UsageError

if TYPE_CHECKING:
    from goldstep.report.writing import Format
    from goldstep.results.value import Report


@dataclass(frozen=True, slots=True)
class Outputs:
    """The reports that are wanted, each with its place; ``-`` is standard output."""

    wanted: tuple[tuple[Format, Path], ...]

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.wanted)

    @property
    def on_stdout(self) -> list[str]:
        """The options whose report is all that standard output is to have."""
        return [
            f"--{form.name} -"
            for form, place in self.wanted
            if str(place) == "-" and not form.is_folder
        ]

    def check(self, *, prints_json: bool = False) -> None:
        """Raises UsageError where something cannot be written, before anything is run."""
        refuse_mixture([*self.on_stdout, *(["--json"] if prints_json else [])])
        for form, place in self.wanted:
            form.check(place)

    def write(self, report: Report) -> None:
        """Writes all of them, each whole or not at all.

        Raises GoldstepError for the first that cannot be written, when the others are.
        """
        failures: list[GoldstepError] = []
        for form, place in self.wanted:
            try:
                form.write(report, place)
            except GoldstepError as error:
                failures.append(error)
        if failures:
            raise failures[0]


def refuse_mixture(on_stdout: list[str]) -> None:
    """Raises UsageError where several options want standard output for themselves."""
    if len(on_stdout) > 1:
        raise UsageError(
            f"{' and '.join(on_stdout)} would be mixed on standard output",
            hint="name files for all but one",
        )


class CommandWithOutputs(click.Command):
    """A command whose results can be written as reports: its argument ``outputs``.

    Formats are loaded when the command is run, or asked for its help, and not with every other.
    """

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The options of all formats come last, before --help."""
        *params, help_option = super().get_params(ctx)
        return [*params, *output_options(), help_option]

    def invoke(self, ctx: click.Context) -> Any:
        """Puts the places that are named together."""
        from goldstep.report.formats import all_formats

        places = [(form, ctx.params.pop(form.name)) for form in all_formats()]
        ctx.params["outputs"] = Outputs(tuple((form, place) for form, place in places if place))
        return super().invoke(ctx)


@cache
def output_options() -> tuple[click.Option, ...]:
    """An option for each format; always the same ones, as click compares them."""
    from goldstep.report.formats import all_formats

    return tuple(
        click.Option(
            [f"--{form.name}"],
            type=click.Path(
                file_okay=not form.is_folder,
                dir_okay=form.is_folder,
                allow_dash=not form.is_folder,
                path_type=Path,
            ),
            metavar=form.metavar,
            help=f"Write {form.description}.",
        )
        for form in all_formats()
    )
