"""What port.toml says: the port, and the variants of it that are run.

The format is documented in ports/README.md.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from goldstep_reference.behaviour import Column

from goldstep.errors import PortFileError, UsageError, unknown
from goldstep.paths import ports_folder
from goldstep.results.kinds import FINDINGS
from goldstep.supervision.limits import Limits

FILE_NAME = "port.toml"
FormatName = Literal["float64", "float32"]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86400)]
Count = Annotated[int, msgspec.Meta(ge=1, le=10**9)]
Word = Annotated[str, msgspec.Meta(pattern=r"^[^\x00]*$")]
Variable = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]*\*?$")]
Command = Annotated[tuple[Word, ...], msgspec.Meta(min_length=1)]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of port.toml: an unknown key is an error."""


class ToolchainTable(_Table, frozen=True, kw_only=True):
    """``[toolchain]``: what the commands need beside the system's own programs."""

    java: Annotated[int, msgspec.Meta(ge=17)] | None = None
    maven: tuple[Annotated[str, msgspec.Meta(pattern=r"^[^:\s]+:[^:\s]+:[^:\s]+$")], ...] = ()
    python: tuple[Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]+$")], ...] = ()


class BuildTable(_Table, frozen=True, kw_only=True):
    """``[build]``: one command, or several that run in order."""

    command: Annotated[tuple[Word | Command, ...], msgspec.Meta(min_length=1)]

    @property
    def commands(self) -> tuple[tuple[str, ...], ...]:
        """The commands, however they are written."""
        words = [part for part in self.command if isinstance(part, str)]
        if words:
            return (tuple(words),)
        return tuple(part for part in self.command if not isinstance(part, str))


class RunTable(_Table, frozen=True, kw_only=True):
    """``[run]``: the adapter."""

    command: Command
    start_timeout: Seconds = 30
    case_timeout: Seconds = 10
    restarts: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 10


class LimitsTable(_Table, frozen=True, kw_only=True):
    """``[limits]``: what the port may use, all its processes together where it says nothing else.

    Megabytes are of 10^6 bytes.
    """

    memory_mb: Count = 4096
    file_size_mb: Count = 256  # of each file
    disk_mb: Count = 1024  # of the files in its folder
    open_files: Count = 1024  # of each process
    processes: Count = 256


class ExampleTable(_Table, frozen=True, kw_only=True):
    """``[example]``: the program's own example, as its author would have run it."""

    command: Command
    script: Command | None = None
    case: str | None = None


class MatrixTable(_Table, frozen=True, kw_only=True):
    """``[matrix]``: the port is run once for each combination."""

    number_format: Annotated[tuple[FormatName, ...], msgspec.Meta(min_length=1)]
    epsilon: Annotated[tuple[Column, ...], msgspec.Meta(min_length=1)] = ("inside",)

    @property
    def variants(self) -> tuple[tuple[FormatName, Column], ...]:
        """The combinations, each once."""
        return tuple(dict.fromkeys(itertools.product(self.number_format, self.epsilon)))


class Repair(_Table, frozen=True, kw_only=True):
    """``[[repair]]``: a patch, and the findings that it removes."""

    patch: str
    removes: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    why: str = ""

    @property
    def label(self) -> str:
        """The patch's name without folder and ending."""
        return Path(self.patch).stem


