"""What ports do with invalid input, and to what is the caller's, by real processes that do it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import goldstep
import pytest
from goldstep import Options, Results
from goldstep.results.evidence import InvalidInput
from goldstep.results.records import CaseRecord, DiagnosisRecord, Finding
from goldstep_reference.numbers.number_format import FLOAT64
from goldstep_reference.rmsprop.groups.group import Inputs
from goldstep_reference.rule.case import Case
from support.harness_ports import script_port, what
from support.harness_vectors import small_vectors

pytestmark = pytest.mark.processes

SCRIPT = "unruly_port.py"
HELD = "validates_input = true"
GROUP = "rmsprop/float64/invalid-input"
HANGS_QUICKLY = "case_timeout = 1"
MISSING = "Each parameter must have a gradient."
NEGATIVE = "The learning rate must not be negative."


def valid(inputs: Inputs) -> Iterator[Case]:
    for weight in ("0", "0.5"):
        name = f"from-{weight}"
        yield inputs.having("StepForm").single(name, "Three steps.", "0.1 -0.2 0", weight)


def invalid(inputs: Inputs) -> Iterator[Case]:
    weights = inputs.arrays(w1="0.5 0.25", w2="0.75")
    fitting = inputs.arrays(w1="0.1 -0.2", w2="0.4")
    lacking = inputs.arrays(w1="0.1 -0.2")
    inputs = inputs.having("InvalidInput")
    yield inputs.having(learning_rate="-1").case(
        "negative", NEGATIVE, weights, (fitting,), rejected=NEGATIVE
    )
    yield inputs.case("missing", MISSING, weights, (lacking,), rejected=MISSING)
    later = (fitting, fitting, lacking)
    yield inputs.case("missing-later", MISSING, weights, later, rejected=MISSING)


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files are read in the order of their names: the valid group comes last."""
    groups = {"invalid-input": invalid, "special-values": valid}
    return small_vectors(tmp_path_factory.mktemp("vectors"), groups, FLOAT64)


def verify(
    folder: Path, vectors: Path, sin: str, *words: str, held: bool = True, **options: int
) -> Results:
    keys = HELD if held else ""
    run_keys = HANGS_QUICKLY if sin == "hangs" else ""
    port = script_port(folder / "port", SCRIPT, sin, *words, keys=keys, run_keys=run_keys)
    return goldstep.verify(str(port), options=Options(vectors=vectors, **options))


def outcomes(results: Results) -> Counter[str]:
    return Counter(f"{case.id.split('/')[2]} {case.outcome}" for case in results.of(CaseRecord))


def the_finding(results: Results, finding: str) -> Finding:
    (found,) = results.findings()
    assert (found.stage, what(found), found.severity) == ("robustness", (finding, None), "error")
    (diagnosis,) = results.of(DiagnosisRecord)
    assert not diagnosis.conforms
    assert results.exit_code == 1
    return found


def the_note(results: Results) -> Finding:
    (note,) = results.of(Finding)
    assert (note.stage, note.severity, note.removed_by) == ("robustness", "note", None)
    (diagnosis,) = results.of(DiagnosisRecord)
    assert diagnosis.conforms
    assert results.exit_code == 0
    assert results.footer.findings == {"note": 1}
    return note


@pytest.mark.parametrize("held", [True, False])
@pytest.mark.parametrize("sin", ["none", "silent"])
def test_a_port_that_refuses_conforms(tmp_path: Path, vectors: Path, sin: str, held: bool) -> None:
    results = verify(tmp_path, vectors, sin, held=held)
    assert results.exit_code == 0
    assert not list(results.of(Finding))
    assert {case.outcome for case in results.of(CaseRecord)} == {"passed"}


def test_it_conforms_by_invalid_input_alone(tmp_path: Path, vectors: Path) -> None:
    port = script_port(tmp_path / "port", SCRIPT, "none", keys=HELD)
    options = Options(vectors=vectors, groups=("invalid-input",))
    results = goldstep.verify(str(port), options=options)
    (diagnosis,) = results.of(DiagnosisRecord)
    assert (diagnosis.conforms, diagnosis.values) == (True, 0)


