"""The Eclipse compiler's XML log (``-log FILE.xml``)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator

from goldstep.build.compilers.diagnostic import Diagnostic, Dialect, Kind, Severity
from goldstep.build.compilers.dialects.jvm import importable_class, imported
from goldstep.results.records import Location

# Category of org.eclipse.jdt.core.compiler.CategorizedProblem.
_SYNTAX = "20"


def _read_log(log: str) -> Iterator[Diagnostic]:
    """None where it is no whole log (a compiler that crashed)."""
    try:
        root = ET.fromstring(log)
    except ET.ParseError:
        return
    for source in root.iter("source"):
        for problem in source.iter("problem"):
            yield _diagnostic(source.get("path"), problem)


def _diagnostic(path: str | None, problem: ET.Element) -> Diagnostic:
    line, start = _number(problem.get("line")), _number(problem.get("charStart"))
    excerpt = _value(problem, "source_context")
    kind, symbol = _meaning(problem, excerpt)
    return Diagnostic(
        ECJ,
        kind,
        _value(problem, "message"),
        Location(path, line) if path and line is not None else None,
        Severity.ERROR if problem.get("severity") == "ERROR" else Severity.WARNING,
        symbol,
        offset=start,
        excerpt=excerpt,
    )


def _meaning(problem: ET.Element, excerpt: str) -> tuple[Kind, str]:
    arguments = [each.get("value", "") for each in problem.iter("argument")]
    first = arguments[0] if arguments else ""
    match problem.get("id"):
        case "ImportNotFound":
            return _missing_import(first, imported(excerpt) or first)
        case "UndefinedType" if "." in first:
            is_package = first.rpartition(".")[2][:1].islower()
            return Kind.MISSING_PACKAGE if is_package else Kind.NO_MEMBER, first
        case "UndefinedType" | "UndefinedName" | "UnresolvedVariable":
            return Kind.UNRESOLVED, first
        case "UndefinedField":
            return Kind.NO_MEMBER, first
        case "UndefinedMethod" | "UndefinedConstructor" if len(arguments) > 1:
            return Kind.NO_MEMBER, arguments[1]
    return Kind.SYNTAX if problem.get("categoryID") == _SYNTAX else Kind.OTHER, ""


def _missing_import(reported: str, path: str) -> tuple[Kind, str]:
    """The package that is missing, or the class that its package does not have.

    ecj names the import up to its first segment that is not there: ``foo`` of ``foo.bar.Baz``.
    """
    if reported == path or reported.rpartition(".")[2][:1].isupper():
        return Kind.NO_MEMBER, reported
    segments = path.removesuffix(".*").split(".")
    is_class = (index for index, segment in enumerate(segments) if segment[:1].isupper())
    return Kind.MISSING_PACKAGE, ".".join(segments[: next(is_class, len(segments))])


def _value(problem: ET.Element, tag: str) -> str:
    element = problem.find(tag)
    return "" if element is None else element.get("value", "")


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None


ECJ = Dialect("ecj", read_log=_read_log, importable=importable_class)
