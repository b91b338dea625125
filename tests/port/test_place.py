"""Places in port.toml: on which line they are, and what may be there."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from goldstep.paths import ports_folder
from goldstep.port.place import choices_at, keys_at, line_of
from hypothesis import given
from hypothesis import strategies as st

TEXT = """\
name = "mine"
"number_format" = "double"
run.command = ["a",
    "b"]

[[known]]
repairs = 0

[ [repair] ]
[[ known ]]   # the second
finding='x'

[matrix]
  number_format = ["float64", "double"]
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("name", 1),
        ("number_format", 2),
        ("run.command", 3),
        ("run.command[1]", 3),
        ("known", None),
        ("known[0]", 6),
        ("known[0].repairs", 7),
        ("known[0].finding", 6),
        ("known[1]", 10),
        ("known[1].finding", 11),
        ("matrix", 13),
        ("matrix.number_format[1]", 14),
        ("title", None),
        ("", None),
    ],
)
def test_the_line_of_a_place(place: str, line: int | None) -> None:
    assert line_of(TEXT, place) == line


def places(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every key of a TOML file, by its place."""
    if isinstance(value, dict):
        for name, inner in value.items():
            at = f"{place}.{name}".lstrip(".")
            yield at, name
            yield from places(inner, at)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places(inner, f"{place}[{number}]")


@pytest.mark.parametrize("file", sorted(ports_folder().glob("*/port.toml")), ids=str)
def test_every_key_of_a_port_is_on_its_line(file: Any) -> None:
    text = file.read_text()
    for place, name in places(tomllib.loads(text)):
        if line := line_of(text, place):
            assert name in text.splitlines()[line - 1]
        else:
            assert place in ("repair", "known")  # headers have a number


@given(st.text(), st.text(st.sampled_from("ab.[]1\n\"'=")))
def test_any_text_and_any_place_end(text: str, place: str) -> None:
    line = line_of(text, place)
    assert line is None or 1 <= line <= len(text.splitlines())


@pytest.mark.parametrize(
    ("place", "choices"),
    [
        ("number_format", ["float32", "float64"]),
        ("matrix.number_format[1]", ["float32", "float64"]),
        ("epsilon", ["inside", "outside"]),
        ("title", []),
        ("no.such[0].place", []),
    ],
)
def test_what_a_place_may_say(place: str, choices: list[str]) -> None:
    assert sorted(choices_at(place)) == choices


@pytest.mark.parametrize(
    ("place", "key"),
    [("", "title"), ("run", "case_timeout"), ("repair[3]", "patch"), ("limits", "memory_mb")],
)
def test_which_keys_a_table_may_have(place: str, key: str) -> None:
    assert key in keys_at(place)
    assert keys_at("title") == []
