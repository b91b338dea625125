"""SARIF, read by the schema that OASIS publishes: rules, places, fixes, fingerprints, limits."""

from __future__ import annotations

from typing import Any

import pytest
from goldstep.report.formats.sarif import log as sarif_module
from goldstep.report.formats.sarif.log import sarif
from goldstep.results.kinds import FINDINGS
from goldstep.results.records import Excerpt, Finding, Location, Problem, Stale, StartRecord
from goldstep.results.value import Report
from support.sarif_fixes import applied, log_of, valid
from support.streams import (
    EPSILON,
    IMPORT,
    SOURCE,
    case,
    conforming,
    diagnosis,
    finding,
    ladder,
    port,
    report,
    run,
    wrong,
)

Object = dict[str, Any]


def only_run(of: Report) -> Object:
    (only,) = log_of(of)["runs"]
    return dict(only)


def results(of: Report) -> list[Object]:
    return list(only_run(of)["results"])


def result(found: Finding, **of_port: Any) -> Object:
    """The result of a finding of a port with two repairs."""
    rungs = ("as printed", "1-import", "2-epsilon")
    of = port("mine", *rungs, repairs=[IMPORT, EPSILON], **of_port)
    (only,) = results(report(of, *started(3), found))
    return only


def started(rungs: int) -> list[StartRecord]:
    """So many rungs, of which nothing else is known."""
    which = ({"port": "mine", "repairs": repairs} for repairs in range(rungs))
    return [StartRecord(**each, outcome="ready", seconds="0.5") for each in which]


def place(of: Object) -> Object:
    return dict(of["locations"][0]["physicalLocation"])


@pytest.fixture(scope="module")
def of_ladder() -> dict[str, Object]:
    return {each["ruleId"]: each for each in results(report(*ladder()))}


def test_nothing_is_reported_of_a_port_that_conforms() -> None:
    run = only_run(conforming())
    assert run["results"] == []
    assert run["tool"]["driver"]["rules"] == []
    assert run["invocations"][0]["executionSuccessful"] is True


def test_each_kind_of_finding_is_a_rule_with_its_help() -> None:
    run = only_run(report(*ladder()))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [
        "unresolved-symbol",
        "epsilon-outside-root",
        "stale-known-finding",
    ]
    kind = FINDINGS["epsilon-outside-root"]
    assert rules[1]["shortDescription"]["text"] == kind.meaning
    assert kind.advice in rules[1]["help"]["text"]
    assert "`goldstep explain epsilon-outside-root`" in rules[1]["help"]["markdown"]
    for each in run["results"]:
        assert rules[each["ruleIndex"]]["id"] == each["ruleId"]


def test_a_finding_is_at_its_line_in_the_repository(of_ladder: dict[str, Object]) -> None:
    """Line 8 after the import is line 6 of the file that is there."""
    at = place(of_ladder["epsilon-outside-root"])
    assert at["artifactLocation"] == {"uri": "ports/mine/mine.py", "uriBaseId": "%SRCROOT%"}
    lines = SOURCE.splitlines()
    assert at["region"] == {"startLine": 6, "snippet": {"text": lines[5]}}
    context = at["contextRegion"]
    assert (context["startLine"], context["endLine"]) == (4, 8)
    assert context["snippet"]["text"] == "\n".join(lines[3:8])


def test_a_column_is_told(of_ladder: dict[str, Object]) -> None:
    assert place(of_ladder["unresolved-symbol"])["region"] == {
        "startLine": 6,
        "startColumn": 55,
        "snippet": {"text": SOURCE.splitlines()[5][54:]},
    }


def test_a_line_that_a_repair_makes_is_told_by_the_one_that_it_replaces() -> None:
    found = finding(repairs=2, location=Location("mine.py", 8, 4), source=Excerpt(7, ["a", "b"]))
    told = result(found)
    assert place(told)["region"] == {"startLine": 6}
    assert "contextRegion" not in place(told)
    assert "The line is one that a repair before it puts here." in told["message"]["text"]


