"""`goldstep vectors`: make, check, list and show."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from goldstep.cli.glossary import explain_id, known_names
from goldstep.paths import vectors_folder
from goldstep.vectors.folder import load_vectors
from support import small_vectors
from support.desk import Desk
from support.goldstep_command import EXAMPLE


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that a case can expect."""
    return small_vectors.write(tmp_path_factory.mktemp("small"))


MANIFEST = json.loads((vectors_folder() / "manifest.json").read_text())


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.long
def test_generate_makes_the_committed_vectors(desk: Desk) -> None:
    """With mpmath's own integers; with gmpy2's, which takes less time, they were made."""
    ran = desk.goldstep("vectors", "generate", timeout=3000, MPMATH_NOGMPY="1")
    assert (ran.code, ran.out, ran.err) == (0, "vectors: vectors generated\n", "")
    assert contents(desk.work / "vectors") == contents(vectors_folder())
    assert [path.name for path in desk.work.iterdir()] == ["vectors"]
    shutil.rmtree(desk.work / "vectors")


@pytest.mark.long
def test_the_oldest_mpmath_makes_them_too(desk: Desk) -> None:
    """The newest that torch's SymPy allows."""
    older = desk.folder / "mpmath"
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    subprocess.run([*pip, "--no-deps", "--target", older, "mpmath==1.3.0"], check=True)
    ran = desk.goldstep("vectors", "generate", "--check", vectors_folder(), PYTHONPATH=older)
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize(
    ("folder", "problem"),
    [
        ("file", "' is a file; see `goldstep vectors generate --help`"),
        ("file/vectors", "cannot be written: "),
        ("thesis", "is not empty and holds no manifest.json of goldstep-vectors/1"),
    ],
)
def test_generate_leaves_what_is_in_its_way(desk: Desk, folder: str, problem: str) -> None:
    there = desk.folder / "there"
    (there / "thesis").mkdir(parents=True)
    (there / "file").write_text("a file")
    (there / "thesis" / "thesis.tex").write_text("years of work")
    before = contents(there)
    ran = desk.goldstep("vectors", "generate", there / folder)
    assert (ran.code, ran.out) == (2, "")
    assert problem in ran.error
    assert ran.error.count(str(there / folder)) <= 2
    assert contents(there) == before


def test_check_tells_what_it_has_checked(desk: Desk) -> None:
    ran = desk.goldstep("vectors", "check")
    files = sum(path.startswith("rmsprop/") for path in MANIFEST["files"])
    cases = sum(MANIFEST["cases"].values())
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        f"{vectors_folder()}: {files} files, {cases} cases, SHA-256 {MANIFEST['sha256']}\n"
    )


