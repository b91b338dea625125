"""Two reports beside each other: what is new, gone, better, worse, and by how many budgets."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from goldstep.results.records import CaseRecord, Finding
from goldstep.results.rungs import Rung

Change = Literal["regressed", "new", "improved", "gone", "changed"]
CHANGES: tuple[Change, ...] = ("regressed", "new", "improved", "gone", "changed")

Place = tuple[str, str]  # a port's label in its report, and a rung's title

_WRONG = ("failed", "error")


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case that came out otherwise at one rung of a port that both reports have."""

    port: str
    rung: str
    change: Change
    id: str
    before: CaseRecord | None
    after: CaseRecord | None

    @property
    def budgets(self) -> float | None:
        """By how many budgets its worst error grew; None where one of the two is not known."""
        if not (self.before and self.after and self.before.budgets and self.after.budgets):
            return None
        before, after = float(self.before.budgets), float(self.after.budgets)
        return 0.0 if before == after else after - before


@dataclass(frozen=True, slots=True)
class FindingChange:
    """A finding that is new or gone, or is known no longer."""

    port: str
    rung: str
    change: Change
    finding: Finding


@dataclass(frozen=True, slots=True)
class RungChange:
    """A rung that only one of the reports has, or that only one of them could judge."""

    port: str
    rung: str
    change: Change
    why: str


@dataclass(frozen=True)
class Comparison:
    """What became of everything in an old report in a new one. What stayed as it was is not listed.

    ``vectors`` are the digests of those that the old one and the new one were judged by.
    A case is worse where it passed and does so no longer; a finding, where it is new and not known;
    a rung, where it can be judged no longer.
    """

    vectors: tuple[str, str]
    rungs: tuple[RungChange, ...]
    findings: tuple[FindingChange, ...]
    cases: tuple[CaseChange, ...]

    def __repr__(self) -> str:
        changes = ", ".join(f"{what} {dict(counts)}" for what, counts in self.counts.items())
        return f"<Comparison: {changes}>"

    @property
    def has_regressed(self) -> bool:
        """Whether anything is worse."""
        changes: tuple[RungChange | FindingChange | CaseChange, ...]
        changes = (*self.rungs, *self.findings, *self.cases)
        return any(each.change == "regressed" for each in changes)

    @property
    def same_vectors(self) -> bool:
        """Whether both were judged by the same vectors; cases keep their ids in any others."""
        return len(set(self.vectors)) == 1

    @cached_property
    def counts(self) -> Mapping[str, Counter[Change]]:
        """How many rungs, findings and cases there are of each change."""
        return {
            "rungs": Counter(each.change for each in self.rungs),
            "findings": Counter(each.change for each in self.findings),
            "cases": Counter(each.change for each in self.cases),
        }


def compare(
    before: Mapping[Place, Rung], after: Mapping[Place, Rung], vectors: tuple[str, str]
) -> Comparison:
    """What changed from one report to another, in the order of the newer one."""
    rungs: list[RungChange] = []
    findings: list[FindingChange] = []
    cases: list[CaseChange] = []
    for at in dict.fromkeys((*after, *before)):
        one, other = before.get(at), after.get(at)
        rungs += _rung_changes(at, one, other)
        findings += _finding_changes(at, one, other)
        # Of a rung that could not be judged nothing is known of any case.
        if one and other and not (one.problem or other.problem):
            cases += _case_changes(at, one, other)
    return Comparison(vectors, tuple(rungs), tuple(findings), tuple(cases))


def _rung_changes(at: Place, one: Rung | None, other: Rung | None) -> Iterator[RungChange]:
    if one is None and other:
        yield RungChange(*at, "new", "was not in the old report")
    elif one and other is None:
        yield RungChange(*at, "gone", "is not in the new report")
    elif one and other and other.problem and not one.problem:
        yield RungChange(*at, "regressed", f"not judged: {other.problem.message}")
    elif one and other and one.problem and not other.problem:
        yield RungChange(*at, "improved", "can be judged")


def _finding_changes(at: Place, one: Rung | None, other: Rung | None) -> Iterator[FindingChange]:
    before, after = _findings(one), _findings(other)
    for key, finding in after.items():
        if key not in before:
            yield FindingChange(*at, "new" if finding.known else "regressed", finding)
        elif before[key].known and not finding.known:
            yield FindingChange(*at, "regressed", finding)
        elif finding.known and not before[key].known:
            yield FindingChange(*at, "improved", finding)
    # Of a rung that was not run nothing is known.
    if other and not other.problem:
        for key, finding in before.items():
            if key not in after:
                yield FindingChange(*at, "gone", finding)


def _findings(rung: Rung | None) -> dict[Hashable, Finding]:
    """By what they are about, whatever their words and numbers; alike ones are counted."""
    count: Counter[Hashable] = Counter()
    findings: dict[Hashable, Finding] = {}
    for each in rung.findings if rung else ():
        key = (each.stage, each.id, each.subject)
        count[key] += 1
        findings[*key, count[key]] = each
    return findings


def _case_changes(at: Place, one: Rung, other: Rung) -> Iterator[CaseChange]:
    before, after = one.cases_by_id, other.cases_by_id
    for name in dict.fromkeys((*after, *before)):
        change = _case_change(before.get(name), after.get(name))
        if change:
            yield CaseChange(*at, change, name, before.get(name), after.get(name))


def _case_change(before: CaseRecord | None, after: CaseRecord | None) -> Change | None:
    if before is None or after is None:
        return "new" if after else "gone"
    if before.outcome != after.outcome:
        if before.outcome == "passed":
            return "regressed"
        if after.outcome == "passed":
            return "improved"
        return (
            "regressed" if after.outcome in _WRONG and before.outcome not in _WRONG else "changed"
        )
    if before.budgets != after.budgets and not _are_both_infinite(before, after):
        return "changed"
    return None


def _are_both_infinite(before: CaseRecord, after: CaseRecord) -> bool:
    return all(each.budgets and math.isinf(float(each.budgets)) for each in (before, after))
