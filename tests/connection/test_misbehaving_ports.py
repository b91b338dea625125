"""What a port or its adapter can do wrong at its start and at its end, by a process that does it.

For each: the finding, the run's exit code, the cases still judged, and nothing left running.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import goldstep
import pytest
from goldstep import Options
from goldstep.connection import hints
from goldstep.paths import vectors_folder
from goldstep.results.records import CaseRecord, Problem, StartRecord
from goldstep.vectors.folder import load_vectors
from support.harness_ports import script_port, what, where
from support.misbehaviour import CASES, Run, new_port, processes_with, sin

pytestmark = pytest.mark.processes

SCRIPT = "misbehaving_port.py"
NUMBERS_ECHO = "Expected `str`, got `float` - at `$.values[0]`"
HEX_ECHO = "'0x1.999999999999ap-4' is not a number"


@pytest.fixture
def token() -> Iterator[str]:
    """An argument of the port's processes; when the test ends none of them is left."""
    token = uuid.uuid4().hex
    yield token
    assert list(processes_with(token)) == []


def failed_start(run: Run) -> str:
    """The id of the finding of a port that did not start."""
    (start,) = run.results.of(StartRecord)
    assert start.outcome == "failed"
    assert run.finding.stage == "start"
    assert not run.outcomes
    return run.finding.id


class TestAtTheStart:
    def test_without_a_sin_it_conforms(self, tmp_path: Path) -> None:
        assert sin(tmp_path, SCRIPT, "none").conforms()

    def test_a_late_start_within_its_time_out_conforms(self, tmp_path: Path) -> None:
        assert sin(tmp_path, SCRIPT, "starts-late").conforms()

    def test_no_start_within_its_time_out(self, tmp_path: Path) -> None:
        run = sin(tmp_path, SCRIPT, "hangs-at-start", start_timeout=0.3)
        assert failed_start(run) == "runtime-failure"
        assert run.finding.message == "no answer within 0.3 s"
        assert run.finding.evidence.expected == "the answer to `start`"

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("never-starts", "the process exited with 3"),
            ("exits-at-start", "the process exited with 3"),
            ("exits-at-echo", "the process exited with 3"),
            ("refuses-start", "no device"),
            ("other-protocol", "protocol 2 only"),
        ],
    )
    def test_it_does_not_start(self, tmp_path: Path, name: str, message: str) -> None:
        run = sin(tmp_path, SCRIPT, name)
        assert failed_start(run) == "runtime-failure"
        assert run.finding.message == message

    @pytest.mark.parametrize(
        ("name", "message", "hint"),
        [
            ("noise", "'Welcome!'", hints.LOGS),
            ("nameless", "names no implementation", hints.IMPLEMENTATION),
            ("other-format", "says float32, port.toml float64", hints.NUMBER_FORMAT),
            ("wrong-seq-at-start", "seq 1 was expected, seq 2 came", hints.SEQ),
            ("rounds-echo", "0.1 came back as 0.10000000149011612", "float32, not float64"),
            ("hex-echo", HEX_ECHO, hints.DECIMALS),
            ("numbers-echo", NUMBERS_ECHO, hints.STRINGS),
            ("loses-sign", "-0.0 came back as 0.0", "the sign of a zero"),
            ("decimals-echo", "5e-324 came back as 0.000000", "17 are enough"),
            ("short-echo", "11 values were sent, 10 came back", hints.VALUES),
        ],
    )
    def test_what_it_says_is_no_answer(
        self, tmp_path: Path, name: str, message: str, hint: str
    ) -> None:
        run = sin(tmp_path, SCRIPT, name)
        assert failed_start(run) == "protocol-error"
        assert message in run.finding.message
        assert hint in run.finding.evidence.look_at

    def test_standard_error_is_shown(self, tmp_path: Path) -> None:
        run = sin(tmp_path, SCRIPT, "never-starts")
        assert run.finding.evidence.standard_error == "no licence\n"

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
        self, tmp_path: Path, source: str, finding: str, subject: str, line: int
    ) -> None:
        run = sin(tmp_path, SCRIPT, "imports", sources={"optimizer.py": source})
        failed_start(run)
        assert what(run.finding) == (finding, subject)
        # The adapter's own line, which imports it, is a source too.
        assert where(run.finding) == ("optimizer.py", line)

    def test_a_missing_command_is_no_fault_of_the_port(self, tmp_path: Path, token: str) -> None:
        missing = script_port(tmp_path / "missing", SCRIPT, name="missing")
        missing.write_text(missing.read_text().replace("{python}", "./no-such-program"))
        other = script_port(tmp_path / "other", SCRIPT, "none", token, name="other")
        results = goldstep.verify(str(missing), str(other), options=Options(case_ids=CASES))
        assert results.exit_code == 3
        (problem,) = results.of(Problem)
        assert problem.port == "missing"
        assert "'./no-such-program' cannot be run: No such file or directory" in problem.message
        assert f"{missing}, run.command" in problem.message
        assert {c.outcome for c in results.of(CaseRecord) if c.port == "other"} == {"passed"}


