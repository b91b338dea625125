"""``goldstep bench``: what it measures, and how it shows it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.progress import Progress

from goldstep.bench.contestants import CONTESTANTS
from goldstep.bench.speed import Plan
from goldstep.bench.speed_plot import write_plot
from goldstep.bench.speed_run import measured, put_together
from goldstep.bench.speed_text import speed_markdown
from goldstep.errors import unknown
from goldstep.report.terminal.console import console

_MANY_SMALL = (1_000, 100)  # parameters, and the length of each


def bench_speed(
    formats: Sequence[Any],
    most: int,
    threads: Sequence[int],
    repetitions: int,
    only: Sequence[str],
    plot: Path | None,
    as_json: bool,
) -> None:
    """Measures and prints; raises UsageError for a program that there is not."""
    names = [each.name for each in CONTESTANTS]
    for name in only:
        if name not in names:
            raise unknown("program", name, names)
    sizes = [(1, 10**power) for power in range(1, 10) if 10**power <= most]
    if most >= _MANY_SMALL[0] * _MANY_SMALL[1]:
        sizes.append(_MANY_SMALL)
    counts = threads or sorted({1, os.cpu_count() or 1})
    chosen = list(only) or names
    plans = [
        Plan(
            contestants=chosen,
            number_formats=list(formats),
            sizes=sizes,
            threads=count,
            repetitions=repetitions,
        )
        for count in counts
    ]
    total = len(plans) * len(formats) * len(sizes) * len(chosen)
    err = console(error=True)
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        tracked = progress.track(measured(plans), total=total, description="measuring")
        speed = put_together(list(tracked), repetitions)
    if plot:
        write_plot(speed, plot)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(speed.as_object()), indent=2))
    else:
        click.echo(speed_markdown(speed), nl=False)
