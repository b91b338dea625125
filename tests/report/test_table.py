"""The table of all cases, read back by the csv module as a spreadsheet would."""

from __future__ import annotations

import csv
import io

import pytest
from goldstep.report.formats.table import COLUMNS, table
from goldstep.results.value import Report
from msgspec.structs import replace
from support.streams import WORST, case, diagnosis, finding, ladder, port, report


def rows(of: Report) -> list[dict[str, str]]:
    """Its rows; every line has all columns."""
    text = table(of)
    assert text.endswith("\r\n")
    read = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert tuple(read[0]) == COLUMNS
    assert {len(row) for row in read} == {len(COLUMNS)}
    return [dict(zip(COLUMNS, row, strict=True)) for row in read[1:]]


def only(of: Report) -> dict[str, str]:
    (row,) = rows(of)
    return row


def test_each_case_of_each_rung_is_a_row() -> None:
    read = rows(report(*ladder()))
    assert [(row["repairs"], row["rung"], row["group"], row["outcome"]) for row in read] == [
        ("1", "1-import", "formula", "failed"),
        ("1", "1-import", "formula", "passed"),
        ("1", "1-import", "invalid-input", "not-applicable"),
        ("2", "2-epsilon", "formula", "passed"),
        ("2", "2-epsilon", "formula", "passed"),
        ("2", "2-epsilon", "invalid-input", "not-run"),
    ]


def test_a_row_has_all_that_is_known_of_the_case() -> None:
    row = only(report(port(), case(outcome="failed", choice=["no-step"]), finding()))
    assert row == {
        "port": "mine",
        "number_format": "float64",
        "column": "inside",
        "repairs": "0",
        "rung": "as it is",
        "case": "rmsprop/float64/formula/first",
        "group": "formula",
        "outcome": "failed",
        "findings": "epsilon-outside-root",
        "known": "false",
        "budgets": "33640.0",
        "values": "2",
        **{name: str(getattr(WORST, name)) for name in COLUMNS[12:20]},
        "choice": "no-step",
        "message": "",
    }


def test_a_known_failure_is_marked() -> None:
    row = only(report(port(), case(outcome="error"), finding(known=True, reason="So.")))
    assert (row["outcome"], row["known"]) == ("error", "true")


def test_a_case_that_passed_is_blamed_on_nothing() -> None:
    row = only(report(port(), case(), finding()))
    assert (row["findings"], row["known"]) == ("", "")


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1+1", "-1+1", "@SUM(A1)", " =1", "\t=1", "=HYPERLINK(1)", "-Infinity;=1", "--1"],
)
def test_no_text_is_a_formula(text: str) -> None:
    row = only(report(port(title=text), case(outcome="error", message=text), diagnosis()))
    assert row["message"] == f"'{text}"


@pytest.mark.parametrize("number", ["-1e-08", "-0.0", "-Infinity", "+1.5", "1e+300", "-7"])
def test_numbers_stay_numbers(number: str) -> None:
    failed = case(outcome="failed", worst=replace(WORST, got=number))
    assert only(report(port(), failed, diagnosis()))["got"] == number


@pytest.mark.parametrize("text", ['a "quoted" word', "a, b", "two\nlines", "a\r\nb", "tab\tin it"])
def test_what_csv_reads_otherwise_is_quoted(text: str) -> None:
    row = only(report(port(), case(outcome="error", message=text), diagnosis()))
    assert row["message"] == text.replace("\r\n", "\n")
