"""The tables of an export: a row for each case, array, input and expected value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from goldstep_reference.algorithms import HYPER_PARAMETERS, STATES

from goldstep.vectors.folder import Vectors

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
    """One table; ``rows`` gives its rows, in the order of the vectors."""

    name: str
    title: str
    rows: Callable[[Vectors], Iterator[Row]]
    columns: tuple[Column, ...]


def _cases(vectors: Vectors) -> Iterator[Row]:
    for file, case in vectors.cases():
        yield (
            case.id,
            file.group,
            file.number_format,
            case.description,
            " ".join(file.requirements),
            " ".join(case.flags),
            *(case.hyper_parameters.get(name, "") for name in HYPER_PARAMETERS),
            str(len(case.gradients)),
            case.expected.kind,
            case.expected.rejected or "",
        )


def _arrays(vectors: Vectors) -> Iterator[Row]:
    for *place, values in _inputs(vectors):
        yield (*place, str(len(values)))


def _elements(vectors: Vectors) -> Iterator[Row]:
    for *place, values in _inputs(vectors):
        for index, value in enumerate(values):
            yield (*place, str(index), value)


def _inputs(vectors: Vectors) -> Iterator[tuple[str, str, str, list[str]]]:
    for _, case in vectors.cases():
        for step, arrays in enumerate((case.weights, *case.gradients)):
            for name, values in arrays.items():
                yield case.id, str(step), name, values


def _expected(vectors: Vectors) -> Iterator[Row]:
    for _, case in vectors.cases():
        for column in case.algorithm.columns:
            for choice, steps in case.expected.alternatives(column).items():
                for step in steps:
                    for quantity, name, index, *texts in step.elements():
                        place = (case.id, column, choice or "", str(step.step))
                        yield (*place, quantity, name, str(index), *texts)


def _meanings(vectors: Vectors) -> Iterator[Row]:
    flags = {name: text for file in vectors.files for name, text in file.flags.items()}
    choices = {name: text for file in vectors.files for name, text in file.choices.items()}
    for kind, meanings in (("flag", flags), ("choice", choices)):
        for name in sorted(meanings):
            yield kind, name, meanings[name]


_LEFT_OUT = "empty: left out, the program's own default"

_PLACE = (
    Column("parameter", "name", "the parameter's name: any text, also an empty one"),
    Column("index", "count", "the element's place in its array, from 0"),
)
_STEP = Column("step", "count", "0 for the starting weights, else the gradients of this step")

TABLES = (
    Table(
        "cases",
        "one row a case",
        _cases,
        (
            Column("case", "text", "the case's id"),
            Column("group", "name", "its group"),
            Column("number_format", "name", "`float64` or `float32`"),
            Column("description", "text", "what it tests"),
            Column("requirements", "name", "the group's requirements, between blanks"),
            Column("flags", "name", "its flags, between blanks"),
            *(
                Column(name, "optional", "likewise" if number else _LEFT_OUT)
                for number, name in enumerate(HYPER_PARAMETERS)
            ),
            Column("steps", "count", "how many updates are applied"),
            Column("expects", "name", "`numbers`, `choices` (any one conforms), or `rejected`"),
            Column("rejected", "text", "the rule that invalid input breaks, else empty"),
        ),
    ),
    Table(
        "arrays",
        "one row an input array, which may be empty",
        _arrays,
        (
            Column("case", "case", "the case"),
            _STEP,
            _PLACE[0],
            Column("length", "count", "how many elements it has"),
        ),
    ),
    Table(
        "inputs",
        "one row an element of an input array",
        _elements,
        (
            Column("case", "case", "the case"),
            _STEP,
            *_PLACE,
            Column("value", "number", "exact in the number format"),
        ),
    ),
    Table(
        "expected",
        "one row an expected value; a case that expects `rejected` has none",
        _expected,
        (
            Column("case", "case", "the case"),
            Column("epsilon_placement", "name", "`inside` the root (the formula), or `outside`"),
            Column(
                "choice", "name", "the choice that leads to this value; empty where there is none"
            ),
            Column("step", "count", "after this step"),
            Column("quantity", "name", f"`weights` or `{'`, `'.join(STATES)}`"),
            *_PLACE,
            Column("exact", "text", "40 significant decimal digits of the real result"),
            Column("nearest", "number", "the same, correctly rounded to the number format"),
            Column("tolerance", "tolerance", "the budget for |got - exact|; 0.0: the same bits"),
        ),
    ),
    Table(
        "meanings",
        "one row a flag or choice",
        _meanings,
        (
            Column("kind", "name", "`flag` or `choice`"),
            Column("name", "name", "its name"),
            Column("meaning", "text", "what a failure most likely means; what the choice is"),
        ),
    ),
)
