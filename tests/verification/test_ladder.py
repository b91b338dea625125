"""The ladder of each bundled port, rung by rung, by compiling, running and measuring."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import goldstep
import pytest
from goldstep import Options, Results
from goldstep.paths import ports_folder, vectors_folder
from goldstep.results.records import (
    BuildRecord,
    CaseRecord,
    DiagnosisRecord,
    Finding,
    Problem,
    Stale,
)
from goldstep.vectors.folder import load_vectors
from support.harness_ports import by_rung, line_of, outline, what, where

pytestmark = pytest.mark.compilers

NUMPY = [f"numpy-{n}-{e}" for n in ("float64", "float32") for e in ("inside", "outside")]


@dataclass(frozen=True)
class Rung:
    """What must be found: the place is the line of the printed source that has ``text``."""

    stage: str
    id: str
    subject: str | None
    text: str
    removed_by: str


CAST = "java.lang.ClassCastException"
LADDERS = {
    "python": [
        Rung("vectors", "epsilon-outside-root", None, "+ self.epsilon)", "1-epsilon-inside-root")
    ],
    "java": [
        Rung("build", "missing-import", "java.util.Arrays", "Arrays.", "1-import-arrays"),
        Rung("vectors", "epsilon-outside-root", None, "+ epsilon)", "2-epsilon-inside-root"),
    ],
    "scala": [
        Rung("build", "not-a-compilation-unit", None, "optimizer.up", "1-example-in-an-object"),
        Rung("vectors", "epsilon-outside-root", None, "+ epsilon)", "2-epsilon-inside-root"),
    ],
    "clojure": [
        Rung("build", "unresolved-symbol", "avg", "name @avg)", "1-closing-parenthesis"),
        Rung("vectors", "runtime-type-error", CAST, "(moving-average name)", "2-dereference-atom"),
        Rung(
            "vectors", "runtime-type-error", CAST, "(nth weights name)", "3-parameters-own-weights"
        ),
        Rung("vectors", "update-discarded", None, "(assoc-in weights", "4-keep-update"),
        Rung("vectors", "state-not-kept", None, "(defn rmsprop", "5-keep-state"),
    ],
    **{name: [] for name in NUMPY},
}
SOURCES = {
    "python": "rmsprop.py",
    "java": "RMSProp.java",
    "scala": "RMSProp.scala",
    "clojure": "rmsprop.clj",
}
WITH_JAVA = ["java", "scala", "clojure"]
LEAVING_OUT = {case.id for _, case in load_vectors(vectors_folder()).cases() if case.left_out}


def expected_line(port: str, repairs: int, text: str) -> int:
    """The line in the source of the rung: the import that Java's first repair adds stands above."""
    added = {("java", 1): 1}.get((port, repairs), 0)
    return line_of(ports_folder() / port / SOURCES[port], text) + added


def check_ladder(results: Results, port: str) -> None:
    rungs = by_rung(results, port)
    expected = LADDERS[port]
    assert sorted(rungs) == list(range(len(expected)))  # the last rung has none
    for repairs, rung in enumerate(expected):
        (finding,) = rungs[repairs]
        assert (finding.stage, *what(finding)) == (rung.stage, rung.id, rung.subject)
        assert where(finding) == (SOURCES[port], expected_line(port, repairs, rung.text))
        assert finding.removed_by == f"repairs/{rung.removed_by}.patch"
        assert finding.known


@pytest.mark.parametrize("port", LADDERS)
def test_each_rung_has_its_one_finding(default_ladder: Results, port: str) -> None:
    check_ladder(default_ladder, port)


@pytest.mark.parametrize("port", WITH_JAVA)
def test_each_rung_has_its_one_finding_with_the_embedded_java(
    embedded_ladder: Results, port: str
) -> None:
    check_ladder(embedded_ladder, port)


@pytest.mark.parametrize("port", WITH_JAVA)
def test_both_kinds_of_java_lead_to_the_same_findings(
    default_ladder: Results, embedded_ladder: Results, port: str
) -> None:
    """Id, subject, file, line and column, and what removes them."""
    assert outline(by_rung(default_ladder, port)) == outline(by_rung(embedded_ladder, port))


def test_the_embedded_java_was_used(embedded_ladder: Results) -> None:
    for build in embedded_ladder.of(BuildRecord):
        assert build.toolchain[0].startswith("embedded: ")


def test_nothing_else_is_found(default_ladder: Results) -> None:
    assert default_ladder.exit_code == 0
    assert not list(default_ladder.of(Problem))
    assert not list(default_ladder.of(Stale))
    assert default_ladder.footer.findings.get("unknown", 0) == 0
    assert default_ladder.footer.findings["known"] == sum(map(len, LADDERS.values()))


