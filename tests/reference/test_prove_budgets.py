"""The command that proves the budgets, on a few cases; and that it finds what is outside one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from proofs.budget_search import Climb, climb, loosest_tables
from proofs.prove_budgets import main
from support.published_vectors import COLUMNS, QUANTITIES, VECTORS, read_file
from support.repository import ROOT

pytestmark = pytest.mark.long

COMMAND = "proofs.prove_budgets"
GROUP = "defaults"
FEW = ("--programs", "30", "--random-cases", "3")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Vectors of one group."""
    for number_format in NUMBER_FORMATS:
        write(tmp_path, number_format, read_file(number_format, GROUP))
    return tmp_path


def write(folder: Path, number_format: str, document: dict[str, Any]) -> None:
    path = folder / "rmsprop" / number_format / f"{GROUP}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")


def run(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, [*FEW, "--jobs", "1", "--vectors", str(folder), *options])


def expected_arrays(document: dict[str, Any]) -> Iterator[dict[str, list[str]]]:
    for case in document["cases"]:
        for column in COLUMNS:
            for step in case["expected"][column]:
                for quantity in QUANTITIES:
                    yield from step[quantity].values()


def test_it_compares_every_value_with_every_program(folder: Path) -> None:
    result = run(folder)
    assert result.exit_code == 0, result.output
    values = sum(
        len(arrays["exact"]) for arrays in expected_arrays(read_file("float32", GROUP))
    ) // len(COLUMNS)
    for number_format in NUMBER_FORMATS:
        for column in COLUMNS:
            (row,) = (
                line.split()
                for line in result.output.splitlines()
                if line.split()[:3] == [GROUP, number_format, column]
            )
            assert row[-1] == f"{30 * values:,}"
            assert 0.1 < float(row[3]) <= 1
    assert "No program is outside a budget." in result.output


def test_the_same_seed_does_the_same_in_any_number_of_processes(folder: Path) -> None:
    command = [sys.executable, "-m", COMMAND, *FEW, "--jobs", "2", "--vectors", str(folder)]
    result = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT / "tests")
    assert result.stdout == run(folder).stdout
    assert run(folder, "--seed", "1").stdout != result.stdout


@pytest.mark.parametrize("number_format", NUMBER_FORMATS)
def test_a_budget_that_is_too_small_is_reported(folder: Path, number_format: str) -> None:
    document = read_file(number_format, GROUP)
    arrays = list(expected_arrays(document))
    for each in arrays:
        each["tolerance"] = [repr(float(text) / 10) for text in each["tolerance"]]
    write(folder, number_format, document)
    result = run(folder)
    assert result.exit_code == 1
    (_, *outside) = result.output.split("OUTSIDE: ")
    assert outside
    assert all(f"rmsprop/{number_format}/{GROUP}/" in line for line in outside)


def test_a_zero_of_the_wrong_sign_is_outside_a_budget_of_zero(folder: Path) -> None:
    document = read_file("float64", GROUP)
    case = document["cases"][0]
    document["cases"] = [case]
    case["gradients"], case["weights"] = [{"w1": ["0.0"]}], {"w1": ["0.0"]}
    for nearest, code in (("0.0", 0), ("-0.0", 1)):
        arrays = {"exact": [nearest], "nearest": [nearest], "tolerance": ["0.0"]}
        average = {"exact": ["0.0"], "nearest": ["0.0"], "tolerance": ["0.0"]}
        steps = [{"step": 1, "weights": {"w1": arrays}, "moving_average": {"w1": average}}]
        case["expected"] = dict.fromkeys(COLUMNS, steps)
        write(folder, "float64", document)
        assert run(folder, "--random-cases", "0").exit_code == code


def test_cases_without_budgets_are_left_out_and_counted(folder: Path) -> None:
    document = read_file("float64", GROUP)
    first, second, third, *_ = document["cases"]
    first["expected"] = {"rejected": "a rule"}
    second["expected"] = {"choices": {"one": second["expected"], "other": second["expected"]}}
    third["expected"]["inside"][0]["weights"]["w1"]["nearest"] = ["NaN"]
    write(folder, "float64", document)
    output = run(folder).output
    for reason in ("rejected", "choices", "not finite"):
        assert f"1 cases ({reason})" in output


def test_long_cases_run_with_a_share_of_the_programs(folder: Path) -> None:
    document = read_file("float64", GROUP)
    case = document["cases"][0]
    case["gradients"] += [case["gradients"][0]] * 200
    write(folder, "float64", document)
    steps = len(case["gradients"])
    assert f"Cases of {steps} steps ran with 3 of the programs." in run(folder).output


def test_tables_can_be_markdown(folder: Path) -> None:
    lines = run(folder, "--markdown").output.splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert len({line.count("|") for line in table}) == 1
    assert set(table[1]) <= set("|- ")


def test_a_search_finds_more_of_a_budget_than_nothing(folder: Path) -> None:
    for _, rows in loosest_tables(folder, 5, 1):
        assert len(rows) == len(NUMBER_FORMATS) * len(COLUMNS) * len(QUANTITIES)
        assert all(float(row["least"]) <= float(row["most"]) <= 1 for row in rows)
        assert all(float(row["most"]) > 0.2 for row in rows)
    for aim in ("weight", "weight from zero", "moving average"):
        row = climb(Climb("float32", "inside", aim, 2, 0, 0))
        assert 0.2 < float(row["most used"]) <= 1


def test_the_committed_vectors_are_what_is_proved_by_default() -> None:
    default = next(option.default for option in main.params if option.name == "folder")
    assert default == VECTORS
