"""What port.toml says, as its tables. The format is documented in ports/README.md."""

from __future__ import annotations

import itertools
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from goldstep_reference.algorithms import FIRST

from goldstep.supervision.limits import Limits

FILE_NAME = "port.toml"
FormatName = Literal["float64", "float32"]
Placement = Literal["inside", "outside"]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86400)]
Word = Annotated[str, msgspec.Meta(pattern=r"^[^\x00]*$")]
Variable = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]*\*?$")]
Command = Annotated[tuple[Word, ...], msgspec.Meta(min_length=1)]


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of port.toml: an unknown key is an error."""


class ToolchainSpec(Table, frozen=True):
    """``[toolchain]``: what the commands need; an empty one needs nothing but this Python.

    The oldest Java release that will do, coordinates of libraries, requirements of Python packages
    and npm packages; Cargo, Go and compilers of C and C++, as they are here.
    """

    java: Annotated[int, msgspec.Meta(ge=17)] | None = None
    maven: tuple[Annotated[str, msgspec.Meta(pattern=r"^[^:\s]+(:[^:\s]+){2,3}$")], ...] = ()
    python: tuple[Word, ...] = ()
    npm: tuple[Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9@][^\s]*$")], ...] = ()
    cargo: bool = False
    go: bool = False
    c: bool = False
    cpp: bool = False


class BuildTable(Table, frozen=True, kw_only=True):
    """``[build]``: one command, or several that run in order."""

    command: Annotated[tuple[Word | Command, ...], msgspec.Meta(min_length=1)]

    @property
    def commands(self) -> tuple[tuple[str, ...], ...]:
        """The commands, however they are written."""
        words = [part for part in self.command if isinstance(part, str)]
        if words:
            return (tuple(words),)
        return tuple(part for part in self.command if not isinstance(part, str))


class RunTable(Table, frozen=True, kw_only=True):
    """``[run]``: the adapter."""

    command: Command
    start_timeout: Seconds = 30
    case_timeout: Seconds = 10
    stop_timeout: Seconds = 5
    restarts: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 10


class ExampleTable(Table, frozen=True, kw_only=True):
    """``[example]``: the program's own example, as its author would have run it."""

    command: Command
    script: Command | None = None
    case: str | None = None


class MatrixTable(Table, frozen=True, kw_only=True):
    """``[matrix]``: the port is run once for each combination."""

    number_format: Annotated[tuple[FormatName, ...], msgspec.Meta(min_length=1)]
    column: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)] | None = None
    epsilon: Annotated[tuple[Placement, ...], msgspec.Meta(min_length=1)] | None = None

    @property
    def variants(self) -> tuple[tuple[FormatName, str | None], ...]:
        """The combinations, each once; None is the norm."""
        columns = self.column or self.epsilon or (None,)
        return tuple(dict.fromkeys(itertools.product(self.number_format, columns)))


class Repair(Table, frozen=True, kw_only=True):
    """``[[repair]]``: a patch, and the findings that it removes."""

    patch: str
    removes: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    why: str = ""

    @property
    def label(self) -> str:
        """The patch's name without folder and ending."""
        return Path(self.patch).stem


class Known(Table, frozen=True, kw_only=True):
    """``[[known]]``: a finding that is expected at one rung."""

    repairs: Annotated[int, msgspec.Meta(ge=0)]
    finding: str
    reason: Annotated[str, msgspec.Meta(min_length=1)]
    issue: str | None = None
    expires: date | None = None

    def has_expired(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.expires is not None and self.expires < today


class PortTable(Table, frozen=True, kw_only=True):
    """port.toml as a whole. ``epsilon`` is the older name of ``column``, here as in a matrix."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]+$")]
    title: str
    language: str
    algorithm: str = FIRST
    number_format: FormatName | None = None
    column: str | None = None
    epsilon: Placement | None = None
    options: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    validates_input: bool = False
    environment: tuple[
        Annotated[
            str,
            msgspec.Meta(pattern=r"^([A-Za-z_*][A-Za-z0-9_*]*|[A-Za-z_][A-Za-z0-9_]*=[^\x00]*)$"),
        ],
        ...,
    ] = ()
    shared: tuple[Annotated[str, msgspec.Meta(pattern=r"^\.\./[^/.][^/]*$")], ...] = ()
    toolchain: ToolchainSpec = ToolchainSpec()
    build: BuildTable | None = None
    run: RunTable
    limits: Limits = Limits()
    example: ExampleTable | None = None
    matrix: MatrixTable | None = None
    repair: tuple[Repair, ...] = ()
    known: tuple[Known, ...] = ()

    @property
    def variables(self) -> dict[str, str]:
        """The variables that ``environment`` sets."""
        parts = (entry.partition("=") for entry in self.environment)
        return {name: value for name, equals, value in parts if equals}