class TestList:
    def test_all(self, desk: Desk) -> None:
        ids = desk.goldstep("vectors", "list").out.splitlines()
        assert len(ids) == len(set(ids)) == sum(MANIFEST["cases"].values())
        assert EXAMPLE in ids

    def test_filters(self, desk: Desk) -> None:
        ran = desk.goldstep("vectors", "list", "--group", "de*", "--number-format", "float32")
        assert {case_id.rpartition("/")[0] for case_id in ran.out.split()} == {
            "rmsprop/float32/defaults"
        }

    @pytest.mark.parametrize(
        ("filters", "names"),
        [
            (["--expects", "choices"], ["choices"]),
            (["--expects", "rejected"], ["rejected"]),
            (["--expects", "numbers", "--text", "BY HAND: n"], ["no-parameters"]),
            (["--text", "many-"], ["many-elements", "many-steps"]),
            (["--flag", "StepForm"], ["choices"]),
            (["--flag", "StepForm", "--expects", "numbers"], []),
            (["--requirement", "RMS-1", "--text", "unusual"], ["unusual-names"]),
        ],
    )
    def test_filters_of_cases(
        self, desk: Desk, small: Path, filters: list[str], names: list[str]
    ) -> None:
        ran = desk.goldstep("vectors", "list", "--vectors", small, *filters)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.splitlines() == [small_vectors.ID + name for name in names]

    @pytest.mark.parametrize(
        ("option", "name", "near"),
        [
            ("--flag", "Stepform", "there is no flag 'Stepform'; did you mean StepForm?"),
            ("--requirement", "RMS-0", "there is no requirement 'RMS-0'; did you mean RMS-1?"),
            ("--number-format", "float65", "'float65' is not one of 'float64', 'float32'"),
            ("--expects", "choice", "'choice' is not one of 'numbers', 'choices', 'rejected'"),
        ],
    )
    def test_a_name_that_there_is_not(
        self, desk: Desk, small: Path, option: str, name: str, near: str
    ) -> None:
        ran = desk.goldstep("vectors", "list", "--vectors", small, option, name)
        assert (ran.code, ran.out) == (2, "")
        assert near in ran.error

    def test_json_of_choices(self, desk: Desk, small: Path) -> None:
        ran = desk.goldstep("vectors", "list", "--vectors", small, "--flag", "StepForm", "--json")
        assert json.loads(ran.out) == [
            {
                "id": f"{small_vectors.ID}choices",
                "description": "By hand: choices.",
                "flags": ["StepForm"],
                "requirements": ["RMS-1"],
                "expects": "choices",
            }
        ]

    def test_json(self, desk: Desk) -> None:
        rows = json.loads(desk.goldstep("vectors", "list", "--group", "formula", "--json").out)
        (example,) = (row for row in rows if row["id"] == EXAMPLE)
        assert example["flags"] == ["DocumentExample", "UpdateApplied"]

    def test_a_group_that_there_is_not(self, desk: Desk) -> None:
        ran = desk.goldstep("vectors", "list", "--group", "formual")
        assert (ran.code, ran.out) == (2, "")
        assert ran.error == "goldstep: there is no group 'formual'; did you mean formula?"


