"""Vectors that are damaged, or not those of their manifest: exit code 4, whatever the damage."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from goldstep.errors import VectorsError
from goldstep.paths import vectors_folder
from goldstep.vectors.check import check_vectors
from goldstep.vectors.folder import load_vectors
from goldstep_reference.vectors.publish import digest_over_all
from hypothesis import given, settings
from hypothesis import strategies as st
from proofs.byte_changes import changes
from support.desk import Desk
from support.goldstep_command import EXAMPLE
from support.small_vectors import part, sign

FILES = sorted(
    file.relative_to(vectors_folder()).as_posix()
    for file in vectors_folder().rglob("*")
    if file.is_file()
)
FORMULA = "rmsprop/float64/formula.json"
CASE = f"{FORMULA}, case {EXAMPLE}"
RESTORE = "; restore it, or run `goldstep vectors generate` if you changed the reference"


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    """A copy of the vectors, to be damaged."""
    folder = tmp_path / "vectors"
    shutil.copytree(vectors_folder(), folder)
    return folder


def test_the_copy_is_good(desk: Desk, vectors: Path) -> None:
    ran = desk.goldstep("vectors", "check", vectors)
    assert (ran.code, ran.err) == (0, "")
    files = sum(file.startswith("rmsprop/") for file in FILES)
    assert ran.out.startswith(f"{vectors}: {files} files, ")


def test_bad_vectors_stop_every_command_that_reads_them(desk: Desk, vectors: Path) -> None:
    file = vectors / FORMULA
    file.write_bytes(file.read_bytes().replace(b'"0.9"', b'"0.8"', 1))
    results = desk.folder / "results.ndjson"
    for command in (
        ["vectors", "check", vectors],
        ["vectors", "list", "--vectors", vectors],
        ["vectors", "show", EXAMPLE, "--vectors", vectors],
        ["explain", EXAMPLE, "--vectors", vectors],
        ["verify", "numpy", "--vectors", vectors, "--results", results],
    ):
        ran = desk.goldstep(*command)
        assert (ran.code, ran.out) == (4, "")
        assert ran.error == (
            f"goldstep: {file}: is not the file of the manifest: its SHA-256 differs, "
            f"first in the case {EXAMPLE}{RESTORE}"
        )
    assert not results.exists()


def test_vectors_come_before_every_other_bad_input(desk: Desk, vectors: Path) -> None:
    (vectors / FORMULA).write_bytes(b"")
    assert desk.goldstep("verify", "gone", "--group", "gone", "--vectors", vectors).code == 4


def told(folder: Path) -> str:
    """The error of the check, without the folder's name."""
    with pytest.raises(VectorsError) as raised:
        check_vectors(folder)
    line = str(raised.value)
    assert raised.value.exit_code == 4
    assert "\n" not in line
    return line.replace(f"{folder}/", "")


def test_a_file_is_missing(vectors: Path) -> None:
    (vectors / FORMULA).unlink()
    assert told(vectors) == f"{FORMULA}: is missing{RESTORE}"


@pytest.mark.parametrize("name", ["notes.txt", "rmsprop/float64/.formula.json.swp"])
def test_a_file_is_extra(vectors: Path, name: str) -> None:
    (vectors / name).touch()
    assert told(vectors) == f"{name}: is not in the manifest; take it out of the folder"


def test_a_file_was_renamed(vectors: Path) -> None:
    (vectors / FORMULA).rename(vectors / "rmsprop/float64/formulas.json")
    assert told(vectors).startswith("rmsprop/float64/formulas.json: is not in the manifest")


def test_two_files_changed_places(vectors: Path) -> None:
    one, other = vectors / FORMULA, vectors / FORMULA.replace("64", "32")
    text = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(text)
    assert "is not the file of the manifest: its SHA-256 differs" in told(vectors)


def test_the_manifest_is_missing(tmp_path: Path) -> None:
    assert told(tmp_path) == (
        "manifest.json: cannot be read: No such file or directory; "
        "name a folder made by `goldstep vectors generate`"
    )


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("goldstep-vectors/1", "goldstep-vectors/2", "is of format 'goldstep-vectors/2', not 'gol"),
        ('"files": {', '"files": [', "is damaged: Expected `object`, got `array` - at `$.files`"),
        ('"files"', '"filez"', "is damaged: Object missing required field `files`"),
        ('"cases": ', '"cases": 1', "is damaged: "),
        ('"bytes": ', '"bytes": 1', "is damaged: these files make another manifest"),
        ("\n", " \n", "is damaged: these files make another manifest"),
        ('"sha256": "', '"sha256": "0', "is damaged: the digest over all files does not fit"),
    ],
)
def test_the_manifest_is_damaged(vectors: Path, old: str, new: str, problem: str) -> None:
    file = vectors / "manifest.json"
    file.write_text(file.read_text().replace(old, new, 1))
    line = told(vectors)
    assert line.startswith("manifest.json")
    assert f": {problem}" in line


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that is damaged and restored many times."""
    folder = tmp_path_factory.mktemp("vectors") / "vectors"
    shutil.copytree(vectors_folder(), folder)
    return folder


def test_any_byte_that_changed_is_noticed_and_named(victim: Path) -> None:
    """A thousand, by `python -m proofs.byte_changes`."""
    for change in changes(victim, 150):
        assert change.file_named, change
        assert change.case_named, change


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_byte_of_the_manifest_that_changed_is_noticed(
    victim: Path, data: st.DataObject
) -> None:
    """The small file that all others are checked by."""
    file = victim / "manifest.json"
    content = file.read_bytes()
    position = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[position]))
    file.write_bytes(content[:position] + bytes([byte]) + content[position + 1 :])
    try:
        with pytest.raises(VectorsError, match=r"manifest\.json") as raised:
            load_vectors(victim)
    finally:
        file.write_bytes(content)
    assert raised.value.hint


def test_the_case_is_named_where_the_bundled_vectors_are_damaged(
    vectors: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the reference, which makes the file as it was."""
    monkeypatch.setattr("goldstep.vectors.recompute.vectors_folder", lambda: vectors)
    file = vectors / "rmsprop/float32/range-limits.json"
    case_id = json.loads(file.read_bytes())["cases"][3]["id"]
    text = file.read_text()
    start = text.index(f'"{case_id}"')
    file.write_text(text[:start] + text[start:].replace('"tolerance":["', '"tolerance":["1', 1))
    assert f"its SHA-256 differs, first in the case {case_id}{RESTORE}" in told(vectors)


