"""Python: the last traceback in the output, which is what ended the program."""

from __future__ import annotations

import importlib.machinery
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from goldstep.build.compilers.diagnostic import ClassesNamed, Diagnostic, Dialect, Kind
from goldstep.build.compilers.rules import meaning
from goldstep.results.records import Location

_FRAME = re.compile(r'^ +File "(?P<file>[^"]+)", line (?P<line>\d+)(?:, in .*)?$')
_ERROR = re.compile(r"^[A-Za-z_][\w.]*(?:: .*)?$")
_RULES = (
    (Kind.SYNTAX, r"^(?:SyntaxError|IndentationError|TabError)\b"),
    (Kind.UNRESOLVED, r"^NameError: name '(?P<name>\w+)' is not defined"),
    (Kind.MISSING_PACKAGE, r"^ModuleNotFoundError: No module named '(?P<name>[\w.]+)'"),
    (
        Kind.NO_MEMBER,
        r"^ImportError: cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'",
    ),
    (
        Kind.NO_MEMBER,
        r"^AttributeError: (?:partially initialized )?module '(?P<module>[\w.]+)' "
        r"has no attribute '(?P<name>\w+)'",
    ),
)
# Names that everybody gives these modules in an import, and that mean nothing else.
_ALIASES = {"np": "numpy", "jnp": "jax.numpy", "tf": "tensorflow"}


def _read(text: str) -> Iterator[Diagnostic]:
    lines = text.splitlines()
    places = [index for index, line in enumerate(lines) if _FRAME.match(line)]
    if not places:
        return
    start, end = places[-1], places[-1] + 1
    while end < len(lines) and lines[end].startswith(" "):
        end += 1
    if end == len(lines) or not _ERROR.match(lines[end]):
        return
    # The stack begins where the line before a frame is neither indented nor part of another frame.
    while start > 0 and lines[start - 1].startswith(" "):
        start -= 1
    frames = filter(None, map(_FRAME.match, lines[start:end]))
    stack = [Location(frame["file"], int(frame["line"])) for frame in frames]
    kind, symbol = meaning(lines[end], _RULES)
    excerpt = lines[places[-1] + 1] if places[-1] + 1 < end else ""
    yield Diagnostic(
        PYTHON, kind, lines[end], symbol=symbol, excerpt=excerpt, stack=tuple(reversed(stack))
    )


def _importable(unresolved: Diagnostic, _: ClassesNamed) -> tuple[str, ...]:
    """The module of this name, or with this usual alias, for the Python that runs goldstep."""
    symbol, line = unresolved.symbol, unresolved.excerpt
    # A module is used as "module.name"; a forgotten variable of the same name mostly is not.
    if line and not re.search(rf"\b{re.escape(symbol)}\s*\.", line):
        return ()
    if symbol in _ALIASES:
        return (_ALIASES[symbol],)
    if symbol in sys.stdlib_module_names:
        return (symbol,)
    # Not what happens to lie in the working directory.
    here = Path.cwd()
    path = [entry for entry in sys.path if entry and Path(entry) != here]
    return (symbol,) if importlib.machinery.PathFinder.find_spec(symbol, path) else ()


PYTHON = Dialect(
    "python",
    _read,
    importable=_importable,
    type_errors=("TypeError", "UFuncTypeError", "_UFuncNoLoopError"),  # NumPy's are subclasses
)
