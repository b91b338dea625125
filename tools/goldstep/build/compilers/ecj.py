"""The Eclipse compiler's XML log (``-log FILE.xml``)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator

from goldstep.build.compilers.diagnostic import Diagnostic, Kind, Severity, Tool, What
from goldstep.build.compilers.javac import imported

# Categories of org.eclipse.jdt.core.compiler.CategorizedProblem.
_SYNTAX = "20"
_VARIABLES = ("UndefinedName", "UnresolvedVariable")
_METHODS = ("UndefinedMethod", "UndefinedConstructor")


def read(log: str) -> Iterator[Diagnostic]:
    """All errors and warnings in a log; none where it is no whole log (a compiler that crashed)."""
    try:
        root = ET.fromstring(log)
    except ET.ParseError:
        return
    for source in root.iter("source"):
        for problem in source.iter("problem"):
            yield _diagnostic(source.get("path"), problem)


def _diagnostic(path: str | None, problem: ET.Element) -> Diagnostic:
    message = _value(problem, "message")
    excerpt = _value(problem, "source_context")
    arguments = [each.get("value", "") for each in problem.iter("argument")]
    kind, symbol, what = _meaning(problem, arguments, excerpt)
    severity = Severity.ERROR if problem.get("severity") == "ERROR" else Severity.WARNING
    return Diagnostic(
        tool=Tool.ECJ,
        kind=kind,
        message=message,
        file=path,
        line=_number(problem.get("line")),
        offset=_number(problem.get("charStart")),
        severity=severity,
        symbol=symbol,
        what=what,
        excerpt=excerpt,
        raw=f"{path}:{problem.get('line')}: {problem.get('id')}: {message}\n{excerpt}",
    )


def _meaning(
    problem: ET.Element, arguments: list[str], excerpt: str
) -> tuple[Kind, str | None, What | None]:
    name = problem.get("id", "")
    first = arguments[0] if arguments else ""
    if name == "ImportNotFound":
        return _missing_import(first, imported(excerpt) or first)
    if name == "UndefinedType" and "." in first:
        missing = first.rpartition(".")[2][:1].islower()
        return (
            (Kind.MISSING_PACKAGE, first, What.NAMESPACE)
            if missing
            else (Kind.UNRESOLVED, first, What.MEMBER)
        )
    if name == "UndefinedType":
        return Kind.UNRESOLVED, first, What.TYPE
    if name in _VARIABLES:
        return Kind.UNRESOLVED, first, What.VARIABLE
    if name == "UndefinedField":
        return Kind.UNRESOLVED, first, What.MEMBER
    if name in _METHODS and len(arguments) > 1:
        return Kind.UNRESOLVED, arguments[1], What.METHOD
    return (Kind.SYNTAX if problem.get("categoryID") == _SYNTAX else Kind.OTHER), None, None


def _missing_import(reported: str, path: str) -> tuple[Kind, str | None, What | None]:
    """The package that is missing, or the class that its package does not have.

    ecj names the import up to its first segment that is not there: ``foo`` of ``foo.bar.Baz``.
    """
    if reported == path or reported.rpartition(".")[2][:1].isupper():
        return Kind.UNRESOLVED, reported, What.MEMBER
    segments = path.removesuffix(".*").split(".")
    is_class = (index for index, segment in enumerate(segments) if segment[:1].isupper())
    package = ".".join(segments[: next(is_class, len(segments))])
    return Kind.MISSING_PACKAGE, package, What.NAMESPACE


def _value(problem: ET.Element, tag: str) -> str:
    element = problem.find(tag)
    return "" if element is None else element.get("value", "")


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None
