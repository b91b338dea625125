"""Options that ask for what is not there, and results that cannot be written."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.desk import Desk
from support.goldstep_command import EXAMPLE
from support.small_ports import tiny_port


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ["--group", "formla"],
            "there is no group 'formla'; did you mean formula?",
        ),
        (
            ["--case", EXAMPLE + "s"],
            f"there is no case '{EXAMPLE}s'; did you mean {EXAMPLE} or ",
        ),
        (
            ["--number-format", "float32"],
            "none of these ports is float32; see `goldstep ports list`",
        ),
        (
            ["--number-format", "float16"],
            "invalid value for '--number-format': 'float16' is not one of 'float64', 'float32'; "
            "see `goldstep verify --help`",
        ),
        (
            ["--case", EXAMPLE.replace("64", "32")],
            "no case is of the ports' number format, float64; "
            "see `goldstep vectors list --number-format`",
        ),
        (
            ["--as-printed", "--repaired"],
            "--as-printed and --repaired exclude each other; see `goldstep verify --help`",
        ),
        (["--jobs", "0"], "invalid value for '--jobs': 0 is not in the range x>=1; see "),
        (["--grup", "x"], "no such option"),
        (["--group"], "option '--group' requires an argument; see "),
    ],
)
def test_options_that_ask_for_what_is_not_there(
    desk: Desk, arguments: list[str], line: str
) -> None:
    ran = desk.goldstep("verify", "python", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.error.startswith(f"goldstep: {line}")


@pytest.mark.parametrize(
    ("output", "problem"),
    [
        ("gone/results.ndjson", "cannot be written: No such file or directory"),
        ("file/results.ndjson", "cannot be written: Not a directory"),
        (".", "invalid value for '--results': File '.' is a directory"),
    ],
)
def test_results_that_cannot_be_written(desk: Desk, output: str, problem: str) -> None:
    (desk.folder / "file").write_text("")
    file = tiny_port(desk.folder / "port")
    given = Path("..") / output if output != "." else Path()
    ran = desk.goldstep("verify", file, "--case", EXAMPLE, "--results", given)
    assert (ran.code, ran.out) == (2, "")
    assert problem in ran.error
    assert (desk.folder / "file").read_text() == ""


def test_bad_input_leaves_the_results_of_the_last_run(desk: Desk) -> None:
    results = desk.folder / "results.ndjson"
    results.write_text("of the last run")
    assert desk.goldstep("verify", "gone", "--results", results).code == 2
    assert results.read_text() == "of the last run"
