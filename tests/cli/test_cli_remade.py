"""`generate --check` and `check --recompute`: a folder against what the reference makes anew."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from goldstep.cli.vectors import vectors
from goldstep.errors import VectorsError
from goldstep.vectors.check import compare
from goldstep.vectors.recompute import differences
from goldstep_reference.rmsprop.groups import GROUPS
from goldstep_reference.vectors import publish
from support.small_vectors import sign

GROUP = "range-limits"  # small, with choices
FILE = f"rmsprop/float32/{GROUP}.json"


@pytest.fixture(scope="module", autouse=True)
def one_group() -> Iterator[None]:
    """The registry with one group alone."""
    with pytest.MonkeyPatch.context() as patch:
        assert isinstance(GROUPS, dict)
        for name in set(GROUPS) - {GROUP}:
            patch.delitem(GROUPS, name)
        yield


@pytest.fixture(scope="module")
def made(one_group: None) -> dict[str, str]:
    """All files, made once."""
    return publish.contents(jobs=1)


@pytest.fixture
def folder(tmp_path: Path, made: dict[str, str]) -> Path:
    for path, text in made.items():
        file = tmp_path / "vectors" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path / "vectors"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(vectors, [*map(str, arguments), "--jobs", "1"])


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_bytes(folder: Path) -> None:
    before = contents(folder)
    ran = run("generate", "--check", folder)
    assert (ran.exit_code, ran.exception) == (0, None)
    assert ran.output == f"{folder}: vectors as the reference makes them\n"
    assert contents(folder.parent) == before


def test_generate_check_writes_nothing_where_they_differ(folder: Path) -> None:
    file = folder / FILE
    file.write_bytes(file.read_bytes().replace(b"One step", b"Two steps", 1))
    sign(folder)
    before = contents(folder)
    error = run("generate", "--check", folder).exception
    assert isinstance(error, VectorsError)
    first = json.loads(file.read_bytes())["cases"][0]["id"]
    assert str(error) == (
        f"{file}: is not as the reference makes it, first in the case {first} (1 more files "
        "differ); run `goldstep vectors generate`"
    )
    assert contents(folder.parent) == before


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda f: (f / FILE).unlink(), f"{FILE}: is missing; "),
        (lambda f: (f / "notes.txt").touch(), "notes.txt: is extra: the reference makes no such"),
        (lambda f: (f / "gone").symlink_to("nowhere"), "gone: is extra: "),
        (lambda f: (f / "README.md").write_text(""), "README.md: is not as the reference makes"),
        (
            lambda f: (f / "manifest.json").write_text("{}"),
            "manifest.json: is not as the reference makes it; ",
        ),
        (
            lambda f: (f / FILE).write_text((f / FILE).read_text()[:-3]),
            f"{FILE}: is not as the reference makes it; ",
        ),
    ],
)
def test_the_first_file_that_differs(
    folder: Path, made: dict[str, str], change: Callable[[Path], object], told: str
) -> None:
    compare(folder, made)
    change(folder)
    with pytest.raises(VectorsError) as raised:
        compare(folder, made)
    assert str(raised.value).startswith(f"{folder}/{told}")


def test_every_case_is_named(folder: Path, made: dict[str, str]) -> None:
    """Wherever a byte of its line changes."""
    text = made[FILE]
    for line in text.splitlines()[1:-2]:
        if line.startswith('{"id"'):
            (folder / FILE).write_text(text.replace(line, line.replace("e+", "e-").upper(), 1))
            with pytest.raises(VectorsError) as raised:
                compare(folder, made)
            case_id = json.loads(line.rstrip(","))["id"]
            assert raised.value.problem.endswith(f"first in the case {case_id}")


def test_no_folder(tmp_path: Path, made: dict[str, str]) -> None:
    with pytest.raises(VectorsError, match="is no folder of vectors"):
        compare(tmp_path / "gone", made)


def test_every_number_is_recomputed(folder: Path) -> None:
    ran = run("check", folder, "--recompute")
    assert (ran.exit_code, ran.exception) == (0, None)
    numbers = (folder / FILE).read_text().count('"exact":["')
    told = int(ran.output.rpartition(", ")[2].removesuffix(" numbers recomputed\n"))
    assert told > 3 * numbers


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("1.7524006423773333e+31", "1.75e+31", " moving_average w1 tolerance 0: is '1.75e+31'"),
        ("3548800e+37", "3548801e+37", "548801e+37', the reference has '4.9000"),
        ('"2.213609156903751e+19"', '"2.0"', " gradients 0 w1 0: is '2.0', the reference has '2.2"),
        ('"title": "', '"title": "The ', ", title: is 'The "),
        ('"epsilon":"9.99999993922529e-09",', "", " epsilon: is missing"),
    ],
)
def test_a_number_that_the_reference_does_not_make(
    folder: Path, old: str, new: str, told: str
) -> None:
    """The manifest fits: nothing but the recomputation could tell."""
    file = folder / FILE
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new, 1))
    sign(folder)
    error = run("check", folder, "--recompute").exception
    assert isinstance(error, VectorsError)
    assert str(error).startswith(f"{file}, ")
    assert told in str(error)


def test_a_group_more_or_less(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / FILE).unlink()
    sign(folder)
    error = run("check", folder, "--recompute").exception
    assert str(error) == f"{folder / FILE}: is missing; run `goldstep vectors generate`"
    assert isinstance(GROUPS, dict)
    monkeypatch.delitem(GROUPS, GROUP)
    error = run("check", folder, "--recompute").exception
    assert "is of a group that the reference has not" in str(error)


def test_differences_come_with_their_places_what_is_extra_last() -> None:
    wanted = {"a": [1, {"b": "x"}], "c": "y"}
    found = {"a": [1, {"b": "z", "d": 2}, 3]}
    assert list(differences(wanted, found)) == [
        (("a", 1, "b"), "x", "z"),
        (("c",), "y", None),
        (("a", 1, "d"), None, 2),
        (("a", 2), None, 3),
    ]
