"""What all pictures have in common: a figure that is drawn again and again, and its colours."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.ticker import NullLocator
from matplotlib.transforms import IdentityTransform

# Roles, each with its colour in the light and in the dark; those of data differ in lightness too.
_ROLES = {
    "ink": ("#1c2024", "#eceef0"),
    "quiet": ("#5a6169", "#a4abb3"),
    "line": ("#dfe2e6", "#363b42"),
    "good": ("#0b7a75", "#4cc9be"),
    "bad": ("#c2321f", "#ff8a73"),
    "exact": ("#1c2024", "#eceef0"),
    "got": ("#c2321f", "#ff8a73"),
    "predicted": ("#2f6fd0", "#8ab8ff"),
}
# matplotlib writes colours as numbers; each role has one of its own until the end.
_STANDINS = {role: f"#00fe{number:02x}" for number, role in enumerate(_ROLES, start=1)}
_SETTINGS: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: widths are the same everywhere
    "font.size": 9.0,
    "path.simplify": False,
    "svg.fonttype": "none",  # texts stay texts
    "svg.hashsalt": "goldstep",
    "text.parse_math": False,
}
_NOTHING = dict.fromkeys(("Creator", "Date", "Format", "Type"))
_POINTS = 0.75  # of a pixel of CSS
_GRID = 1.5  # points; of what falls into one cell one is drawn
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture: the text of its SVG file, and its size in pixels."""

    svg: str
    width: int
    height: int


@contextmanager
def settings() -> Iterator[None]:
    """Draws alike for everybody, whatever their matplotlib is set to."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        yield


def colour(role: str) -> str:
    """The colour of a role."""
    return _STANDINS[role]


class Canvas:
    """A figure that is drawn often, with other numbers each time: to set one up takes longer."""

    def __init__(self, width: int, height: int) -> None:
        """``width`` and ``height`` are in pixels of CSS."""
        self.width, self.height = width, height
        self.figure = Figure(
            figsize=(width * _POINTS / 72, height * _POINTS / 72), dpi=72, facecolor="none"
        )
        FigureCanvasSVG(self.figure)

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Axes at a place in pixels from the upper left corner, without anything in them."""
        axes = self.figure.add_axes(
            (
                left / self.width,
                1 - (top + height) / self.height,
                width / self.width,
                height / self.height,
            )
        )
        axes.patch.set_visible(False)
        axes.spines[["top", "right"]].set_visible(False)
        axes.spines[["left", "bottom"]].set_color(colour("quiet"))
        axes.tick_params(length=3, color=colour("quiet"), labelcolor=colour("quiet"))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_minor_locator(NullLocator())
        axes.grid(True, axis="y", color=colour("line"), linewidth=0.75)
        axes.set_axisbelow(True)
        return axes

    def drawn(self) -> Drawn:
        """The picture as it is now."""
        text = io.StringIO()
        self.figure.canvas.print_figure(text, format="svg", metadata=_NOTHING)
        return Drawn(_in_roles(text.getvalue()), self.width, self.height)


class Dots:
    """Dots of one colour, however many: one path, thinned to what can be told apart."""

    def __init__(self, axes: Axes, role: str) -> None:
        self._axes = axes
        self._patch = PathPatch(
            Path(np.zeros((1, 2))),
            fill=False,
            edgecolor=colour(role),
            capstyle="round",
            transform=IdentityTransform(),
            clip_on=False,
        )
        axes.add_artist(self._patch)

    def place(self, x: npt.ArrayLike, y: npt.ArrayLike, size: float = 5.0) -> None:
        """Puts dots of a size in points at these coordinates of the axes."""
        self._patch.set_linewidth(size)
        points = self._axes.transData.transform(np.column_stack((x, y)))
        cells = np.unique(np.round(points / _GRID), axis=0) * _GRID
        # A line without length has its round ends: a dot.
        self._patch.set_path(
            Path(
                np.repeat(cells, 2, axis=0),
                np.tile(np.array([Path.MOVETO, Path.LINETO], np.uint8), len(cells)),
            )
        )
        self._patch.set_visible(len(cells) > 0)


def put(line: Line2D, x: Sequence[float], y: Sequence[float]) -> None:
    """Gives a line its points; one that has none which can be drawn is not there."""
    line.set_data(x, y)
    line.set_visible(any(map(math.isfinite, y)))


def power(exponent: int) -> str:
    """A power of ten."""
    return f"10{str(exponent).translate(_SUPERSCRIPTS)}" if exponent else "1"


def decades(lowest: int, highest: int, most: int) -> list[int]:
    """Exponents of ticks, at most so many, at even distances and through zero."""
    step = max(1, -(-(highest - lowest) // most))
    return [exponent for exponent in range(lowest, highest + 1) if exponent % step == 0]


def _in_roles(svg: str) -> str:
    """Colours by their roles, in the light and in the dark; texts in the reader's own font."""
    svg = svg[svg.index("<svg") :]
    for role, standin in _STANDINS.items():
        svg = svg.replace(standin, f"var(--{role})")
    svg = svg.replace("'DejaVu Sans'", "system-ui, sans-serif")
    light, dark = (
        ";".join(f"--{role}:{shades[index]}" for role, shades in _ROLES.items()) for index in (0, 1)
    )
    style = f":root{{{light}}}@media screen and (prefers-color-scheme: dark){{:root{{{dark}}}}}"
    return re.sub(r"(<style type=\"text/css\">)", rf"\1{style}", svg, count=1)