class TestInvalidInputIsNotRefused:
    def test_it_is_accepted(self, tmp_path: Path, vectors: Path) -> None:
        results = verify(tmp_path, vectors, "accepts")
        finding = the_finding(results, "invalid-input-accepted")
        assert finding.message == f"invalid input is accepted: {NEGATIVE}"
        assert finding.evidence == InvalidInput(
            case=f"{GROUP}/negative",
            rule=NEGATIVE,
            cases=3,
            of_cases=3,
            rules={NEGATIVE: 1, MISSING: 2},
        )
        assert outcomes(results) == {"invalid-input failed": 3, "special-values passed": 2}

    @pytest.mark.parametrize(
        ("sin", "finding", "message"),
        [
            ("fails", "runtime-failure", "and is failed: a hyper-parameter is out of its domain"),
            ("crashes", "runtime-failure", "rejected: the process was killed by SIGSEGV"),
            ("hangs", "runtime-failure", "rejected: no answer within 1 s"),
            ("babbles", "protocol-error", "'Segmentation fault?'"),
        ],
    )
    def test_it_fails(
        self, tmp_path: Path, vectors: Path, sin: str, finding: str, message: str
    ) -> None:
        results = verify(tmp_path, vectors, sin)
        found = the_finding(results, finding)
        assert found.message.startswith("invalid input must be rejected")
        assert message in found.message
        assert (found.evidence.cases, found.evidence.of_cases) == (3, 3)
        assert outcomes(results) == {"invalid-input error": 3, "special-values passed": 2}

    def test_failures_are_counted_for_the_limit(self, tmp_path: Path, vectors: Path) -> None:
        results = verify(tmp_path, vectors, "accepts", max_failures=2)
        assert outcomes(results)["invalid-input not-run"] == 1

    def test_valid_input_must_not_be_refused(self, tmp_path: Path, vectors: Path) -> None:
        results = verify(tmp_path, vectors, "refuses-zero")
        (finding,) = results.findings()
        assert (finding.stage, finding.id) == ("vectors", "runtime-failure")
        assert finding.message == "valid input is rejected: nothing to do"
        assert outcomes(results) == {"invalid-input passed": 3, "special-values error": 2}


class TestAPortThatIsNotHeldToIt:
    """What it does is told in one note, which decides nothing and needs no entry as known."""

    @pytest.mark.parametrize(
        ("sin", "finding", "message"),
        [
            ("accepts", "invalid-input-accepted", "3 accepted"),
            ("fails", "runtime-failure", "3 failed"),
            ("crashes", "runtime-failure", "3 without an answer"),
            ("babbles", "runtime-failure", "3 without an answer"),
            (
                "updates-partly",
                "partial-update",
                "2 rejected after a part of the update, 1 rejected",
            ),
        ],
    )
    def test_a_note_counts(
        self, tmp_path: Path, vectors: Path, sin: str, finding: str, message: str
    ) -> None:
        results = verify(tmp_path, vectors, sin, held=False)
        note = the_note(results)
        assert note.id == finding
        assert note.message == f"of 3 invalid inputs, to which the port is not held: {message}"
        rejected = {"invalid-input passed": 1} if sin == "updates-partly" else {}
        assert outcomes(results) == {
            "invalid-input not-applicable": 3 - len(rejected),
            "special-values passed": 2,
            **rejected,
        }


class TestPartialUpdate:
    def test_of_the_weights(self, tmp_path: Path, vectors: Path) -> None:
        """The first parameter is updated, and the second has no gradient."""
        finding = the_finding(verify(tmp_path, vectors, "updates-partly"), "partial-update")
        evidence = finding.evidence
        assert (evidence.case, evidence.rule) == (f"{GROUP}/missing", MISSING)
        assert (evidence.place, evidence.before) == ("w1[0]", "0.5")
        assert evidence.after != "0.5"
        assert (evidence.cases, evidence.of_cases) == (2, 3)

    def test_of_the_averages_alone(self, tmp_path: Path, vectors: Path) -> None:
        finding = the_finding(verify(tmp_path, vectors, "averages-first"), "partial-update")
        assert finding.evidence.place == "average of w1[0]"
        assert finding.evidence.before is None
        assert float(finding.evidence.after) == pytest.approx(0.1 * 0.1**2)
        assert finding.evidence.cases == 2  # at the first step, and at a later one

    def test_after_valid_steps_it_is_told_of_no_port_that_deviates(
        self, tmp_path: Path, vectors: Path
    ) -> None:
        """What such a port had before is not known; at the first step it is."""
        results = verify(tmp_path, vectors, "updates-partly", "outside")
        epsilon, partial = results.findings()
        assert (epsilon.id, partial.id) == ("epsilon-outside-root", "partial-update")
        assert partial.evidence.cases == 1


class TestMutatedGradients:
    @pytest.mark.parametrize("held", [True, False])
    def test_they_are_an_error_of_every_port(
        self, tmp_path: Path, vectors: Path, held: bool
    ) -> None:
        results = verify(tmp_path, vectors, "mutates-gradients", held=held)
        finding = the_finding(results, "input-mutated")
        assert finding.message == "step 1, gradient of w1[0] was 0.1, and is 0.0001"
        # Both valid cases, and the two steps before the invalid one.
        assert (finding.evidence.cases, finding.evidence.of_cases) == (3, 5)

    def test_they_may_be_gone(self, tmp_path: Path, vectors: Path) -> None:
        finding = the_finding(verify(tmp_path, vectors, "drops-gradients"), "input-mutated")
        assert finding.message == "step 1, gradient of w1[0] was 0.1, and is gone"

    def test_all_of_them_have_to_be_reported(self, tmp_path: Path, vectors: Path) -> None:
        results = verify(tmp_path, vectors, "short-report")
        (finding,) = results.findings()
        assert finding.id == "protocol-error"
        assert finding.message == "gradients of 3 steps were sent, 2 came back"
