"""Two reports beside each other: each kind of change, in words, as an object, as Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from goldstep.report.comparison_texts import as_markdown, as_object, headline, in_words
from goldstep.results.comparison import CaseChange, Comparison
from goldstep.results.records import CaseRecord, Problem, Record, to_json
from goldstep.results.value import Report
from support.rendered import rows
from support.streams import case, diagnosis, finding, port, report

EXAMPLE_CASE = "rmsprop/float64/formula/first"


def of(*records: Record, **changes: Any) -> Report:
    """A report of one port with a rung, beside what is said of it."""
    return report(port(), diagnosis(), *records, **changes)


def changes(old: Report, new: Report) -> list[tuple[str, str]]:
    """What changed, and how."""
    compared = new.changes_since(old)
    return [
        *((each.change, f"rung: {each.why}") for each in compared.rungs),
        *((each.change, f"finding: {each.finding.id}") for each in compared.findings),
        *((each.change, f"case: {in_words(each)}") for each in compared.cases),
    ]


def failed(budgets: str = "12.5") -> CaseRecord:
    return case(outcome="failed", budgets=budgets)


def test_nothing_has_changed() -> None:
    report = of(case(), finding())
    compared = of(case(), finding()).changes_since(report)
    assert (compared.rungs, compared.findings, compared.cases) == ((), (), ())
    assert not compared.has_regressed
    assert headline(compared) == "nothing changed"


PROBLEM = Problem(port="mine", repairs=0, message="there is no Java here", exit_code=3)
KNOWN = finding(known=True, reason="Printed so.")

CHANGES: dict[str, tuple[list[Record], list[Record], list[tuple[str, str]]]] = {
    "fails now": (
        [case()],
        [failed()],
        [("regressed", "case: passed, now failed: +12.2 budgets")],
    ),
    "gives no answer now": (
        [case()],
        [case(outcome="error")],
        [("regressed", "case: passed, now error")],
    ),
    "is not run now": (
        [case()],
        [case(outcome="not-run")],
        [("regressed", "case: passed, now not-run")],
    ),
    "passes now": (
        [failed()],
        [case()],
        [("improved", "case: failed, now passed: -12.2 budgets")],
    ),
    "fails otherwise": (
        [failed()],
        [case(outcome="error")],
        [("changed", "case: failed, now error")],
    ),
    "is held to": (
        [case(outcome="not-applicable")],
        [failed()],
        [("regressed", "case: not-applicable, now failed")],
    ),
    "is no longer held to": (
        [failed()],
        [case(outcome="not-applicable")],
        [("changed", "case: failed, now not-applicable")],
    ),
    "is further off": (
        [failed("12.5")],
        [failed("20.0")],
        [("changed", "case: failed: +7.5 budgets")],
    ),
    "is nearer": (
        [case(budgets="0.75")],
        [case(budgets="0.5")],
        [("changed", "case: passed: -0.25 budgets")],
    ),
    "is infinitely far off": (
        [failed("12.5")],
        [failed("Infinity")],
        [("changed", "case: failed: Infinity budgets")],
    ),
    "was infinitely far off": (
        [failed("Infinity")],
        [failed("12.5")],
        [("changed", "case: failed: -Infinity budgets")],
    ),
    "stays infinitely far off": ([failed("Infinity")], [failed("Infinity")], []),
    "is a new case": ([], [failed()], [("new", "case: failed")]),
    "is a case no longer": ([failed()], [], [("gone", "case: failed")]),
    "is a new finding": ([], [finding()], [("regressed", "finding: epsilon-outside-root")]),
    "is a new one that is known": ([], [KNOWN], [("new", "finding: epsilon-outside-root")]),
    "is a finding no longer": ([finding()], [], [("gone", "finding: epsilon-outside-root")]),
    "is known no longer": ([KNOWN], [finding()], [("regressed", "finding: epsilon-outside-root")]),
    "is known now": ([finding()], [KNOWN], [("improved", "finding: epsilon-outside-root")]),
    "is found twice": (
        [finding()],
        [finding(), finding()],
        [("regressed", "finding: epsilon-outside-root")],
    ),
    "is about something else": (
        [finding(subject="epsilon")],
        [finding(subject="learning rate")],
        [
            ("regressed", "finding: epsilon-outside-root"),
            ("gone", "finding: epsilon-outside-root"),
        ],
    ),
    "is said in other words": ([finding(message="one")], [finding(message="other")], []),
    "cannot be judged": (
        [case(), finding()],
        [PROBLEM],
        [("regressed", "rung: not judged: there is no Java here")],
    ),
    "can be judged": (
        [PROBLEM],
        [case()],
        [("improved", "rung: can be judged")],
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_told(what: str) -> None:
    before, after, told = CHANGES[what]
    old, new = of(*before), of(*after)
    assert changes(old, new) == told
    assert new.changes_since(old).has_regressed == any(change == "regressed" for change, _ in told)


def test_rungs_come_and_go() -> None:
    def ladder(*labels: str) -> Report:
        judged = (diagnosis(repairs=repairs) for repairs in range(len(labels)))
        return report(port("mine", *labels), *judged)

    short, long = ladder("as printed"), ladder("as printed", "1-import")
    assert changes(short, long) == [("new", "rung: was not in the old report")]
    assert changes(long, short) == [("gone", "rung: is not in the new report")]


def test_a_rung_is_the_same_by_its_name_at_whatever_height() -> None:
    """A repair that is put in before it does not make another of it."""
    old = report(port("mine", "as printed", "2-epsilon"), *_judged(2), case(repairs=1))
    new = report(port("mine", "as printed", "1", "2-epsilon"), *_judged(3), case(repairs=2))
    assert changes(old, new) == [("new", "rung: was not in the old report")]


def _judged(rungs: int) -> Iterator[Record]:
    return (diagnosis(repairs=repairs) for repairs in range(rungs))


def test_the_order_is_that_of_the_new_report() -> None:
    names = [f"formula/{name}" for name in ("c", "a", "b")]
    compared = of(*map(case, names)).changes_since(of())
    assert [each.id.rpartition("/")[2] for each in compared.cases] == ["c", "a", "b"]


@pytest.fixture
def compared() -> Comparison:
    """Something of every kind, by other vectors."""
    old = of(case(), failed_case("second"), failed_case("third"), finding("average-lag"))
    new = of(
        failed(),
        case("formula/second"),
        failed_case("third", "40.0"),
        case("formula/fourth"),
        finding("state-not-kept", message="starts anew"),
        vectors="0ddba11" * 9,
    )
    return new.changes_since(old)


def failed_case(name: str, budgets: str = "12.5") -> CaseRecord:
    return case(f"formula/{name}", "failed", budgets=budgets)


def test_the_headline_counts_all(compared: Comparison) -> None:
    assert headline(compared) == (
        "regressed: 1 finding, 1 case; new: 1 case; improved: 1 case; gone: 1 finding; "
        "changed: 1 case"
    )


def test_as_an_object_it_has_all(compared: Comparison) -> None:
    said = json.loads(to_json(as_object(compared)))
    assert said["format"] == "goldstep-diff/1"
    assert said["vectors"] == dict(zip(("old", "new"), compared.vectors, strict=True))
    assert said["regressed"] is True
    assert said["counts"]["cases"] == {"regressed": 1, "new": 1, "improved": 1, "changed": 1}
    assert [each["finding"]["id"] for each in said["findings"]] == ["state-not-kept", "average-lag"]
    assert said["cases"][0] == {
        "port": "mine",
        "rung": "as it is",
        "change": "regressed",
        "id": EXAMPLE_CASE,
        "before": {"outcome": "passed", "budgets": "0.25"},
        "after": {"outcome": "failed", "budgets": "12.5"},
        "budgets": "+12.2",
    }


def test_as_markdown_what_regressed_comes_first(compared: Comparison) -> None:
    text = as_markdown(compared)
    assert text.splitlines()[:3] == [
        f"## goldstep: {headline(compared)}",
        "",
        "The two were judged by other vectors: cases are compared by their ids.",
    ]
    read = [row for row in rows(text) if row[0] != "port"]
    assert read == [
        ["mine", "as it is", "state-not-kept", "starts anew"],
        ["mine", "as it is", EXAMPLE_CASE, "passed, now failed: +12.2 budgets"],
        ["mine", "as it is", "rmsprop/float64/formula/fourth", "passed"],
        ["mine", "as it is", "rmsprop/float64/formula/second", "failed, now passed: -12.2 budgets"],
        ["mine", "as it is", "average-lag", "epsilon is added after the square root"],
        ["mine", "as it is", "rmsprop/float64/formula/third", "failed: +27.5 budgets"],
    ]


def test_in_markdown_those_that_changed_most_come_first_and_many_are_counted() -> None:
    names = [f"number-{number}" for number in range(300)]
    old = of(*(failed_case(name, "10.0") for name in names))
    new = of(*(failed_case(name, f"{10 + n}.5") for n, name in enumerate(names)))
    text = as_markdown(new.changes_since(old))
    first, *others = (row[2].rpartition("/")[2] for row in rows(text) if row[0] != "port")
    assert first == "number-299"
    assert len(others) == 199
    assert text.endswith("And 100 more.\n")


def test_a_change_has_no_budgets_where_one_is_not_known() -> None:
    change = CaseChange("mine", "as it is", "changed", "a", case(outcome="error"), failed())
    assert change.budgets is None
    assert in_words(change) == "error, now failed"


def test_the_same_report_read_again_has_not_changed(tmp_path: Path) -> None:
    file = tmp_path / "results"
    old = of(case(), finding())
    old.runs[0].write(file)
    assert changes(old, Report.read(file)) == []
