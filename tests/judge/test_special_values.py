"""Ports that go their own way with special values, and nowhere else; and the choices they make."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import goldstep
import pytest
from goldstep import Options, Results
from goldstep.results.records import CaseRecord, DiagnosisRecord, Finding
from goldstep_reference.numbers.number_format import FLOAT64
from goldstep_reference.rmsprop.groups.group import Inputs
from goldstep_reference.rule.case import Case
from support.harness_ports import script_port, what
from support.harness_vectors import small_vectors

pytestmark = pytest.mark.processes

SCRIPT = "unruly_port.py"
HUGE, TINY = "1e200", "1e-200"


def ordinary(inputs: Inputs) -> Iterator[Case]:
    """Enough to tell the formula from the catalogue of deviations."""
    for gradients in ("0.1 -0.2 0.3", "1e-05 0.5 0.0"):
        name = f"gradients-{gradients.split()[0]}"
        yield inputs.having("StepForm").single(name, "Three steps.", gradients, "0.5")
        yield inputs.having("StepForm").single(f"{name}-from-zero", "Three.", gradients)
    yield inputs.having(
        "HyperParameterUsed", learning_rate="0.0123", decay_rate="0.77", epsilon="3e-07"
    ).row(
        "other-hyper-parameters",
        "Two steps of two elements.",
        "0 0.5",
        ("0.3 -1e-4", "-0.7 2e-4"),
    )


def special(inputs: Inputs) -> Iterator[Case]:
    yield inputs.having("NotANumber").row(
        "nan-among-others",
        "A NaN for a gradient.",
        "0 0.5 0.25",
        ("0.25 NaN -0.5", "0.25 0.5 -0.5"),
    )
    for sign, name in (("", "infinity-among-others"), ("-", "minus-infinity")):
        yield inputs.having("Infinity").row(
            name, "An infinite gradient.", "0 0.5", (f"0.25 {sign}Infinity",)
        )
    yield inputs.having("SignedZero").single("minus-zero", "A negative zero stays.", "0", "-0.0")
    yield inputs.having("Subnormal", learning_rate="1").single(
        "subnormal-weight", "It stays.", "0", "1e-310"
    )


def limits(inputs: Inputs) -> Iterator[Case]:
    both = ("narrow-range", "wide-range")
    yield inputs.having("Overflow").row(
        "overflow", "Two squares overflow.", "0 0.5", (f"{HUGE} -{HUGE}",), choices=both
    )
    yield inputs.having("Underflow", epsilon="0").single(
        "underflow", "A square vanishes.", TINY, "0.5", choices=both
    )
    yield inputs.having("ZeroByZero", epsilon="0").single(
        "zero-by-zero",
        "No gradient, no epsilon.",
        "0",
        "0.5",
        choices=("narrow-range", "no-step"),
    )


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    groups = {"formula": ordinary, "special-values": special, "range-limits": limits}
    return small_vectors(tmp_path_factory.mktemp("vectors"), groups, FLOAT64)


def verify(folder: Path, vectors: Path, *words: str, epsilon: str = "inside") -> Results:
    port = script_port(folder / "port", SCRIPT, *words, epsilon=epsilon)
    return goldstep.verify(str(port), options=Options(vectors=vectors))


def choices(results: Results) -> dict[str, dict[str, int]]:
    (diagnosis,) = results.of(DiagnosisRecord)
    return diagnosis.choices


def case_named(results: Results, name: str) -> CaseRecord:
    (record,) = (case for case in results.of(CaseRecord) if case.id.endswith(f"/{name}"))
    return record


def the_finding(results: Results, subject: str) -> Finding:
    (finding,) = results.findings()
    assert (finding.stage, *what(finding)) == ("vectors", "special-values", subject)
    assert finding.message == f"handled otherwise than stated: {subject}"
    (diagnosis,) = results.of(DiagnosisRecord)
    assert (diagnosis.conforms, diagnosis.deviations) == (False, ["special-values"])
    assert results.exit_code == 1
    return finding


@pytest.mark.parametrize("column", ["inside", "outside"])
def test_what_ieee_754_says_conforms(tmp_path: Path, vectors: Path, column: str) -> None:
    results = verify(tmp_path, vectors, "none", column, epsilon=column)
    assert results.exit_code == 0
    assert {case.outcome for case in results.of(CaseRecord)} == {"passed"}
    (diagnosis,) = results.of(DiagnosisRecord)
    assert diagnosis.conforms
    assert diagnosis.choices == {
        subject: {"narrow-range": 1} for subject in ("overflow", "underflow", "0/0")
    }


@pytest.mark.parametrize(
    ("sin", "subject", "cases", "case", "expected", "got"),
    [
        ("clips-infinity", "infinity", 2, "infinity-among-others", "NaN", "0.5"),
        ("loses-minus-zero", "signed zero", 1, "minus-zero", "-0.0", "0.0"),
        ("spreads-nan", "NaN", 1, "nan-among-others", None, "NaN"),
    ],
)
def test_a_port_that_is_right_but_for_them(
    tmp_path: Path,
    vectors: Path,
    sin: str,
    subject: str,
    cases: int,
    case: str,
    expected: str | None,
    got: str,
) -> None:
    results = verify(tmp_path, vectors, sin)
    found = [each for each in results.findings() if each.subject == subject]
    (finding,) = found
    assert finding.id == "special-values"
    assert finding.evidence.case.endswith(f"special-values/{case}")
    assert finding.evidence.cases == cases
    assert finding.evidence.got == got
    assert expected in (None, finding.evidence.expected)
    assert finding.evidence.budgets == "Infinity"
    assert {each.id for each in results.findings()} == {"special-values"}
    (diagnosis,) = results.of(DiagnosisRecord)
    assert not diagnosis.conforms
    assert finding.message in diagnosis.message
    assert results.exit_code == 1


def test_what_the_reference_can_simulate_is_named(tmp_path: Path, vectors: Path) -> None:
    """NaN taken for zero is a deviation of the catalogue: the finding says so, and predicts."""
    results = verify(tmp_path, vectors, "nan-to-zero")
    (finding,) = results.findings()
    assert what(finding) == ("special-values", "NaN")
    assert finding.message == "a gradient of NaN is taken for zero"
    assert finding.evidence.case.endswith("special-values/nan-among-others")
    evidence = finding.evidence
    assert (evidence.expected, evidence.got, evidence.predicted) == ("NaN", "0.5", "0.5")
    assert results.exit_code == 1


def test_nothing_but_the_sign_of_a_zero_is_lost(tmp_path: Path, vectors: Path) -> None:
    results = verify(tmp_path, vectors, "loses-minus-zero")
    finding = the_finding(results, "signed zero")
    failed = [case.id for case in results.of(CaseRecord) if case.outcome != "passed"]
    assert failed == [finding.evidence.case]


def test_a_known_deviation_that_special_values_alone_show_is_named(
    tmp_path: Path, vectors: Path
) -> None:
    results = verify(tmp_path, vectors, "flushes")
    (finding,) = results.findings()
    assert what(finding) == ("special-values", "subnormals")
    assert finding.message == "numbers below the normal range are taken for zero"


def test_a_deviation_elsewhere_explains_special_values_too(tmp_path: Path, vectors: Path) -> None:
    """Epsilon outside of the root: what it makes of them is not held against the port."""
    results = verify(tmp_path, vectors, "none", "outside")
    (finding,) = results.findings()
    assert what(finding) == ("epsilon-outside-root", None)
    assert "special-values" not in finding.evidence.case


def test_both_are_named_where_a_deviation_does_not_explain_them(
    tmp_path: Path, vectors: Path
) -> None:
    results = verify(tmp_path, vectors, "loses-minus-zero", "outside")
    assert list(map(what, results.findings())) == [
        ("epsilon-outside-root", None),
        ("special-values", "signed zero"),
    ]
    (diagnosis,) = results.of(DiagnosisRecord)
    assert diagnosis.deviations == ["epsilon-outside-root", "special-values"]
    assert diagnosis.message == (
        "epsilon is added after the square root and handled otherwise than stated: signed zero"
    )


class TestChoices:
    def test_of_a_wider_range(self, tmp_path: Path, vectors: Path) -> None:
        results = verify(tmp_path, vectors, "wide")
        assert results.exit_code == 0
        assert choices(results) == {
            "overflow": {"wide-range": 1},
            "underflow": {"wide-range": 1},
            "0/0": {"narrow-range": 1},
        }
        assert case_named(results, "overflow").choice == ["wide-range"]

    def test_of_no_step_for_zero_by_zero(self, tmp_path: Path, vectors: Path) -> None:
        results = verify(tmp_path, vectors, "no-step")
        assert results.exit_code == 0
        assert choices(results)["0/0"] == {"no-step": 1}

    def test_one_case_asks_for_one_choice(self, tmp_path: Path, vectors: Path) -> None:
        """Two elements of one case by two choices: each by itself would be right."""
        results = verify(tmp_path, vectors, "mixes-choices")
        finding = the_finding(results, "overflow")
        assert finding.evidence.case.endswith("/overflow")
        assert finding.evidence.choice in ("narrow-range", "wide-range")
        record = case_named(results, "overflow")
        assert (record.outcome, record.choice) == ("failed", [])
        assert choices(results)["underflow"] == {"narrow-range": 1}
