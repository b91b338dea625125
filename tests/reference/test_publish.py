"""The vectors folder: the same bytes on every backend, written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from goldstep_reference.arithmetic.choices import CHOICES
from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rmsprop.flags import FLAGS
from goldstep_reference.rmsprop.groups import GROUPS
from goldstep_reference.rmsprop.requirements import REQUIREMENTS
from goldstep_reference.rule.group import Group
from goldstep_reference.vectors import publish
from goldstep_reference.vectors.expectation import expectation
from goldstep_reference.vectors.vector_file import vector_file
from mpmath.libmp import BACKEND
from support.published_vectors import VECTORS

# One group alone, over and over: each run takes less than a tenth of a second.
_GENERATE_SMALL = """
import sys
from pathlib import Path
from goldstep_reference.rmsprop.groups import GROUPS
from goldstep_reference.vectors.publish import generate

for name in set(GROUPS) - {sys.argv[1]}:
    del GROUPS[name]
print("begins", flush=True)
while True:
    generate(Path(sys.argv[2]), jobs=1)
    print("ends", flush=True)
"""
SMALL = "invalid-input"


def contents(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("name", ["accumulation", "cancellation", "special-values"])
def test_a_group_is_the_same_on_the_other_backend(name: str) -> None:
    """With gmpy2's integers, where the tests run with them."""
    assert BACKEND == "gmpy"
    for form, number_format in NUMBER_FORMATS.items():
        cases = GROUPS[name].cases(number_format)
        expectations = [expectation(RMSPROP, case, number_format) for case in cases]
        text = vector_file(RMSPROP, GROUPS[name], number_format, cases, expectations)
        assert text == (VECTORS / "rmsprop" / form / f"{name}.json").read_text(encoding="utf-8")


