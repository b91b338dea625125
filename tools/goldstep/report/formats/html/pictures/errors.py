"""The errors of all values of a rung, in rounding budgets, on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from goldstep.report.formats.html.pictures.canvas import Canvas, Dots, Drawn, colour, decades, power
from goldstep.report.visible import visible_line

Numbers = npt.NDArray[np.float64]

_LOWEST = -3  # exponents of budgets: less error than a thousandth tells nothing
_EXACT = _LOWEST - 1.0  # where no error at all is drawn
_HIGHEST = 4  # at least
_TICKS = 6
_SIZES = ((200, 5.0), (1500, 3.5), (math.inf, 2.4))  # of dots, for so many at most
_MOST_LABELS = 16
_LONGEST = 14  # characters of a label
_TOP = 12  # pixels


class ErrorPicture:
    """Draws one rung's errors after the other: a band for each group, a column for each case."""

    def __init__(self) -> None:
        self._canvas = Canvas(960, 300)
        self._axes = self._canvas.axes(56, _TOP, 896, 240)
        self._axes.set_xlim(0, 1)
        self._axes.tick_params(axis="x", length=0, labelsize=7.5)
        self._axes.axhline(0, color=colour("ink"), linewidth=1)
        self._good = Dots(self._axes, "good")
        self._bad = Dots(self._axes, "bad")

    def draw(self, groups: Mapping[str, Sequence[Sequence[str]]]) -> Drawn:
        """``groups`` has each case's errors, in budgets, by the name of its group."""
        columns = np.array(
            [
                (number + (index + 0.5) / len(cases)) / len(groups)
                for number, cases in enumerate(groups.values())
                for index, errors in enumerate(cases)
                for _ in errors
            ]
        )
        errors = np.array(
            [float(each) for cases in groups.values() for errors in cases for each in errors]
        )
        heights, top = self._heights(errors)
        self._set_ticks(list(groups), top)
        within = heights <= 0
        size = next(size for most, size in _SIZES if len(errors) <= most)
        self._good.place(columns[within], heights[within], size)
        self._bad.place(columns[~within], heights[~within], size)
        return self._canvas.drawn()

    def _heights(self, errors: Numbers) -> tuple[Numbers, int]:
        """Exponents, zero and what is not finite at the edges; and the exponent of the top edge."""
        finite = errors[np.isfinite(errors) & (errors > 0)]
        top = math.ceil(math.log10(np.max(finite, initial=10.0**_HIGHEST))) + 1
        with np.errstate(divide="ignore"):
            heights = np.log10(errors)
        heights = np.where(np.isfinite(errors), heights, top)
        return np.where(errors == 0, _EXACT, np.maximum(heights, _LOWEST)), top

    def _set_ticks(self, names: Sequence[str], top: int) -> None:
        axes = self._axes
        axes.set_ylim(_EXACT - 0.3, top)
        exponents = decades(_LOWEST, top - 1, _TICKS)
        axes.set_yticks(
            [_EXACT, *exponents, top],
            ["exact", *(power(each) if each else "budget" for each in exponents), "∞"],
        )
        every = -(-len(names) // _MOST_LABELS)
        axes.set_xticks(
            [(number + 0.5) / len(names) for number in range(len(names))],
            [_label(name) if not number % every else "" for number, name in enumerate(names)],
        )


def _label(name: str) -> str:
    """A group's name in two lines; letters that the font lacks are told as escapes."""
    line = visible_line(name, 2 * _LONGEST).encode("ascii", "backslashreplace").decode()
    first, hyphen, rest = line.partition("-")
    return f"{first[:_LONGEST]}{hyphen}\n{rest[:_LONGEST]}" if rest else first[:_LONGEST]
