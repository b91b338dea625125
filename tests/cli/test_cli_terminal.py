"""On a terminal: colours and progress. Elsewhere: plain text. Nothing from a port drives either."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.desk import Desk
from support.goldstep_command import COMMAND, EXAMPLE, environment, goldstep
from support.running import hear_signals
from support.small_ports import tiny_port
from support.small_vectors import Few

pytestmark = pytest.mark.processes

COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-7]|9[0-7])(?:;\d+)*m")
BAR = "━"
# The command, whose streams named in its first argument say that they are a terminal.
_PRETENDING = """
import sys
for name in sys.argv.pop(1).split(","):
    getattr(sys, name).isatty = lambda: True
from goldstep.cli import main
main()
"""
HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"


def on_a_terminal(
    desk: Desk,
    *arguments: str | Path,
    out: bool = True,
    interrupt_at: Path | None = None,
    **changes: str,
) -> tuple[int, str, str]:
    """Exit code, what the terminal received, and standard output where it is a pipe.

    The command is interrupted once the file ``interrupt_at`` is there.
    """
    try:
        ours, theirs = pty.openpty()
        command = [COMMAND]
    except OSError:  # a container without pseudo-terminals
        ours, theirs = os.pipe()
        streams = ("stdout", "stderr") if out else ("stderr",)
        command = [sys.executable, "-c", _PRETENDING, ",".join(streams)]
    variables = {"TERM": "xterm-256color", "COLUMNS": "200", "TMPDIR": desk.temporary, **changes}
    process = subprocess.Popen(
        [*command, *map(str, arguments)],
        cwd=desk.work,
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        stdout=theirs if out else subprocess.PIPE,
        stderr=theirs,
        preexec_fn=hear_signals,
    )
    os.close(theirs)
    received = b""
    while chunk := _read(ours):
        received += chunk
        if interrupt_at and interrupt_at.exists():
            interrupt_at = None
            process.send_signal(signal.SIGINT)
    piped = process.stdout.read() if process.stdout else b""
    code = process.wait()
    os.close(ours)
    if process.stdout:
        process.stdout.close()
    return code, received.decode().replace("\r\n", "\n"), piped.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # the last process on the other side has gone
        return b""


@pytest.fixture
def port(desk: Desk) -> Path:
    """A port with a finding."""
    return tiny_port(desk.folder / "port", "outside")


def test_colours_and_progress(desk: Desk, port: Path, few: Few) -> None:
    code, received, _ = on_a_terminal(desk, "verify", port, *few)
    assert code == 1
    assert COLOUR.search(received)
    assert BAR in received
    assert "epsilon is added after the square root" in received
    assert received.rindex(SHOW_CURSOR) > received.rindex(HIDE_CURSOR)


def test_what_is_to_be_copied_is_neither_coloured_nor_wrapped(desk: Desk, port: Path) -> None:
    _, received, _ = on_a_terminal(desk, "diagnose", port, "--case", EXAMPLE, COLUMNS="40")
    assert COLOUR.search(received)
    deepest = [line for line in received.splitlines() if re.match(" {8}[^ ]", line)]
    assert "        import numpy as np" in deepest
    (request,) = (line for line in deepest if line.startswith("        {"))
    assert json.loads(request)["cmd"] == "run"
    assert not [line for line in deepest if "\x1b" in line]


def test_no_color(desk: Desk, port: Path, few: Few) -> None:
    code, received, _ = on_a_terminal(desk, "verify", port, *few, NO_COLOR="1")
    assert code == 1
    assert not COLOUR.search(received)
    assert "epsilon is added after the square root" in received


def test_a_dumb_terminal(desk: Desk, port: Path, few: Few) -> None:
    _, received, _ = on_a_terminal(desk, "verify", port, *few, TERM="dumb")
    assert "\x1b" not in received
    assert "epsilon is added after the square root" in " ".join(received.split())


def test_standard_output_in_a_pipe(desk: Desk, port: Path, few: Few) -> None:
    """Progress goes to the terminal, and the result where it is wanted."""
    _, received, piped = on_a_terminal(desk, "verify", port, *few, out=False)
    assert BAR in received
    assert "epsilon" not in received
    assert "\x1b" not in piped
    assert "epsilon is added after the square root" in piped


def test_an_interrupt_gives_the_terminal_back(desk: Desk) -> None:
    hung = desk.folder / "hung"
    port = tiny_port(desk.folder / "port", f"hangs {hung}")
    command = ("verify", port, "--sandbox", "off")  # the port writes a file of ours
    code, received, _ = on_a_terminal(desk, *command, interrupt_at=hung)
    assert code == 130
    assert BAR in received
    assert received.rindex(SHOW_CURSOR) > received.rindex(HIDE_CURSOR)
    assert received.endswith("goldstep: interrupted\n")


@pytest.mark.parametrize("option", ["--quiet", "--json"])
def test_without_progress(desk: Desk, port: Path, few: Few, option: str) -> None:
    _, received, _ = on_a_terminal(desk, "verify", port, option, *few, out=False)
    assert received == ""


def test_a_pipe_gets_plain_text(desk: Desk, port: Path, few: Few) -> None:
    ran = desk.goldstep("verify", port, *few)
    assert "\x1b" not in ran.out
    assert ran.err == ""


@pytest.mark.parametrize(
    "changes",
    [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0"}],
)
def test_ascii(desk: Desk, changes: dict[str, str]) -> None:
    port = tiny_port(desk.folder / "port", "outside", title="Caf\u00e9 \u2713")
    ran = desk.goldstep("verify", port, "--case", EXAMPLE, "--verbose", **changes)
    assert ran.code == 1
    assert "\n`- as it is    x epsilon-outside-root  new\n" in ran.out
    if "LC_ALL" not in changes or "PYTHONUTF8" in changes:
        assert ran.out.isascii()
        assert ran.out.startswith("tiny  Caf\\xe9 \\u2713  (float64")
    (desk.folder / "\u00e9").mkdir()
    assert desk.goldstep("verify", desk.folder / "\u00e9" / "port.toml", **changes).code == 2


class TestText:
    """A port whose messages would colour the terminal, ring it and set its title."""

    @pytest.fixture
    def port(self, desk: Desk) -> Path:
        return tiny_port(desk.folder / "port", "escapes", title="Mine \x1b[31m\u202e \x07")

    def test_on_a_terminal(self, desk: Desk, port: Path, few: Few) -> None:
        code, received, _ = on_a_terminal(desk, "verify", port, *few, "-v", NO_COLOR="1")
        assert code == 1
        assert "Mine \\x1b[31m\\u202e \\x07" in received
        assert "RuntimeError: \\x1b[31mred\\x1b[0m \\x1b]0;title\\x07 caf\u00e9" in received
        assert not [c for c in ("\x1b[31m", "\x1b]", "\x07", "\u202e") if c in received]

    def test_in_a_pipe(self, desk: Desk, port: Path, few: Few) -> None:
        ran = desk.goldstep("verify", port, *few)
        assert "RuntimeError: \\x1b[31mred\\x1b[0m \\x1b]0;title\\x07 caf\u00e9" in ran.out
        assert "\x1b" not in ran.out

    def test_in_json_and_results(self, desk: Desk, port: Path, few: Few) -> None:
        results = desk.folder / "results.ndjson"
        ran = desk.goldstep("verify", port, *few, "--json", "--results", results)
        assert "\x1b" not in ran.out + results.read_text()

    def test_in_an_error(self, desk: Desk) -> None:
        port = tiny_port(desk.folder / "port", sources=["\x1b[31m.py"])
        _, received, _ = on_a_terminal(desk, "verify", port)
        assert "/\\x1b[31m.py; put the file there" in received
        assert "\x1b[31m" not in received

    def test_an_argument_is_shown_harmlessly(self, desk: Desk) -> None:
        code, received, _ = on_a_terminal(desk, "explain", "\x1b[31mx\nmissing-import")
        assert code == 2
        assert "\x1b" not in received
        assert received.count("\n") == 1


@pytest.mark.parametrize("options", [(), ("--verbose",)])
@pytest.mark.parametrize("columns", ["80", "140"])
def test_a_terminal_has_the_same_words_in_lines_that_fit(
    desk: Desk, port: Path, few: Few, options: tuple[str, ...], columns: str
) -> None:
    results = desk.folder / "results"
    desk.goldstep("verify", port, *few, "--results", results)
    show = ("report", "show", *options, results)
    _, received, _ = on_a_terminal(desk, *show, COLUMNS=columns)
    received = re.sub(r"\x1b\[[\d;]*m", "", received)
    longest = max(map(len, received.splitlines()))
    assert int(columns) * 3 / 4 < longest <= int(columns)
    assert received.split() == desk.goldstep(*show).out.split()


def test_a_pipe_has_whole_lines_however_wide_the_terminal_is(desk: Desk, port: Path) -> None:
    narrow = goldstep("verify", port, "--case", EXAMPLE, COLUMNS="40").out
    wide = goldstep("verify", port, "--case", EXAMPLE, COLUMNS="400").out
    assert narrow.splitlines()[:-1] == wide.splitlines()[:-1]
