"""Vector files made anew by the reference, and compared number by number with a folder's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.rmsprop.groups import GROUPS
from goldstep_reference.vectors.expectation import expectation
from goldstep_reference.vectors.vector_file import ALGORITHM, vector_file
from goldstep_reference.vectors.workers import in_parallel

from goldstep.errors import VectorsError

Place = tuple[str | int, ...]


def remake(path: str) -> str:
    """The text of a vector file by its path in the folder; raises KeyError where there is none."""
    name = PurePosixPath(path)
    group, number_format = GROUPS[name.stem], NUMBER_FORMATS[name.parent.name]
    cases = group.cases(number_format)
    expected = [expectation(case, number_format) for case in cases]
    return vector_file(group, number_format, cases, expected)


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
        path.relative_to(folder).as_posix(): path for path in folder.glob(f"{ALGORITHM}/*/*.json")
    }
    paths = [f"{ALGORITHM}/{form}/{group}.json" for form in NUMBER_FORMATS for group in GROUPS]
    for path in sorted(there.keys() ^ set(paths)):
        problem = "is missing" if path in paths else "is of a group that the reference has not"
        raise _error(folder / path, problem)
    count = 0
    with in_parallel(remake, paths, jobs) as made:
        for done, (path, text) in enumerate(zip(paths, made, strict=True), start=1):
            wanted = json.loads(text)
            found = json.loads(there[path].read_bytes())
            for place, one, other in differences(wanted, found):
                raise _error(_place(folder / path, wanted, place), _words(one, other))
            count += sum(1 for _ in _numbers(found["cases"]))
            if progress:
                progress(path, done, len(paths))
    return count


def differences(wanted: Any, found: Any, place: Place = ()) -> Iterator[tuple[Place, Any, Any]]:
    """Where two JSON values differ, in order: the place, what is wanted there and what is found.

    What is not there at all is None.
    """
    if isinstance(wanted, dict) and isinstance(found, dict):
        keys = list(dict.fromkeys([*wanted, *found]))
        for key in keys:
            yield from differences(wanted.get(key), found.get(key), (*place, key))
    elif isinstance(wanted, list) and isinstance(found, list):
        for index in range(max(len(wanted), len(found))):
            one = wanted[index] if index < len(wanted) else None
            other = found[index] if index < len(found) else None
            yield from differences(one, other, (*place, index))
    elif wanted != found:
        yield place, wanted, found


def _numbers(value: Any) -> Iterator[str]:
    """The strings below a case's ``weights``, ``gradients``, ``expected`` and hyper-parameters."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _numbers(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key not in ("id", "description", "flags", "rejected"):
                yield from _numbers(each)


def _place(file: Path, wanted: Any, place: Place) -> str:
    match place:
        case ("cases", int(index), *keys) if index < len(wanted["cases"]):
            words = " ".join(map(str, keys))
            return f"{file}, case {wanted['cases'][index]['id']}, {words}"
        case _:
            return f"{file}, {' '.join(map(str, place))}"


def _words(wanted: Any, found: Any) -> str:
    if found is None:
        return "is missing"
    if wanted is None:
        return "is extra"
    return f"is {str(found)[:80]!r}, the reference has {str(wanted)[:80]!r}"


def _error(place: Path | str, problem: str) -> VectorsError:
    return VectorsError(problem, place=str(place), hint="run `goldstep vectors generate`")
