"""Speed as a plot: nanoseconds an element against the number of elements."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from goldstep.bench.contestants import COMPILED, CONTESTANTS, MEMORY, NUMPY
from goldstep.bench.speed import Timing
from goldstep.bench.speed_run import Speed
from goldstep.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The palette of Okabe and Ito, which people who confuse red and green can tell apart.
_OWN = {NUMPY: "#0072b2", COMPILED: "#d55e00"}
_OTHERS = ("#7f7f7f", "#b8a000", "#009e73", "#56b4e9", "#cc79a7", "#e69f00")


def write_plot(speed: Speed, file: Path) -> None:
    """A picture in the format of the file's ending; one part a number format and threads.

    Raises UsageError without matplotlib, or for an ending that it does not know.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise UsageError(
            "plots need matplotlib", hint="pip install 'goldstep[bench]', or leave out --plot"
        ) from None
    formats = list(dict.fromkeys(each.number_format for each in speed.timings))
    threads = list(dict.fromkeys(each.threads for each in speed.timings))
    figure = Figure(figsize=(5 * len(formats), 4 * len(threads) + 1), layout="constrained")
    rows = figure.subplots(len(threads), len(formats), sharex=True, sharey=True, squeeze=False)
    for its_threads, row in zip(threads, rows, strict=True):
        for number_format, axes in zip(formats, row, strict=True):
            _draw(axes, [e for e in speed.timings if _is(e, number_format, its_threads)])
            plural = "s" if its_threads > 1 else ""
            axes.set_title(f"{number_format}, {its_threads} thread{plural}")
        row[0].set_ylabel("ns an element and step")
    for axes in rows[-1]:
        axes.set_xlabel("elements")
    figure.legend(*rows[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    try:
        figure.savefig(file)
    except ValueError as error:
        raise UsageError(str(error), place=str(file), hint="end its name in .svg or .png") from None


def _is(timing: Timing, number_format: str, threads: int) -> bool:
    """Whether it belongs to a part, and was measured on one array."""
    its = (timing.number_format, timing.threads, timing.parameters, timing.skipped)
    return its == (number_format, threads, 1, "")


def _draw(axes: Axes, timings: Sequence[Timing]) -> None:
    others = iter(_OTHERS)
    for contestant in CONTESTANTS:
        name = contestant.name
        if name == MEMORY:
            colour, width, line = "black", 1.0, "--"
        elif name in _OWN:
            colour, width, line = _OWN[name], 2.5, "-"
        else:
            colour, width, line = next(others), 1.2, "-"
        points = [(each.elements, each.nanoseconds) for each in timings if each.contestant == name]
        if points:
            its = {"linewidth": width, "color": colour, "linestyle": line, "label": name}
            axes.loglog(*zip(*sorted(points), strict=True), marker="o", markersize=3, **its)
    axes.grid(visible=True, which="major", alpha=0.3)
