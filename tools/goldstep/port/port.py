"""A port as port.toml describes it, and the variants of it that are run."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
from goldstep_reference.rmsprop.columns import Column

from goldstep.errors import PortFileError, unknown
from goldstep.paths import ports_folder
from goldstep.port.table import (
    FILE_NAME,
    BuildTable,
    ExampleTable,
    FormatName,
    Known,
    MatrixTable,
    PortTable,
    Repair,
    RunTable,
    ToolchainSpec,
)
from goldstep.results.kinds import FINDINGS
from goldstep.supervision.limits import Limits


@dataclass(frozen=True, slots=True)
class Port:
    """One variant of a port: what is run and judged. ``folder`` has its port.toml, ``text``."""

    folder: Path
    table: PortTable
    name: str
    number_format: FormatName
    epsilon: Column
    placeholders: Mapping[str, str] = field(default_factory=dict)
    text: str = field(default="", repr=False)
    file_name: str = FILE_NAME

    @property
    def file(self) -> Path:
        """Its port.toml."""
        return self.folder / self.file_name

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """The repairs, in order."""
        return self.table.repair

    @property
    def is_held_to_another_column(self) -> bool:
        """Whether it is held to another column than its port.toml says."""
        return not self.table.matrix and self.epsilon != self.table.epsilon

    def known(self, repairs: int, finding: str) -> Known | None:
        """The entry that makes ``finding`` known after ``repairs`` repairs."""
        for entry in self.table.known:
            if (entry.repairs, entry.finding) == (repairs, finding):
                return entry
        return None


def load_port(file: Path) -> tuple[Port, ...]:
    """The variants of the port that ``file`` describes.

    Raises PortFileError, naming file, key and hint, where it is not as it has to be.
    """
    text = _text(file)
    table = _read(file, text)
    folder = file.parent
    for index, source in enumerate(table.sources):
        _check_file(file, f"sources[{index}]", source)
    for index, repair in enumerate(table.repair):
        _check_file(file, f"repair[{index}].patch", repair.patch)
    for index, shared in enumerate(table.shared):
        if not (folder / shared).is_dir():
            raise PortFileError(
                f"there is no folder {shared}",
                place=f"{file}, shared[{index}]",
                hint="name a folder beside the port's own",
            )
    if table.matrix is None:
        if table.number_format is None:
            raise PortFileError(
                "the key number_format is missing",
                place=str(file),
                hint='add number_format = "float64" or "float32"',
            )
        port = Port(folder, table, table.name, table.number_format, table.epsilon)
        variants = [port]
    else:
        variants = list(_variants(folder, table, table.matrix))
    return tuple(replace(variant, text=text, file_name=file.name) for variant in variants)


def _variants(folder: Path, table: PortTable, matrix: MatrixTable) -> Iterator[Port]:
    for number_format, epsilon in matrix.variants:
        values = {"number_format": number_format, "epsilon": epsilon}
        name = "-".join((table.name, *values.values()))
        yield Port(folder, table, name, number_format, epsilon, values)


def _text(file: Path) -> str:
    """What is in the file, with its line ends as they are."""
    try:
        return file.read_bytes().decode()
    except OSError as error:
        raise PortFileError(
            f"cannot be read: {error.strerror}", place=str(file), hint="make it readable"
        ) from None
    except UnicodeDecodeError as error:
        raise _not_toml(file, error) from None


def _not_toml(file: Path, error: ValueError) -> PortFileError:
    return PortFileError(f"is not TOML: {error}", place=str(file), hint="correct it there")


def _read(file: Path, text: str) -> PortTable:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(file, error) from None
    try:
        table = msgspec.convert(content, PortTable)
    except msgspec.ValidationError as error:
        raise _explained(file, content, str(error)) from None
    _check_meaning(file, table)
    return table


def _check_meaning(file: Path, table: PortTable) -> None:
    """What types cannot say."""
    parts = table.build.command if table.build else ()
    if len({isinstance(part, str) for part in parts}) > 1:
        raise PortFileError(
            "words and commands are mixed",
            place=f"{file}, build.command",
            hint="write one command, or a list of commands",
        )
    named = [
        (f"repair[{i}].removes", name) for i, r in enumerate(table.repair) for name in r.removes
    ]
    named += [(f"known[{i}].finding", known.finding) for i, known in enumerate(table.known)]
    for place, name in named:
        if name not in FINDINGS:
            error = unknown("finding", name, FINDINGS)
            raise PortFileError(error.problem, place=f"{file}, {place}", hint=error.hint)
    for index, known in enumerate(table.known):
        if known.repairs > len(table.repair):
            raise PortFileError(
                f"repairs = {known.repairs}, but there are {len(table.repair)}",
                place=f"{file}, known[{index}].repairs",
                hint="name a rung of the ladder",
            )


def _check_file(file: Path, key: str, name: str) -> None:
    named = file.parent / name
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise PortFileError(
            f"{name} is not in the folder of {file.name}",
            place=f"{file}, {key}",
            hint="put the file there: only that folder is copied",
        )
    if not named.is_file():
        raise PortFileError(
            f"there is no file {named}",
            place=f"{file}, {key}",
            hint="put the file there, or correct its name",
        )


_AT = re.compile(r"(?P<problem>.*?)(?: - at `(?P<place>.*)`)?\Z", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<key>.*)`")
_MISSING = re.compile(r"Object missing required field `(?P<key>.*)`")


def _explained(file: Path, content: Mapping[str, Any], message: str) -> PortFileError:
    """msgspec's words as file, place and hint."""
    match = _AT.match(message)
    problem, place = (match["problem"], match["place"] or "$") if match else (message, "$")
    place = place.removeprefix("$").removeprefix(".")
    where = f"{file}, {place}" if place else str(file)
    if match := _UNKNOWN.match(problem):
        error = unknown("key", match["key"], _keys_at(place))
        return PortFileError(error.problem, place=where, hint=error.hint)
    if missing := _MISSING.match(problem):
        problem = f"the key {missing['key']} is missing"
    return PortFileError(problem, place=where, hint=f"see {ports_folder() / 'README.md'}")


def _keys_at(place: str) -> list[str]:
    """The keys that a table of port.toml may have."""
    tables: dict[str, type[msgspec.Struct]] = {
        "": PortTable,
        "toolchain": ToolchainSpec,
        "build": BuildTable,
        "run": RunTable,
        "limits": Limits,
        "example": ExampleTable,
        "matrix": MatrixTable,
        "repair": Repair,
        "known": Known,
    }
    table = tables.get(re.sub(r"\[.*", "", place), PortTable)
    return list(table.__struct_fields__)
