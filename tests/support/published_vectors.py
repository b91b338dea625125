"""The committed vectors, read as plain JSON: what the reference is tested against."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.rmsprop.columns import Column
from goldstep_reference.rmsprop.groups import GROUPS
from goldstep_reference.rule.case import Case
from goldstep_reference.vectors.trajectory import Step

VECTORS = Path(__file__).parents[2] / "vectors"
COLUMNS: tuple[Column, ...] = ("inside", "outside")
QUANTITIES = ("weights", "moving_average")

# Where a value stands in a column: step, "weights" or "moving_average", parameter, index.
Place = tuple[int, str, str, int]


@dataclass(frozen=True)
class PublishedValue:
    """One expected number, as its file states it."""

    digits: str
    nearest: float
    tolerance: float

    @property
    def exact(self) -> Fraction:
        """The number of the digits."""
        return Fraction(Decimal(self.digits))


@dataclass(frozen=True)
class PublishedCase:
    """One case of a file, beside the reference's case of the same name."""

    case: Case
    number_format: str
    group: str
    document: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The published id."""
        return str(self.document["id"])

    def values(self, column: Column) -> dict[Place, PublishedValue]:
        """Every expected number of a column."""
        return column_values(self.document, column)


def column_values(document: Mapping[str, Any], column: Column) -> dict[Place, PublishedValue]:
    """Every expected number of a column of a case with budgets."""
    return {
        (step["step"], quantity, name, index): PublishedValue(
            digits, float(nearest), float(tolerance)
        )
        for step in document["expected"][column]
        for quantity in QUANTITIES
        for name, arrays in step[quantity].items()
        for index, (digits, nearest, tolerance) in enumerate(
            zip(arrays["exact"], arrays["nearest"], arrays["tolerance"], strict=True)
        )
    }


def why_without_budgets(document: Mapping[str, Any]) -> str | None:
    """Why a case has no budgets, in a word or two; None where it has."""
    expected = document["expected"]
    for kind in ("choices", "rejected"):
        if kind in expected:
            return kind
    values = (value for column in COLUMNS for value in column_values(document, column).values())
    return None if all(math.isfinite(value.nearest) for value in values) else "not finite"


@cache
def published_cases(number_format: str) -> tuple[PublishedCase, ...]:
    """The published cases of a number format that have budgets, in the order of the groups."""
    return tuple(
        case for case in _all_cases(number_format) if not why_without_budgets(case.document)
    )


@cache
def _all_cases(number_format: str) -> tuple[PublishedCase, ...]:
    return tuple(
        PublishedCase(case, number_format, name, document)
        for name, group in GROUPS.items()
        for case, document in zip(
            group.cases(NUMBER_FORMATS[number_format]),
            read_file(number_format, name)["cases"],
            strict=True,
        )
    )


def read_files(folder: Path, number_format: str) -> Iterator[dict[str, Any]]:
    """The vector files of a number format in a vectors folder."""
    for path in sorted((folder / "rmsprop" / number_format).glob("*.json")):
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        yield document


def read_file(number_format: str, group: str) -> dict[str, Any]:
    """One vector file."""
    text = (VECTORS / "rmsprop" / number_format / f"{group}.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def vector_files() -> list[Path]:
    """The paths of all vector files."""
    return sorted((VECTORS / "rmsprop").rglob("*.json"))


def centres(steps: tuple[Step, ...]) -> Iterator[tuple[Place, Fraction | None]]:
    """Every value of a trajectory, to more digits than are published; None where undefined."""
    for step in steps:
        for quantity in QUANTITIES:
            for name, enclosures in getattr(step, quantity).items():
                for index, enclosure in enumerate(enclosures):
                    value = None if enclosure.exact is None else enclosure.centre
                    yield (step.step, quantity, name, index), value
