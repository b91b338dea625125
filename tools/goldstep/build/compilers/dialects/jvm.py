"""The Java virtual machine: exceptions of whatever runs on it, and what its languages share."""

from __future__ import annotations

import re

from goldstep.build.compilers.diagnostic import ClassesNamed, Diagnostic, Dialect

CAUSE = re.compile(r"^Caused by: (.*)$", re.MULTILINE)
_IMPORT = re.compile(r"^\s*import\s+(?:static\s+)?(?P<name>[\w.*]+?)\s*(?:;|$)")


def imported(line: str) -> str | None:
    """``a.b.C`` or ``a.b.*`` where a line of source is an import in Java, Scala or Kotlin."""
    match = _IMPORT.match(line)
    return match["name"] if match else None


def importable_class(unresolved: Diagnostic, classes_named: ClassesNamed) -> tuple[str, ...]:
    """The classes of the runtime and of the port's libraries that have the name."""
    return classes_named(unresolved.symbol)


JVM = Dialect(
    "jvm",
    type_errors=("ClassCastException", "ArrayStoreException"),
    type_messages=("cannot be cast to",),
    cause=CAUSE,
)
