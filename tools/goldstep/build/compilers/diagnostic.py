"""Messages of compilers and runtimes, and the dialects that they are written in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from goldstep.build.compilers.source import in_line
from goldstep.results.records import Location

ClassesNamed = Callable[[str], tuple[str, ...]]
"""Simple or qualified name -> public classes of that name that could be imported, best first."""


class Severity(Enum):
    ERROR = "error"
    WARNING = "warning"


class Kind(Enum):
    UNRESOLVED = "unresolved"
    """A name is not bound, which an import may do: ``symbol``."""
    NO_MEMBER = "no member"
    """A method, or a name after a dot, is not there, and no import binds such: ``symbol``."""
    MISSING_PACKAGE = "missing package"
    """An import names a package, module or header that is not there: ``symbol``."""
    TOPLEVEL_STATEMENT = "toplevel statement"
    """A statement stands outside of any definition."""
    SYNTAX = "syntax"
    OTHER = "other"


@dataclass(frozen=True)
class Diagnostic:
    """A message as its compiler gives it. What the compiler does not say is None or empty."""

    dialect: Dialect
    kind: Kind
    message: str
    """The first line of what it says, without the place."""
    place: Location | None = None
    severity: Severity = Severity.ERROR
    symbol: str = ""
    remedy: str | None = None
    """What to import, where the compiler itself says so."""
    offset: int | None = None
    """UTF-16 units from the start of the file, where the compiler gives that and no column."""
    excerpt: str = ""
    """The source line as printed."""
    stack: tuple[Location, ...] = ()
    """The calls, innermost first, where an interpreter gives them instead of a place."""


@dataclass(frozen=True, eq=False)
class Dialect:
    """How one compiler or runtime speaks. What it has no words for is left out."""

    name: str
    read: Callable[[str], Iterable[Diagnostic]] = lambda text: ()
    """All its diagnostics in a text that others may have written to as well."""
    read_log: Callable[[str], Iterable[Diagnostic]] = lambda log: ()
    """The same for the log that a build command may ask for (``{javac}`` does)."""
    importable: Callable[[Diagnostic, ClassesNamed], tuple[str, ...]] = lambda said, named: ()
    """What could be imported to bind an unresolved name, likeliest first."""
    find: Callable[[str, Location, str], Location] = in_line
    """Source, the place that a diagnostic gives, and its symbol -> the symbol's exact place."""
    type_errors: tuple[str, ...] = ()
    """Simple names of the exceptions that mean a value of the wrong type."""
    type_messages: tuple[str, ...] = ()
    """Words in exceptions of other names that mean the same."""
    cause: re.Pattern[str] | None = None
    """The line above the stack of the exception that led to another; one group, what it says."""
