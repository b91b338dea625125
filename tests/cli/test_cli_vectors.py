"""`goldstep vectors`: make, check, list and show."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from desk import Desk
from goldstep.paths import vectors_folder
from goldstep_command import EXAMPLE

MANIFEST = json.loads((vectors_folder() / "manifest.json").read_text())


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_generate_makes_the_committed_vectors(desk: Desk) -> None:
    ran = desk.goldstep("vectors", "generate")
    assert (ran.code, ran.out, ran.err) == (0, "vectors: vectors generated\n", "")
    assert contents(desk.work / "vectors") == contents(vectors_folder())
    assert [path.name for path in desk.work.iterdir()] == ["vectors"]
    shutil.rmtree(desk.work / "vectors")


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
