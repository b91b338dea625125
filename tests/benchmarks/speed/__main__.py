"""A step of RMSProp by goldstep's engines beside what others compute it with, on this machine.

    make bench, or: python -m benchmarks.speed [OPTION ...]

Beside goldstep: the document's Python and a plain expression; torch, Optax and TensorFlow where
they are installed (the extra ``bench``); and the time that memory takes for the same
reads and writes. Run it while the machine has nothing else to do.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click
from benchmarks.speed.comparison import Comparison, compare
from benchmarks.speed.contestants import CONTESTANTS
from benchmarks.speed.plot import write_plot
from benchmarks.speed.tables import markdown
from goldstep.bench.steps import Timing, problems

FORMATS = ("float32", "float64")
NAMES = [each.program.name for each in CONTESTANTS]


@click.command(help=__doc__)
@click.option(
    "--number-format", "formats", type=click.Choice(FORMATS), multiple=True, default=FORMATS
)
@click.option("--most", type=click.IntRange(10, 10**9), default=10**8, help="Most elements.")
@click.option(
    "--threads", type=click.IntRange(1), multiple=True, default=sorted({1, os.cpu_count() or 1})
)
@click.option("--repetitions", type=click.IntRange(3), default=9, show_default=True)
@click.option("--only", type=click.Choice(NAMES), multiple=True, default=NAMES)
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path), help="Draw it too.")
@click.option("--json", "as_json", is_flag=True)
def main(
    formats: tuple[str, ...],
    most: int,
    threads: tuple[int, ...],
    repetitions: int,
    only: tuple[str, ...],
    plot: Path | None,
    as_json: bool,
) -> None:
    """See the module."""
    posed = list(problems(formats, threads, most))
    with click.progressbar(
        compare(only, posed, repetitions), length=len(posed), label="measuring", file=sys.stderr
    ) as compared:
        results = [each for of_problem in compared for each in of_problem]
    comparison = Comparison(repetitions, results)
    if plot:
        write_plot([each for each in results if isinstance(each, Timing)], plot)
    click.echo(json.dumps(comparison.as_object(), indent=2) if as_json else markdown(comparison))


if __name__ == "__main__":
    main()
