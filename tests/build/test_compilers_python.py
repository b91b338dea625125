"""What Python says of a program that it cannot run: the programs are run by this Python."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from goldstep.build.compilers import classify, read_diagnostics
from goldstep.results.records import Location

pytestmark = pytest.mark.processes


def run(folder: Path, text: str, *options: str) -> str:
    """Standard error of a program that fails."""
    (folder / "port.py").write_text(text)
    done = subprocess.run(
        [sys.executable, *options, "port.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    return done.stderr


@pytest.mark.parametrize(
    ("text", "id_", "subject", "place"),
    [
        ("def f(x):\n    return np.sqrt(x)\nf(2)\n", "missing-import", "numpy", (2, 12)),
        ("x = math.sqrt(2)\n", "missing-import", "math", (1, 5)),
        ("x = pytest.raises\n", "missing-import", "pytest", (1, 5)),  # installed, not standard
        ("x = avg + 1\n", "unresolved-symbol", "avg", (1, 5)),
        # There is a module "code"; a name that is not followed by a dot is no module.
        ("x = code + 1\n", "unresolved-symbol", "code", (1, 5)),
        ("x = nothing.like(it)\n", "unresolved-symbol", "nothing", (1, 5)),
        ("import nothing_like_it.part\n", "build-failure", "nothing_like_it", (1, 8)),
        ("from math import sqroot\n", "unresolved-symbol", "math.sqroot", (1, None)),
        ("import math\nx = math.sqroot(2)\n", "unresolved-symbol", "math.sqroot", (2, 5)),
        ("def f(x:\n    return x\n", "build-failure", None, (1, None)),
        ("def f(x):\nreturn x\n", "build-failure", None, (2, None)),
        ("raise KeyError('w1')\n", "build-failure", None, (1, None)),
    ],
)
def test_what_stops_a_program(
    tmp_path: Path, text: str, id_: str, subject: str | None, place: tuple[int, int | None]
) -> None:
    (found,) = classify(read_diagnostics(run(tmp_path, text), folders=[tmp_path]))

    assert (found.id, found.subject, found.place) == (id_, subject, Location("port.py", *place))


def test_a_program_that_is_only_compiled_gives_the_same(tmp_path: Path) -> None:
    said = run(tmp_path, "def f(x:\n    return x\n", "-m", "py_compile")

    (found,) = classify(read_diagnostics(said, folders=[tmp_path]))

    assert (found.id, found.place) == ("build-failure", Location("port.py", 1))
    assert found.message.startswith("SyntaxError: ")


def test_the_place_is_in_the_ports_own_code(tmp_path: Path) -> None:
    """Not in the library that was called with a wrong value."""
    said = run(tmp_path, "import json\n\njson.loads('{')\n")

    (found,) = classify(read_diagnostics(said, folders=[tmp_path]))

    assert found.place == Location("port.py", 3)


def test_the_last_error_counts_where_one_led_to_another(tmp_path: Path) -> None:
    text = "try:\n    x = {}['a']\nexcept KeyError:\n    y = avg\n"

    (found,) = classify(read_diagnostics(run(tmp_path, text), folders=[tmp_path]))

    assert (found.subject, found.place) == ("avg", Location("port.py", 4, 9))


def test_what_is_logged_before_is_passed_over(tmp_path: Path) -> None:
    text = "import logging\nlogging.error('x.py:1: nothing')\ny = avg\n"

    (found,) = classify(read_diagnostics(run(tmp_path, text), folders=[tmp_path]))

    assert found.subject == "avg"
