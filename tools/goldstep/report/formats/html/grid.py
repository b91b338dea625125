"""Cases by group: a cell each, coloured and shaped by how it came out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from goldstep_reference.algorithms import GROUPS

from goldstep.report.formats.html.names import fragment
from goldstep.results.records import CaseOutcome, CaseRecord
from goldstep.results.rungs import Rung

_OF_BUDGET = 0.5  # from here on a value that passes has used much of its budget
_SMALL, _GREAT = 1e2, 1e6  # budgets off

# The kinds of cells: what each says, in the order of the legend.
KINDS = {
    "p0": "passed, exact or nearly",
    "p1": "passed, more than half of the budget used",
    "f1": "failed, less than 100 budgets off",
    "f2": "failed, less than a million budgets off",
    "f3": "failed by more, or without measure",
    "ee": "error: no answer",
    "na": "not applicable",
    "nr": "not run",
}
OUTCOMES: dict[CaseOutcome, str] = {
    "passed": "passed",
    "failed": "failed",
    "error": "error",
    "not-applicable": "not applicable",
    "not-run": "not run",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A case as a cell of the grid."""

    case: CaseRecord
    kind: str  # of KINDS

    @property
    def place(self) -> str:
        """Where it is on the page of its rung's cases: the id of its row there."""
        return f"case={fragment(self.case.id)}"

    @property
    def title(self) -> str:
        """The case in a line, for who points at its cell."""
        if self.case.budgets is None or not self.case.values:
            return f"{self.case.name}: {OUTCOMES[self.case.outcome]}"
        return (
            f"{self.case.name}: {OUTCOMES[self.case.outcome]}, {digits(self.case.budgets)} budgets"
        )


@dataclass(frozen=True, slots=True)
class GroupOfCases:
    """The cases of a group at one rung."""

    name: str
    cases: tuple[Cell, ...]

    @property
    def title(self) -> str:
        """The group's title; its name where it is of another version."""
        return GROUPS[self.name].title if self.name in GROUPS else self.name

    @property
    def counts(self) -> Counter[CaseOutcome]:
        """How many came out how."""
        return Counter(each.case.outcome for each in self.cases)

    @property
    def words(self) -> str:
        """The counts in words."""
        return outcome_words(self.counts)


def groups_of(rung: Rung) -> tuple[GroupOfCases, ...]:
    """A rung's cases by group, in the order in which the groups first appear."""
    by_group: dict[str, list[CaseRecord]] = {}
    for case in rung.cases:
        by_group.setdefault(case.group, []).append(case)
    return tuple(
        GroupOfCases(name, tuple(Cell(case, _kind(case)) for case in cases))
        for name, cases in by_group.items()
    )


def outcome_words(counts: Counter[CaseOutcome] | Counter[str]) -> str:
    """Counts of outcomes, as in ``212 passed, 5 failed``."""
    return ", ".join(
        f"{counts[outcome]:,} {words}" for outcome, words in OUTCOMES.items() if counts[outcome]
    )


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group over all rungs of a port: None where a rung has none of its cases."""

    name: str
    title: str
    rungs: tuple[GroupOfCases | None, ...]


def group_rows(rungs: Iterable[Sequence[GroupOfCases]]) -> list[GroupRow]:
    """How groups fare from rung to rung."""
    by_name = [{group.name: group for group in groups} for groups in rungs]
    names = dict.fromkeys(name for groups in by_name for name in groups)
    rows = []
    for name in names:
        cells = tuple(groups.get(name) for groups in by_name)
        rows.append(GroupRow(name, next(filter(None, cells)).title, cells))
    return rows


def digits(budgets: str) -> str:
    """Budgets to three digits."""
    value = float(budgets)
    return f"{value:.3g}" if math.isfinite(value) else "∞"


def _kind(case: CaseRecord) -> str:
    match case.outcome:
        case "error":
            return "ee"
        case "not-applicable":
            return "na"
        case "not-run":
            return "nr"
    budgets = float(case.budgets) if case.budgets is not None else None
    if case.outcome == "passed":
        return "p1" if budgets is not None and budgets > _OF_BUDGET else "p0"
    if budgets is None or not budgets < _GREAT:
        return "f3"
    return "f2" if budgets >= _SMALL else "f1"
