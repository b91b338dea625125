"""Small folders of vectors for tests of the harness: a few cases, expected by the reference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from goldstep.paths import vectors_folder
from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rmsprop.groups.group import Inputs
from goldstep_reference.rule.case import Case
from goldstep_reference.rule.group import Group
from goldstep_reference.vectors.expectation import expectation
from goldstep_reference.vectors.publish import MANIFEST, manifest
from goldstep_reference.vectors.vector_file import path_of, vector_file

Cases = Callable[[Inputs], Iterator[Case]]


def small_vectors(folder: Path, groups: Mapping[str, Cases], number_format: NumberFormat) -> Path:
    """A folder with these groups in one number format, as `goldstep vectors generate` makes it."""
    contents = {
        name: (vectors_folder() / name).read_text() for name in ("README.md", "schema.json")
    }
    for name, make in groups.items():

        def cases(number_format: NumberFormat, make: Cases = make) -> Iterator[Case]:
            """Cases for a test."""
            return make(Inputs(number_format))

        group = Group(name, f"{name}, for a test", ("RMS-1",), RMSPROP.flags, cases)
        made = group.cases(number_format)
        expected = [expectation(RMSPROP, case, number_format) for case in made]
        path = path_of(RMSPROP, number_format.name, name)
        contents[path] = vector_file(RMSPROP, group, number_format, made, expected)
    contents[MANIFEST] = manifest(contents)
    for path, text in contents.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder
