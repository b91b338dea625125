"""What a port or its adapter can do wrong, by a real process that does it.

For each: the finding, the run's exit code, the other cases still judged, and nothing left running.
"""

from __future__ import annotations

import os
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import goldstep
import pytest
from goldstep import Options, Results

from goldstep.paths import vectors_folder

from goldstep.results import CaseRecord, Finding, Problem, StartRecord
MOST_RESTARTS = 10
from goldstep.vectors import load_vectors
from harness_ports import script_port, what, where

SCRIPT = "misbehaving_port.py"
GROUP = "rmsprop/float64/formula"
CASES = tuple(
    f"{GROUP}/{name}"
    for name in (
        "document-example",
        "gradient-3-weight-zero",
        "gradient-minus-42-weight-half",  # where the port sins that sins at one case
        "gradient-0.1-weight-negative",
        "random-1",  # three steps recorded, two parameters
        "random-2",
    )
)
MARKED = CASES[2]
QUICKLY = "case_timeout = 1"


@pytest.fixture
def token() -> Iterator[str]:
    """An argument of the port's processes; when the test ends none of them is left."""
    token = uuid.uuid4().hex
    yield token
    assert list(processes_with(token)) == []


def processes_with(token: str) -> Iterator[str]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                command = (folder / "cmdline").read_bytes().decode(errors="replace")
            except OSError:  # it has ended meanwhile
                continue
            if token in command:
                yield command


@dataclass(frozen=True)
class Verdict:
    """One finding of a run of one rung, and what became of the cases."""

    results: Results
    finding: Finding
    outcomes: Mapping[str, int]


def verify(file: Path, *others: str, options: Options | None = None) -> Results:
    return goldstep.verify(str(file), *others, options=options or Options(case_ids=CASES))


def judged(results: Results) -> Verdict:
    (finding,) = results.findings()
    outcomes = Counter(str(case.outcome) for case in results.of(CaseRecord))
    return Verdict(results, finding, outcomes)


def sin(folder: Path, name: str, token: str, run_keys: str = QUICKLY) -> Verdict:
    port = script_port(folder / "port", SCRIPT, name, token, run_keys=run_keys)
    verdict = judged(verify(port))
    assert verdict.results.exit_code == 1
    assert verdict.finding.severity == "error"
    return verdict


def test_without_a_sin_it_conforms(tmp_path: Path, token: str, own_temporary_folder: Path) -> None:
    port = script_port(tmp_path / "port", SCRIPT, "none", token)
    results = verify(port)
    assert results.exit_code == 0
    assert {case.outcome for case in results.of(CaseRecord)} == {"passed"}


class TestAtTheStart:
    @pytest.mark.parametrize(
        ("name", "finding", "message"),
        [
            ("never-starts", "runtime-failure", "the process exited with 3"),
            ("refuses-start", "runtime-failure", "no device"),
            ("hangs-at-start", "runtime-failure", "no answer within 0.5 s"),
            ("noise", "protocol-error", "'Welcome!'"),
            ("nameless", "protocol-error", "names no implementation"),
            ("other-format", "protocol-error", "says float32, port.toml float64"),
            ("wrong-seq-at-start", "protocol-error", "seq 1 was expected, seq 2 came"),
            ("rounds-echo", "protocol-error", "0.1 came back as 0.10000000149011612"),
            ("loses-sign", "protocol-error", "-0.0 came back as 0.0"),
            ("short-echo", "protocol-error", "11 values were sent, 10 came back"),
        ],
    )
    def test_no_case_is_sent(
        self,
        tmp_path: Path,
        token: str,
        own_temporary_folder: Path,
        name: str,
        finding: str,
        message: str,
    ) -> None:
        run_keys = "start_timeout = 0.5" if name == "hangs-at-start" else QUICKLY
        verdict = sin(tmp_path, name, token, run_keys)
        assert (verdict.finding.stage, verdict.finding.id) == ("start", finding)
        assert message in verdict.finding.message
        assert not verdict.outcomes
        (start,) = verdict.results.of(StartRecord)
        assert start.outcome == "failed"

    def test_standard_error_is_shown(self, tmp_path: Path, token: str) -> None:
        verdict = sin(tmp_path, "never-starts", token)
        assert verdict.finding.evidence["standard_error"] == "no licence\n"

    @pytest.mark.parametrize(
        ("source", "finding", "subject", "line"),
        [
            ("import math\n\nratio = fraction(1, 2)\n", "unresolved-symbol", "fraction", 3),
            ("import math\nratio = (1,\n", "build-failure", None, 2),
            ("import no_such_package\n", "build-failure", "no_such_package", 1),
            ("import math\n\n\nratio = 1 + '2'\n", "runtime-type-error", "TypeError", 4),
            ("\n\nraise SystemError('x')\n", "runtime-failure", "SystemError", 3),
        ],
    )
    def test_an_exception_names_the_line(
        self, tmp_path: Path, token: str, source: str, finding: str, subject: str, line: int
    ) -> None:
        port = script_port(
            tmp_path / "port", SCRIPT, "imports", token, sources=(SCRIPT, "optimizer.py")
        )
        port.with_name("optimizer.py").write_text(source)
        verdict = judged(verify(port))
        assert verdict.finding.stage == "start"
        assert what(verdict.finding) == (finding, subject)
        # The adapter's own line, which imports it, is a source too.
        assert where(verdict.finding) == ("optimizer.py", line)

    def test_a_missing_command_is_no_fault_of_the_port(self, tmp_path: Path, token: str) -> None:
        missing = script_port(tmp_path / "missing", SCRIPT, name="missing")
        missing.write_text(missing.read_text().replace("{python}", "./no-such-program"))
        other = script_port(tmp_path / "other", SCRIPT, "none", token, name="other")
        results = verify(missing, str(other))
        assert results.exit_code == 3
        (problem,) = results.of(Problem)
        assert problem.port == "missing"
        assert "'./no-such-program' cannot be run: No such file or directory" in problem.message
        assert f"{missing}, run.command" in problem.message
        assert {c.outcome for c in results.of(CaseRecord) if c.port == "other"} == {"passed"}


