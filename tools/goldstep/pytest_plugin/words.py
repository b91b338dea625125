"""What a test that fails says."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from goldstep.pytest_plugin.verdict import Failed
from goldstep.report.evidence_words import brief, evidence_lines, number_lines
from goldstep.report.visible import visible_line
from goldstep.results.evidence import ValueAt
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
    """The failure of one test: what it is due to, and what a case shows of it.

    Many cases show the same, which the end of the run explains once; other tests explain it.
    """
    news = [each for each in failed.findings if not each.known] or list(failed.findings)
    heads = [title(each, show_path) for each in news] + [
        f"the {each.message}" for each in failed.stale
    ]
    lines = [" and ".join(heads) or "no finding explains this"]
    if failed.case:
        lines += _case(failed.case)
    else:
        lines += ["\n" + diagnosis(each, rung, show_path) for each in failed.findings]
    return "\n".join(lines)


def diagnosis(finding: Finding, rung: Rung, show_path: ShowPath) -> str:
    """A finding with all that is known of it."""
    details = "".join(f"\n{_INDENT}{safe(each)}" for each in _details(finding, rung, show_path))
    return safe(f"{finding.title}: {finding.message}") + details


def _case(case: CaseRecord) -> Iterator[str]:
    """The value of the case that is furthest off, or what was said instead of an answer."""
    if case.worst:
        yield safe(": ".join(brief(number_lines(case.worst))))
    if case.message:
        yield safe(case.message)


def _details(finding: Finding, rung: Rung, show_path: ShowPath) -> Iterator[str]:
    if finding.known:
        yield f"known: {finding.why_known}"
    if where := _place(finding, show_path):
        yield f"at {where}"
    yield from brief(evidence_lines(rung, finding))
    if isinstance(finding.evidence, ValueAt) and rung.diagnosis and rung.diagnosis.like:
        yield rung.diagnosis.like
    yield f"what to do: {FINDINGS[finding.id].advice}"
    if finding.removed_by:
        yield f"removed by {finding.removed_by}"


def _place(finding: Finding, show_path: ShowPath) -> str:
    if not finding.location:
        return ""
    place = finding.location
    return f"{show_path(place.file)}:{place.line}"
