"""``goldstep vectors kill-matrix``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from goldstep.cli.options import json_option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from goldstep_reference.vectors.kills import Kills


@click.command("kill-matrix")
@click.option(
    "--epsilon",
    "column",
    type=click.Choice(["inside", "outside"]),
    default="inside",
    show_default=True,
    help="The column that the deviating ports are held to.",
)
@json_option
def kill_matrix(column: str, as_json: bool) -> None:
    """Print how many cases of each group catch each deviation, and by what margin.

    Every known deviation is run as a program on every case; a case catches it where it is off by
    at least 10 budgets. It takes about as long as to generate the vectors, because the expected
    numbers are computed anew; the matrix of the vectors that are here is their kill-matrix.json.
    """
    from goldstep_reference.algorithms import ALGORITHMS, FIRST
    from goldstep_reference.vectors.kill_matrix import kill_matrix as compute
    from goldstep_reference.vectors.kill_matrix import matrix_file

    from goldstep.report.terminal.console import console, table

    algorithm = ALGORITHMS[FIRST]
    matrix = compute(algorithm, column)
    if as_json:
        click.echo(matrix_file(algorithm, matrix, column), nl=False)
        return
    out = console()
    for number_format, groups in matrix.items():
        listing = table(number_format, "cases", "most budgets off", "of them in each group")
        for deviation in next(iter(groups.values())):
            kills = {name: caught[deviation] for name, caught in groups.items()}
            most = max(each.greatest_margin for each in kills.values())
            cases = sum(each.cases for each in kills.values())
            listing.add_row(deviation, str(cases), f"{most:.1e}", _by_group(kills))
        out.print(listing)
        out.print()


def _by_group(kills: Mapping[str, Kills]) -> str:
    """The groups that catch a deviation, each with its count and its margin."""
    return ", ".join(
        f"{group} {each.cases}/{each.of_cases} ({each.greatest_margin:.0e})"
        for group, each in kills.items()
        if each.cases
    )