class TestAtOneCase:
    """The process has to be ended, or has ended: a new one goes on with the next case."""

    @pytest.mark.parametrize(
        ("name", "finding", "message"),
        [
            ("not-json", "protocol-error", "'Segmentation fault?'"),
            ("wrong-seq", "protocol-error", "seq 3 was expected, seq 4 came"),
            ("hangs", "runtime-failure", "no answer within 1 s"),
            ("exits", "runtime-failure", "the process exited with 4"),
            ("killed", "runtime-failure", "the process was killed by SIGSEGV"),
            ("half-a-line", "runtime-failure", "the process exited with 0 after half a line"),
            ("half-a-line-hangs", "runtime-failure", "no answer within 1 s after half a line"),
            ("closes", "runtime-failure", "the process closed its standard output"),
        ],
    )
    def test_the_other_cases_are_still_judged(
        self,
        tmp_path: Path,
        token: str,
        own_temporary_folder: Path,
        name: str,
        finding: str,
        message: str,
    ) -> None:
        verdict = sin(tmp_path, name, token)
        assert (verdict.finding.stage, verdict.finding.id) == ("vectors", finding)
        assert message in verdict.finding.message
        assert verdict.finding.evidence["case"] == MARKED
        assert verdict.finding.evidence["cases"] == 1
        assert verdict.outcomes == {"error": 1, "passed": len(CASES) - 1}
        (failed,) = (c.id for c in verdict.results.of(CaseRecord) if c.outcome == "error")
        assert failed == MARKED

    def test_what_was_said_before_the_end_is_shown(self, tmp_path: Path, token: str) -> None:
        verdict = sin(tmp_path, "exits", token)
        assert verdict.finding.evidence["standard_error"] == "out of luck\n"

    def test_the_half_line_is_shown(self, tmp_path: Path, token: str) -> None:
        verdict = sin(tmp_path, "half-a-line", token)
        assert '"seq": 3, "ok": true' in verdict.finding.evidence["half_a_line"]


