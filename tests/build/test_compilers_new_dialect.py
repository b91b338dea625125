"""A compiler that goldstep does not know is one file and one entry in the list of dialects."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import goldstep
import pytest

pytestmark = pytest.mark.processes

GAWK = r'''
"""GNU awk: ``gawk: file.awk:3: fatal: function 'name' not defined``."""

import re

from goldstep.build.compilers.diagnostic import Dialect, Kind
from goldstep.build.compilers.rules import QUOTED, read_lines

_LINE = re.compile(r"^gawk: (?P<file>\S+):(?P<line>\d+): +(?:fatal: )?(?P<message>.*)$")
_RULES = (
    (Kind.UNRESOLVED, rf"^function {QUOTED} (?:is )?not defined"),
    (Kind.MISSING_PACKAGE, rf"^cannot open shared library {QUOTED}"),
    (Kind.SYNTAX, r"^\^ syntax error"),
)


def _read(text):
    return read_lines(GAWK, _LINE, _RULES, text)


def _importable(said, classes_named):
    return ("filefuncs",) if said.symbol == "stat" else ()


GAWK = Dialect("gawk", _read, importable=_importable, type_messages=("scalar in a context",))
'''
PROGRAM = """
import json, sys
from pathlib import Path
from goldstep.build.compilers import classify, classify_runtime, read_diagnostics
for text in json.loads(sys.argv[2]):
    for found in classify(read_diagnostics(text, folders=[Path(sys.argv[1])])):
        print(found.id, found.subject, found.place)
print(classify_runtime("fatal: attempt to use array `w' as scalar in a context").id)
"""


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A copy of the package with the dialect: its file, and its entry in the list."""
    package = Path(goldstep.__file__).parent
    copy = tmp_path / "tools" / "goldstep"
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__", "data"))
    dialects = copy / "build" / "compilers" / "dialects"
    (dialects / "gawk.py").write_text(GAWK)
    listed = (dialects / "__init__.py").read_text()
    entry = "from goldstep.build.compilers.dialects.gawk import GAWK\n"
    listed = listed.replace("\nDIALECTS", f"{entry}\nDIALECTS").replace(
        "    GCC,", "    GAWK,\n    GCC,"
    )
    (dialects / "__init__.py").write_text(listed)
    return tmp_path / "tools"


def test_what_a_new_dialect_says_is_understood(tools: Path, tmp_path: Path) -> None:
    (tmp_path / "port").mkdir()
    (tmp_path / "port" / "port.awk").write_text("BEGIN {\n  x = avg(1)\n  stat(x)\n}\n")
    texts = [
        "gawk: port.awk:2: fatal: function `avg' not defined\n",
        "gawk: port.awk:3: fatal: function `stat' not defined\n",
        "gawk: port.awk:1: fatal: cannot open shared library `units'\n",
        "gawk: port.awk:2:   x = avg(1\ngawk: port.awk:2:         ^ syntax error\n",
    ]

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "port"), json.dumps(texts)],
        env={**os.environ, "PYTHONPATH": str(tools)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines() == [
        "unresolved-symbol avg port.awk:2:7",
        "missing-import filefuncs port.awk:3:3",
        "build-failure units port.awk:1",
        "build-failure None port.awk:2",
        "runtime-type-error",
    ]
