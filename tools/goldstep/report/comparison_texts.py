"""A comparison of two reports as an object for programs, and as Markdown for people."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from goldstep.report.markdown_text import cell, code
from goldstep.results.comparison import CHANGES, CaseChange, Comparison
from goldstep.results.records import CaseRecord

_MOST_ROWS = 200  # of one kind of change: a summary has to be read


def as_object(compared: Comparison) -> dict[str, Any]:
    """All changes in one object; floating-point numbers are strings, as everywhere."""
    old, new = compared.vectors
    return {
        "format": "goldstep-diff/1",
        "vectors": {"old": old, "new": new},
        "regressed": compared.has_regressed,
        "counts": {kind: dict(counts) for kind, counts in compared.counts.items()},
        "rungs": compared.rungs,
        "findings": compared.findings,
        "cases": [
            {
                "port": each.port,
                "rung": each.rung,
                "change": each.change,
                "id": each.id,
                "before": _verdict(each.before),
                "after": _verdict(each.after),
                "budgets": None if each.budgets is None else in_digits(each.budgets),
            }
            for each in compared.cases
        ],
    }


def _verdict(case: CaseRecord | None) -> dict[str, str | None] | None:
    return None if case is None else {"outcome": case.outcome, "budgets": case.budgets}


def in_digits(budgets: float) -> str:
    """How many budgets, to three digits and with its sign."""
    if math.isinf(budgets):
        return "Infinity" if budgets > 0 else "-Infinity"
    return f"{budgets:+.3g}"


def in_words(change: CaseChange) -> str:
    """What became of a case."""
    before, after = change.before, change.after
    if before is None or after is None:
        only = after or before
        return only.outcome if only else ""
    is_same = before.outcome == after.outcome
    text = before.outcome if is_same else f"{before.outcome}, now {after.outcome}"
    return text if change.budgets is None else f"{text}: {in_digits(change.budgets)} budgets"


def as_markdown(compared: Comparison) -> str:
    """The comparison as a page: what regressed first."""
    return "\n".join(_lines(compared)) + "\n"


def headline(compared: Comparison) -> str:
    """The comparison in a line."""
    parts = []
    for change in CHANGES:
        counted = [
            f"{counts[change]} {kind if counts[change] != 1 else kind[:-1]}"
            for kind, counts in compared.counts.items()
            if counts[change]
        ]
        if counted:
            parts.append(f"{change}: {', '.join(counted)}")
    return "; ".join(parts) or "nothing changed"


def _lines(compared: Comparison) -> Iterator[str]:
    yield f"## goldstep: {headline(compared)}"
    if not compared.same_vectors:
        yield ""
        yield "The two were judged by other vectors: cases are compared by their ids."
    for change in CHANGES:
        rows = list(_rows(compared, change))
        if rows:
            yield ""
            yield f"### {change.capitalize()}"
            yield ""
            yield "| port | rung | what | |"
            yield "|---|---|---|---|"
            yield from rows[:_MOST_ROWS]
            if len(rows) > _MOST_ROWS:
                yield ""
                yield f"And {len(rows) - _MOST_ROWS:,} more."


def _rows(compared: Comparison, change: str) -> Iterator[str]:
    for rung in compared.rungs:
        if rung.change == change:
            yield f"| {cell(rung.port)} | {cell(rung.rung)} | the rung | {cell(rung.why)} |"
    for finding in compared.findings:
        if finding.change == change:
            of = finding.finding
            what = code(of.title)
            yield f"| {cell(finding.port)} | {cell(finding.rung)} | {what} | {cell(of.message)} |"
    for case in sorted_cases(compared, change):
        yield f"| {cell(case.port)} | {cell(case.rung)} | {code(case.id)} | {in_words(case)} |"


def sorted_cases(compared: Comparison, change: str) -> list[CaseChange]:
    """Cases of one change: those whose error changed most come first."""
    cases = [each for each in compared.cases if each.change == change]
    return sorted(cases, key=lambda each: -abs(each.budgets or 0.0))