class TestAtEveryCase:
    @pytest.mark.parametrize(
        ("name", "finding", "message", "cases"),
        [
            ("number-as-number", "protocol-error", "Expected `str`, got `float`", 6),
            ("word-as-number", "protocol-error", "'zero' is not a number", 6),
            ("one-too-few", "protocol-error", "2 values were expected, 1 came", 6),
            ("no-weights", "protocol-error", "missing required field `weights`", 6),
            ("one-parameter-less", "protocol-error", "w1, w2 were expected, w2 came", 6),
            ("extra-parameter", "protocol-error", "w1, w2 were expected, w1, w2, w99 came", 6),
            ("no-steps", "protocol-error", "there are no steps", 6),
            ("one-step-less", "protocol-error", "1 steps were asked for, 0 came", 6),
            ("rejects", "runtime-failure", "valid input is rejected: rejects: too much", 6),
            ("unsupported", "runtime-failure", "valid input is unsupported: unsupp", 6),
        ],
    )
    def test_the_process_is_kept_and_one_finding_counts_the_cases(
        self,
        tmp_path: Path,
        token: str,
        own_temporary_folder: Path,
        name: str,
        finding: str,
        message: str,
        cases: int,
    ) -> None:
        verdict = sin(tmp_path, name, token)
        assert (verdict.finding.stage, verdict.finding.id) == ("vectors", finding)
        assert message in verdict.finding.message
        evidence = verdict.finding.evidence
        assert (evidence["case"], evidence["cases"], evidence["of_cases"]) == (CASES[0], cases, 6)
        assert verdict.outcomes == {"error": cases}

    def test_not_a_number_is_unexplained(self, tmp_path: Path, token: str) -> None:
        verdict = sin(tmp_path, "not-a-number", token)
        assert (verdict.finding.stage, verdict.finding.id) == ("vectors", "unexplained")
        assert verdict.finding.evidence["got"] == "NaN"
        assert verdict.finding.evidence["budgets"] == "Infinity"
        assert verdict.outcomes == {"failed": 6}

    @pytest.mark.parametrize("name", ["slow", "noisy", "silent-average", "extra-fields"])
    def test_what_is_allowed_conforms(
        self, tmp_path: Path, token: str, own_temporary_folder: Path, name: str
    ) -> None:
        # The time-out is each case's own.
        port = script_port(tmp_path / "port", SCRIPT, name, token, run_keys=QUICKLY)
        results = verify(port)
        assert results.exit_code == 0
        assert {case.outcome for case in results.of(CaseRecord)} == {"passed"}

    def test_unsupported_is_right_where_a_hyper_parameter_is_left_out(
        self, tmp_path: Path, token: str
    ) -> None:
        port = script_port(tmp_path / "port", SCRIPT, "unsupported", token)
        results = verify(port, options=Options(groups=("defaults",)))
        outcomes = {case.id: case.outcome for case in results.of(CaseRecord)}
        leaving_out = {
            case.id for _, case in load_vectors(vectors_folder()).cases() if case.leaves_out
        }
        assert {case for case in outcomes if outcomes[case] == "not-applicable"} == (
            leaving_out & outcomes.keys()
        )
        assert leaving_out & outcomes.keys()
        assert set(outcomes.values()) <= {"not-applicable", "error"}

    def test_it_is_not_started_again_for_ever(self, tmp_path: Path, token: str) -> None:
        port = script_port(tmp_path / "port", SCRIPT, "exits-always", token)
        verdict = judged(verify(port, options=Options(groups=("formula",))))
        assert what(verdict.finding) == ("runtime-failure", None)
        # Those that were in flight when it first ended are tried alone: a restart each.
        assert verdict.outcomes["error"] == MOST_RESTARTS
        others = sum(verdict.outcomes.values()) - MOST_RESTARTS
        assert verdict.outcomes["not-run"] == others > 0

    def test_max_failures_ends_the_rung(self, tmp_path: Path, token: str) -> None:
        port = script_port(tmp_path / "port", SCRIPT, "not-a-number", token)
        verdict = judged(verify(port, options=Options(case_ids=CASES, max_failures=2)))
        assert verdict.outcomes == {"failed": 2, "not-run": 4}


class TestAtTheEnd:
    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("ignores-stop", "the process did not exit within 5 s of `stop`"),
            ("bad-exit", "the process exited with 7 after `stop`, not with 0"),
        ],
    )
    def test_the_adapter_must_end_when_it_is_asked_to(
        self, tmp_path: Path, token: str, own_temporary_folder: Path, name: str, message: str
    ) -> None:
        verdict = sin(tmp_path, name, token)
        assert what(verdict.finding) == ("protocol-error", None)
        assert verdict.finding.message == message
        assert verdict.outcomes == {"passed": 6}


def test_a_listener_that_fails_ends_the_run_and_its_processes(
    tmp_path: Path, token: str, own_temporary_folder: Path
) -> None:
    """As an interrupt does: nothing is left running, and another run is possible."""
    port = script_port(tmp_path / "port", SCRIPT, "hangs", token, run_keys="case_timeout = 600")
    other = script_port(tmp_path / "other", SCRIPT, "none", token, name="other")

    def full(record: object) -> None:
        if isinstance(record, CaseRecord) and record.id == CASES[1] and record.port == "a-port":
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        goldstep.verify(str(port), options=Options(case_ids=CASES), listeners=[full])
    assert verify(other).exit_code == 0


def test_a_request_that_is_longer_than_a_pipe_holds_is_sent_whole(
    tmp_path: Path, token: str
) -> None:
    """And answers are read meanwhile: neither side waits for the other."""
    port = script_port(tmp_path / "port", SCRIPT, "noisy", token)
    cases = replace(Options(), case_ids=(), groups=("parameters", "accumulation"))
    results = verify(port, options=cases)
    assert {case.outcome for case in results.of(CaseRecord)} == {"passed"}
