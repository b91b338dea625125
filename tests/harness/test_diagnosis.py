"""Diagnosis of real programs: NumPy ports that deviate are told by their numbers alone.

deviating_port.py computes in the port's own number format and shares no code with the reference,
which knows each deviation in exact arithmetic.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import goldstep
import pytest
from goldstep import Options, Results
from goldstep.diagnosis.special import is_special
from goldstep.paths import vectors_folder
from goldstep.results import CaseRecord, Diagnosis, Finding
from goldstep.vectors import load_vectors
from goldstep_reference.behaviour import FORMULA, Column
from goldstep_reference.deviations import DEVIATIONS, Deviation
from goldstep_reference.number_format import NUMBER_FORMATS
from harness_ports import Once, script_port, what

SCRIPT = "deviating_port.py"
SPECIAL = {case.id for _, case in load_vectors(vectors_folder()).cases() if is_special(case)}
COLUMNS: tuple[Column, Column] = ("inside", "outside")
ORDERS = ("plain", "increment", "reciprocal", "divide-first", "wide")
# A part of the vectors, and enough to tell all of these programs apart.
GROUPS = ("epsilon-placement", "hyper-parameters", "independence", "defaults", "special-values")
Diagnosed = Callable[[str, int], Results]
SHARES = 6  # of the programs: where several processes run the tests, none waits long for another
every_format = pytest.mark.parametrize("number_format", NUMBER_FORMATS)


@dataclass(frozen=True)
class Program:
    """A port: what is asked of the script, and the findings that must come of it."""

    answers: tuple[str, ...]
    findings: tuple[tuple[str, str | None], ...]
    epsilon: Column = "inside"

    @property
    def name(self) -> str:
        """A port's name for it."""
        words = "-".join((*self.answers, "held-to", self.epsilon))
        return re.sub("[^a-z0-9]+", "-", words.lower())


def deviating(*deviations: Deviation, epsilon: Column = "inside") -> Program:
    return Program(
        tuple(f"{each.question}={each.answer}" for each in deviations),
        tuple((each.finding, each.subject) for each in deviations),
        epsilon,
    )


def is_one(deviation: Deviation, number_format: str) -> bool:
    """To round to float32 is no deviation in float32."""
    return deviation.differs_from(FORMULA) and deviation.representable(
        NUMBER_FORMATS[number_format]
    )


def singles(number_format: str) -> list[Program]:
    return [deviating(each) for each in DEVIATIONS if is_one(each, number_format)]


def held_to_the_other_column() -> list[Program]:
    """The formula, and what else is told apart where epsilon is to stand outside of the root."""
    inside = Program((), (("epsilon-inside-root", None),), "outside")
    outside = ("epsilon_placement=outside",)
    renewed = Program((*outside, "state=renewed"), (("state-not-kept", None),), "outside")
    return [inside, renewed]


# Two mistakes in one program, from different questions; none of them hides the other.
PAIRS = [
    ("epsilon_placement=outside", "state=renewed"),
    ("epsilon_placement=missing", "decay_rate=default"),
    ("epsilon_placement=outside", "average=bias-corrected"),
    ("state=shared", "initial_average=one"),
    ("average=swapped-rates", "lagging=True"),
    ("step=ascent", "learning_rate=default"),
    ("epsilon_placement=subtracted", "step=without-root"),
]
# Here one does: the weights that are never changed, or the sign of the gradient, say nothing of it.
HIDDEN = [
    ("update=discarded", "step=ascent"),
    ("step=sign", "epsilon=default"),
    ("step=sign", "lagging=True"),
]


def named(answer: str) -> Deviation:
    (found,) = (each for each in DEVIATIONS if f"{each.question}={each.answer}" == answer)
    return found


def pairs() -> list[Program]:
    return [deviating(*map(named, answers)) for answers in PAIRS]


def hiding() -> list[Program]:
    return [Program(answers, deviating(named(answers[0])).findings) for answers in HIDDEN]


def faithful() -> list[Program]:
    return [
        Program((f"epsilon_placement={column}", f"order={order}"), (), column)
        for column, order in itertools.product(COLUMNS, ORDERS)
    ]