class TestItStartsOnlyOnce:
    """It fails to start where it is started again: by the check of repeatability, or after an end.

    What was found before stays found, and every case is recorded.
    """

    def test_its_cases_are_judged(self, tmp_path: Path) -> None:
        run = sin(tmp_path, SCRIPT, "starts-once")
        assert set(run.outcomes.values()) == {"passed"}
        assert run.finding.id == "runtime-failure"
        assert run.finding.message == "the process exited with 5"

    def test_what_is_in_doubt_when_it_ends_is_not_run(self, tmp_path: Path) -> None:
        run = sin(tmp_path, SCRIPT, "starts-once-exits", run_keys="restarts = 3")
        assert [*run.outcomes.values()] == ["passed"] * 2 + ["not-run"] * 4
        messages = [finding.message for finding in run.results.findings()]
        assert any("exited with 4" in message for message in messages)
        assert any("the process exited with 5" in message for message in messages)

    def test_also_those_with_invalid_input(self, tmp_path: Path, token: str) -> None:
        port = script_port(tmp_path / "port", SCRIPT, "starts-once", token)
        options = Options(groups=("invalid-input", "hyper-parameters"), jobs=1)
        results = goldstep.verify(str(port), options=options)
        outcomes = {case.id: case.outcome for case in results.of(CaseRecord)}
        assert outcomes.keys() == {
            case.id
            for file, case in load_vectors(vectors_folder()).cases()
            if file.group in options.groups and file.number_format == "float64"
        }
        assert "passed" in outcomes.values()


class TestAtTheEnd:
    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("bad-exit", "the process exited with 7 after `stop`, not with 0"),
            ("stops-with-trace", "the process exited with 1 after `stop`, not with 0"),
            ("last-words", "nothing was asked, and this came: 'Goodbye!\\n'"),
        ],
    )
    def test_the_adapter_must_exit_with_0_and_no_word(
        self, tmp_path: Path, name: str, message: str
    ) -> None:
        run = sin(tmp_path, SCRIPT, name)
        assert set(run.outcomes.values()) == {"passed"}
        assert what(run.finding) == ("protocol-error", None)
        assert run.finding.message == message

    def test_the_adapter_must_end_when_it_is_asked_to(self, tmp_path: Path) -> None:
        run = sin(tmp_path, SCRIPT, "ignores-stop", run_keys="stop_timeout = 0.5")
        assert set(run.outcomes.values()) == {"passed"}
        assert what(run.finding) == ("protocol-error", None)
        assert run.finding.message == "the process did not exit within 0.5 s of `stop`"

    def test_what_it_says_before_is_shown(self, tmp_path: Path) -> None:
        run = sin(tmp_path, SCRIPT, "stops-with-trace")
        assert "RuntimeError: no time to stop" in run.finding.evidence.standard_error


def test_a_listener_that_fails_ends_the_run_and_its_processes(
    tmp_path: Path, token: str, own_temporary_folder: Path
) -> None:
    """As an interrupt does: nothing is left running, and another run is possible."""
    port = new_port(tmp_path, "unreliable_port.py", "hangs", token, keys=("case_timeout = 600", ""))

    def full(record: object) -> None:
        if isinstance(record, CaseRecord) and record.id == CASES[1]:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        goldstep.verify(str(port), options=Options(case_ids=CASES), listeners=[full])
    assert sin(tmp_path / "other", SCRIPT, "none").conforms()


def test_a_request_that_is_longer_than_a_pipe_holds_is_sent_whole(
    tmp_path: Path, token: str
) -> None:
    """And answers are read meanwhile: neither side waits for the other."""
    port = script_port(tmp_path / "port", SCRIPT, "noisy", token)
    results = goldstep.verify(str(port), options=Options(groups=("parameters", "accumulation")))
    assert {case.outcome for case in results.of(CaseRecord)} == {"passed"}
