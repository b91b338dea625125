"""The golden vectors as the harness reads them, checked against their manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from goldstep_reference.algorithms import ALGORITHMS
from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.vectors.publish import MANIFEST, digest_over_all
from goldstep_reference.vectors.publish import manifest as make_manifest
from goldstep_reference.vectors.vector_file import FORMAT

from goldstep.errors import VectorsError
from goldstep.vectors.case import VectorCase, case_type
from goldstep.vectors.place import place_of_error
from goldstep.vectors.recompute import damaged_case

_RESTORE = "restore it, or run `goldstep vectors generate` if you changed the reference"


class VectorFile(msgspec.Struct, frozen=True):
    """One group in one number format."""

    format: str
    algorithm: str
    group: str
    number_format: str
    title: str
    description: str
    requirements: list[str]
    flags: dict[str, str]
    cases: list[VectorCase]
    choices: dict[str, str] = {}


class ManifestEntry(msgspec.Struct, frozen=True):
    """One file of the folder."""

    sha256: str
    bytes: int
    cases: int = 0


class Manifest(msgspec.Struct, frozen=True):
    """What the folder must hold."""

    format: str
    cases: dict[str, int]
    sha256: str
    files: dict[str, ManifestEntry]


T = TypeVar("T", VectorFile, Manifest)


@dataclass(frozen=True, slots=True)
class Vectors:
    """All vector files of a folder, and the digest over them."""

    digest: str
    files: tuple[VectorFile, ...] = field(repr=False)

    def cases(self) -> Iterator[tuple[VectorFile, VectorCase]]:
        """Every case with its file."""
        return ((file, case) for file in self.files for case in file.cases)


def load_vectors(folder: Path) -> Vectors:
    """The vectors of ``folder``; each file is checked against the manifest.

    Raises VectorsError, naming the file, where one is missing, extra, changed or of another format.
    """
    manifest = _manifest(folder)
    _check_names(folder, manifest)
    contents = {path: _read(folder / path) for path in manifest.files}
    for path, data in contents.items():
        if hashlib.sha256(data).hexdigest() != manifest.files[path].sha256:
            raise _changed(folder, path, data, manifest.files[path].sha256)
    files = tuple(
        _vector_file(folder, path, data) for path, data in contents.items() if is_vector_file(path)
    )
    made = make_manifest({path: data.decode(errors="replace") for path, data in contents.items()})
    if _read(folder / MANIFEST) != made.encode():
        raise VectorsError(
            "is damaged: these files make another manifest",
            place=str(folder / MANIFEST),
            hint=_RESTORE,
        )
    return Vectors(manifest.sha256, files)


def is_vector_file(path: str) -> bool:
    """Whether a file of the folder has cases, by its path there."""
    return path.split("/")[0] in ALGORITHMS


def _changed(folder: Path, path: str, data: bytes, sha256: str) -> VectorsError:
    problem = "is not the file of the manifest: its SHA-256 differs"
    if is_vector_file(path) and (case := damaged_case(path, data, sha256)):
        problem += f", first in the case {case}"
    return VectorsError(problem, place=str(folder / path), hint=_RESTORE)


def _manifest(folder: Path) -> Manifest:
    file = folder / MANIFEST
    manifest = _decoded(file, _read(file), Manifest)
    digests: Mapping[str, str] = {path: entry.sha256 for path, entry in manifest.files.items()}
    if digest_over_all(digests) != manifest.sha256:
        raise VectorsError(
            "is damaged: the digest over all files does not fit", place=str(file), hint=_RESTORE
        )
    return manifest


def _check_names(folder: Path, manifest: Manifest) -> None:
    present = {
        file.relative_to(folder).as_posix() for file in folder.rglob("*") if not file.is_dir()
    }
    for path in sorted(present - set(manifest.files) - {MANIFEST}):
        raise VectorsError(
            "is not in the manifest", place=str(folder / path), hint="take it out of the folder"
        )
    for path in sorted(set(manifest.files) - present):
        raise VectorsError("is missing", place=str(folder / path), hint=_RESTORE)


def _vector_file(folder: Path, path: str, data: bytes) -> VectorFile:
    algorithm = path.split("/")[0]
    decoded = _decoded(folder / path, data, _file_type(algorithm))
    named = f"{algorithm}/{decoded.number_format}/{decoded.group}.json"
    if (
        path != named
        or decoded.algorithm != algorithm
        or decoded.number_format not in NUMBER_FORMATS
    ):
        raise VectorsError(
            f"is the group {decoded.group} in {decoded.number_format}",
            place=str(folder / path),
            hint="give it back its name",
        )
    return decoded


@cache
def _file_type(algorithm: str) -> type[VectorFile]:
    cases: Any = list[case_type(ALGORITHMS[algorithm])]  # type: ignore[misc]
    made = msgspec.defstruct("VectorFile", [("cases", cases)], bases=(VectorFile,), frozen=True)
    assert issubclass(made, VectorFile)
    return made


def _decoded(file: Path, data: bytes, kind: type[T]) -> T:
    try:
        decoded = msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        place = f"{file}{place_of_error(data, str(error))}"
        raise VectorsError(f"is damaged: {error}", place=place, hint=_RESTORE) from None
    if decoded.format != FORMAT:
        raise VectorsError(
            f"is of format {decoded.format!r}, not {FORMAT!r}",
            place=str(file),
            hint="use the goldstep of its version, or run `goldstep vectors generate`",
        )
    return decoded


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise VectorsError(
            f"cannot be read: {error.strerror}",
            place=str(file),
            hint="name a folder made by `goldstep vectors generate`",
        ) from None
