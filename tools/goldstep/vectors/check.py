"""Checks a folder of vectors as a whole: manifest, digests, schema, ids, and what they say."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from goldstep_reference.vectors.publish import MANIFEST, schema
from goldstep_reference.vectors.vector_file import FORMAT
from jsonschema_rs import Draft202012Validator

from goldstep.errors import VectorsError
from goldstep.vectors.consistency import faults
from goldstep.vectors.folder import VectorFile, Vectors, is_vector_file, load_vectors
from goldstep.vectors.place import first_changed_case, place_of_keys

_HINT = "run `goldstep vectors generate`"


def check_vectors(folder: Path) -> Vectors:
    """The vectors of ``folder``; raises VectorsError, naming file and place, where they are bad.

    That is: every file is that of the manifest, passes the schema, and agrees with itself (see
    :mod:`goldstep.vectors.consistency`); no id is there twice. Nothing is recomputed.
    """
    loaded = load_vectors(folder)
    vector_schema = _schema(folder / "schema.json")
    for file in loaded.files:
        path = folder / file.algorithm / file.number_format / f"{file.group}.json"
        _check_schema(path, file, vector_schema)
        for place, problem in faults(file):
            raise VectorsError(problem, place=f"{path}, {place}", hint=_HINT)
    for case_id, count in Counter(case.id for _, case in loaded.cases()).items():
        if count > 1:
            raise VectorsError(
                f"{count} cases have the id {case_id}", place=str(folder), hint=_HINT
            )
    return loaded


def compare(folder: Path, made: Mapping[str, str]) -> None:
    """Raises VectorsError at the first file of ``folder`` that is not as it was ``made`` anew.

    ``made`` has the text of every file by its path in the folder.
    """
    if not folder.is_dir():
        raise VectorsError("is no folder of vectors", place=str(folder), hint=_HINT)
    there = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    differing = {
        path: _difference(path, there.get(path), made.get(path))
        for path in sorted(made.keys() | there.keys(), key=lambda path: (path == MANIFEST, path))
    }
    problems = [(path, problem) for path, problem in differing.items() if problem]
    if problems:
        path, problem = problems[0]
        others = f" ({len(problems) - 1} more files differ)" if len(problems) > 1 else ""
        raise VectorsError(f"{problem}{others}", place=str(folder / path), hint=_HINT)


def _difference(path: str, there: Path | None, made: str | None) -> str | None:
    if there is None:
        return "is missing"
    if made is None:
        return "is extra: the reference makes no such file"
    try:
        found = there.read_bytes()
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if found == made.encode():
        return None
    problem = "is not as the reference makes it"
    if is_vector_file(path) and (case := first_changed_case(made.encode(), found)):
        problem += f", first in the case {case}"
    return problem


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]


def _check_schema(path: Path, file: VectorFile, schema: Draft202012Validator) -> None:
    try:
        document = json.loads(path.read_bytes(), object_pairs_hook=_without_repetition)
    except ValueError as error:
        raise VectorsError(f"is damaged: {error}", place=str(path), hint=_HINT) from None
    for fault in schema.iter_errors(document):
        # Of several forms it was meant to be the one that it agrees with the longest.
        while forms := getattr(fault.kind, "context", None):
            fault = max(chain(*forms), key=lambda each: len(each.instance_path))
        place = place_of_keys(fault.instance_path, [case.id for case in file.cases])
        raise VectorsError(
            f"does not pass the schema: {fault.message[:200]}",
            place=f"{path}, {place}",
            hint=_HINT,
        )


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON lets an object have a key twice, and readers take either."""
    found = dict(pairs)
    if len(found) != len(pairs):
        name = next(name for name, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise ValueError(f"an object has the key {name!r} more than once")
    return found


def _schema(file: Path) -> Draft202012Validator:
    """The schema, which has to be that of this version: what else it lets pass is not known."""
    text = file.read_bytes()
    if text != schema().encode():
        raise VectorsError(f"is not the schema of {FORMAT}", place=str(file), hint=_HINT)
    return Draft202012Validator(json.loads(text))
