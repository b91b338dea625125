"""Vectors that are damaged, or not those of their manifest: exit code 4, whatever the damage."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from desk import Desk
from goldstep.check import check_vectors
from goldstep.errors import VectorsError
from goldstep.paths import vectors_folder
from goldstep.vectors import load_vectors
from goldstep_command import EXAMPLE
from goldstep_reference.publish import manifest
from hypothesis import given, settings
from hypothesis import strategies as st

FILES = sorted(
    file.relative_to(vectors_folder()).as_posix()
    for file in vectors_folder().rglob("*")
    if file.is_file()
)
FORMULA = "rmsprop/float64/formula.json"
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
    assert ran.out.startswith(f"{vectors}: {len(FILES) - 3} files, ")


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
            f"goldstep: {file}: is not the file of the manifest: its SHA-256 differs{RESTORE}"
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
    assert told(vectors).startswith(f"manifest.json: {problem}")


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that is damaged and restored many times."""
    folder = tmp_path_factory.mktemp("vectors") / "vectors"
    shutil.copytree(vectors_folder(), folder)
    return folder


@settings(max_examples=200, deadline=None)
@given(file=st.sampled_from([*FILES, *["manifest.json"] * 6]), data=st.data())
def test_any_byte_that_changed_is_noticed(victim: Path, file: str, data: st.DataObject) -> None:
    content = (vectors_folder() / file).read_bytes()
    position = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[position]))
    (victim / file).write_bytes(content[:position] + bytes([byte]) + content[position + 1 :])
    try:
        with pytest.raises(VectorsError) as raised:
            load_vectors(victim)
    finally:
        (victim / file).write_bytes(content)
    assert str(victim) in str(raised.value)
    assert raised.value.mend


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

    def sign(self, folder: Path, file: str, old: str, new: str) -> None:
        """Changes a file, and makes the manifest of the changed folder."""
        path = folder / file
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new, 1))
        contents = {
            each.relative_to(folder).as_posix(): each.read_text()
            for each in folder.rglob("*")
            if each.is_file() and each.name != "manifest.json"
        }
        (folder / "manifest.json").write_text(manifest(contents))

    @pytest.mark.parametrize(
        ("old", "new", "line"),
        [
            ('"learning_rate":"0.001"', '"learning_rate":"1/1000"', "does not pass the schema: "),
            ('"id":"rmsprop/', '"id":"RMSProp/', "does not pass the schema: "),
            ('"record":[1]', '"record":"1"', "is damaged: Expected `array`, got `str`"),
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
            f"{FORMULA}: the id rmsprop/float64/defaults/example does not start with "
        )

    def test_an_id_is_there_twice(self, vectors: Path) -> None:
        ids = [c["id"] for c in json.loads((vectors / FORMULA).read_text())["cases"]]
        self.sign(vectors, FORMULA, f'"id":"{ids[0]}"', f'"id":"{ids[1]}"')
        assert f"2 cases have the id {ids[1]}" in told(vectors)

    def test_the_schema_is_none(self, vectors: Path) -> None:
        self.sign(vectors, "schema.json", '"type": "object"', '"type": "vector"')
        assert told(vectors).startswith("schema.json: is no JSON Schema: ")