@pytest.mark.parametrize(
    ("folder", "file", "uri"),
    [
        ("", "mine.py", "mine.py"),
        (".", "mine.py", "mine.py"),
        ("ports/a b", "ü.py", "ports/a%20b/%C3%BC.py"),
        ("ports/mine", "../common/other.py", "ports/common/other.py"),
        ("ports/mine", "../../../outside.py", "ports/mine/port.toml"),
        ("ports/mine", "ports?#[x].py", "ports/mine/ports%3F%23%5Bx%5D.py"),
    ],
)
def test_files_are_named_from_the_root(folder: str, file: str, uri: str) -> None:
    at = place(result(finding(location=Location(file, 2)), folder=folder))
    assert at["artifactLocation"] == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_a_folder_outside_of_any_repository_is_named_as_a_whole() -> None:
    at = place(result(finding(location=Location("mine.py", 2)), folder="/home/me/port"))
    assert at["artifactLocation"] == {"uri": "file:///home/me/port/mine.py"}


def test_what_has_no_line_is_at_the_top_of_port_toml() -> None:
    at = place(result(finding("unexplained")))
    assert at["artifactLocation"]["uri"] == "ports/mine/port.toml"
    assert at["region"] == {"startLine": 1}


def test_the_fix_is_the_repair_made_in_the_file_that_is_there(
    of_ladder: dict[str, Object],
) -> None:
    """That of epsilon too, which was seen after another repair."""
    lines = SOURCE.splitlines(keepends=True)
    (fix,) = of_ladder["unresolved-symbol"]["fixes"]
    assert fix["description"]["text"] == IMPORT.why
    assert applied(fix, SOURCE) == "".join(["from math import sqrt\n", "\n", *lines])
    (fix,) = of_ladder["epsilon-outside-root"]["fixes"]
    lines[5] = lines[5].replace("(sqrt(average) + self.epsilon)", "sqrt(average + self.epsilon)")
    assert applied(fix, SOURCE) == "".join(lines)
    assert fix["artifactChanges"][0]["artifactLocation"]["uri"] == "ports/mine/mine.py"


def test_a_repair_of_what_another_has_made_is_told_in_words_only() -> None:
    again = EPSILON.diff.replace("\n-   ", "\n~   ").replace("\n+   ", "\n-   ")
    changed = type(EPSILON)("repairs/3.patch", "It is so.", again.replace("\n~   ", "\n+   "))
    rungs = ("as printed", "1-import", "2-epsilon", "3")
    of = port("mine", *rungs, repairs=[IMPORT, EPSILON, changed])
    (told,) = results(
        report(of, *started(len(rungs)), finding(repairs=2, removed_by="repairs/3.patch"))
    )
    assert "fixes" not in told
    assert told["message"]["text"].endswith("Removed by repairs/3.patch: It is so.")


def test_the_message_has_the_evidence_and_what_the_example_shows(
    of_ladder: dict[str, Object],
) -> None:
    assert of_ladder["epsilon-outside-root"]["message"]["text"].splitlines() == [
        "mine: epsilon is added after the square root",
        "rmsprop/float64/formula/first, step 1, w1[0]",
        "expected -0.0031622775020545084, got -0.003162277660168379: "
        "off by 3.36e+04 rounding budgets",
        "1 of 3 cases, first rmsprop/float64/formula/first",
        "the example cannot show the fault",
        "Removed by repairs/2-epsilon.patch: Epsilon belongs under the root.",
    ]
    evidence = of_ladder["epsilon-outside-root"]["properties"]["evidence"]
    assert evidence["budgets"] == "33640.0"
    assert evidence["case"] == "rmsprop/float64/formula/first"


def test_known_findings_are_suppressed_with_their_reason(of_ladder: dict[str, Object]) -> None:
    assert of_ladder["unresolved-symbol"]["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "Printed so. (https://example.org/1)",
        }
    ]
    assert of_ladder["epsilon-outside-root"]["suppressions"] == []
    assert of_ladder["stale-known-finding"]["suppressions"] == []


def test_a_stale_one_is_a_warning_at_its_entry(of_ladder: dict[str, Object]) -> None:
    told = of_ladder["stale-known-finding"]
    assert told["level"] == "warning"
    assert place(told)["region"] == {"startLine": 40}
    assert place(told)["artifactLocation"]["uri"] == "ports/mine/port.toml"


def test_an_expired_one_says_so() -> None:
    expired = Stale(port="mine", repairs=0, finding="average-lag", why="expired", reason="So.")
    (told,) = results(report(port(), case(), diagnosis(), expired))
    assert told["message"]["text"] == (
        "mine: The known finding average-lag has expired: fix it, or renew its date."
    )


