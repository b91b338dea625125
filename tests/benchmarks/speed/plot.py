"""Speed as a plot: nanoseconds an element against the number of elements."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.speed.contestants import CONTESTANTS, MEMORY
from goldstep.bench.steps import COMPILED, NUMPY, Timing
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# The palette of Okabe and Ito, which people who confuse red and green can tell apart.
_OWN = {NUMPY.name: "#0072b2", COMPILED.name: "#d55e00"}
_OTHERS = ("#7f7f7f", "#b8a000", "#009e73", "#56b4e9", "#cc79a7", "#e69f00")


def write_plot(timings: Sequence[Timing], file: Path) -> None:
    """A picture in the format of the file's ending; one part a number format and threads."""
    formats = list(dict.fromkeys(each.problem.number_format for each in timings))
    threads = list(dict.fromkeys(each.problem.threads for each in timings))
    figure = Figure(figsize=(5 * len(formats), 4 * len(threads) + 1), layout="constrained")
    rows = figure.subplots(len(threads), len(formats), sharex=True, sharey=True, squeeze=False)
    for its_threads, row in zip(threads, rows, strict=True):
        for number_format, axes in zip(formats, row, strict=True):
            part = (number_format, its_threads, 1)
            _draw(axes, [each for each in timings if _part(each) == part])
            plural = "s" if its_threads > 1 else ""
            axes.set_title(f"{number_format}, {its_threads} thread{plural}")
        row[0].set_ylabel("ns an element and step")
    for axes in rows[-1]:
        axes.set_xlabel("elements")
    figure.legend(*rows[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    figure.savefig(file)


def _part(timing: Timing) -> tuple[str, int, int]:
    problem = timing.problem
    return problem.number_format, problem.threads, problem.parameters


def _draw(axes: Axes, timings: Sequence[Timing]) -> None:
    others = iter(_OTHERS)
    for contestant in CONTESTANTS:
        name = contestant.program.name
        if name == MEMORY.name:
            colour, width, line = "black", 1.0, "--"
        elif name in _OWN:
            colour, width, line = _OWN[name], 2.5, "-"
        else:
            colour, width, line = next(others), 1.2, "-"
        points = [(e.problem.elements, e.nanoseconds) for e in timings if e.program == name]
        if points:
            its = {"linewidth": width, "color": colour, "linestyle": line, "label": name}
            axes.loglog(*zip(*sorted(points), strict=True), marker="o", markersize=3, **its)
    axes.grid(visible=True, which="major", alpha=0.3)