# Constants that no catalogue has: each is solved for.
CONSTANTS = [
    (("epsilon=3e-05",), [("epsilon-fixed", "3e-05")]),
    (("epsilon=0.0125",), [("epsilon-fixed", "0.0125")]),
    (("initial_average=0.1",), [("initial-average", "0.1")]),
    (("initial_average=2.5e-07",), [("initial-average", "2.5e-07")]),
    (("learning_rate=0.02",), [("hyper-parameter-ignored", "learning_rate, always 0.02")]),
    (("decay_rate=0.97",), [("hyper-parameter-ignored", "decay_rate, always 0.97")]),
    (("default_learning_rate=0.003",), [("default-differs", "learning_rate 0.003")]),
    (("default_decay_rate=0.5",), [("default-differs", "decay_rate 0.5")]),
    (("default_epsilon=3e-08",), [("default-differs", "epsilon 3e-08")]),
    (
        ("epsilon_placement=outside", "initial_average=0.3"),
        [("epsilon-outside-root", None), ("initial-average", "0.3")],
    ),
    (
        ("state=renewed", "epsilon=2e-06"),
        [("state-not-kept", None), ("epsilon-fixed", "2e-06")],
    ),
]


def constants() -> list[Program]:
    return [Program(answers, tuple(findings)) for answers, findings in CONSTANTS]


# What is not in the catalogue.
FLOAT16 = Program(("weights=float16",), (("unexplained", None),))


def programs(number_format: str) -> list[Program]:
    return [
        *singles(number_format),
        *held_to_the_other_column(),
        *pairs(),
        *constants(),
        *hiding(),
        *faithful(),
        FLOAT16,
    ]


def in_shares(number_format: str) -> list[list[Program]]:
    every = programs(number_format)
    return [every[share::SHARES] for share in range(SHARES)]


@pytest.fixture(scope="session")
def diagnosed(once: Once, tmp_path_factory: pytest.TempPathFactory) -> Diagnosed:
    """A share of a number format's programs in one run: what hypotheses predict is kept."""

    def make(number_format: str, share: int) -> Results:
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
            for program in in_shares(number_format)[share]
        ]
        return goldstep.verify(*map(str, ports), options=Options(groups=GROUPS))

    @cache
    def results(number_format: str, share: int) -> Results:
        return once(f"diagnosed-{number_format}-{share}", lambda: make(number_format, share))

    return results


@pytest.mark.parametrize(
    ("number_format", "share", "program"),
    [
        pytest.param(number_format, share, program, id=f"{number_format}-{program.name}")
        for number_format in NUMBER_FORMATS
        for share, those in enumerate(in_shares(number_format))
        for program in those
    ],
)
def test_each_program_is_told_by_its_numbers(
    diagnosed: Diagnosed, number_format: str, share: int, program: Program
) -> None:
    findings = diagnosed(number_format, share).findings(program.name)
    assert sorted(map(what, findings), key=str) == sorted(program.findings, key=str)
    for finding in findings:
        assert finding.stage == "vectors"
        # There is no second explanation of as few deviations.
        assert "or" not in finding.evidence
        check_evidence(diagnosed(number_format, share), finding)


def check_evidence(results: Results, finding: Finding) -> None:
    """A value that is off by more than a budget, in a case that failed."""
    (case,) = (
        case
        for case in results.of(CaseRecord)
        if (case.port, case.id) == (finding.port, finding.evidence["case"])
    )
    assert case.outcome == "failed"
    assert float(finding.evidence["budgets"]) > 1
    # Of an ordinary case if any fails.
    assert case.id not in SPECIAL or only_special_fail(results, finding.port)


def only_special_fail(results: Results, port: str) -> bool:
    cases = (case for case in results.of(CaseRecord) if case.port == port)
    return all(case.id in SPECIAL for case in cases if case.outcome == "failed")


@every_format
def test_a_diagnosis_record_says_it_in_words(diagnosed: Diagnosed, number_format: str) -> None:
    records = {
        each.port: each
        for share in range(SHARES)
        for each in diagnosed(number_format, share).of(Diagnosis)
    }
    for program in programs(number_format):
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
    assert what(finding) == (named(answer).finding, named(answer).subject)
    assert "or" not in finding.evidence
    (diagnosis,) = results.of(Diagnosis)
    assert diagnosis.further
