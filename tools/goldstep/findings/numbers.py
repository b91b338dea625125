"""Findings of one rung, from what its numbers say: the diagnosis, with evidence to check it by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from goldstep_reference.numbers.number_format import NUMBER_FORMATS, NumberFormat, write_number
from goldstep_reference.rmsprop.behaviour import Column
from goldstep_reference.rmsprop.likeness import libraries_like, words

from goldstep.diagnosis import Conforms, Diagnosis, Explained, Unexplained, Unsteady
from goldstep.diagnosis.hypotheses import Combination
from goldstep.diagnosis.nearest import Nearest
from goldstep.diagnosis.reproduction import Reproduction, python_lines, request
from goldstep.diagnosis.showing import Shown
from goldstep.diagnosis.special import subject
from goldstep.findings.processes import Observed
from goldstep.judge.judge import Judgement
from goldstep.results.records import Finding


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a rung's numbers say: findings, and the explanation in words."""

    findings: tuple[Finding, ...]
    message: str
    like: str = ""
    order: str = ""


def number_findings(observed: Observed, diagnosed: Diagnosis, cases: int) -> Numbers:
    """From the numbers of ``cases``."""
    port = observed.workspace.port
    column, number_format = port.epsilon, NUMBER_FORMATS[port.number_format]
    findings: list[Finding] = []
    messages: list[str] = []
    like = order = ""
    match diagnosed.explanation:
        case Conforms(told):
            order = told or ""
            messages = [] if diagnosed.special else ["every value is within its rounding budget"]
        case Unsteady() as unsteady:
            messages = ["the same input led to another result"]
            if unsteady.leaks:
                messages = ["a run leaves something behind that changes the results of later ones"]
            findings = [
                observed.finding(
                    "vectors",
                    "not-deterministic",
                    messages[0],
                    subject="state" if unsteady.leaks else None,
                    evidence=_unsteady(unsteady),
                )
            ]
        case Unexplained(shown, nearest):
            messages = ["no known deviation, nor two or three of them, reproduce all values"]
            evidence = _evidence(shown, column, number_format) | {"nearest": _nearest(nearest)}
            findings = [observed.finding("vectors", "unexplained", messages[0], evidence=evidence)]
        case Explained(deviations, ties, all_shown, separated_by):
            messages = [deviation.meaning for deviation in deviations]
            like = _like(deviations, number_format, column)
            more: dict[str, Any] = {}
            if ties:
                more["or"] = [in_words(tie) for tie in ties]
            if separated_by:
                more["separated_by"] = request(separated_by.inputs)
            findings = [
                observed.finding(
                    "vectors",
                    deviation.finding,
                    deviation.meaning,
                    subject=deviation.subject,
                    evidence=_evidence(shown, column, number_format) | more,
                )
                for deviation, shown in zip(deviations, all_shown, strict=True)
            ]
    special = _special_findings(observed, diagnosed.special, cases)
    messages += [finding.message for finding in special]
    return Numbers((*findings, *special), " and ".join(messages), like, order)


def in_words(combination: Combination) -> str:
    """What a port with these deviations does."""
    return " and ".join(each.meaning for each in combination) or "the formula"


def choices_made(judgements: Sequence[Judgement]) -> dict[str, dict[str, int]]:
    """How many cases of each subject a port made each choice in.

    A case that does not tell choices apart counts where another of its subject does not tell more.
    """
    by_subject: dict[str, list[tuple[str, ...]]] = {}
    for judgement in judgements:
        if judgement.choices:
            by_subject.setdefault(subject(judgement.case), []).append(judgement.choices)
    made: dict[str, dict[str, int]] = {}
    for what, choices in by_subject.items():
        told = {each for each in choices if not any(set(other) < set(each) for other in choices)}
        counts = Counter(" or ".join(each) for each in choices if each in told)
        made[what] = dict(counts.most_common())
    return made


def _special_findings(observed: Observed, failed: Sequence[Judgement], cases: int) -> list[Finding]:
    """One for each subject of the special cases that are wrong."""
    by_subject: dict[str, list[Judgement]] = {}
    for judgement in failed:
        by_subject.setdefault(subject(judgement.case), []).append(judgement)
    return [
        observed.finding(
            "vectors",
            "special-values",
            f"handled otherwise than stated: {what}",
            subject=what,
            evidence={
                **_worst(affected[0]),
                "cases": len(affected),
                "of_cases": cases,
            },
        )
        for what, affected in by_subject.items()
    ]


def _worst(judgement: Judgement) -> dict[str, Any]:
    assert judgement.worst
    return {"case": judgement.case.id, **judgement.worst.evidence()}


def _evidence(shown: Shown, column: Column, number_format: NumberFormat) -> dict[str, Any]:
    evidence: dict[str, Any] = {"case": shown.judgement.case.id, **shown.value.evidence()}
    if shown.predicted and shown.predicted.nearest is not None:
        evidence["predicted"] = write_number(shown.predicted.nearest)
    if shown.without and shown.without.nearest is not None:
        evidence["without"] = write_number(shown.without.nearest)
    evidence["first_step"] = shown.first_step
    if shown.reproduction:
        evidence["reproduction"] = _reproduction(shown.reproduction, column, number_format)
    return evidence


def _reproduction(
    reproduction: Reproduction, column: Column, number_format: NumberFormat
) -> dict[str, Any]:
    place = reproduction.place
    return {
        "request": request(reproduction.case),
        "python": python_lines(reproduction.case, column, number_format),
        "name": place.name,
        "index": place.index,
        "step": place.step,
        "expected": reproduction.expected,
        "got": reproduction.got,
        "budgets": write_number(reproduction.budgets),
    }


def _nearest(nearest: Nearest) -> dict[str, Any]:
    return {
        "deviations": [each.meaning for each in nearest.deviations],
        "cases": nearest.cases,
        "of_cases": nearest.of_cases,
        "fails": nearest.fails.id if nearest.fails else None,
    }


def _unsteady(unsteady: Unsteady) -> dict[str, Any]:
    value = unsteady.value
    return {
        "case": unsteady.judgement.case.id,
        "quantity": value.quantity,
        "name": value.name,
        "index": value.index,
        "step": value.step,
        "got": write_number(value.got),
        "again": write_number(unsteady.again.got),
        "seed": unsteady.seed,
    }


def _like(deviations: Combination, number_format: NumberFormat, column: Column) -> str:
    """The libraries that behave so; a default by itself makes no likeness."""
    likeness = libraries_like(deviations, number_format, column)
    if not likeness.exactly and all(each.finding == "default-differs" for each in deviations):
        return ""
    return words(likeness) or ""
