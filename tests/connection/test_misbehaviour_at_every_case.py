"""A port whose every answer is wrong in one way, or odd and allowed."""

from __future__ import annotations

import uuid
from pathlib import Path

import goldstep
import pytest
from goldstep import Options
from goldstep.connection import hints
from goldstep.paths import vectors_folder
from goldstep.results.records import CaseRecord, DiagnosisRecord, Finding
from goldstep.vectors.folder import load_vectors
from support.harness_ports import script_port, what
from support.misbehaviour import CASE_TIMEOUT, CASES, HUNG, formula_vectors, new_port, sin

pytestmark = pytest.mark.processes

SCRIPT = "misbehaving_port.py"


class TestTheAnswerIsOfTheWrongShape:
    @pytest.mark.parametrize(
        ("name", "message", "hint"),
        [
            ("number-as-number", "Expected `str`, got `float`", hints.STRINGS),
            ("word-as-number", "'zero' is not a number", hints.DECIMALS),
            ("hex-number", "is not a number", hints.DECIMALS),
            ("book-as-number", "is not a number", hints.DECIMALS),
            ("one-too-few", "2 values were expected, 1 came", hints.ARRAYS),
            ("one-too-many", "2 values were expected, 3 came", hints.ARRAYS),
            ("no-weights", "missing required field `weights`", "the key weights"),
            ("one-parameter-less", "w1, w2 were expected, w2 came", hints.ARRAYS),
            ("extra-parameter", "w1, w2 were expected, w1, w2, w99 came", hints.ARRAYS),
            ("no-steps", "there are no steps", hints.STEPS),
            ("one-step-less", "1 steps were asked for, 0 came", hints.STEPS),
            ("one-step-more", "1 steps were asked for, 2 came", hints.STEPS),
            ("missing-average", "reports moving_average", "the key moving_average"),
        ],
    )
    def test_the_process_is_kept_and_one_finding_counts_the_cases(
        self, tmp_path: Path, name: str, message: str, hint: str
    ) -> None:
        run = sin(tmp_path, SCRIPT, name)
        finding = run.finding
        assert (finding.stage, finding.id) == ("vectors", "protocol-error")
        assert message in finding.message
        assert len(finding.message) < 1000
        evidence = finding.evidence
        assert (evidence.case, evidence.cases, evidence.of_cases) == (CASES[0], 6, 6)
        assert hint in evidence.look_at
        assert run.counts == {"error": 6}

    @pytest.mark.parametrize("name", ["rejects", "unsupported"])
    def test_valid_input_is_refused(self, tmp_path: Path, name: str) -> None:
        run = sin(tmp_path, SCRIPT, name)
        assert what(run.finding) == ("runtime-failure", None)
        kind = {"rejects": "rejected"}.get(name, name)
        assert run.finding.message == f"valid input is {kind}: {name}: too much"
        assert run.counts == {"error": 6}

    def test_max_failures_ends_the_rung(self, tmp_path: Path) -> None:
        port = new_port(tmp_path, SCRIPT, "word-as-number")
        vectors = formula_vectors(tmp_path / "vectors")
        options = Options(case_ids=CASES, max_failures=2, vectors=vectors)
        results = goldstep.verify(str(port), options=options)
        assert results.footer.cases == {"error": 2, "not-run": 4}

    def test_unsupported_is_right_where_a_hyper_parameter_is_left_out(self, tmp_path: Path) -> None:
        port = script_port(tmp_path / "port", SCRIPT, "unsupported", "token")
        results = goldstep.verify(str(port), options=Options(groups=("defaults",)))
        outcomes = {case.id: case.outcome for case in results.of(CaseRecord)}
        leaving_out = {
            case.id for _, case in load_vectors(vectors_folder()).cases() if case.left_out
        }
        assert {case for case in outcomes if outcomes[case] == "not-applicable"} == (
            leaving_out & outcomes.keys()
        )
        assert leaving_out & outcomes.keys()
        assert set(outcomes.values()) <= {"not-applicable", "error"}


