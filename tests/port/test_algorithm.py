"""Which algorithm and column a port is held to, and which options it has, by its port.toml."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from goldstep.errors import PortFileError
from goldstep.port.port import Port, load_port
from goldstep.port.table import FILE_NAME
from goldstep_reference.rmsprop.algorithm import RMSPROP

START = 'name = "one"\ntitle = "One"\nlanguage = "L"\n'
RUN = '[run]\ncommand = ["true"]\n'


def ports(folder: Path, *lines: str, number_format: bool = True) -> tuple[Port, ...]:
    form = ['number_format = "float64"'] if number_format else []
    tables = [line for line in lines if line.startswith("[")]
    keys = [line for line in lines if not line.startswith("[")]
    (folder / FILE_NAME).write_text(START + "\n".join([*form, *keys, "", RUN, *tables]))
    return load_port(folder / FILE_NAME)


@pytest.mark.parametrize(
    ("lines", "column"),
    [
        ((), "inside"),
        (('column = "outside"',), "outside"),
        (('epsilon = "outside"',), "outside"),
        (('algorithm = "rmsprop"', 'column = "inside"'), "inside"),
    ],
)
def test_the_column_by_its_key_or_by_the_older_one(
    tmp_path: Path, lines: tuple[str, ...], column: str
) -> None:
    (port,) = ports(tmp_path, *lines)
    assert (port.algorithm, port.column) == (RMSPROP, column)
    assert not port.is_held_to_another_column
    other = next(each for each in RMSPROP.columns if each != column)
    assert replace(port, column=other).is_held_to_another_column


@pytest.mark.parametrize("key", ["column", "epsilon"])
def test_a_matrix_has_a_variant_for_each_column(tmp_path: Path, key: str) -> None:
    matrix = f'[matrix]\nnumber_format = ["float32"]\n{key} = ["inside", "outside"]'
    inside, outside = ports(tmp_path, matrix, number_format=False)
    assert [inside.name, outside.name] == ["one-float32-inside", "one-float32-outside"]
    for port in (inside, outside):
        assert port.placeholders["column"] == port.placeholders["epsilon"] == port.column


@pytest.mark.parametrize(
    ("line", "place", "problem"),
    [
        ('algorithm = "rmsprob"', ":5, algorithm", "no algorithm 'rmsprob'"),
        ('column = "outsid"', ":5, column", "no column 'outsid'"),
        ('options = ["momentom"]', ":5, options[0]", "no option 'momentom'"),
        ('epsilon = "inside"\ncolumn = "inside"', ":5, epsilon", "older name of column"),
        (
            '[matrix]\nnumber_format = ["float32"]\ncolumn = ["in"]',
            ":11, matrix.column[0]",
            "no column 'in'",
        ),
    ],
)
def test_what_there_is_not(tmp_path: Path, line: str, place: str, problem: str) -> None:
    with pytest.raises(PortFileError) as raised:
        ports(tmp_path, line)
    assert raised.value.place == f"{tmp_path / FILE_NAME}{place}"
    assert problem in raised.value.problem
    assert raised.value.hint
