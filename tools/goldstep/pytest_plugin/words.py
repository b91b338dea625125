"""What a test that fails says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from goldstep.pytest_plugin.verdict import Failed
from goldstep.report import evidence_words
from goldstep.report.visible import visible_line
from goldstep.results.kinds import FINDINGS
from goldstep.results.records import CaseRecord, Finding
from goldstep.results.rungs import Rung

ShowPath = Callable[[str], str]  # a file of the port, as it is shown
_LONGEST = 1000  # characters of what a port or a compiler said
_INDENT = "    "


def safe(text: str) -> str:
    """Text from outside: not too much of it, and nothing in it that drives a terminal."""
    return visible_line(text, _LONGEST)


def title(finding: Finding, show_path: ShowPath) -> str:
    """A finding's id and subject, and where it is."""
    where = f" at {place}" if (place := _place(finding, show_path)) else ""
    return safe(f"{finding.title}{where}")


def known(failed: Failed) -> str:
    """Why findings are known, as port.toml says it."""
    reasons = {finding.id: finding for finding in failed.findings}
    return safe("; ".join(f"known {name}: {each.why_known}" for name, each in reasons.items()))


def explain(failed: Failed, rung: Rung, show_path: ShowPath) -> str:
    """The failure of one test: what failed in a line, then each finding that explains it."""
    return "\n".join(_lines(failed, rung, show_path))


def _lines(failed: Failed, rung: Rung, show_path: ShowPath) -> Iterator[str]:
    news = [each for each in failed.findings if not each.known] or list(failed.findings)
    heads = [title(each, show_path) for each in news] + [
        f"the {each.message}" for each in failed.stale
    ]
    yield " and ".join(heads) or "no finding explains this"
    if failed.case:
        yield from _case(failed.case)
    for finding in failed.findings:
        yield ""
        yield from _finding(finding, failed, rung, show_path)
    if rung.diagnosis and rung.diagnosis.like and any("got" in f.evidence for f in failed.findings):
        yield rung.diagnosis.like


def _case(case: CaseRecord) -> Iterator[str]:
    """The value of the case that is furthest off, or what was said instead of an answer."""
    if case.worst:
        worst = {"case": case.id, **case.worst}
        yield safe(evidence_words.place(worst))
        yield safe(_expected(worst))
        if "choice" in worst:
            yield safe(f"by the choice {worst['choice']}, which is the nearest")
    if case.message:
        yield safe(f"{case.id}: {case.message}")


def _finding(finding: Finding, failed: Failed, rung: Rung, show_path: ShowPath) -> Iterator[str]:
    yield safe(f"{finding.title}: {finding.message}")
    for line in _details(finding, failed, rung, show_path):
        yield f"{_INDENT}{safe(line)}"


def _details(finding: Finding, failed: Failed, rung: Rung, show_path: ShowPath) -> Iterator[str]:
    evidence = finding.evidence
    if finding.known:
        yield f"known: {finding.why_known}"
    if where := _place(finding, show_path):
        yield f"at {where}"
    for label, lines in evidence_words.ended(finding):
        yield from (f"{label}: {line}" for line in lines)
    if "again" in evidence:
        yield evidence_words.place(evidence)
        yield evidence_words.twice(evidence)
    elif "budgets" in evidence:
        if not failed.case or failed.case.id != evidence["case"]:
            yield f"shows best in {evidence_words.place(evidence)}"
            yield _expected(evidence)
        if predicted := evidence_words.predicted(evidence):
            yield predicted
    if "reproduction" in evidence:
        number_format = rung.port.number_format
        yield f"smallest: {evidence_words.smallest(evidence['reproduction'], number_format)}"
    if "or" in evidence:
        yield f"or: {'; or: '.join(evidence['or'])}"
    if "nearest" in evidence:
        yield f"nearest: {evidence_words.nearest(evidence['nearest'])}"
    if "cases" in evidence:
        yield evidence_words.affected(evidence)
    yield f"what to do: {FINDINGS[finding.id].advice}"
    if finding.removed_by:
        yield f"removed by {finding.removed_by}"


def _expected(evidence: dict[str, Any]) -> str:
    off = evidence_words.budgets_off(evidence)
    return f"expected {evidence['expected']}, got {evidence['got']}{off}"


def _place(finding: Finding, show_path: ShowPath) -> str:
    if not finding.location:
        return ""
    place = finding.location
    return f"{show_path(place.file)}:{place.line}"
