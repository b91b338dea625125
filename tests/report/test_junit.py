"""JUnit XML, read back by junitparser and by the schema that Jenkins publishes."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import xmlschema
from goldstep.report.formats.junit import junit
from goldstep.results.evidence import FailedBuild
from goldstep.results.records import BuildRecord, Problem, StartRecord
from goldstep.results.value import Report
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite
from support.streams import case, conforming, diagnosis, finding, ladder, port, report, run

XSD = xmlschema.XMLSchema(Path(__file__).parents[1] / "support" / "schemas" / "junit-10.xsd")


def suites(of: Report) -> list[TestSuite]:
    """What junitparser reads; the schema accepts it too."""
    written = junit(of)
    XSD.validate(io.BytesIO(written))
    return list(JUnitXml.fromroot(JUnitXml.fromstring(written)._elem))


def only(of: Report) -> TestSuite:
    (suite,) = suites(of)
    return suite


def verdict(test: TestCase) -> Failure | Error | Skipped | None:
    assert len(test.result) <= 1
    return test.result[0] if test.result else None


def test_each_rung_is_a_suite_and_each_vector_a_test() -> None:
    read = suites(report(*ladder()))
    assert [suite.name for suite in read] == [
        "mine, as printed",
        "mine, + 1-import",
        "mine, + 2-epsilon",
    ]
    names = [(test.classname, test.name) for test in read[2]]
    assert names == [
        ("mine.2-epsilon.rung", "build"),
        ("mine.2-epsilon.rung", "start"),
        ("mine.2-epsilon.rung", "known finding average-lag"),
        ("mine.2-epsilon.formula", "first"),
        ("mine.2-epsilon.formula", "second"),
        ("mine.2-epsilon.invalid-input", "first"),
    ]


def test_counts_are_those_of_the_tests() -> None:
    written = junit(report(*ladder()))
    read = JUnitXml.fromstring(written)
    said = (read.tests, read.failures, read.errors)
    for suite in read:
        counts = (suite.tests, suite.failures, suite.errors, suite.skipped)
        suite.update_statistics()
        assert counts == (suite.tests, suite.failures, suite.errors, suite.skipped)
    read.update_statistics()
    assert said == (read.tests, read.failures, read.errors)
    assert said == (13, 2, 0)


def test_a_failure_says_where_how_far_off_and_why() -> None:
    failed = next(test for test in suites(report(*ladder()))[1] if test.name == "first")
    said = verdict(failed)
    assert isinstance(said, Failure)
    assert said.type == "epsilon-outside-root"
    assert said.message == (
        "step 1, w1[0]: expected -0.0031622775020545084, got -0.003162277660168379: "
        "off by 3.36e+04 rounding budgets"
    )
    assert said.text is not None
    assert said.text.splitlines()[0] == "rmsprop/float64/formula/first"
    assert said.text.splitlines()[-1] == (
        "epsilon-outside-root at mine.py:6: epsilon is added after the square root "
        "(removed by repairs/2-epsilon.patch)"
    )


def test_a_vector_that_fails_for_known_reasons_is_skipped_with_them() -> None:
    known = finding(known=True, reason="Printed so.", issue="https://example.org/2")
    (test,) = only(report(port(), case(outcome="failed"), diagnosis(conforms=False), known))
    said = verdict(test)
    assert isinstance(said, Skipped)
    assert said.message == "known, epsilon-outside-root: Printed so. (https://example.org/2)"


def test_one_that_is_not_known_beside_it_lets_the_vector_fail() -> None:
    both = (finding(known=True, reason="Printed so."), finding("state-not-kept"))
    (test,) = only(report(port(), case(outcome="failed"), *both))
    said = verdict(test)
    assert isinstance(said, Failure)
    assert said.type == "epsilon-outside-root state-not-kept"


def test_a_case_without_an_answer_is_an_error() -> None:
    stopped = finding("runtime-failure", message="it stopped")
    (test,) = only(report(port(), case(outcome="error", message="it stopped"), stopped))
    said = verdict(test)
    assert isinstance(said, Error)
    assert (said.type, said.message) == ("runtime-failure", "it stopped")


@pytest.mark.parametrize("outcome", ["not-applicable", "not-run"])
def test_what_a_port_is_not_held_to_is_skipped(outcome: str) -> None:
    (test,) = only(report(port(), case(outcome=outcome, message="for a reason"), diagnosis()))
    said = verdict(test)
    assert isinstance(said, Skipped)
    assert (said.type, said.message) == (outcome, "for a reason")


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("stage", ["build", "start"])
def test_a_rung_that_does_not_begin_has_a_test_for_it(stage: str, known: bool) -> None:
    which = {"port": "mine", "repairs": 0}
    outcome = "failed" if stage == "build" else "built"
    records = [BuildRecord(**which, outcome=outcome, seconds="0.5", toolchain=[])]
    started = StartRecord(**which, outcome="failed", seconds="0.25")
    found = finding(
        "missing-import",
        stage=stage,
        subject="java.util.Arrays",
        message="is not imported",
        evidence=FailedBuild(command=["javac"], output="Mine.java:1: error"),
        known=known,
        reason="Printed so.",
    )
    starts = [] if stage == "build" else [started]
    suite = only(report(port(), *records, *starts, found))
    test = list(suite)[-1]
    assert (test.classname, test.name) == (
        "mine.as it is.rung",
        f"{stage}: missing-import java.util.Arrays",
    )
    assert test.time == (0.5 if stage == "build" else 0.25)
    said = verdict(test)
    assert isinstance(said, Skipped if known else Failure)
    assert said.text is not None
    assert "Mine.java:1: error" in said.text


def test_a_finding_whose_case_has_passed_is_a_test_of_its_own() -> None:
    mutated = finding("input-mutated", stage="robustness", message="the gradients are changed")
    tests = list(only(report(port(), case(), diagnosis(), mutated)))
    assert [(test.name, test.is_passed) for test in tests] == [
        ("input-mutated", False),
        ("first", True),
    ]


def test_a_rung_that_could_not_be_judged_is_an_error() -> None:
    problem = Problem(port="mine", repairs=0, message="there is no Java here", exit_code=3)
    (test,) = only(report(port(), problem))
    said = verdict(test)
    assert isinstance(said, Error)
    assert said.message == "there is no Java here"


def test_a_stale_finding_fails_as_the_exit_code_does() -> None:
    suite = suites(report(*ladder()))[2]
    (stale,) = [test for test in suite if verdict(test) and test.name.startswith("known finding")]
    said = verdict(stale)
    assert isinstance(said, Failure)
    assert (
        said.message
        == "the known finding average-lag did not appear: delete lines 40-43 of port.toml"
    )


def test_properties_say_what_was_run_on_what() -> None:
    suite = suites(report(*ladder()))[1]
    properties = {each.name: each.value for each in suite.properties()}
    assert properties["repair"] == "repairs/1-import.patch"
    assert properties["vectors"] == report(*ladder()).vectors
    assert properties["seed"] == "7"
    assert properties["machine"] == "system Linux, machine x86_64, processors 2"
    assert properties["version of goldstep"] == "0.1.0"
    assert properties["implementation language version"] == "3.12"
    assert suite.timestamp == "2026-01-02T03:04:05"
    assert suite.time == 0.75


def test_a_port_of_several_runs_has_a_suite_in_each() -> None:
    records = (port(), case(), diagnosis())
    of = Report.of(run(*records), run(*records, seed=8))
    assert [suite.name for suite in suites(of)] == [
        "mine (run 1), as it is",
        "mine (run 2), as it is",
    ]


def test_nothing_is_wrong_with_a_port_that_conforms() -> None:
    suite = only(conforming())
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (2, 0, 0, 0)