class TestShow:
    def test_a_case_with_its_numbers(self, desk: Desk) -> None:
        ran = desk.goldstep("vectors", "show", EXAMPLE, COLUMNS="40")
        assert (ran.code, ran.err) == (0, "")
        assert "learning_rate = 0.001" in ran.out
        assert "step 1: gradient of w2 = 0.4, -0.5" in ran.out
        case = self.published(EXAMPLE)
        rows = [line.split() for line in ran.out.splitlines()]
        for column, (step,) in case["expected"].items():
            values = step["weights"]["w1"]
            numbers = (values["exact"][0], values["nearest"][0], values["tolerance"][0])
            assert [column, "1", "w1[0]", *numbers] in rows

    def test_json(self, desk: Desk) -> None:
        shown = json.loads(desk.goldstep("vectors", "show", EXAMPLE, "--json").out)
        assert shown == shown | self.published(EXAMPLE)

    def test_a_default(self, desk: Desk) -> None:
        case_id = "rmsprop/float32/defaults/without-epsilon-moderate-gradients"
        assert "epsilon = left out: the default" in desk.goldstep("vectors", "show", case_id).out

    def show(self, desk: Desk, small: Path, name: str) -> list[str]:
        ran = desk.goldstep("vectors", "show", small_vectors.ID + name, "--vectors", small)
        assert (ran.code, ran.err) == (0, "")
        return [" ".join(line.split()) for line in ran.out.splitlines()]

    def test_choices(self, desk: Desk, small: Path) -> None:
        shown = self.show(desk, small, "choices")
        assert "StepForm: The step has another form." in shown
        assert "narrow-range: It overflows." in shown
        assert "inside narrow-range 1 w[0] Infinity Infinity 0.0" in shown
        assert f"outside wide-range 1 average of w[0] {small_vectors.HALF} 0.5 1e-20" in shown

    def test_a_broken_rule(self, desk: Desk, small: Path) -> None:
        shown = self.show(desk, small, "rejected")
        assert "epsilon = NaN" in shown
        assert "step 1: gradient of extra = (empty)" in shown
        assert "step 2: gradient of (no parameters)" in shown
        assert shown[-1] == (
            "must be rejected, with nothing changed: "
            "The gradients have other names than the weights."
        )

    def test_special_values(self, desk: Desk, small: Path) -> None:
        shown = self.show(desk, small, "special-values")
        assert "step 1: gradient of w = NaN, -Infinity, -0.0" in shown
        assert "outside 1 w[2] -0.0 -0.0 0.0" in shown

    def test_names_that_could_drive_a_terminal(self, desk: Desk, small: Path) -> None:
        shown = self.show(desk, small, "unusual-names")
        assert "\\x1b[31m = 0.5" in shown
        assert f"inside 1 \\x1b[31m[0] {small_vectors.HALF} 0.5 1e-20" in shown

    def test_a_thousand_elements(self, desk: Desk, small: Path) -> None:
        shown = self.show(desk, small, "many-elements")
        ends = ", ".join(["0.25"] * 4)
        assert f"w = {ends}, ... 992 more ..., {ends}" in shown
        assert f"inside 1 w[19] {small_vectors.QUARTER} 0.25 1e-20" in shown
        assert "inside ... 1,960 more ..." in shown
        assert f"inside 1 average of w[999] {small_vectors.QUARTER} 0.25 1e-20" in shown
        assert len(shown) < 120

    def test_ten_thousand_steps(self, desk: Desk, small: Path) -> None:
        shown = self.show(desk, small, "many-steps")
        assert "... 9,988 more steps ..." in shown
        assert "step 10000: gradient of w = 0.5" in shown
        assert "results count after step 10000 of 10000" in shown
        assert len(shown) < 50

    @pytest.mark.parametrize("name", ["many-steps", "many-elements", "choices", "rejected"])
    def test_json_is_whole(self, desk: Desk, small: Path, name: str) -> None:
        case_id = small_vectors.ID + name
        ran = desk.goldstep("vectors", "show", case_id, "--vectors", small, "--json")
        (case,) = (c for c in small_vectors.document()["cases"] if c["id"] == case_id)
        shown = json.loads(ran.out)
        assert shown == shown | case

    def test_a_case_that_there_is_not(self, desk: Desk) -> None:
        ran = desk.goldstep("vectors", "show", EXAMPLE[:-1])
        assert (ran.code, ran.out) == (2, "")
        assert ran.error.startswith(
            f"goldstep: there is no case '{EXAMPLE[:-1]}'; did you mean {EXAMPLE} or "
        )

    def published(self, case_id: str) -> dict[str, dict[str, list[dict[str, dict[str, dict]]]]]:
        file = vectors_folder() / f"{case_id.rpartition('/')[0]}.json"
        (case,) = (c for c in json.loads(file.read_text())["cases"] if c["id"] == case_id)
        return case


class TestExplain:
    def test_a_case_with_choices(self, desk: Desk, small: Path) -> None:
        ran = desk.goldstep("explain", f"{small_vectors.ID}choices", "--vectors", small)
        assert "Any one of these results conforms:\nnarrow-range: It overflows.\n" in ran.out
        assert "A failure here most likely means:\nStepForm: " in ran.out

    def test_a_case_that_is_rejected(self, desk: Desk, small: Path) -> None:
        ran = desk.goldstep("explain", f"{small_vectors.ID}rejected", "--vectors", small)
        assert "The input must be rejected: The gradients have other names" in ran.out
        assert "A failure here" not in ran.out

    def test_a_choice(self, desk: Desk, small: Path) -> None:
        ran = desk.goldstep("explain", "wide-range", "--vectors", small)
        assert ran.out.startswith("wide-range (a choice that the formula leaves open)\n")
        assert ran.out.endswith("Offered by cases of the groups: by-hand\n")

    def test_a_name_of_two_things(self, desk: Desk) -> None:
        ran = desk.goldstep("explain", "special-values")
        assert "special-values (a finding)\n" in ran.out
        assert "\n\nspecial-values (a group of cases): " in ran.out

    def test_everything_that_has_a_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("goldstep.cli.glossary.load_vectors", cache(load_vectors))
        folder = vectors_folder()
        cases = [case.id for _, case in load_vectors(folder).cases()]
        for name in (*known_names(), *cases[::100]):
            assert explain_id(name, folder).startswith(f"{name} (a")
