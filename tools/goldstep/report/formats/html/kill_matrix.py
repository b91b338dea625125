"""The kill matrix for the page: how many cases of each group catch each known deviation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec
from goldstep_reference.rmsprop.deviations import DEVIATIONS

_FORMAT = "goldstep-kills/1"


class Kills(msgspec.Struct, frozen=True):
    """How many cases of a group catch a deviation, and by how many budgets the best one does."""

    cases: int
    of_cases: int
    greatest_margin: str

    @property
    def share(self) -> int:
        """In fifths, rounded up: nothing only where nothing is caught."""
        return -(-5 * self.cases // self.of_cases) if self.of_cases else 0


class KillMatrix(msgspec.Struct, frozen=True):
    """``vectors/kill-matrix.json``."""

    format: str
    column: str
    caught: str
    deviations: dict[str, dict[str, dict[str, Kills]]]

    def __post_init__(self) -> None:
        if self.format != _FORMAT:
            raise ValueError(f"the format is {self.format!r}, not {_FORMAT!r}")


@dataclass(frozen=True, slots=True)
class KillRow:
    """A deviation with what catches it."""

    name: str
    meaning: str
    kills: tuple[Kills | None, ...]

    @property
    def total(self) -> int:
        """Cases of all groups."""
        return sum(each.cases for each in self.kills if each)

    @property
    def margin(self) -> float:
        """By how many budgets it is caught at best."""
        return max((float(each.greatest_margin) for each in self.kills if each), default=0.0)


@dataclass(frozen=True, slots=True)
class KillTable:
    """The matrix of a number format."""

    number_format: str
    groups: tuple[str, ...]
    rows: tuple[KillRow, ...]


def read_kill_matrix(vectors: Path) -> KillMatrix | None:
    """The matrix of the vectors in a folder; None where they have none."""
    try:
        content = (vectors / "kill-matrix.json").read_bytes()
        return msgspec.json.decode(content, type=KillMatrix)
    except (OSError, msgspec.DecodeError):
        return None


def kill_tables(matrix: KillMatrix) -> list[KillTable]:
    """A table a number format: a row a deviation, a column a group."""
    tables = []
    for number_format, deviations in matrix.deviations.items():
        groups = tuple(dict.fromkeys(group for kills in deviations.values() for group in kills))
        rows = tuple(
            KillRow(name, _MEANINGS.get(name, ""), tuple(map(kills.get, groups)))
            for name, kills in deviations.items()
        )
        tables.append(KillTable(number_format, groups, rows))
    return tables


_MEANINGS = {
    f"{each.finding} ({each.subject})" if each.subject else each.finding: each.meaning
    for each in DEVIATIONS
}
