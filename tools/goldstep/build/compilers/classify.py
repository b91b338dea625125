"""From diagnostics to findings: what a failed build, or a start that failed, shows of a port."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from goldstep.build.compilers.diagnostic import Diagnostic, Kind, Place, Severity
from goldstep.build.compilers.names import ClassesNamed, importable


@dataclass(frozen=True)
class Classified:
    """One finding: an id of the contract, what it is about, and where."""

    id: str
    subject: str | None
    """``java.util.Arrays``, ``avg``, an exception's class; None where the id says it all."""
    message: str
    """One line for people."""
    place: Place | None
    """The first of the places."""
    count: int = 1
    """How many of the compiler's errors come down to this one."""
    said: str = ""
    """The compiler's own words, of several lines."""


def classify(
    diagnostics: Sequence[Diagnostic], classes_named: ClassesNamed = lambda _: ()
) -> tuple[Classified, ...]:
    """Findings of a command that failed and said ``diagnostics``; none where it said no error.

    Errors that may follow from another are not findings of their own: a name counts once, at its
    first place; after a syntax error nothing else counts, and beside names that are not bound no
    error of another kind. ``classes_named`` says which classes could be imported: see
    :meth:`goldstep.build.toolchain.ResolvedToolchain.classes_named`.
    """
    errors = [each for each in diagnostics if each.severity is Severity.ERROR]
    toplevel = [each for each in errors if each.kind is Kind.TOPLEVEL_STATEMENT]
    syntax = [each for each in errors if each.kind is Kind.SYNTAX]
    if toplevel and (not syntax or _at(toplevel[0]) <= _at(syntax[0])):
        return (_not_a_compilation_unit(toplevel),)
    if syntax:
        return (_build_failure(syntax, len(errors)),)
    missing = [each for each in errors if each.kind is Kind.MISSING_PACKAGE]
    unresolved = [each for each in errors if each.kind is Kind.UNRESOLVED]
    named = [
        *map(_missing_package, _by_symbol(missing)),
        *(_unbound(group, classes_named) for group in _by_symbol(_causes(unresolved, missing))),
    ]
    if named:
        return tuple(sorted(named, key=_order))
    return (_build_failure(errors, len(errors)),) if errors else ()


def unbound(diagnostic: Diagnostic, classes_named: ClassesNamed) -> Classified:
    """The finding for one name that is not bound."""
    return _unbound([diagnostic], classes_named)


def _unbound(group: Sequence[Diagnostic], classes_named: ClassesNamed) -> Classified:
    first = group[0]
    symbol = first.symbol or ""
    candidates = importable(first, classes_named)
    if candidates:
        others = f" (or {', '.join(candidates[1:4])})" if len(candidates) > 1 else ""
        message = f"{symbol} is used without an import of {candidates[0]}{others}"
        return _classified("missing-import", candidates[0], message, group)
    message = f"{symbol} is not defined, and no import would define it"
    return _classified("unresolved-symbol", symbol, message, group)


def _missing_package(group: Sequence[Diagnostic]) -> Classified:
    package = group[0].symbol or ""
    return _classified(
        "build-failure", package, f"{package} is named here and cannot be found", group
    )


def _not_a_compilation_unit(group: Sequence[Diagnostic]) -> Classified:
    message = "a statement stands outside of any definition: " + group[0].message
    return _classified("not-a-compilation-unit", None, message, group)


def _build_failure(group: Sequence[Diagnostic], count: int) -> Classified:
    first = group[0]
    return Classified("build-failure", None, first.message, first.place, count, first.raw)


def _classified(
    id_: str, subject: str | None, message: str, group: Sequence[Diagnostic]
) -> Classified:
    first = group[0]
    return Classified(id_, subject, message, first.place, len(group), first.raw)


def _by_symbol(diagnostics: Iterable[Diagnostic]) -> list[list[Diagnostic]]:
    groups: dict[str | None, list[Diagnostic]] = {}
    for each in diagnostics:
        groups.setdefault(each.symbol, []).append(each)
    return list(groups.values())


def _causes(unresolved: list[Diagnostic], missing: list[Diagnostic]) -> list[Diagnostic]:
    """Without the names that are not bound because their import failed.

    Such an import is an unresolved qualified name (``java.util.Arrayz``), or its source line ends
    in the name (``import foo.bar.Baz;``).
    """
    imports = [each.symbol or "" for each in unresolved if "." in (each.symbol or "")]
    imports += [each.excerpt.strip().rstrip(";") for each in missing]
    failed = {path.rpartition(".")[2] for path in imports if "." in path}
    return [each for each in unresolved if each.symbol not in failed]


def _at(diagnostic: Diagnostic) -> tuple[str, int]:
    return (diagnostic.file or "", diagnostic.line or 0)


def _order(found: Classified) -> tuple[str, int, int, str]:
    place = found.place or Place("")
    return (place.file, place.line or 0, place.column or 0, found.subject or "")
