"""Diagnosis of real programs: NumPy ports that deviate are told by their numbers alone.

One of each kind, by the whole way from a process to the findings; tests/diagnosis has all others.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import goldstep
import pytest
from goldstep import Options, Results
from goldstep.diagnosis.special import is_special
from goldstep.paths import vectors_folder
from goldstep.results.records import CaseRecord, DiagnosisRecord, Finding
from goldstep.vectors.folder import load_vectors
from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from support.deviating_programs import GROUPS, Program, named, representatives
from support.harness_ports import Once, script_port, what

pytestmark = pytest.mark.processes

SCRIPT = "deviating_port.py"
SPECIAL = {case.id for _, case in load_vectors(vectors_folder()).cases() if is_special(case)}
Diagnosis = Callable[[str], Results]
every_format = pytest.mark.parametrize("number_format", NUMBER_FORMATS)


@pytest.fixture(scope="session")
def diagnosed(once: Once, tmp_path_factory: pytest.TempPathFactory) -> Diagnosis:
    """A number format's programs in one run: what hypotheses predict is kept."""

    def make(number_format: str) -> Results:
        folder = tmp_path_factory.mktemp(number_format)
        ports = [
            script_port(
                folder / program.name,
                SCRIPT,
                number_format,
                *program.answers,
                name=program.name,
                number_format=number_format,
                epsilon=program.epsilon,
            )
            for program in representatives(number_format)
        ]
        return goldstep.verify(*map(str, ports), options=Options(groups=GROUPS))

    @cache
    def results(number_format: str) -> Results:
        folder = once(
            f"diagnosed-{number_format}",
            lambda folder: make(number_format).write(folder / "results.ndjson"),
        )
        return Results.read(folder / "results.ndjson")

    return results


@pytest.mark.parametrize(
    ("number_format", "program"),
    [
        pytest.param(number_format, program, id=f"{number_format}-{program.name}")
        for number_format in NUMBER_FORMATS
        for program in representatives(number_format)
    ],
)
def test_each_program_is_told_by_its_numbers(
    diagnosed: Diagnosis, number_format: str, program: Program
) -> None:
    findings = diagnosed(number_format).findings(program.name)
    assert sorted(map(what, findings), key=str) == sorted(program.findings, key=str)
    for finding in findings:
        assert finding.stage == "vectors"
        # There is no second explanation of as few deviations.
        assert not finding.evidence.alternatives
        check_evidence(diagnosed(number_format), finding)


def check_evidence(results: Results, finding: Finding) -> None:
    """A value that is off by more than a budget, in a case that failed."""
    (case,) = (
        case
        for case in results.of(CaseRecord)
        if (case.port, case.id) == (finding.port, finding.evidence.case)
    )
    assert case.outcome == "failed"
    assert float(finding.evidence.budgets) > 1
    # Of an ordinary case if any fails.
    assert case.id not in SPECIAL or only_special_fail(results, finding.port)


def only_special_fail(results: Results, port: str) -> bool:
    cases = (case for case in results.of(CaseRecord) if case.port == port)
    return all(case.id in SPECIAL for case in cases if case.outcome == "failed")


@every_format
def test_a_diagnosis_record_says_it_in_words(diagnosed: Diagnosis, number_format: str) -> None:
    records = {each.port: each for each in diagnosed(number_format).of(DiagnosisRecord)}
    for program in representatives(number_format):
        record = records[program.name]
        assert record.conforms == (not program.findings)
        assert sorted(record.deviations) == sorted(each for each, _ in program.findings)
        assert record.message


@pytest.mark.parametrize("answer", ["initial_average=one", "average=cumulative-sum"])
def test_further_cases_decide_where_one_is_not_enough(tmp_path: Path, answer: str) -> None:
    """After one step with gradient 1 all these averages are 1."""
    port = script_port(tmp_path / "port", SCRIPT, "float64", answer)
    cases = ("rmsprop/float64/formula/gradient-1-weight-zero",)
    results = goldstep.verify(str(port), options=Options(case_ids=cases))
    (finding,) = results.findings()
    deviation = named(*answer.split("="))
    assert what(finding) == (deviation.finding, deviation.subject)
    assert not finding.evidence.alternatives
    (diagnosis,) = results.of(DiagnosisRecord)
    assert diagnosis.further