def test_a_rung_that_could_not_be_judged_is_a_notification() -> None:
    problem = Problem(port="mine", repairs=0, message="there is no Java here", exit_code=3)
    (invocation,) = only_run(report(port(), problem))["invocations"]
    assert (invocation["exitCode"], invocation["executionSuccessful"]) == (3, False)
    (told,) = invocation["toolExecutionNotifications"]
    assert told["message"]["text"] == ("mine with 0 repairs was not judged: there is no Java here")


def test_the_invocation_says_what_was_run_and_when() -> None:
    (invocation,) = only_run(report(*ladder()))["invocations"]
    assert invocation["commandLine"] == "goldstep verify mine/port.toml"
    assert (invocation["exitCode"], invocation["exitCodeDescription"]) == (1, "finding")
    assert invocation["executionSuccessful"] is True
    assert invocation["startTimeUtc"] == "2026-01-02T03:04:05Z"
    assert invocation["endTimeUtc"] == "2026-01-02T03:04:06Z"


class TestFingerprints:
    def test_they_do_not_change_with_lines_numbers_rung_run_or_machine(self) -> None:
        before = finding(location=Location("mine.py", 2, 3), message="is 7 budgets off")
        after = finding(
            location=Location("mine.py", 4, 5),
            message="is 8 budgets off",
            evidence=wrong(budgets="8.0", got="0.1"),
            repairs=1,
        )
        assert result(before)["partialFingerprints"] == result(after)["partialFingerprints"]

    def test_they_tell_findings_apart(self) -> None:
        found = [
            finding(),
            finding("average-lag"),
            finding(subject="0/0"),
            finding(stage="robustness"),
            finding(location=Location("mine.py", 2)),
            finding(location=Location("other.py", 2)),
            finding(port="other"),
            finding(message="the same again"),
        ]
        told = results(report(port(), port("other"), *found))
        prints = {each["partialFingerprints"]["goldstepFinding/v1"] for each in told}
        assert len(prints) == len(found)


class TestNotes:
    @pytest.mark.parametrize("stage", ["robustness", "vectors", "example"])
    def test_none_is_an_alert(self, stage: str) -> None:
        note = finding("invalid-input-accepted", severity="note", stage=stage, evidence=None)
        assert results(report(port(), case(), note)) == []

    def test_what_the_example_shows_is_said_with_the_finding(self) -> None:
        note = finding(severity="note", stage="example", message="it prints 0.5", evidence=None)
        (told,) = results(report(port(), case(), finding(), note))
        assert told["level"] == "error"
        assert "it prints 0.5" in told["message"]["text"]


class TestLimits:
    def test_messages_are_cut(self) -> None:
        told = result(finding(message="m" * 1_000_000, subject="s" * 1_000_000))
        assert 1000 < len(told["message"]["text"]) < 1100
        assert len(sarif(report(port(), finding(message="m" * 1_000_000)))) < 10_000

    def test_brackets_make_no_link(self) -> None:
        told = result(finding(message="look [here](https://example.org)"))
        assert "](" not in told["message"]["text"]

    def test_what_does_not_fit_is_left_out_and_counted_known_ones_first(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sarif_module, "_MOST_RESULTS", 3)
        of = report(port(), *(finding(known=known) for known in (True, True, False, False)))
        run = only_run(of)
        assert [bool(each["suppressions"]) for each in run["results"]] == [False, False, True]
        (told,) = run["invocations"][0]["toolExecutionNotifications"]
        assert told["message"]["text"].startswith("1 results are left out")

    def test_a_log_is_never_longer_than_is_taken(self) -> None:
        text = "a long text, as a port may say it " * 30
        many = (finding(message=f"{number} {text}") for number in range(12_000))
        written = sarif(report(port(), *many))
        assert 8_000_000 < len(written) < 10_000_000
        assert len(valid(written)["runs"][0]["results"]) < 12_000


def test_several_runs_are_of_categories_of_their_own() -> None:
    records = (port(), case(outcome="failed"), finding())
    log = log_of(Report.of(run(*records), run(*records, seed=8)))
    assert [each["automationDetails"]["id"] for each in log["runs"]] == [
        "goldstep/1/",
        "goldstep/2/",
    ]
