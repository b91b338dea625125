"""Where epsilon shows: how far first steps are from the exact ones, by the gradient's size."""

from __future__ import annotations

import math
from collections.abc import Sequence

from goldstep_reference.rmsprop.rule import RULE

from goldstep.report.formats.html.gaps import EQUAL, TOP, gap_heights
from goldstep.report.formats.html.pictures.canvas import (
    Canvas,
    Dots,
    Drawn,
    colour,
    decades,
    power,
    put,
)
from goldstep.results.records import Sweep

_TICKS = 7


class SweepPicture:
    """Draws one sweep after the other: the port's points, on the curve that is predicted."""

    def __init__(self) -> None:
        self._canvas = Canvas(620, 332)
        self._axes = axes = self._canvas.axes(64, 24, 540, 258)
        axes.set_ylim(EQUAL - 0.7, TOP)
        exponents = decades(EQUAL + 1, TOP - 1, _TICKS)
        axes.set_yticks([EQUAL, *exponents, TOP], ["equal", *map(power, exponents), "∞"])
        axes.set_xlabel("|gradient|", color=colour("quiet"))
        self._root = axes.axvline(0, color=colour("quiet"), linewidth=1, linestyle=(0, (2, 3)))
        self._root_name = axes.text(
            0, TOP, "average = ε", color=colour("quiet"), va="bottom", fontsize=8
        )
        (self._curve,) = axes.plot([], [], color=colour("predicted"), linewidth=2)
        self._got = Dots(axes, "got")

    def draw(self, sweep: Sweep) -> Drawn:
        """The relative gap to the exact first step; what is equal is below all."""
        sizes = [math.log10(abs(float(each)) or 1.0) for each in sweep.gradients]
        self._axes.set_xlim(min(sizes) - 0.2, max(sizes) + 0.2)
        exponents = decades(math.ceil(min(sizes)), math.floor(max(sizes)), _TICKS)
        self._axes.set_xticks(exponents, [*map(power, exponents)])
        self._set_root(sweep)
        gaps = gap_heights(sweep.got, sweep.exact)
        self._got.place(sizes, gaps)
        put(self._curve, *_broken(sizes, gap_heights(sweep.predicted, sweep.exact)))
        return self._canvas.drawn()

    def _set_root(self, sweep: Sweep) -> None:
        """The gradient whose share of the average is as great as epsilon; its name is above."""
        _, kept, epsilon = (float(sweep.hyper_parameters[name]) for name in RULE.names)
        least, most = self._axes.get_xlim()
        at = math.log10(math.sqrt(epsilon / (1 - kept))) if epsilon > 0 and kept < 1 else math.nan
        is_there = least <= at <= most
        self._root.set_visible(is_there)
        self._root_name.set_visible(is_there)
        if is_there:
            self._root.set_xdata([at, at])
            self._root_name.set_position((at, TOP))
            self._root_name.set_horizontalalignment("left" if 2 * at < least + most else "right")


def _broken(sizes: Sequence[float], heights: Sequence[float]) -> tuple[list[float], list[float]]:
    """The curve, broken where it goes to what is equal or comes from there: that is no slope."""
    x: list[float] = []
    y: list[float] = []
    for size, height in zip(sizes, heights, strict=False):
        if y and (height == EQUAL) != (y[-1] == EQUAL):
            x.append(size)
            y.append(math.nan)
        x.append(size)
        y.append(height)
    return x, y
