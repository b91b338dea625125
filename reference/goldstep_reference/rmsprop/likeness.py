"""Likeness: which libraries in use do what a port does, so that it can be called by their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rmsprop.libraries import LIBRARIES, Library
from goldstep_reference.rule.deviation import Change, Default, Deviation

# By aspect.
Changes = Mapping[str, tuple[Change, ...]]


@dataclass(frozen=True, slots=True)
class Likeness:
    """The libraries that some deviations are known from, each tuple in the order of LIBRARIES."""

    # These deviate so, and in no other way.
    exactly: tuple[Library, ...]
    # These do if defaults are left aside, and only then.
    beside_defaults: tuple[Library, ...]
    # These share one deviation, whatever else they do.
    sharing: Mapping[Deviation, tuple[Library, ...]]


_MOST_NAMES = 3


def libraries_like(
    deviations: Sequence[Deviation], number_format: NumberFormat, column: str = "inside"
) -> Likeness:
    """The libraries that behave as a port with these deviations, as a whole or in one of them.

    The deviations, of different aspects, are those of a port that computes in ``number_format`` and
    is held to ``column``; none means that it conforms. A rounding to a format that is no narrower
    than ``number_format`` is no deviation, for libraries neither. Constants are compared by value,
    however they are written.
    """
    port = _changes(RMSPROP.variant(column, deviations).deviations, number_format)
    known = {library: _changes(library.deviations, number_format) for library in LIBRARIES}
    exactly = tuple(library for library in LIBRARIES if known[library] == port)
    beside_defaults = tuple(
        library
        for library in LIBRARIES
        if library not in exactly and _without_defaults(known[library]) == _without_defaults(port)
    )
    sharing = {
        deviation: tuple(
            library
            for library in LIBRARIES
            if known[library].get(deviation.aspect, ()) == deviation.changes
        )
        for deviation in deviations
    }
    return Likeness(exactly, beside_defaults, sharing)


def words(likeness: Likeness) -> str | None:
    """One line for people, without a full stop: what the deviations are known from.

    "as PyTorch 2.13", "as TF1 RMSPropOptimizer, but for defaults"; where no library matches as a
    whole, each shared deviation with those that share it. None where no library is known.
    """
    if likeness.exactly:
        return f"as {_listed([library.label for library in likeness.exactly])}"
    if likeness.beside_defaults:
        labels = [library.label for library in likeness.beside_defaults]
        return f"as {_listed(labels)}, but for defaults"
    return "; ".join(_clauses(likeness)) or None


def _clauses(likeness: Likeness) -> Iterator[str]:
    """The shared deviations in words; defaults, which say little, only where all are such."""
    shared = {deviation: known for deviation, known in likeness.sharing.items() if known}
    only_defaults = all(deviation.default_of for deviation in shared)
    for deviation, libraries in shared.items():
        if only_defaults or not deviation.default_of:
            names = [_short_name(library) for library in libraries]
            yield f"{deviation.meaning}, as in {_listed(names)}"


def _short_name(library: Library) -> str:
    """The name alone, where no other entry has it."""
    entries = sum(other.name == library.name for other in LIBRARIES)
    return library.name if entries == 1 else library.label


def _listed(names: Sequence[str]) -> str:
    """At least one name as an enumeration; of many, the first ones and the number of others."""
    parts = list(names[:_MOST_NAMES])
    others = len(names) - len(parts)
    if others:
        parts.append("1 other" if others == 1 else f"{others} others")
    *head, last = parts
    return f"{', '.join(head)} and {last}" if head else last


def _changes(deviations: Iterable[Deviation], number_format: NumberFormat) -> Changes:
    return {each.aspect: each.changes for each in deviations if each.representable(number_format)}


def _without_defaults(changes: Changes) -> Changes:
    return {aspect: each for aspect, each in changes.items() if not isinstance(each[0], Default)}
