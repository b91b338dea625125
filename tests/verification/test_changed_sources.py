"""Findings follow the sources: copies of bundled ports, changed, give other findings.

Nothing in the harness knows a port by its name: a port under other names gives the same.
"""

from __future__ import annotations

import re
from pathlib import Path

import goldstep
import pytest
from goldstep import Climb, Options, Results
from goldstep.port.patches import apply_patch
from goldstep.results.records import DiagnosisRecord, Finding, Problem, Stale
from msgspec.structs import replace
from support.harness_ports import (
    by_rung,
    copy_port,
    edit,
    line_of,
    outline,
    what,
    where,
    without_repairs,
)

pytestmark = pytest.mark.compilers

AS_PRINTED = Options(climb=Climb.AS_PRINTED)
PLACEMENT = ("epsilon-placement",)
EXAMPLES = tuple(f"rmsprop/{each}/formula/document-example" for each in ("float64", "float32"))


def as_printed(folder: Path) -> Results:
    """The first rung alone, with one case."""
    quickly = Options(climb=Climb.AS_PRINTED, case_ids=EXAMPLES)
    return goldstep.verify(str(folder / "port.toml"), options=quickly)


def printed(folder: Path) -> list[Finding]:
    """The findings of the first rung."""
    return as_printed(folder).findings()


def conforms(results: Results) -> bool:
    return all(diagnosis.conforms for diagnosis in results.of(DiagnosisRecord))


class TestWhatIsMendedInTheSource:
    """The findings are gone, and what port.toml lists as known is stale."""

    def test_the_import_alone(self, tmp_path: Path) -> None:
        java = copy_port("java", tmp_path)
        edit(java / "RMSProp.java", "import java.util.Map;", "import java.util.*;")
        results = goldstep.verify(str(java / "port.toml"), options=AS_PRINTED)
        # The program now builds; what it computes is news at this rung.
        (finding,) = results.findings()
        assert what(finding) == ("epsilon-outside-root", None)
        assert not finding.known
        assert [(each.finding, each.why) for each in results.of(Stale)] == [
            ("missing-import", "did not appear")
        ]
        assert results.exit_code == 1

    def test_the_import_and_epsilon(self, tmp_path: Path) -> None:
        java = copy_port("java", tmp_path)
        source = java / "RMSProp.java"
        edit(source, "import java.util.Map;", "import java.util.*;")
        edit(source, "(Math.sqrt(average[i]) + epsilon)", "Math.sqrt(average[i] + epsilon)")
        results = goldstep.verify(str(java / "port.toml"), options=AS_PRINTED)
        assert results.findings() == []
        assert conforms(results)
        assert [each.finding for each in results.of(Stale)] == ["missing-import"]
        assert results.exit_code == 5

    def test_epsilon_in_python(self, tmp_path: Path) -> None:
        python = copy_port("python", tmp_path)
        root = "np.sqrt(self.moving_average[name])"
        inside = "np.sqrt(self.moving_average[name] + self.epsilon)"
        edit(python / "rmsprop.py", f"({root} + self.epsilon)", inside)
        results = goldstep.verify(str(python / "port.toml"), options=AS_PRINTED)
        assert results.findings() == []
        assert [(each.repairs, each.finding) for each in results.of(Stale)] == [
            (0, "epsilon-outside-root")
        ]
        assert results.exit_code == 5

    def test_a_known_finding_whose_time_is_over(self, tmp_path: Path) -> None:
        python = copy_port("python", tmp_path)
        known = 'finding = "epsilon-outside-root"'
        edit(python / "port.toml", known, f"{known}\nexpires = 2024-09-06")
        results = goldstep.verify(str(python / "port.toml"), options=AS_PRINTED)
        assert [finding.known for finding in results.findings()] == [True]
        assert [each.why for each in results.of(Stale)] == ["expired"]
        assert results.exit_code == 5

    def test_a_patch_that_no_longer_applies_is_named_with_its_line(self, tmp_path: Path) -> None:
        python = copy_port("python", tmp_path)
        edit(python / "rmsprop.py", "np.sqrt(", "numpy.sqrt(")
        edit(python / "rmsprop.py", "import numpy as np", "import numpy as np\nimport numpy")
        results = goldstep.verify(str(python / "port.toml"), options=Options(groups=PLACEMENT))
        (problem,) = results.of(Problem)
        assert "its hunk at line 17 is not found in rmsprop.py" in problem.message
        assert "1-epsilon-inside-root.patch" in problem.message
        assert results.exit_code == 2
        # The rung that needs no patch is judged all the same.
        (finding,) = results.findings()
        assert what(finding) == ("epsilon-outside-root", None)
        # Where the patch would have told the line, the name of epsilon beside the root does.
        assert where(finding) == ("rmsprop.py", line_of(python / "rmsprop.py", "+ self.epsilon"))