@pytest.mark.parametrize("port", LADDERS)
def test_the_last_rung_conforms_in_every_case(default_ladder: Results, port: str) -> None:
    last = len(LADDERS[port])
    (diagnosis,) = (
        diagnosis
        for diagnosis in default_ladder.of(DiagnosisRecord)
        if (diagnosis.port, diagnosis.repairs) == (port, last)
    )
    assert diagnosis.conforms
    assert 0 < float(diagnosis.worst_budgets or 0) <= 1
    outcomes = {
        case.id: case.outcome
        for case in default_ladder.of(CaseRecord)
        if (case.port, case.repairs) == (port, last)
    }
    assert len(outcomes) >= 150
    not_applicable = {case for case, outcome in outcomes.items() if outcome != "passed"}
    assert {outcomes[case] for case in not_applicable} <= {"not-applicable"}
    leaving_out = {case for case in not_applicable if case in LEAVING_OUT}
    # Java and Clojure have no defaults: a case that leaves a hyper-parameter out does not apply.
    assert leaving_out == (LEAVING_OUT & outcomes.keys() if port in ("java", "clojure") else set())
    # The document's programs check nothing, and do not claim to.
    invalid = {case for case in outcomes if case.split("/")[2] == "invalid-input"}
    assert invalid
    assert not_applicable - leaving_out == (set() if port in NUMPY else invalid)


@pytest.mark.parametrize("port", LADDERS)
def test_a_note_tells_of_invalid_input(default_ladder: Results, port: str) -> None:
    """Of the last rung: the document's programs accept some of it and fail at some."""
    last = len(LADDERS[port])
    notes = [
        finding
        for finding in default_ladder.of(Finding)
        if (finding.port, finding.repairs, finding.stage) == (port, last, "robustness")
    ]
    if port in NUMPY:
        assert not notes
        return
    (note,) = notes
    assert (note.id, note.severity) == ("invalid-input-accepted", "note")
    assert re.search(
        r"inputs, to which the port is not held: \d+ accepted, \d+ failed\Z", note.message
    )


@pytest.mark.parametrize("port", LADDERS)
def test_the_choices_are_told(default_ladder: Results, port: str) -> None:
    """At an epsilon of zero all of these programs divide zero by zero."""
    last = len(LADDERS[port])
    (made,) = (
        diagnosis.choices
        for diagnosis in default_ladder.of(DiagnosisRecord)
        if (diagnosis.port, diagnosis.repairs) == (port, last)
    )
    assert set(made["0/0"]) == {"narrow-range"}


def test_the_run_time_errors_of_clojure_are_two_different_ones(default_ladder: Results) -> None:
    rungs = by_rung(default_ladder, "clojure")
    assert "cannot be cast to class clojure.lang.IFn" in rungs[1][0].message
    assert "cannot be cast to class java.lang.Number" in rungs[2][0].message


class TestTheDocumentsOwnExample:
    """Stage ``example``: what it printed, and whether it could have shown the fault."""

    def notes(self, results: Results, port: str) -> dict[int, Finding]:
        return {
            finding.repairs: finding
            for finding in results.of(Finding)
            if finding.port == port and finding.stage == "example"
        }

    def shows(self, results: Results, port: str) -> dict[int, bool]:
        notes = self.notes(results, port)
        assert {note.severity for note in notes.values()} == {"note"}
        return {repairs: note.evidence.shows_the_fault for repairs, note in notes.items()}

    def test_python_shows_the_other_placement_in_its_last_digits(
        self, default_ladder: Results
    ) -> None:
        assert self.shows(default_ladder, "python") == {0: True}
        assert "0.49683772, 0.50316228" in self.notes(default_ladder, "python")[0].message

    def test_java_hides_it_in_float32(self, default_ladder: Results) -> None:
        assert self.shows(default_ladder, "java") == {0: True, 1: False}
        printed = self.notes(default_ladder, "java")[1].message
        assert "w1 0.49683774, 0.50316226; w2 0.59683776, 0.6031623" in printed

    def test_scala_runs_as_a_script(self, default_ladder: Results) -> None:
        assert self.shows(default_ladder, "scala") == {0: False, 1: True}
        note = self.notes(default_ladder, "scala")[0]
        assert note.evidence.as_script
        assert "0.4968377233398313, 0.5031622771601685" in note.message
        assert "0.5968377225898316, 0.6031622774601684" in note.message

    def test_clojure_shows_all_but_the_lost_state(self, default_ladder: Results) -> None:
        shown = {0: True, 1: True, 2: True, 3: True, 4: False}
        assert self.shows(default_ladder, "clojure") == shown
        assert "0.5, 0.5" in self.notes(default_ladder, "clojure")[3].message

    @pytest.mark.parametrize("port", WITH_JAVA)
    def test_it_is_the_same_with_the_embedded_java(
        self, default_ladder: Results, embedded_ladder: Results, port: str
    ) -> None:
        assert self.shows(default_ladder, port) == self.shows(embedded_ladder, port)


def test_the_port_s_own_folder_is_never_written(tmp_path: Path) -> None:
    """All of the bundled ports' folders are as they were, with nothing of a build in them."""
    before = contents(ports_folder())
    goldstep.verify("python", options=Options(groups=("formula",)))
    assert contents(ports_folder()) == before


def contents(folder: Path) -> dict[str, bytes]:
    """All files but Python's own caches, which whoever imports a port may have left."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    }
