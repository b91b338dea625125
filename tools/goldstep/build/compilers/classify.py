"""From diagnostics to findings: what a failed build, or a start that failed, shows of a port."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from goldstep.build.compilers.diagnostic import ClassesNamed, Diagnostic, Kind, Severity
from goldstep.results.records import Location


@dataclass(frozen=True)
class Classified:
    """One finding: an id of the contract, what it is about, and where."""

    id: str
    subject: str | None
    """``java.util.Arrays``, ``avg``, an exception's class; None where the id says it all."""
    message: str
    """One line for people."""
    place: Location | None


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
    for each in errors:
        if each.kind is Kind.TOPLEVEL_STATEMENT:
            message = f"a statement stands outside of any definition: {each.message}"
            return (Classified("not-a-compilation-unit", None, message, each.place),)
        if each.kind is Kind.SYNTAX:
            return (_build_failure(each),)
    missing = [each for each in errors if each.kind is Kind.MISSING_PACKAGE]
    unbound = [each for each in errors if each.kind in (Kind.UNRESOLVED, Kind.NO_MEMBER)]
    named = [
        *map(_missing_package, _first_of_each(missing)),
        *(not_bound(each, classes_named) for each in _first_of_each(_causes(unbound, missing))),
    ]
    return tuple(sorted(named, key=_order)) or tuple(map(_build_failure, errors[:1]))


def not_bound(said: Diagnostic, classes_named: ClassesNamed) -> Classified:
    """The finding for a name that is not bound."""
    candidates = _importable(said, classes_named)
    if candidates:
        others = f" (or {', '.join(candidates[1:4])})" if len(candidates) > 1 else ""
        message = f"{said.symbol} is used without an import of {candidates[0]}{others}"
        return Classified("missing-import", candidates[0], message, said.place)
    message = f"{said.symbol} is not defined, and no import would define it"
    return Classified("unresolved-symbol", said.symbol, message, said.place)


def _importable(said: Diagnostic, classes_named: ClassesNamed) -> tuple[str, ...]:
    """What could be imported to bind the symbol, likeliest first; empty where nothing could."""
    if said.remedy is not None:
        return (said.remedy,)
    return said.dialect.importable(said, classes_named) if said.kind is Kind.UNRESOLVED else ()


def _missing_package(said: Diagnostic) -> Classified:
    message = f"{said.symbol} is named here and cannot be found"
    return Classified("build-failure", said.symbol, message, said.place)


def _build_failure(said: Diagnostic) -> Classified:
    return Classified("build-failure", None, said.message, said.place)


def _first_of_each(diagnostics: Iterable[Diagnostic]) -> Iterable[Diagnostic]:
    """The first diagnostic of each symbol."""
    first: dict[str, Diagnostic] = {}
    for each in diagnostics:
        first.setdefault(each.symbol, each)
    return first.values()


def _causes(unbound: list[Diagnostic], missing: list[Diagnostic]) -> list[Diagnostic]:
    """Without the names that are not bound because their import failed.

    Such an import is an unresolved qualified name (``java.util.Arrayz``), or its source line ends
    in the name (``import foo.bar.Baz;``).
    """
    imports = [each.symbol for each in unbound]
    imports += [each.excerpt.strip().rstrip(";") for each in missing]
    failed = {path.rpartition(".")[2] for path in imports if "." in path}
    return [each for each in unbound if each.symbol not in failed]


def _order(found: Classified) -> tuple[str, int, int, str]:
    place = found.place or Location("", 0)
    return (place.file, place.line, place.column or 0, found.subject or "")
