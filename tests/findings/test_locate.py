"""The line of a source that has a misplaced epsilon, in the ways in which people write it."""

from __future__ import annotations

from pathlib import Path

import pytest
from goldstep.findings.locate import locate
from goldstep.port.port import Port
from goldstep.port.table import PortTable, RunTable
from goldstep.port.workspace import Workspace
from goldstep.results.records import Location


def line(folder: Path, source: str) -> int | None:
    """The line that is named of a port that has this source."""
    (folder / "port.x").write_text(source)
    table = PortTable(
        name="p", title="P", language="L", run=RunTable(command=("x",)), sources=("port.x",)
    )
    port = Port(folder, table, "p", "float64", "inside")
    match locate("epsilon-outside-root", Workspace(folder, folder, port, {}), 0):
        case Location(file="port.x", line=number):
            return number
    return None


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("def f(lr=1e-2, eps=1e-8):\n    w -= lr * g / (np.sqrt(v) + eps)\n", 2),
        ("let a = 1;\nw -= lr * g / (Math.sqrt(v) + 1e-7);\n", 2),
        ("w = w - rate * g / (v ** 0.5 + 0.0000001)\n", 1),
        ("w[i] -= lr * g[i] / (v[i].sqrt() + 1e-10_f64);\n", 1),
        ("v += eps\nw -= lr * g / np.sqrt(v)\n", 1),
        ("double d = v + 1e-8;\n\nw -= lr * g / Math.sqrt(d);\n", 1),
        ("w -= lr * g / (\n    np.sqrt(v)\n    + self.epsilon\n)\n", 3),
        ("(ns a)\n(map #(/ % (+ (Math/sqrt %2) epsilon)) g v)\n", 2),
        ("lr, eps = 1e-4, 1e-8\nd = np.sqrt(v)\nd = d + eps\n", 3),
    ],
)
def test_epsilon_is_found_by_its_name_or_its_value(
    tmp_path: Path, source: str, number: int
) -> None:
    assert line(tmp_path, source) == number


@pytest.mark.parametrize(
    "elsewhere",
    [
        '"""Runs rmsprop_eps_outside_sqrt.py."""',
        '"""Adds eps\nafter the sqrt: sqrt(v) + eps."""',
        "from rmsprop_eps_sqrt import RMSProp",
        "const { RMSProp } = require('./eps-sqrt.js');",
        "// sqrt(v) + eps",
        "/* sqrt(v)\n + eps */",
        ";; (+ (sqrt v) eps)",
        "# sqrt(v) + eps, don't ask",
        "fn new(rate: f64, eps: f64) -> Self { Self { rate, eps } }",
    ],
)
def test_names_of_files_and_comments_are_no_lines_of_it(tmp_path: Path, elsewhere: str) -> None:
    assert line(tmp_path, f"{elsewhere}\n") is None

    step = "w -= lr * g / (sqrt(v) + eps)\n"
    number = elsewhere.count("\n") + 2
    assert line(tmp_path, f"{elsewhere}\n{step}") == number


@pytest.mark.parametrize("source", ["", "eps = 1e-8\n", "w -= lr * g / np.sqrt(v)\n"])
def test_no_line_is_named_where_there_is_none(tmp_path: Path, source: str) -> None:
    assert line(tmp_path, source) is None
