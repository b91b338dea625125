"""A port as port.toml describes it, and the variants of it that are run."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
from goldstep_reference.algorithms import ALGORITHMS
from goldstep_reference.rule.algorithm import Algorithm
from packaging.requirements import InvalidRequirement, Requirement

from goldstep.errors import PortFileError, unknown
from goldstep.paths import ports_folder
from goldstep.port.place import choices_at, keys_at, line_of
from goldstep.port.table import FILE_NAME, FormatName, Known, MatrixTable, PortTable, Repair
from goldstep.results.kinds import FINDINGS


@dataclass(frozen=True, slots=True)
class Port:
    """One variant of a port: what is run and judged. ``folder`` has its port.toml, ``text``."""

    folder: Path
    table: PortTable
    name: str
    number_format: FormatName
    column: str  # that it is held to
    placeholders: Mapping[str, str] = field(default_factory=dict)
    text: str = field(default="", repr=False)
    file_name: str = FILE_NAME

    @property
    def file(self) -> Path:
        """Its port.toml."""
        return self.folder / self.file_name

    @property
    def algorithm(self) -> Algorithm:
        """What it computes."""
        return ALGORITHMS[self.table.algorithm]

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """The repairs, in order."""
        return self.table.repair

    @property
    def column_of_its_own(self) -> str:
        """The column that its port.toml says."""
        return self.column if self.table.matrix else _column(self.table)

    @property
    def is_held_to_another_column(self) -> bool:
        """Whether it is held to another column than its port.toml says."""
        return self.column != self.column_of_its_own

    def known(self, repairs: int, finding: str) -> Known | None:
        """The entry that makes ``finding`` known after ``repairs`` repairs."""
        entries = self.table.known
        return next((e for e in entries if (e.repairs, e.finding) == (repairs, finding)), None)


def load_port(file: Path) -> tuple[Port, ...]:
    """The variants of the port that ``file`` describes.

    Raises PortFileError, naming file, key and hint, if it is not as it has to be.
    """
    text = _text(file)
    table = _read(file, text)
    _check_meaning(file, table)
    _check_files(file, table)
    if table.matrix:
        variants = list(_variants(file.parent, table, table.matrix))
    elif table.number_format:
        variants = [Port(file.parent, table, table.name, table.number_format, _column(table))]
    else:
        hint = 'add number_format = "float64" or "float32"'
        raise _wrong(file, "", "the key number_format is missing", hint)
    return tuple(replace(variant, text=text, file_name=file.name) for variant in variants)


def _variants(folder: Path, table: PortTable, matrix: MatrixTable) -> Iterator[Port]:
    for number_format, named in matrix.variants:
        column = named or ALGORITHMS[table.algorithm].norm
        values = {"number_format": number_format, "column": column, "epsilon": column}
        name = f"{table.name}-{number_format}-{column}"
        yield Port(folder, table, name, number_format, column, values)


def _column(table: PortTable) -> str:
    """The one that a port without a matrix is held to."""
    return table.column or table.epsilon or ALGORITHMS[table.algorithm].norm


def _wrong(file: Path, key: str, problem: str, hint: str | None, at: str = "") -> PortFileError:
    """The error at a key, with its line, or that of what is ``at`` another place."""
    place = at or key
    line = line_of(file.read_text("utf-8", "replace"), place) if place else None
    place = f"{file}:{line}" if line else str(file)
    return PortFileError(problem, place=f"{place}, {key}" if key else place, hint=hint)


def _text(file: Path) -> str:
    """What is in the file, with its line ends as they are."""
    try:
        return file.read_bytes().decode()
    except OSError as error:
        raise _wrong(file, "", f"cannot be read: {error.strerror}", "make it readable") from None
    except UnicodeDecodeError as error:
        raise _wrong(file, "", f"is not TOML: {error}", "correct it there") from None


def _read(file: Path, text: str) -> PortTable:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong(file, "", f"is not TOML: {error}", "correct it there") from None
    try:
        return msgspec.convert(content, PortTable)
    except msgspec.ValidationError as error:
        raise _explained(file, str(error)) from None


def _check_meaning(file: Path, table: PortTable) -> None:
    """What types cannot say."""
    parts = table.build.command if table.build else ()
    if len({isinstance(part, str) for part in parts}) > 1:
        hint = "write one command, or a list of commands"
        raise _wrong(file, "build.command", "words and commands are mixed", hint)
    for key, kind, name, names in _named(table):
        if name not in names:
            error = unknown(kind, name, names)
            raise _wrong(file, key, error.problem, error.hint)
    for index, text in enumerate(table.toolchain.python):
        try:
            Requirement(text)
        except InvalidRequirement as error:
            problem = f"{text!r} is no requirement: {str(error).splitlines()[0]}"
            raise _wrong(
                file, f"toolchain.python[{index}]", problem, 'as in "torch==2.13.*"'
            ) from None
    for key, of in (("epsilon", table), ("matrix.epsilon", table.matrix)):
        if of and of.column and of.epsilon:
            raise _wrong(file, key, "is the older name of column, which is there", "delete one")
    for index, known in enumerate(table.known):
        if known.repairs > len(table.repair):
            problem = f"repairs = {known.repairs}, but there are {len(table.repair)}"
            raise _wrong(file, f"known[{index}].repairs", problem, "name a rung of the ladder")


def _named(table: PortTable) -> Iterator[tuple[str, str, str, Collection[str]]]:
    """Place, kind and name of what has to be one of some names, and those names."""
    yield "algorithm", "algorithm", table.algorithm, ALGORITHMS
    columns = ALGORITHMS[table.algorithm].columns
    yield "column", "column", _column(table), columns
    for index, column in enumerate((table.matrix and table.matrix.column) or ()):
        yield f"matrix.column[{index}]", "column", column, columns
    for index, option in enumerate(table.options):
        yield f"options[{index}]", "option", option, ALGORITHMS[table.algorithm].options
    for index, repair in enumerate(table.repair):
        for name in repair.removes:
            yield f"repair[{index}].removes", "finding", name, FINDINGS
    for index, known in enumerate(table.known):
        yield f"known[{index}].finding", "finding", known.finding, FINDINGS


def _check_files(file: Path, table: PortTable) -> None:
    """Whether everything that it names is there."""
    named = [(f"sources[{index}]", source) for index, source in enumerate(table.sources)]
    named += [(f"repair[{index}].patch", repair.patch) for index, repair in enumerate(table.repair)]
    for key, name in named:
        path = file.parent / name
        if Path(name).is_absolute() or ".." in Path(name).parts:
            hint = "put the file there: only that folder is copied"
            raise _wrong(file, key, f"{name} is not in the folder of {file.name}", hint)
        if not path.is_file():
            hint = "put the file there, or correct its name"
            raise _wrong(file, key, f"there is no file {path}", hint)
    for index, shared in enumerate(table.shared):
        if not (file.parent / shared).is_dir():
            hint = "name a folder beside the port's own"
            raise _wrong(file, f"shared[{index}]", f"there is no folder {shared}", hint)


_AT = re.compile(r"(?P<problem>.*?)(?: - at `\$\.?(?P<key>.*)`)?\Z", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<key>.*)`")
_MISSING = re.compile(r"Object missing required field `(?P<key>.*)`")


def _explained(file: Path, message: str) -> PortFileError:
    """msgspec's words as file, key and hint."""
    match = _AT.match(message)
    problem, place = (match["problem"], match["key"] or "") if match else (message, "")
    if unexpected := _UNKNOWN.match(problem):
        error = unknown("key", unexpected["key"], keys_at(place))
        at = f"{place}.{unexpected['key']}".lstrip(".")
        return _wrong(file, place, error.problem, error.hint, at)
    if choices := choices_at(place):
        return _wrong(file, place, problem, f"write {' or '.join(choices)}")
    if missing := _MISSING.match(problem):
        problem = f"the key {missing['key']} is missing"
    return _wrong(file, place, problem, f"see {ports_folder() / 'README.md'}")