@settings(max_examples=60, deadline=None)
@given(file=st.sampled_from([file for file in FILES if file != "manifest.json"]), data=st.data())
def test_a_file_that_was_cut_or_grew_is_noticed(
    victim: Path, file: str, data: st.DataObject
) -> None:
    content = (vectors_folder() / file).read_bytes()
    length = data.draw(st.integers(0, len(content) - 1))
    (victim / file).write_bytes(data.draw(st.sampled_from([content[:length], content + b"\n"])))
    try:
        with pytest.raises(VectorsError, match="SHA-256 differs"):
            load_vectors(victim)
    finally:
        (victim / file).write_bytes(content)


class TestSigned:
    """Folders whose manifest fits, but whose files are not as the format asks."""

    @pytest.fixture
    def vectors(self, tmp_path: Path) -> Path:
        """A folder of one group in one number format, to be damaged."""
        folder = part(tmp_path / "vectors", FORMULA)
        check_vectors(folder)
        return folder

    def sign(self, folder: Path, file: str, old: str, new: str) -> None:
        """Changes a file, and makes the manifest of the changed folder."""
        path = folder / file
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new, 1))
        sign(folder)

    @pytest.mark.parametrize(
        ("old", "new", "line"),
        [
            ('"learning_rate":"0.001"', '"learning_rate":"1/1000"', "does not pass the schema: "),
            ('"id":"rmsprop/', '"id":"RMSProp/', "does not pass the schema: "),
            ('"record":[1]', '"record":"1"', f"{CASE}: is damaged: Expected `array`, got `str`"),
            (
                '"expected":{',
                '"expected":{"rejected":"No.",',
                f"{CASE}: is damaged: expected holds",
            ),
            ('"group": "formula"', '"group": "formulae"', "is the group formulae in float64; "),
            ("goldstep-vectors/1", "goldstep-vectors/3", "is of format 'goldstep-vectors/3', not "),
        ],
    )
    def test_a_file_is_not_as_the_format_asks(
        self, vectors: Path, old: str, new: str, line: str
    ) -> None:
        self.sign(vectors, FORMULA, old, new)
        assert line in told(vectors)

    def test_an_id_is_of_another_group(self, vectors: Path) -> None:
        self.sign(vectors, FORMULA, f'"id":"{EXAMPLE}"', '"id":"rmsprop/float64/defaults/example"')
        assert told(vectors).startswith(
            f"{FORMULA}, case rmsprop/float64/defaults/example, id: does not start with "
        )

    def test_an_id_is_there_twice(self, vectors: Path) -> None:
        ids = [c["id"] for c in json.loads((vectors / FORMULA).read_text())["cases"]]
        self.sign(vectors, FORMULA, f'"id":"{ids[0]}"', f'"id":"{ids[1]}"')
        assert f"2 cases have the id {ids[1]}" in told(vectors)

    @pytest.mark.parametrize(
        ("old", "new", "place"),
        [
            ('"record":[1]', '"record":[1,]', f", case {EXAMPLE}"),
            ('"cases": [', '"cases": [,', ", line 10"),
            ("]\n}\n", "]\n", ""),
        ],
    )
    def test_a_file_is_no_json(self, vectors: Path, old: str, new: str, place: str) -> None:
        file, manifest_file = vectors / FORMULA, vectors / "manifest.json"
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new, 1))
        summary = json.loads(manifest_file.read_text())
        entry = summary["files"][FORMULA]
        entry["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
        digests = {path: each["sha256"] for path, each in summary["files"].items()}
        summary["sha256"] = digest_over_all(digests)
        manifest_file.write_text(json.dumps(summary))
        assert told(vectors).startswith(f"{FORMULA}{place}: is damaged: ")

    @pytest.mark.parametrize(
        ("old", "new"),
        [('"type": "object"', '"type": "vector"'), ('"minItems": 1', '"minItems": 0')],
    )
    def test_the_schema_is_another(self, vectors: Path, old: str, new: str) -> None:
        self.sign(vectors, "schema.json", old, new)
        assert told(vectors).startswith("schema.json: is not the schema of goldstep-vectors/1; ")
