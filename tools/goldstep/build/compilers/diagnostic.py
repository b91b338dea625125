"""One message of a compiler or interpreter."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Tool(Enum):
    """Whose format a message has, which says what its names refer to."""

    JAVAC = "javac"
    ECJ = "ecj"
    SCALAC = "scalac"
    CLOJURE = "clojure"
    PYTHON = "python"
    NODE = "node"
    GO = "go"
    RUSTC = "rustc"
    OTHER = "other"
    """``file:line:column: error: message``, as gcc, clang and many others write it."""


class Severity(Enum):
    ERROR = "error"
    WARNING = "warning"


class Kind(Enum):
    UNRESOLVED = "unresolved"
    """A name is not bound: ``symbol``, and in ``what`` which sort of name."""
    MISSING_PACKAGE = "missing package"
    """An import names a package, module or header that is not there: ``symbol``."""
    TOPLEVEL_STATEMENT = "toplevel statement"
    """A statement stands outside of any definition."""
    SYNTAX = "syntax"
    OTHER = "other"


class What(Enum):
    """What sort of name is not bound, as far as the compiler says."""

    TYPE = "type"
    VARIABLE = "variable"
    """A variable, or the name of a type or module before a dot."""
    METHOD = "method"
    MEMBER = "member"
    """A name after a dot, which no import binds."""
    NAMESPACE = "namespace"


@dataclass(frozen=True)
class Place:
    """A place in a source. Lines and columns count from 1, columns in characters."""

    file: str
    """Relative to the port's folder, with ``/``, where the file lies in it or beside it."""
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Frame:
    """A line of a stack trace."""

    file: str
    line: int


@dataclass(frozen=True)
class Diagnostic:
    """A message as its compiler gives it. What the compiler does not say is None or empty."""

    tool: Tool
    kind: Kind
    message: str
    """The first line of what it says, without the place."""
    file: str | None = None
    line: int | None = None
    column: int | None = None
    offset: int | None = None
    """UTF-16 units from the start of the file, where the compiler gives that and no column."""
    severity: Severity = Severity.ERROR
    symbol: str | None = None
    what: What | None = None
    remedy: str | None = None
    """What to import, where the compiler itself says so."""
    excerpt: str = ""
    """The source line as printed."""
    frames: tuple[Frame, ...] = ()
    """The stack, innermost first, where an interpreter gives it instead of a place."""
    raw: str = ""

    @property
    def place(self) -> Place | None:
        return None if self.file is None else Place(self.file, self.line, self.column)