class TestJava:
    def test_another_import_that_is_missing_is_named(self, tmp_path: Path) -> None:
        java = copy_port("java", tmp_path)
        source = java / "RMSProp.java"
        edit(source, "import java.util.HashMap;\n")
        findings = printed(java)
        assert [(what(each), where(each)) for each in findings] == [
            (
                ("missing-import", "java.util.HashMap"),
                ("RMSProp.java", line_of(source, "new HashMap")),
            ),
            (("missing-import", "java.util.Arrays"), ("RMSProp.java", line_of(source, "Arrays."))),
        ]

    def test_a_name_that_no_import_binds(self, tmp_path: Path) -> None:
        java = copy_port("java", tmp_path)
        source = java / "RMSProp.java"
        edit(source, "decayRate * average[i]", "decay * average[i]")
        edit(source, "import java.util.Map;", "import java.util.*;")
        (finding,) = printed(java)
        assert what(finding) == ("unresolved-symbol", "decay")
        assert where(finding) == ("RMSProp.java", line_of(source, "decay *"))

    @pytest.mark.parametrize("kind", ["", "embedded"])
    def test_a_syntax_error(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
    ) -> None:
        monkeypatch.setenv("GOLDSTEP_JAVA", kind)
        java = copy_port("java", tmp_path)
        source = java / "RMSProp.java"
        edit(source, "float[] weight = weights.get(name);", "float[] weight = weights.get(name;")
        (finding,) = printed(java)
        assert (finding.stage, *what(finding)) == ("build", "build-failure", None)
        assert where(finding) == ("RMSProp.java", line_of(source, "get(name;"))

    def test_an_error_of_the_adapter_is_a_failure_to_build(self, tmp_path: Path) -> None:
        java = copy_port("java", tmp_path)
        edit(java / "RMSProp.java", "import java.util.Map;", "import java.util.*;")
        edit(java / "Adapter.java", "return weights;", "return optimizer;")
        (finding,) = printed(java)
        assert what(finding) == ("build-failure", None)
        assert where(finding) == ("Adapter.java", line_of(java / "Adapter.java", "return optimi"))


class TestScala:
    def repaired(self, place: Path) -> Path:
        """The port with its repairs in the source, and none left."""
        scala = copy_port("scala", place)
        for patch in sorted((scala / "repairs").iterdir()):
            apply_patch(patch, scala)
        without_repairs(scala)
        return scala

    def test_a_statement_added_to_the_repaired_file(self, tmp_path: Path) -> None:
        scala = self.repaired(tmp_path)
        source = scala / "RMSProp.scala"
        source.write_text(source.read_text() + '\nprintln("done")\n')
        (finding,) = printed(scala)
        assert (finding.stage, *what(finding)) == ("build", "not-a-compilation-unit", None)
        assert where(finding) == ("RMSProp.scala", line_of(source, 'println("done")'))
        assert finding.removed_by is None

    def test_what_does_not_run_as_a_script_either_is_a_failure_to_build(
        self, tmp_path: Path
    ) -> None:
        scala = self.repaired(tmp_path)
        source = scala / "RMSProp.scala"
        source.write_text(source.read_text() + "\nprintln(done)\n")
        results = as_printed(scala)
        (finding,) = results.findings()
        assert (finding.stage, *what(finding)) == ("build", "build-failure", None)
        assert where(finding) == ("RMSProp.scala", line_of(source, "println(done)"))
        (note,) = (each for each in results.of(Finding) if each.stage == "example")
        assert note.message == "the example stops: Not found: done - did you mean None?"