def test_the_manifest_has_every_file_its_hash_and_its_cases() -> None:
    manifest = json.loads((VECTORS / "manifest.json").read_text())
    files = contents(VECTORS)
    del files["manifest.json"]
    assert manifest["files"].keys() == files.keys()
    counts = dict.fromkeys(manifest["cases"], 0)
    for path, data in files.items():
        entry = manifest["files"][path]
        assert entry["sha256"] == hashlib.sha256(data).hexdigest()
        assert entry["bytes"] == len(data)
        if path.startswith("rmsprop/"):
            document = json.loads(data)
            assert entry["cases"] == len(document["cases"])
            assert path == f"rmsprop/{document['number_format']}/{document['group']}.json"
            counts[document["number_format"]] += len(document["cases"])
    assert manifest["cases"] == counts
    listing = "".join(f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n" for path in files)
    assert manifest["sha256"] == hashlib.sha256(listing.encode()).hexdigest()


def test_the_readme_names_every_group_requirement_flag_and_choice() -> None:
    readme = (VECTORS / "README.md").read_text()
    for group in GROUPS.values():
        assert f"### `{group.name}`: {group.title}\n\n{group.description}\n" in readme
    for name in (*REQUIREMENTS, *FLAGS, *CHOICES):
        assert f"\n- **{name}**" in readme


class TestWriting:
    """How a folder is replaced; with one small group, for speed."""

    @pytest.fixture(autouse=True)
    def one_group(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in set(GROUPS) - {SMALL}:
            monkeypatch.delitem(dict_of_groups(), name)

    @pytest.fixture
    def old(self, tmp_path: Path) -> Iterator[Path]:
        """A folder of vectors that must be as it was afterwards, with nothing left beside it."""
        folder = tmp_path / "vectors"
        folder.mkdir()
        (folder / "manifest.json").write_text('{"format": "goldstep-vectors/1"}')
        (folder / "old.json").write_text("{}")
        before = contents(folder)
        yield folder
        assert contents(folder) == before
        assert [path.name for path in tmp_path.iterdir()] == ["vectors"]

    def test_progress_is_told_after_each_file(self, tmp_path: Path) -> None:
        told: list[tuple[str, int, int]] = []
        publish.generate(tmp_path / "new" / "vectors", lambda *now: told.append(now), jobs=1)
        assert told == [
            (f"rmsprop/float64/{SMALL}.json", 1, 2),
            (f"rmsprop/float32/{SMALL}.json", 2, 2),
        ]
        assert contents(tmp_path / "new" / "vectors").keys() == {
            *(path for path, _, _ in told),
            *("README.md", "manifest.json", "schema.json", "kill-matrix.json"),
        }

    @pytest.mark.parametrize("there", [None, "empty", "vectors"])
    def test_a_folder_of_vectors_is_replaced_whole(self, tmp_path: Path, there: str | None) -> None:
        folder = tmp_path / "vectors"
        if there:
            folder.mkdir()
        if there == "vectors":
            (folder / "manifest.json").write_text('{"format": "goldstep-vectors/1"}')
            (folder / "old.json").write_text("{}")
        publish.generate(folder, jobs=1)
        assert f"rmsprop/float32/{SMALL}.json" in contents(folder)
        assert "old.json" not in contents(folder)
        assert [path.name for path in tmp_path.iterdir()] == ["vectors"]
        assert os.access(folder, os.R_OK | os.X_OK)
        assert folder.stat().st_mode & 0o777 == 0o755

    @pytest.mark.parametrize(
        "manifest",
        [
            None,
            pytest.param('{"manifest_version": 3, "name": "a browser extension"}', id="another"),
            pytest.param("[]", id="array"),
            pytest.param("{", id="damaged"),
        ],
    )
    def test_a_folder_of_other_things_is_refused(
        self, tmp_path: Path, manifest: str | None
    ) -> None:
        (tmp_path / "thesis.tex").write_text("years of work")
        if manifest:
            (tmp_path / "manifest.json").write_text(manifest)
        before = contents(tmp_path)
        with pytest.raises(FileExistsError, match="not empty"):
            publish.generate(tmp_path)
        assert contents(tmp_path) == before

    def test_a_file_in_its_place_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "vectors").write_text("a file")
        with pytest.raises(OSError, match="vectors"):
            publish.generate(tmp_path / "vectors")
        assert (tmp_path / "vectors").read_text() == "a file"

    @pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt])
    def test_a_failure_midway_leaves_the_folder_as_it_was(
        self, old: Path, failure: type[BaseException]
    ) -> None:
        def fail(path: str, done: int, count: int) -> None:
            raise failure("midway")

        with pytest.raises(failure, match="midway"):
            publish.generate(old, fail, jobs=1)

    def test_a_full_disk_leaves_the_folder_as_it_was(
        self, old: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write = Path.write_bytes

        def fail(path: Path, data: bytes) -> int:
            if path.name == "README.md":
                raise OSError("no space left on device")
            return write(path, data)

        monkeypatch.setattr(Path, "write_bytes", fail)
        with pytest.raises(OSError, match="no space left"):
            publish.generate(old, jobs=1)

    @pytest.mark.processes
    def test_a_process_that_is_killed_leaves_the_old_folder_or_the_new(
        self, tmp_path: Path
    ) -> None:
        """At any moment: in the work, in the writing, and while folders change places."""
        folder, draw = tmp_path / "vectors", random.Random(20_170_503)
        ended_with, takes = set(), 0.0
        for _ in range(12):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            (folder / "manifest.json").write_text('{"format": "goldstep-vectors/1"}')
            old = contents(folder)
            with subprocess.Popen(
                [sys.executable, "-c", _GENERATE_SMALL, SMALL, str(folder)],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                stdout=subprocess.PIPE,
            ) as process:
                assert process.stdout
                assert process.stdout.readline() == b"begins\n"
                if takes:
                    time.sleep(draw.choice([0.0, draw.uniform(0, 2 * takes)]))
                else:  # the first one, which shows how long it takes here and now
                    begun = time.monotonic()
                    assert process.stdout.readline() == b"ends\n"
                    takes = time.monotonic() - begun
                process.kill()
            new = contents(folder) != old
            ended_with.add(new)
            if new:
                check_digests(folder)
            assert len(list(tmp_path.iterdir())) <= 2  # the next run takes away what one left
        assert ended_with == {False, True}


def dict_of_groups() -> dict[str, Group]:
    """The registry, to take groups out of."""
    assert isinstance(GROUPS, dict)
    return GROUPS


def check_digests(folder: Path) -> None:
    """The folder has the files of its manifest, and no others."""
    files = contents(folder)
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest["files"].keys() == files.keys()
    for path, data in files.items():
        assert manifest["files"][path]["sha256"] == hashlib.sha256(data).hexdigest()
