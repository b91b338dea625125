"""Deviations: known ways of getting an algorithm wrong, each as a change of what it does."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from goldstep_reference.numbers.number_format import NumberFormat
from goldstep_reference.rule.expression import Expression


@dataclass(frozen=True, slots=True)
class Rewriting:
    """Of the rule: all that ``target`` labels or names is replaced."""

    target: str
    replacement: Expression


@dataclass(frozen=True, slots=True)
class Constant:
    """Of the rule: a number of the program's own, by the name that rewritings have for it."""

    name: str
    number: Decimal


@dataclass(frozen=True, slots=True)
class Sharing:
    """Of state: which one a parameter uses, by its name, its length, and the step's number."""

    key: Callable[[str, int, int], Hashable]


@dataclass(frozen=True, slots=True)
class Coupling:
    """Of state: which element's each element uses, by their number; None if it is left out."""

    sources: Callable[[int], Sequence[int | None]]


@dataclass(frozen=True, slots=True)
class Rounded:
    """Of a hyper-parameter: it passes through a narrower format."""

    name: str
    narrower: NumberFormat


@dataclass(frozen=True, slots=True)
class Always:
    """Of a hyper-parameter: it is a number of the program's own, whatever is given."""

    name: str
    number: Decimal


@dataclass(frozen=True, slots=True)
class Default:
    """Of a hyper-parameter: it is a number of the program's own where none is given."""

    name: str
    number: Decimal


@dataclass(frozen=True, slots=True)
class WhereZero:
    """Of a hyper-parameter: it is a number of the program's own where zero is given."""

    name: str
    number: Decimal


Change = Rewriting | Constant | Sharing | Coupling | Rounded | Always | Default | WhereZero


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
