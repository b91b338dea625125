"""What a person reads of a port that ends before its time: what it said, and where to look."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.desk import Desk
from support.goldstep_command import EXAMPLE
from support.small_ports import tiny_port

pytestmark = pytest.mark.processes

# What a script does in the place of an adapter, and how the lines begin that are shown of it.
_SCRIPTS = {
    "crashes": (
        "import sys; sys.exit('first\\n\\nsecond\\n  third\\n  ^^~\\nfourth')",
        ["the process exited with 1", "expected: the answer to `start`"],
        ["error output: second; third; fourth", "look at: the end of its standard error; "],
    ),
    "hangs": (
        "import time; time.sleep(600)",
        ["no answer within 0.5 s", "expected: the answer to `start`"],
        ["look at: whether each answer is flushed, and each line read without waiting"],
    ),
    "half-a-line": (
        "import sys; sys.stdout.write('{\"seq\": 1, ')",
        ["the process exited with 0 after half a line", "expected: the answer to `start`"],
        ["half a line: '{\"seq\": 1, '"],
    ),
    "garbage": (
        "print('Hello', flush=True); input()",
        ["JSON is malformed: invalid character (byte 0): 'Hello'"],
        ["look at: what writes to standard output beside the adapter"],
    ),
    "escapes": (
        "import sys; sys.exit('\\x1b[31m' + 200 * 'x')",
        ["the process exited with 1"],
        [f"error output: \\x1b[31m{155 * 'x'} ..."],
    ),
}


def port_of(folder: Path, script: str) -> Path:
    """It is waited for quickly where it never answers."""
    (folder / "port").mkdir()
    (folder / "port" / "script.py").write_text(f"{script}\n")
    run = {
        "command": ["{python}", "-S", "script.py"],
        "start_timeout": 0.5 if "sleep" in script else 60,
    }
    return tiny_port(folder / "port", run=run)


@pytest.mark.parametrize("name", _SCRIPTS)
def test_the_ladder(desk: Desk, name: str) -> None:
    script, first, then = _SCRIPTS[name]
    ran = desk.goldstep("verify", port_of(desk.folder, script), "--case", EXAMPLE, "-v")
    assert (ran.code, ran.err) == (1, "")
    lines = [line.removeprefix("       ") for line in ran.out.splitlines()]
    begun = lines.index(first[0])
    shown = [line for line in lines[begun:] if line]
    assert [each for each in (*first, *then) if not any(s.startswith(each) for s in shown)] == []
    assert len(shown) <= 8  # with the lines that sum up
    assert "\x1b" not in ran.out


@pytest.mark.parametrize("name", _SCRIPTS)
def test_the_diagnosis(desk: Desk, name: str) -> None:
    script, first, then = _SCRIPTS[name]
    out = desk.goldstep("diagnose", port_of(desk.folder, script), "--case", EXAMPLE).out
    (title,) = (line for line in out.splitlines() if "✗" in line)
    assert re.fullmatch(rf"  ✗ (runtime-failure|protocol-error)  new  {re.escape(first[0])}", title)
    words = " ".join(out.split())
    for line in then:
        label, colon, rest = line.partition(": ")
        assert f"{label} {rest}".strip() in words if colon else line.strip() in words


def test_a_line_of_the_sources_that_is_to_blame_says_it_all(desk: Desk) -> None:
    port = port_of(desk.folder, "import no_such_package")
    port.write_text(port.read_text().replace('["tiny_adapter.py"]', '["script.py"]'))
    ran = desk.goldstep("verify", port, "--case", EXAMPLE)
    assert "script.py:1:8  " in ran.out
    assert "error output" not in ran.out
    assert "look at" not in ran.out
