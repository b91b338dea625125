"""One weight over the steps of a case: exact, of the port, predicted; and the gap below."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator

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
from goldstep.results.records import Trajectory

_WIDE = 1e3  # numbers of one sign that differ by more are drawn by their magnitudes
_LONG = 50  # steps further apart than this are drawn by theirs
_TICKS = 5
_ROUND = MaxNLocator(_TICKS, steps=[1, 2, 5, 10], min_n_ticks=1)
_TITLE = -0.11  # where titles begin, in widths of the axes
_GREATEST = 1e300  # of which differences can be taken


class TrajectoryPicture:
    """Draws one trajectory after the other."""

    def __init__(self) -> None:
        self._canvas = Canvas(620, 400)
        self._values = self._canvas.axes(64, 26, 540, 200)
        self._gaps = self._canvas.axes(64, 262, 540, 96)
        self._gaps.set_xlabel("step", color=colour("quiet"))
        self._gaps.set_ylim(EQUAL - 2, TOP)
        self._gaps.set_yticks(
            [EQUAL, -12, -6, 0, TOP], ["equal", power(-12), power(-6), power(0), "∞"]
        )
        self._name = _titled(self._values, "weight")
        _titled(self._gaps, "relative gap")
        self._exact = _line(self._values, "exact", 4.5, alpha=0.35)
        self._predicted = _line(self._values, "predicted", 1.5)
        self._got = _line(self._values, "got", 1.25, linestyle=(0, (4, 2)))
        self._got_dots = Dots(self._values, "got")
        self._predicted_gaps = _line(self._gaps, "predicted", 1.5)
        self._gap_dots = Dots(self._gaps, "got")

    def draw(self, trajectory: Trajectory) -> Drawn:
        """The picture; what is not finite is left out above, and at the top edge below."""
        steps = self._set_steps(trajectory.steps)
        several = [trajectory.exact, trajectory.got]
        exact, got, *predicted = self._set_values([*several, trajectory.predicted])
        put(self._exact, steps, exact)
        put(self._got, steps, got)
        _place(self._got_dots, steps, got)
        put(self._predicted, steps[: len(predicted[0])], predicted[0])
        gaps = gap_heights(trajectory.got, trajectory.exact)
        _place(self._gap_dots, steps, gaps)
        foretold = gap_heights(trajectory.predicted, trajectory.exact)
        put(self._predicted_gaps, steps[: len(foretold)], foretold)
        return self._canvas.drawn()

    def _set_steps(self, steps: Sequence[int]) -> list[float]:
        is_long = steps[-1] > _LONG * steps[0] > 0
        places = [math.log10(step) if is_long else float(step) for step in steps]
        margin = 0.03 * (places[-1] - places[0]) or 1.0
        for axes in (self._values, self._gaps):
            axes.set_xlim(places[0] - margin, places[-1] + margin)
            if is_long:
                exponents = decades(math.floor(places[0]), math.floor(places[-1]), _TICKS)
                axes.set_xticks(exponents, [f"{10**each:,}" for each in exponents])
            else:
                every = -(-(steps[-1] - steps[0] + 1) // 10)
                ticks = range(steps[0], steps[-1] + 1, every)
                axes.set_xticks(ticks, [f"{each:,}" for each in ticks])
        self._values.tick_params(labelbottom=False)
        return places

    def _set_values(self, several: Sequence[Sequence[str | None]]) -> list[list[float]]:
        """Sets the scale; gives the heights of all lines."""
        lines = [[math.nan if each is None else float(each) for each in line] for line in several]
        finite = [value for line in lines for value in line if math.isfinite(value)]
        magnitudes = [abs(value) for value in finite if value]
        greatest, least = max(magnitudes, default=1.0), min(magnitudes, default=1.0)
        has_one_sign = len({value > 0 for value in finite if value}) == 1
        if greatest > _GREATEST or (has_one_sign and greatest / _WIDE > least):
            self._name.set_text("|weight|")
            lines = [[_exponent(value) for value in line] for line in lines]
            exponents = [_exponent(value) for value in magnitudes]
            bottom, top = math.floor(min(exponents)), math.ceil(max(exponents))
            powers = decades(bottom, top, _TICKS)
            self._values.set_yticks(powers, [*map(power, powers)])
            margin = 0.05 * (top - bottom) or 1.0
            self._values.set_ylim(bottom - margin, top + margin)
            return lines
        self._name.set_text("weight")
        low, high = min(finite, default=0.0), max(finite, default=1.0)
        margin = 0.08 * (high - low) or abs(high) or 1.0
        ticks = [tick for tick in _ROUND.tick_values(low, high) if low <= tick <= high] or [low]
        self._values.set_yticks(
            ticks, [f"{tick:.4g}".replace("-", "\N{MINUS SIGN}") for tick in ticks]
        )
        self._values.set_ylim(low - margin, high + margin)
        return lines


def _line(axes: Axes, role: str, width: float, **style: Any) -> Line2D:
    (line,) = axes.plot([], [], color=colour(role), linewidth=width, **style)
    return line


def _titled(axes: Axes, title: str) -> Text:
    """Over the axis of the numbers, whatever room these need."""
    return axes.text(
        _TITLE, 1.04, title, transform=axes.transAxes, color=colour("quiet"), va="bottom"
    )


def _exponent(value: float) -> float:
    return math.log10(abs(value)) if value and math.isfinite(value) else math.nan


def _place(dots: Dots, steps: Sequence[float], heights: Sequence[float]) -> None:
    shown = [(x, y) for x, y in zip(steps, heights, strict=False) if math.isfinite(y)]
    dots.place([x for x, _ in shown], [y for _, y in shown])
