"""Speed as a plot: nanoseconds an element against the number of elements."""

from __future__ import annotations

from pathlib import Path

from goldstep.bench.contestants import COMPILED, CONTESTANTS, MEMORY, NUMPY
from goldstep.bench.speed_run import Speed
from goldstep.errors import UsageError

_STYLES = {NUMPY: ("C0", 2.5), COMPILED: ("C3", 2.5), MEMORY: ("black", 1.0)}


def write_plot(speed: Speed, file: Path) -> None:
    """A picture in the format of the file's ending; one part a number format and threads.

    Raises UsageError without matplotlib, or for an ending that it does not know.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise UsageError(
            "plots need matplotlib", mend="pip install 'goldstep[bench]', or leave out --plot"
        ) from None
    parts = list(dict.fromkeys((each.number_format, each.threads) for each in speed.timings))
    figure = Figure(figsize=(5.5 * len(parts) + 2.5, 5), layout="constrained")
    all_axes = figure.subplots(1, len(parts), sharey=True, squeeze=False)[0]
    for axes, (number_format, threads) in zip(all_axes, parts, strict=True):
        for contestant in CONTESTANTS:
            points = [
                (each.elements, each.nanoseconds)
                for each in speed.timings
                if (each.contestant, each.number_format) == (contestant.name, number_format)
                and (each.threads, each.parameters, each.skipped) == (threads, 1, "")
            ]
            if points:
                colour, width = _STYLES.get(contestant.name, (None, 1.2))
                axes.loglog(
                    *zip(*sorted(points), strict=True),
                    marker="o",
                    markersize=3,
                    linewidth=width,
                    color=colour,
                    linestyle="--" if contestant.name == MEMORY else "-",
                    label=contestant.name,
                )
        axes.set_title(f"{number_format}, {threads} thread{'s' if threads > 1 else ''}")
        axes.set_xlabel("elements")
        axes.grid(visible=True, which="major", alpha=0.3)
    all_axes[0].set_ylabel("ns an element and step")
    figure.legend(*all_axes[0].get_legend_handles_labels(), loc="outside right upper")
    try:
        figure.savefig(file)
    except ValueError as error:
        raise UsageError(str(error), place=str(file), mend="end its name in .svg or .png") from None