class TestClojure:
    def test_another_name_that_is_not_bound(self, tmp_path: Path) -> None:
        clojure = copy_port("clojure", tmp_path)
        source = clojure / "rmsprop.clj"
        edit(source, "(* decay-rate (nth @avg i))", "(* decay (nth @avg i))")
        (finding,) = printed(clojure)
        assert (finding.stage, *what(finding)) == ("build", "unresolved-symbol", "decay")
        assert where(finding) == ("rmsprop.clj", line_of(source, "(* decay (nth"))

    def test_a_bracket_that_is_missing(self, tmp_path: Path) -> None:
        clojure = copy_port("clojure", tmp_path)
        source = clojure / "rmsprop.clj"
        apply_patch(clojure / "repairs" / "1-closing-parenthesis.patch", clojure)
        edit(source, '"w2" [0.4 -0.5]})', '"w2" [0.4 -0.5])')
        (finding,) = printed(clojure)
        assert (finding.stage, *what(finding)) == ("build", "build-failure", None)
        assert where(finding) == ("rmsprop.clj", line_of(source, "0.5])"))


def under_other_names(folder: Path, old: str) -> Path:
    """Gives a port other names: of its folder, its files, its classes and functions."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            # Not in the ids of vectors. As long as the old name: columns stay.
            text = re.sub(rf"{old}(?!/float)", "descent", file.read_text())
            if file.name == "port.toml":
                text = re.sub(r"(?m)^name = .*", 'name = "something-else"', text)
                text = re.sub(r"(?m)^title = .*", 'title = "Something else"', text)
            file.write_text(text)
            file.rename(file.with_name(file.name.replace(old, "descent")))
    return folder.rename(folder.with_name("elsewhere"))


def moved(findings: list[Finding], old: str, new: str, lines: int) -> list[Finding]:
    """The findings as they are in a source of another name, so many lines further down."""
    places = [finding.location for finding in findings]
    assert all(places)
    return [
        replace(
            finding,
            location=replace(place, file=place.file.replace(old, new), line=place.line + lines),
        )
        for finding, place in zip(findings, places, strict=True)
        if place
    ]


SAME = [
    ("python", "rmsprop", Climb.WHOLE_LADDER),
    ("java", "RMSProp", Climb.WHOLE_LADDER),
    ("scala", "RMSProp", Climb.AS_PRINTED),
    ("clojure", "rmsprop", Climb.AS_PRINTED),
]


@pytest.mark.parametrize(("port", "old", "climb"), SAME)
def test_a_port_under_other_names_has_the_same_findings(
    tmp_path: Path, default_ladder: Results, port: str, old: str, climb: Climb
) -> None:
    folder = under_other_names(copy_port(port, tmp_path), old)
    options = Options(climb=climb, groups=PLACEMENT)
    results = goldstep.verify(str(folder / "port.toml"), options=options)
    assert results.exit_code == 0
    own = by_rung(results, "something-else")
    bundled = by_rung(default_ladder, port)
    assert len(own) == (len(bundled) if climb is Climb.WHOLE_LADDER else 1)
    assert outline(own) == outline(
        {repairs: moved(bundled[repairs], old, "descent", 0) for repairs in own}
    )


@pytest.mark.parametrize(
    ("port", "source", "comment", "climb"),
    [
        ("python", "rmsprop.py", "#", Climb.WHOLE_LADDER),
        ("java", "RMSProp.java", "//", Climb.WHOLE_LADDER),
        ("clojure", "rmsprop.clj", ";;", Climb.AS_PRINTED),
    ],
)
def test_lines_above_move_the_places_and_the_patches(
    tmp_path: Path, default_ladder: Results, port: str, source: str, comment: str, climb: Climb
) -> None:
    folder = copy_port(port, tmp_path)
    edit(folder / source, lambda text: f"{comment} One.\n{comment}\n{comment} Three.\n" + text)
    options = Options(climb=climb, groups=PLACEMENT)
    results = goldstep.verify(str(folder / "port.toml"), options=options)
    assert results.exit_code == 0
    own = by_rung(results, port)
    bundled = by_rung(default_ladder, port)
    assert len(own) == (len(bundled) if climb is Climb.WHOLE_LADDER else 1)
    assert outline(own) == outline(
        {repairs: moved(bundled[repairs], source, source, 3) for repairs in own}
    )
