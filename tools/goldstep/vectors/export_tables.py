"""The tables of an export: a row for each case, array, input and expected value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from goldstep_reference.rmsprop.behaviour import Column as Placement

from goldstep.vectors.case import VectorCase
from goldstep.vectors.folder import VectorFile, Vectors

Row = tuple[str, ...]

# What a column holds: a case's id, a whole number, a number of the number format (optional: or
# nothing), a float64, a text, or one of few names.
Kind = Literal["case", "count", "number", "optional", "tolerance", "text", "name"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    kind: Kind
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table."""

    name: str
    title: str
    columns: tuple[Column, ...]


_PLACE = (
    Column("parameter", "name", "the parameter's name: any text, also an empty one"),
    Column("index", "count", "the element's place in its array, from 0"),
)
_STEP = Column("step", "count", "0 for the starting weights, else the gradients of this step")

CASES = Table(
    "cases",
    "one row a case",
    (
        Column("case", "text", "the case's id"),
        Column("group", "name", "its group"),
        Column("number_format", "name", "`float64` or `float32`"),
        Column("description", "text", "what it tests"),
        Column("requirements", "name", "the group's requirements, between blanks"),
        Column("flags", "name", "its flags, between blanks"),
        Column("learning_rate", "optional", "empty: left out, the program's own default"),
        Column("decay_rate", "optional", "likewise"),
        Column("epsilon", "optional", "likewise"),
        Column("steps", "count", "how many updates are applied"),
        Column("expects", "name", "`numbers`, `choices` (any one conforms), or `rejected`"),
        Column("rejected", "text", "the rule that invalid input breaks, else empty"),
    ),
)
ARRAYS = Table(
    "arrays",
    "one row an input array, which may be empty",
    (
        Column("case", "case", "the case"),
        _STEP,
        _PLACE[0],
        Column("length", "count", "how many elements it has"),
    ),
)
INPUTS = Table(
    "inputs",
    "one row an element of an input array",
    (
        Column("case", "case", "the case"),
        _STEP,
        *_PLACE,
        Column("value", "number", "exact in the number format"),
    ),
)
EXPECTED = Table(
    "expected",
    "one row an expected value; a case that expects `rejected` has none",
    (
        Column("case", "case", "the case"),
        Column("epsilon_placement", "name", "`inside` the root (the formula), or `outside`"),
        Column("choice", "name", "the choice that leads to this value; empty where there is none"),
        Column("step", "count", "after this step"),
        Column("quantity", "name", "`weights` or `moving_average`"),
        *_PLACE,
        Column("exact", "text", "40 significant decimal digits of the real result"),
        Column("nearest", "number", "the same, correctly rounded to the number format"),
        Column("tolerance", "tolerance", "the budget for |got - exact|; 0.0: the same bits"),
    ),
)
MEANINGS = Table(
    "meanings",
    "one row a flag or choice",
    (
        Column("kind", "name", "`flag` or `choice`"),
        Column("name", "name", "its name"),
        Column("meaning", "text", "what a failure most likely means; what the choice is"),
    ),
)
TABLES = (CASES, ARRAYS, INPUTS, EXPECTED, MEANINGS)

_PLACEMENTS: tuple[Placement, ...] = ("inside", "outside")


def rows(table: Table, vectors: Vectors) -> Iterator[Row]:
    """The rows of one of ``TABLES``, in the order of the vectors."""
    if table is MEANINGS:
        yield from _meanings(vectors)
        return
    for file, case in vectors.cases():
        if table is CASES:
            yield _case(file, case)
        elif table is EXPECTED:
            yield from _expected(case)
        else:
            yield from _arrays(case) if table is ARRAYS else _inputs(case)


def _case(file: VectorFile, case: VectorCase) -> Row:
    return (
        case.id,
        file.group,
        file.number_format,
        case.description,
        " ".join(file.requirements),
        " ".join(case.flags),
        case.learning_rate or "",
        case.decay_rate or "",
        case.epsilon or "",
        str(len(case.gradients)),
        case.expected.kind,
        case.expected.rejected or "",
    )


def _arrays(case: VectorCase) -> Iterator[Row]:
    for step, arrays in enumerate((case.weights, *case.gradients)):
        for name, values in arrays.items():
            yield case.id, str(step), name, str(len(values))


def _inputs(case: VectorCase) -> Iterator[Row]:
    for step, arrays in enumerate((case.weights, *case.gradients)):
        for name, values in arrays.items():
            for index, value in enumerate(values):
                yield case.id, str(step), name, str(index), value


def _expected(case: VectorCase) -> Iterator[Row]:
    for placement in _PLACEMENTS:
        for choice, steps in case.expected.alternatives(placement).items():
            for step in steps:
                before = (case.id, placement, choice or "", str(step.step))
                for quantity, arrays in (
                    ("weights", step.weights),
                    ("moving_average", step.moving_average),
                ):
                    for name, each in arrays.items():
                        numbers = zip(each.exact, each.nearest, each.tolerance, strict=True)
                        for index, texts in enumerate(numbers):
                            yield (*before, quantity, name, str(index), *texts)


def _meanings(vectors: Vectors) -> Iterator[Row]:
    flags = {name: text for file in vectors.files for name, text in file.flags.items()}
    choices = {name: text for file in vectors.files for name, text in file.choices.items()}
    for kind, meanings in (("flag", flags), ("choice", choices)):
        for name in sorted(meanings):
            yield kind, name, meanings[name]
