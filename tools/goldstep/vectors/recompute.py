"""Vector files made anew by the reference, and compared number by number with a folder's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from goldstep_reference.algorithms import ALGORITHMS
from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.vectors.expectation import expectation
from goldstep_reference.vectors.vector_file import path_of, vector_file
from goldstep_reference.vectors.workers import in_parallel

from goldstep.errors import VectorsError
from goldstep.paths import vectors_folder
from goldstep.vectors.place import Keys, first_changed_case, place_of_keys

_WORDS = {"id", "description", "flags", "rejected"}  # of a case


def remake(path: str) -> str:
    """The text of a vector file by its path in the folder; raises KeyError where there is none."""
    name = PurePosixPath(path)
    algorithm, number_format = ALGORITHMS[name.parts[0]], NUMBER_FORMATS[name.parent.name]
    group = algorithm.groups[name.stem]
    cases = group.cases(number_format)
    expected = [expectation(algorithm, case, number_format) for case in cases]
    return vector_file(algorithm, group, number_format, cases, expected)


def damaged_case(path: str, found: bytes, sha256: str) -> str | None:
    """The id of the first case in which ``found`` is not the file of this SHA-256.

    None where the difference is in no case, or the file as it was is neither among the vectors that
    come with goldstep nor made by its reference. ``path`` is relative to the folder of vectors.
    """
    for intact in _originals(path):
        if hashlib.sha256(intact).hexdigest() == sha256:
            return first_changed_case(intact, found)
    return None


def _originals(path: str) -> Iterator[bytes]:
    with suppress(OSError):
        yield (vectors_folder() / path).read_bytes()
    with suppress(KeyError):  # those are the damaged ones themselves, or of another version
        yield remake(path).encode()


def recompute(
    folder: Path,
    progress: Callable[[str, int, int], None] | None = None,
    jobs: int | None = None,
) -> int:
    """How many numbers of ``folder`` the reference makes again, each the same.

    ``progress`` is called with each compared file's path, the count so far and the count in all.
    Raises VectorsError, naming file, case and place, at the first number that is another.
    """
    there = {
        path.relative_to(folder).as_posix(): path
        for name in ALGORITHMS
        for path in folder.glob(f"{name}/*/*.json")
    }
    paths = [
        path_of(algorithm, form, group)
        for algorithm in ALGORITHMS.values()
        for form in NUMBER_FORMATS
        for group in algorithm.groups
    ]
    for path in sorted(there.keys() ^ set(paths)):
        problem = "is missing" if path in paths else "is of a group that the reference has not"
        raise _error(folder / path, problem)
    count = 0
    with in_parallel(remake, paths, jobs) as made:
        for done, (path, text) in enumerate(zip(paths, made, strict=True), start=1):
            wanted = json.loads(text)
            found = json.loads(there[path].read_bytes())
            for keys, one, other in differences(wanted, found):
                place = place_of_keys(keys, [case["id"] for case in wanted["cases"]])
                raise _error(f"{folder / path}, {place}", _words(one, other))
            count += sum(
                isinstance(value, str) and not _WORDS.intersection(keys)
                for keys, value in _leaves(found["cases"])
            )
            if progress:
                progress(path, done, len(paths))
    return count


def differences(wanted: Any, found: Any) -> Iterator[tuple[Keys, Any, Any]]:
    """Where two JSON values differ: the keys, what is wanted there and what is found.

    What is not there at all is None. What is extra comes last.
    """
    one, other = dict(_leaves(wanted)), dict(_leaves(found))
    for keys in one | other:
        if one.get(keys) != other.get(keys):
            yield keys, one.get(keys), other.get(keys)


def _leaves(value: Any, keys: tuple[str | int, ...] = ()) -> Iterator[tuple[Keys, Any]]:
    """What is not made of parts, each with the keys that lead to it."""
    if not isinstance(value, dict | list) or not value:
        yield keys, value
        return
    for key, part in value.items() if isinstance(value, dict) else enumerate(value):
        yield from _leaves(part, (*keys, key))


def _words(wanted: Any, found: Any) -> str:
    if found is None:
        return "is missing"
    if wanted is None:
        return "is extra"
    return f"is {str(found)[:80]!r}, the reference has {str(wanted)[:80]!r}"


def _error(place: Path | str, problem: str) -> VectorsError:
    return VectorsError(problem, place=str(place), hint="run `goldstep vectors generate`")
