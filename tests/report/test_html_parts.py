"""What the pages are made of: gaps, cells, file names, lines of sources and patches, evidence."""

from __future__ import annotations

from typing import Any

import pytest
from goldstep.report.formats.html.finding_view import FindingView
from goldstep.report.formats.html.gaps import EQUAL, gap_height, gap_text
from goldstep.report.formats.html.grid import groups_of
from goldstep.report.formats.html.highlight import patch_lines, source_lines
from goldstep.report.formats.html.names import Names, fragment
from goldstep.report.formats.html.pictures.chosen import rungs_to_draw
from goldstep.report.formats.html.status import port_status, report_status, rung_status
from goldstep.results.evidence import OtherEvidence
from goldstep.results.records import Excerpt, Location
from goldstep.results.value import Report
from support.streams import (
    EPSILON,
    IMPORT,
    SOURCE,
    case,
    conforming,
    finding,
    ladder,
    large,
    port,
    report,
    wrong,
)


@pytest.mark.parametrize(
    ("got", "exact", "text"),
    [
        ("1.5", "1.0", "+5.00e-01"),
        ("-0.5", "-1.0", "-5.00e-01"),
        ("-0.0", "0.0", "0"),
        ("Infinity", "Infinity", "0"),
        ("NaN", "1.0", "none"),
        ("1.0", "0.0", "none"),
        ("Infinity", "1.0", "none"),
        (None, "1.0", "open"),
    ],
)
def test_gaps_are_relative_and_have_their_sign(got: str | None, exact: str, text: str) -> None:
    assert gap_text(got, exact) == text


def test_heights_are_exponents() -> None:
    assert gap_height("1.01", "1.0") == pytest.approx(-2)
    assert gap_height("2.0", "2.0") == EQUAL
    assert gap_height("NaN", "2.0") == float("inf")


def test_cells_tell_outcomes_and_errors_apart() -> None:
    cases = [
        case("a/1"),
        case("b/1", budgets="0.9"),
        case("a/2", "failed", budgets="12.0"),
        case("a/3", "failed", budgets="33640.0"),
        case("a/4", "failed", budgets="1e+06"),
        case("b/2", "failed", budgets="Infinity"),
        case("b/3", "failed", budgets=None),
        case("b/4", "error"),
        case("b/5", "not-applicable"),
        case("b/6", "not-run"),
    ]
    groups = groups_of(report(port(), *cases).ports[0].rungs[0])
    assert [group.name for group in groups] == ["a", "b"]
    assert [[each.kind for each in group.cases] for group in groups] == [
        ["p0", "f1", "f2", "f3"],
        ["p1", "f3", "f3", "ee", "na", "nr"],
    ]
    assert groups[0].cases[1].place == "case=rmsprop/float64/a/2"


def test_file_names_are_plain_and_unique() -> None:
    names = Names()
    given = [names.of(each) for each in ("java", "../../java", "<script>", "", "\0", "x" * 1000)]
    assert given == ["java", "java-2", "script", "port", "port-2", "x" * 40]


def test_places_are_plain_whatever_is_in_them() -> None:
    assert fragment("rmsprop/float64/a/1") == "rmsprop/float64/a/1"
    assert fragment("<a> &=%\ud800\n") == "%3Ca%3E%20%26%3D%25%5Cud800%0A"


def test_the_line_of_a_finding_is_marked_and_its_words_are_told_apart() -> None:
    lines = source_lines(Excerpt(4, SOURCE.splitlines()[3:7]), Location("mine.py", 6), [])
    assert [(line.number, line.kind) for line in lines] == [(4, ""), (5, ""), (6, "here"), (7, "")]
    assert '<span class="m">0.1</span>' in lines[1].code


def test_lines_have_the_numbers_of_the_repository() -> None:
    source = Excerpt(1, ["from math import sqrt", "", *SOURCE.splitlines()[:2]])
    lines = source_lines(source, Location("mine.py", 4), [IMPORT])
    assert [(line.number, line.kind) for line in lines] == [
        (None, ""),
        (None, ""),
        (1, ""),
        (2, "here"),
    ]


def test_a_patch_has_the_numbers_of_both_files() -> None:
    lines = patch_lines(EPSILON.diff)
    assert [(line.number, line.kind) for line in lines] == [
        (None, "place"),
        (6, ""),
        (7, ""),
        (8, "removed"),
        (8, "added"),
    ]
    assert lines[0].code == "mine.py"


def test_markup_in_a_source_is_text() -> None:
    for name in ("mine.py", "mine.unheard-of"):
        (line,) = source_lines(Excerpt(1, ["x = '<b>' # </td>\x1b"]), Location(name, 1), [])
        assert "<b>" not in line.code
        assert "</td>" not in line.code
        assert "\\x1b" in line.code


def view(**changes: Any) -> FindingView:
    """Of a finding of the only rung."""
    (mine,) = report(port(), case(outcome="failed"), finding(**changes)).ports
    (rung,) = mine.rungs
    return FindingView(1, rung, rung.findings[0])


def test_numbers_are_marked_from_where_they_differ() -> None:
    shown = view()
    numbers = [shown.beside(line) for line in shown.lines if line.kind == "number"]
    assert numbers == ["-0.0031622775020545084", "-0.003162277<mark>660168379</mark>"]
    words = {line.label: line.text for line in shown.lines}
    assert words["off by"] == "3.36e+04 rounding budgets, each of 4.7e-18"


@pytest.mark.parametrize(
    ("got", "marked"),
    [
        ("-0.0031622775020545084", "-0.0031622775020545084"),
        ("-0.00316227750205450841", "-0.0031622775020545084<mark>1</mark>"),
        ("-0.00316", "-0.00316<mark></mark>"),
        ("NaN", "<mark>NaN</mark>"),
    ],
)
def test_one_number_may_begin_as_the_other(got: str, marked: str) -> None:
    shown = view(evidence=wrong(got=got))
    _, line = (line for line in shown.lines if line.kind == "number")
    assert shown.beside(line) == marked


def test_evidence_of_another_version_is_shown_as_it_came() -> None:
    odd = view(evidence=OtherEvidence({"quantity": 7, "budgets": "many", "cases": None}))
    assert odd.lines == []
    assert '"budgets": "many"' in odd.all_evidence


def test_states_are_told_in_words() -> None:
    mixed = report(*ladder())
    (mine,) = mixed.ports
    assert [rung_status(rung).words for rung in mine.rungs] == [
        "1 known finding",
        "1 new finding",
        "conforms",
    ]
    assert port_status(mine).words == "1 new finding, 1 known"
    assert report_status(mixed).words == "1 new finding, 1 known"
    assert report_status(conforming()).words == "Everything conforms"


def test_of_many_rungs_the_last_ones_and_those_with_findings_are_drawn() -> None:
    many = Report.of(large(6, 8, 2))
    chosen = rungs_to_draw(many)
    drawn = [rung for each in many.ports for rung in each.rungs if id(rung) in chosen]
    assert len(drawn) == 30  # of 48, with four pictures each
    assert all(each.rungs[-1] in drawn for each in many.ports)
