"""A port that does something else instead of sending one answer: the others are judged.

The process has to be ended, or has ended: another one goes on. What was in flight is sent again,
each case alone; the one that fails alone is blamed, else none is.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from goldstep.supervision.isolation import SandboxMode
from support.harness_ports import what, where
from support.misbehaviour import CASE_TIMEOUT, CASES, GROUP, HUNG, MARKED, SANDBOXES, sin

pytestmark = pytest.mark.processes

SCRIPT = "unreliable_port.py"


def limited(message: str) -> dict[str, float]:
    """A short time-out where one is to be waited for."""
    return {"case_timeout": CASE_TIMEOUT} if message.startswith(HUNG) else {}


class TestTheLineIsNoAnswer:
    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("not-json", "'Segmentation fault?'"),
            ("stack-trace", "'Traceback (most recent call last):'"),
            ("not-utf-8", r"\\xff\\xfe"),
            ("empty-line", "''"),
            ("wrong-seq", "seq 3 was expected, seq 4 came"),
            ("never-sent", "seq 3 was expected, seq 1000003 came"),
            ("no-seq", "missing required field `seq`"),
        ],
    )
    def test_the_case_is_blamed(self, tmp_path: Path, name: str, message: str) -> None:
        finding = sin(tmp_path, SCRIPT, name).blames()
        assert finding.id == "protocol-error"
        assert message in finding.message
        assert finding.evidence.expected == "the answer to `run`, seq 3"

    @pytest.mark.parametrize(
        ("value", "kind"),
        [("[]", "array"), ("3", "int"), ("null", "null"), ("true", "bool"), ('"x"', "str")],
    )
    def test_a_value_that_is_not_an_object(self, tmp_path: Path, value: str, kind: str) -> None:
        finding = sin(tmp_path, SCRIPT, "not-an-object", value).blames()
        assert finding.id == "protocol-error"
        assert f"Expected `object`, got `{kind}`" in finding.message


class TestTheAnswerCannotBeRead:
    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("key-twice", "the key 'steps' is given 2 times"),
            ("inner-key-twice", "the key 'weights' is given 2 times"),
            ("ok-with-error", "ok and error do not go together"),
            ("deep-value", '{"seq": 3, '),
            ("odd-bytes", "utf-8"),
        ],
    )
    def test_the_case_is_blamed(self, tmp_path: Path, name: str, message: str) -> None:
        finding = sin(tmp_path, SCRIPT, name).blames()
        assert finding.id == "protocol-error"
        assert message in finding.message

    def test_a_long_number_that_nobody_asked_for_conforms(self, tmp_path: Path) -> None:
        assert sin(tmp_path, SCRIPT, "long-number").conforms()


class TestNoAnswer:
    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("hangs", HUNG),
            ("late", HUNG),
            ("half-a-line-hangs", f"{HUNG} after half a line"),
            ("half-a-line", "the process exited with 0 after half a line"),
            ("closes", "the process closed its standard output"),
            ("closes-both", "the process closed its standard output"),
        ],
    )
    def test_the_case_is_blamed(self, tmp_path: Path, name: str, message: str) -> None:
        run = sin(tmp_path, SCRIPT, name, **limited(message))
        finding = run.blames()
        assert (finding.id, finding.message) == ("runtime-failure", message)
        assert [each.message for each in run.records if each.id == MARKED] == [message]

    @pytest.mark.parametrize("sandbox", SANDBOXES)
    @pytest.mark.parametrize(
        ("name", "word", "message"),
        [
            ("exits", "", "the process exited with 4"),
            ("killed", "SIGSEGV", "the process was killed by SIGSEGV"),
            ("killed", "SIGKILL", "the process was killed by SIGKILL"),
            ("deaf", "", HUNG),
        ],
    )
    def test_with_and_without_a_sandbox(
        self, tmp_path: Path, name: str, word: str, message: str, sandbox: SandboxMode
    ) -> None:
        run = sin(tmp_path, SCRIPT, name, word, sandbox=sandbox, **limited(message))
        finding = run.blames()
        assert (finding.id, finding.message) == ("runtime-failure", message)

    def test_what_was_said_before_the_end_is_shown(self, tmp_path: Path) -> None:
        finding = sin(tmp_path, SCRIPT, "exits").blames()
        assert finding.evidence.standard_error == "out of luck\n"

    @pytest.mark.parametrize(
        ("source", "finding", "subject"),
        [
            ("\n\nratio = 1 / 0\n", "runtime-failure", "ZeroDivisionError"),
            ("\n\nratio = 1 + '2'\n", "runtime-type-error", "TypeError"),
            ("\n\nratio = fraction(1, 2)\n", "unresolved-symbol", "fraction"),
        ],
    )
    def test_an_exception_that_nobody_catches_names_the_line(
        self, tmp_path: Path, source: str, finding: str, subject: str
    ) -> None:
        found = sin(tmp_path, SCRIPT, "raises", sources={"optimizer.py": source}).blames()
        assert what(found) == (finding, subject)
        assert where(found) == ("optimizer.py", 3)
        assert found.message.startswith("the process exited with 1: ")

    def test_the_half_line_is_shown(self, tmp_path: Path) -> None:
        finding = sin(tmp_path, SCRIPT, "half-a-line").blames()
        assert '"seq": 3, "ok": true' in finding.evidence.half_a_line


class TestTheAnswerAndWhatHarmsOthers:
    """No case fails alone: nobody is blamed."""

    def test_an_answer_twice(self, tmp_path: Path) -> None:
        finding = sin(tmp_path, SCRIPT, "twice").blames_nobody()
        assert (finding.id, finding.message) == ("protocol-error", "an answer came twice")
        assert finding.evidence.case == MARKED

    def test_an_answer_for_ever(self, tmp_path: Path) -> None:
        run = sin(tmp_path, SCRIPT, "for-ever")
        assert set(run.outcomes.values()) == {"passed"}
        assert {finding.id for finding in run.results.findings()} <= {
            "protocol-error",
            "runtime-failure",
        }
        assert run.results.exit_code == 1

    def test_two_answers_in_the_wrong_order(self, tmp_path: Path) -> None:
        finding = sin(tmp_path, SCRIPT, "swaps").blames_nobody()
        assert finding.id == "protocol-error"
        assert "seq 5 was expected, seq 6 came" in finding.message
        assert finding.evidence.case == MARKED
        assert 2 <= finding.evidence.in_flight <= 4

    @pytest.mark.parametrize(
        ("name", "kind", "message"),
        [
            ("answers-and-exits", "runtime-failure", "the process exited with 0"),
            ("answers-and-traces", "protocol-error", "'Traceback (most recent call last):'"),
        ],
    )
    def test_an_end_between_two_cases(
        self, tmp_path: Path, name: str, kind: str, message: str
    ) -> None:
        finding = sin(tmp_path, SCRIPT, name).blames_nobody()
        assert finding.id == kind
        assert message in finding.message
        assert finding.evidence.case == CASES[3]

    def test_an_end_before_the_last_case(self, tmp_path: Path) -> None:
        """Which is in flight alone, and is not to blame all the same."""
        finding = sin(tmp_path, SCRIPT, "answers-and-exits", cases=CASES[1:4]).blames_nobody()
        assert (finding.id, finding.message) == ("runtime-failure", "the process exited with 0")
        assert finding.evidence.case == CASES[3]

    @pytest.mark.parametrize("sandbox", SANDBOXES)
    def test_the_end_of_its_input(self, tmp_path: Path, sandbox: SandboxMode) -> None:
        """What is sent after that does not reach it: not all cases are sent at first."""
        cases = (*CASES[2:], *(f"{GROUP}/random-{number}" for number in range(3, 7)))
        finding = sin(
            tmp_path, SCRIPT, "closes-input", sandbox=sandbox, cases=cases
        ).blames_nobody()
        assert finding.id == "runtime-failure"
        assert "the process closed its standard input" in finding.message
        assert 3 <= finding.evidence.in_flight < len(cases)
