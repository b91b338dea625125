"""Likeness: which libraries in use do what a port does, so that it can be called by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction

from goldstep_reference.numbers.number_format import ALL_FORMATS, NumberFormat
from goldstep_reference.rmsprop.behaviour import DEFAULT, FORMULA, Behaviour, Column
from goldstep_reference.rmsprop.deviations import Deviation, behaviour_of
from goldstep_reference.rmsprop.libraries import LIBRARIES, Library
from goldstep_reference.rule.case import DEFAULTS, HYPER_PARAMETERS


@dataclass(frozen=True, slots=True)
class Likeness:
    """The libraries that some deviations are known from, each tuple in the order of LIBRARIES."""

    # These deviate so, and in no other way.
    exactly: tuple[Library, ...]
    # These do if defaults are left aside, and only then.
    beside_defaults: tuple[Library, ...]
    # These share one deviation, whatever else they do.
    sharing: Mapping[Deviation, tuple[Library, ...]]


# Answers in words that are numbers: a port's own constant may be one of them.
_NUMBERS: Mapping[tuple[str, object], Fraction] = {
    ("initial_average", "zero"): Fraction(0),
    ("initial_average", "one"): Fraction(1),
    **{
        (question, DEFAULT): Fraction(DEFAULTS[name])
        for name in HYPER_PARAMETERS
        for question in (name, f"default_{name}")
    },
}

_MOST_NAMES = 3


def same_answer(question: str, one: object, other: object) -> bool:
    """Whether two answers to a question, a field of `Behaviour`, are the same.

    Numbers are compared by exact value, however they are written: "1e-7" and "1e-07", "one" and "1"
    as initial averages, "default" and "1e-8" as epsilons.
    """
    return _value(question, one) == _value(question, other)


def libraries_like(
    deviations: Sequence[Deviation], number_format: NumberFormat, column: Column = "inside"
) -> Likeness:
    """The libraries that behave as a port with these deviations, as a whole or in one of them.

    The deviations, of different questions, are those of a port that computes in ``number_format``
    and is held to ``column``; none means that it conforms. A rounding to a format that is no
    narrower than ``number_format`` is no deviation, for libraries neither.

    Raises TypeError where a question is no field of `Behaviour`.
    """
    port = _values(behaviour_of(column, deviations), number_format)
    known = {library: _values(library.behaviour, number_format) for library in LIBRARIES}
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
            if known[library][deviation.question] == _value(deviation.question, deviation.answer)
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
    only_defaults = all(_is_default(deviation.question) for deviation in shared)
    for deviation, libraries in shared.items():
        if only_defaults or not _is_default(deviation.question):
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


def _values(behaviour: Behaviour, number_format: NumberFormat) -> dict[str, object]:
    """All answers of a program in a number format, so that the same ones compare equal."""
    values: dict[str, object] = {}
    for question in (each.name for each in fields(Behaviour)):
        answer = getattr(behaviour, question)
        rounded_to = ALL_FORMATS.get(answer)
        if rounded_to is not None and rounded_to.precision >= number_format.precision:
            answer = getattr(FORMULA, question)
        values[question] = _value(question, answer)
    return values


def _value(question: str, answer: object) -> object:
    """A number as a fraction; any other answer as it is."""
    if (question, answer) in _NUMBERS:
        return _NUMBERS[question, answer]
    if isinstance(answer, str):
        try:
            return Fraction(answer)
        except ValueError:
            return answer
    return answer


def _without_defaults(values: Mapping[str, object]) -> dict[str, object]:
    return {question: value for question, value in values.items() if not _is_default(question)}


def _is_default(question: str) -> bool:
    return question.startswith("default_")