class Known(_Table, frozen=True, kw_only=True):
    """``[[known]]``: a finding that is expected at one rung."""

    repairs: Annotated[int, msgspec.Meta(ge=0)]
    finding: str
    reason: Annotated[str, msgspec.Meta(min_length=1)]
    issue: str | None = None
    expires: date | None = None

    def has_expired(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.expires is not None and self.expires < today


class PortTable(_Table, frozen=True, kw_only=True):
    """port.toml as a whole."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]+$")]
    title: str
    language: str
    number_format: FormatName | None = None
    epsilon: Column = "inside"
    sources: tuple[str, ...] = ()
    validates_input: bool = False
    environment: tuple[
        Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_*][A-Za-z0-9_*]*$")], ...
    ] = ()
    shared: tuple[Annotated[str, msgspec.Meta(pattern=r"^\.\./[^/.][^/]*$")], ...] = ()
    toolchain: ToolchainTable = ToolchainTable()
    build: BuildTable | None = None
    run: RunTable
    limits: LimitsTable = LimitsTable()
    example: ExampleTable | None = None
    matrix: MatrixTable | None = None
    repair: tuple[Repair, ...] = ()
    known: tuple[Known, ...] = ()


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
    def limits(self) -> Limits:
        """What its processes may use."""
        table = self.table.limits
        return Limits(
            memory_mb=table.memory_mb,
            file_size_mb=table.file_size_mb,
            disk_mb=table.disk_mb,
            open_files=table.open_files,
            processes=table.processes,
        )

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

    Raises PortFileError, naming file, key and mend, where it is not as it has to be.
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
                mend="name a folder beside the port's own",
            )
    if table.matrix is None:
        if table.number_format is None:
            raise PortFileError(
                "the key number_format is missing",
                place=str(file),
                mend='add number_format = "float64" or "float32"',
            )
        port = Port(folder, table, table.name, table.number_format, table.epsilon)
        variants = [port]
    else:
        variants = list(_variants(folder, table, table.matrix))
    return tuple(replace(variant, text=text, file_name=file.name) for variant in variants)


def select_ports(names: tuple[str, ...]) -> tuple[Port, ...]:
    """The ports that a command names: by name, by a variant's name, by port.toml's path; all."""
    if not names:
        return bundled_ports()
    selected: dict[str, Port] = {}
    for port in (port for name in names for port in _select(name)):
        other = selected.setdefault(port.name, port)
        if other.folder.resolve() != port.folder.resolve():
            raise UsageError(
                f"two ports are called {port.name!r}: those of {other.folder} and {port.folder}",
                mend="give one of them another name in its port.toml, or run them one by one",
            )
    return tuple(selected.values())


def bundled_ports() -> tuple[Port, ...]:
    """The ports that come with goldstep, by name."""
    files = sorted(ports_folder().glob(f"*/{FILE_NAME}"))
    return tuple(port for file in files for port in load_port(file))


def _select(name: str) -> tuple[Port, ...]:
    path = Path(name)
    if path.suffix == ".toml" or len(path.parts) > 1 or (path / FILE_NAME).is_file():
        file = path / FILE_NAME if path.is_dir() else path
        if not file.is_file():
            raise UsageError(f"there is no file {file}", mend="name a port.toml that exists")
        return load_port(file)
    ports = bundled_ports()
    selected = tuple(port for port in ports if name in (port.table.name, port.name))
    if not selected:
        raise unknown("port", name, {n for port in ports for n in (port.table.name, port.name)})
    return selected


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
            f"cannot be read: {error.strerror}", place=str(file), mend="make it readable"
        ) from None
    except UnicodeDecodeError as error:
        raise _not_toml(file, error) from None


def _not_toml(file: Path, error: ValueError) -> PortFileError:
    return PortFileError(f"is not TOML: {error}", place=str(file), mend="correct it there")


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
            mend="write one command, or a list of commands",
        )
    named = [
        (f"repair[{i}].removes", name) for i, r in enumerate(table.repair) for name in r.removes
    ]
    named += [(f"known[{i}].finding", known.finding) for i, known in enumerate(table.known)]
    for place, name in named:
        if name not in FINDINGS:
            error = unknown("finding", name, FINDINGS)
            raise PortFileError(error.problem, place=f"{file}, {place}", mend=error.mend)
    for index, known in enumerate(table.known):
        if known.repairs > len(table.repair):
            raise PortFileError(
                f"repairs = {known.repairs}, but there are {len(table.repair)}",
                place=f"{file}, known[{index}].repairs",
                mend="name a rung of the ladder",
            )


def _check_file(file: Path, key: str, name: str) -> None:
    named = file.parent / name
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise PortFileError(
            f"{name} is not in the folder of {file.name}",
            place=f"{file}, {key}",
            mend="put the file there: only that folder is copied",
        )
    if not named.is_file():
        raise PortFileError(
            f"there is no file {named}",
            place=f"{file}, {key}",
            mend="put the file there, or correct its name",
        )


_AT = re.compile(r"(?P<problem>.*?)(?: - at `(?P<place>.*)`)?\Z", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<key>.*)`")
_MISSING = re.compile(r"Object missing required field `(?P<key>.*)`")


def _explained(file: Path, content: Mapping[str, Any], message: str) -> PortFileError:
    """msgspec's words as file, place and mend."""
    match = _AT.match(message)
    problem, place = (match["problem"], match["place"] or "$") if match else (message, "$")
    place = place.removeprefix("$").removeprefix(".")
    where = f"{file}, {place}" if place else str(file)
    if match := _UNKNOWN.match(problem):
        error = unknown("key", match["key"], _keys_at(place))
        return PortFileError(error.problem, place=where, mend=error.mend)
    if missing := _MISSING.match(problem):
        problem = f"the key {missing['key']} is missing"
    return PortFileError(problem, place=where, mend=f"see {ports_folder() / 'README.md'}")


def _keys_at(place: str) -> list[str]:
    """The keys that a table of port.toml may have."""
    tables: dict[str, type[_Table]] = {
        "": PortTable,
        "toolchain": ToolchainTable,
        "build": BuildTable,
        "run": RunTable,
        "limits": LimitsTable,
        "example": ExampleTable,
        "matrix": MatrixTable,
        "repair": Repair,
        "known": Known,
    }
    table = tables.get(re.sub(r"\[.*", "", place), PortTable)
    return list(table.__struct_fields__)
