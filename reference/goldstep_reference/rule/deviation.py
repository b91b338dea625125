"""Deviations: known ways of getting an algorithm wrong, each as a change of what it does."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rule.expression import Expression


@dataclass(frozen=True, slots=True)
class Rewriting:
    """Of the rule: all that ``target`` labels or names is replaced."""

    target: str
    replacement: Expression


@dataclass(frozen=True, slots=True)
class Sharing:
    """Of state: which one a parameter uses, by its name, its length, and the step's number."""

    key: Callable[[str, int, int], Hashable]


@dataclass(frozen=True, slots=True)
class Coupling:
    """Of state: which element's one uses, by its position and their number.

    None where an element is left out.
    """

    source: Callable[[int, int], int | None]


@dataclass(frozen=True, slots=True)
class Rounded:
    """Of a hyper-parameter: it passes through a narrower format."""

    hyper_parameter: str
    narrower: NumberFormat

    def supplied(self, value: float, number_format: NumberFormat) -> float:
        """What the program uses instead of a value."""
        return _rounded(value, self.narrower)


@dataclass(frozen=True, slots=True)
class Always:
    """Of a hyper-parameter: it is a constant, whatever is given."""

    hyper_parameter: str
    constant: Fraction

    def supplied(self, value: float, number_format: NumberFormat) -> float:
        """What the program uses instead of a value."""
        return _rounded(self.constant, number_format)


@dataclass(frozen=True, slots=True)
class Default:
    """Of a hyper-parameter: another constant where none is given."""

    hyper_parameter: str
    constant: Fraction

    def default_in(self, number_format: NumberFormat) -> float:
        """The constant as the number format holds it."""
        return _rounded(self.constant, number_format)


Change = Rewriting | Sharing | Coupling | Rounded | Always | Default


@dataclass(frozen=True, slots=True)
class Deviation:
    """What a program does otherwise, and the finding that it is reported as.

    A program has one deviation of each ``aspect``. One without ``changes`` is what the rule says
    itself, where a column says otherwise.
    """

    finding: str
    subject: str | None  # which, where one finding has several forms
    meaning: str
    aspect: str
    changes: tuple[Change, ...] = field(hash=False)

    @property
    def label(self) -> str:
        """The finding, and what it is about."""
        return f"{self.finding} ({self.subject})" if self.subject else self.finding

    @property
    def default_of(self) -> str | None:
        """The hyper-parameter of which it changes the default only."""
        match self.changes:
            case (Default(name),):
                return name
        return None

    def representable(self, number_format: NumberFormat) -> bool:
        """Whether it is a deviation in a number format: to round to itself is none."""
        return all(each.precision < number_format.precision for each in self._formats)

    @property
    def _formats(self) -> Iterator[NumberFormat]:
        """The formats to which it rounds."""
        for change in self.changes:
            match change:
                case Rounded(_, narrower):
                    yield narrower
                case Rewriting(_, replacement):
                    for part in replacement.parts:
                        yield from (
                            each for each in part.operands if isinstance(each, NumberFormat)
                        )


@lru_cache(maxsize=10_000)
def _rounded(value: float | Fraction, number_format: NumberFormat) -> float:
    return number_format.nearest(Fraction(value))
