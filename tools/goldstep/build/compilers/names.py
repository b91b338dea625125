"""Whether an import would bind a name, and of what: the name is then missing its import only."""

from __future__ import annotations

import importlib.machinery
import re
import sys
from collections.abc import Callable
from pathlib import Path

from goldstep.build.compilers.diagnostic import Diagnostic, Tool, What

ClassesNamed = Callable[[str], tuple[str, ...]]
"""Simple or qualified name -> public classes of that name that could be imported, best first."""

# Names that everybody gives these modules in an import, and that mean nothing else.
_PYTHON_ALIASES = {"np": "numpy", "jnp": "jax.numpy", "tf": "tensorflow"}
_CLOJURE_ALIASES = {"str": "clojure.string", "string": "clojure.string", "set": "clojure.set"}
# Go and Node.js cannot be asked without starting them. From their documentation: packages and
# modules that a numerical program plausibly uses.
_GO_PACKAGES = (
    *("bufio", "bytes", "encoding/binary", "encoding/json", "errors", "flag", "fmt", "io", "log"),
    *("maps", "math", "math/big", "math/bits", "math/cmplx", "math/rand", "os", "runtime"),
    *("slices", "sort", "strconv", "strings", "sync", "time"),
)
_NODE_MODULES = ("assert", "buffer", "events", "fs", "os", "path", "readline", "stream", "util")


def importable(unresolved: Diagnostic, classes_named: ClassesNamed) -> tuple[str, ...]:
    """What could be imported to bind the symbol, likeliest first; empty where nothing could.

    A name after a dot, and a method, is bound by no import.
    """
    symbol = unresolved.symbol or ""
    if unresolved.remedy is not None:
        return (unresolved.remedy,)
    if unresolved.tool is Tool.CLOJURE:
        return _clojure(unresolved, symbol, classes_named)
    if unresolved.what not in (What.TYPE, What.VARIABLE):
        return ()
    match unresolved.tool:
        case Tool.JAVAC | Tool.ECJ | Tool.SCALAC:
            return classes_named(symbol)
        case Tool.PYTHON:
            return _python(symbol) if _before_dot(symbol, unresolved.excerpt) else ()
        case Tool.GO:
            return tuple(name for name in _GO_PACKAGES if name.rpartition("/")[2] == symbol)
        case Tool.NODE:
            return (symbol,) if symbol in _NODE_MODULES else ()
        case _:
            return ()


def _clojure(unresolved: Diagnostic, symbol: str, classes_named: ClassesNamed) -> tuple[str, ...]:
    if unresolved.what is What.MEMBER:
        return ()
    if unresolved.what is What.NAMESPACE and symbol in _CLOJURE_ALIASES:
        return (_CLOJURE_ALIASES[symbol],)
    return classes_named(symbol)


def _before_dot(symbol: str, excerpt: str) -> bool:
    """A module is used as ``module.name``; a forgotten variable of the same name mostly is not."""
    return not excerpt or re.search(rf"\b{re.escape(symbol)}\s*\.", excerpt) is not None


def _python(symbol: str) -> tuple[str, ...]:
    """The module of this name, or with this usual alias, for the Python that runs goldstep."""
    if symbol in _PYTHON_ALIASES:
        return (_PYTHON_ALIASES[symbol],)
    if symbol in sys.stdlib_module_names:
        return (symbol,)
    # Not what happens to lie in the working directory.
    here = Path.cwd()
    path = [entry for entry in sys.path if entry and Path(entry) != here]
    return (symbol,) if importlib.machinery.PathFinder.find_spec(symbol, path) else ()