class TestTheNumbersAreWrong:
    def test_not_a_number_is_unexplained(self, tmp_path: Path) -> None:
        run = sin(tmp_path, SCRIPT, "not-a-number")
        assert (run.finding.stage, run.finding.id) == ("vectors", "unexplained")
        assert run.finding.evidence.got == "NaN"
        assert run.finding.evidence.budgets == "Infinity"
        assert run.counts == {"failed": 6}

    @pytest.mark.parametrize("name", ["time-of-day", "leaks-state"])
    def test_they_change_from_run_to_run(self, tmp_path: Path, name: str) -> None:
        run = sin(tmp_path, SCRIPT, name)
        assert run.results.findings()
        assert set(run.outcomes.values()) <= {"passed", "failed"}


class TestItEndsAtEveryCase:
    def test_it_is_not_started_again_for_ever(self, tmp_path: Path) -> None:
        """Those that were in flight when it first ended are tried alone: a restart each."""
        run = sin(tmp_path, SCRIPT, "exits-always", run_keys="restarts = 3")
        assert what(run.finding) == ("runtime-failure", None)
        assert [*run.outcomes.values()] == ["error"] * 3 + ["not-run"] * 3
        assert {each.message for each in run.records if each.outcome == "not-run"} == {
            "the port had ended 4 times before"
        }
        assert run.finding.message == (
            "3 of 6 cases were not run, as the port had ended 4 times before: "
            "the process exited with 4"
        )

    def test_it_is_started_again_as_often_as_port_toml_says(self, tmp_path: Path) -> None:
        run = sin(tmp_path, SCRIPT, "exits-always", run_keys="restarts = 6")
        assert run.finding.evidence.cases == 6
        assert run.counts == {"error": 6}

    def test_no_case_is_blamed_where_each_is_answered_before_the_end(self, tmp_path: Path) -> None:
        token = uuid.uuid4().hex
        run = sin(tmp_path, SCRIPT, "one-shot", token, run_keys="restarts = 20")
        assert run.counts == {"passed": 6}
        assert what(run.finding) == ("runtime-failure", None)
        assert "the process exited with 0" in run.finding.message


class TestWhatIsAllowed:
    @pytest.mark.parametrize(
        "name",
        ["noisy", "silent-average", "fickle-average", "extra-fields", "returns", "trickles"],
    )
    def test_it_conforms(self, tmp_path: Path, name: str) -> None:
        assert sin(tmp_path, SCRIPT, name).conforms()

    @pytest.mark.parametrize(
        ("name", "unreported", "keys"),
        [
            ("none", [], []),
            ("fickle-average", [], []),
            ("silent-average", ["moving_average"], []),
            ("misspelt-average", ["moving_average"], ["steps.moving_averages"]),
            ("extra-fields", [], ["steps.weather"]),
        ],
    )
    def test_what_is_not_checked_is_said(
        self, tmp_path: Path, name: str, unreported: list[str], keys: list[str]
    ) -> None:
        run = sin(tmp_path, SCRIPT, name)
        assert run.conforms()
        (diagnosis,) = run.results.of(DiagnosisRecord)
        assert diagnosis.unreported == unreported
        assert (f"{diagnosis.values} values" in diagnosis.checked_by) == bool(unreported)
        notes = [each for each in run.results.of(Finding) if each.id == "protocol-error"]
        assert [(each.severity, each.message.partition(": ")[2]) for each in notes] == [
            ("note", key) for key in keys
        ]

    def test_the_time_out_is_each_cases_own(self, tmp_path: Path) -> None:
        """All of them together take longer."""
        assert sin(tmp_path, SCRIPT, "slow", case_timeout=CASE_TIMEOUT).conforms()

    def test_one_case_too_many(self, tmp_path: Path) -> None:
        """Alone in a new process every case is answered: none is blamed."""
        run = sin(tmp_path, SCRIPT, "tires", case_timeout=CASE_TIMEOUT)
        assert run.counts == {"passed": 6}
        assert run.finding.id == "runtime-failure"
        assert HUNG in run.finding.message
        assert run.finding.evidence.in_flight == 2
