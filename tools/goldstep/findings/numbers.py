"""Findings of one rung, from what its numbers say: the diagnosis, with evidence to check it by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from goldstep_reference.numbers.number_format import NUMBER_FORMATS, NumberFormat, write_number
from goldstep_reference.rmsprop.likeness import libraries_like, words
from msgspec.structs import asdict

from goldstep.diagnosis import (
    Conforms,
    Diagnosis,
    Explained,
    PartlyExplained,
    Unexplained,
    Unsteady,
)
from goldstep.diagnosis.diagnose import Explanation
from goldstep.diagnosis.hypotheses import Combination
from goldstep.diagnosis.nearest import Nearest
from goldstep.diagnosis.reproduction import Reproduction, python_lines, request
from goldstep.diagnosis.showing import Shown
from goldstep.diagnosis.special import subject
from goldstep.findings.processes import Observed
from goldstep.judge.judge import JudgedValue, Judgement
from goldstep.judge.prediction import Predicted
from goldstep.results.evidence import (
    Evidence,
    NearestHypothesis,
    PartOfCases,
    Repetition,
    Request,
    SmallestCase,
    WrongNumber,
)
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
    special = _special_findings(observed, diagnosed.special, cases)
    numbers = _numbers(observed, diagnosed.explanation)
    messages = [finding.message for finding in special]
    if numbers.findings or not special:
        messages.insert(0, numbers.message)
    return replace(numbers, findings=(*numbers.findings, *special), message=" and ".join(messages))


def _numbers(observed: Observed, explanation: Explanation) -> Numbers:
    """What explains the ordinary cases."""
    port = observed.workspace.port
    column, number_format = port.column, NUMBER_FORMATS[port.number_format]

    def finding(name: str, message: str, evidence: Evidence, subject: str | None = None) -> Finding:
        return observed.finding("vectors", name, message, evidence, subject=subject)

    def shown(where: Shown, **more: Any) -> WrongNumber:
        return _shown(where, column, number_format, **more)

    match explanation:
        case Conforms(order):
            return Numbers((), "every value is within its rounding budget", order=order or "")
        case Unsteady(leaks=True) as unsteady:
            message = (
                "a run changes the results of later ones: it leaves something behind, or a memory "
                "address by which a state was kept recurs"
            )
            found = finding("not-deterministic", message, _repetition(unsteady), "state")
            return Numbers((found,), message)
        case Unsteady() as unsteady:
            message = "the same input led to another result"
            return Numbers((finding("not-deterministic", message, _repetition(unsteady)),), message)
        case Unexplained(where, nearest):
            message = "no known deviation, nor two or three of them, reproduce all values"
            evidence = shown(where, nearest=nearest and _nearest(nearest))
            return Numbers((finding("unexplained", message, evidence),), message)
        case PartlyExplained(deviations, places, explained, failing, rest):
            part = PartOfCases(explains=explained, of_cases=failing, rest=rest.judgement.case.id)
            left = "no known deviation reproduces the other failing cases"
            findings = (
                *(
                    finding(each.finding, each.meaning, shown(where, partial=part), each.subject)
                    for each, where in zip(deviations, places, strict=True)
                ),
                finding("unexplained", left, shown(rest, partial=part)),
            )
            some = f"{in_words(deviations)}, in {explained} of {failing} failing cases"
            return Numbers(findings, f"{some}; {left}")
        case Explained(deviations, ties, places, separated_by):
            more = {
                "alternatives": list(map(in_words, ties)),
                "separated_by": separated_by and Request(request(separated_by.inputs)),
            }
            findings = tuple(
                finding(each.finding, each.meaning, shown(where, **more), each.subject)
                for each, where in zip(deviations, places, strict=True)
            )
            like = _like(deviations, number_format, column)
            return Numbers(findings, in_words(deviations), like)


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
            _number(affected[0], affected[0].worst, cases=len(affected), of_cases=cases),
            subject=what,
        )
        for what, affected in by_subject.items()
    ]


def _number(judgement: Judgement, value: JudgedValue | None, **more: Any) -> WrongNumber:
    assert value
    return WrongNumber(**asdict(value.evidence()) | {"case": judgement.case.id} | more)


def _shown(shown: Shown, column: str, number_format: NumberFormat, **more: Any) -> WrongNumber:
    reproduction = shown.reproduction
    return _number(
        shown.judgement,
        shown.value,
        predicted=_text(shown.predicted),
        without=_text(shown.without),
        first_step=shown.first_step,
        reproduction=reproduction and _smallest(reproduction, column, number_format),
        **more,
    )


def _text(predicted: Predicted | None) -> str | None:
    if predicted is None or predicted.nearest is None:
        return None
    return write_number(predicted.nearest)


def _smallest(found: Reproduction, column: str, number_format: NumberFormat) -> SmallestCase:
    shown = found.shown
    return SmallestCase(
        request=Request(request(found.case)),
        python=python_lines(found.case, column, number_format),
        name=shown.value.name,
        index=shown.value.index,
        step=shown.value.step,
        expected=shown.nearest,
        got=write_number(shown.value.got),
        budgets=write_number(shown.budgets),
    )


def _nearest(found: Nearest) -> NearestHypothesis:
    return NearestHypothesis(
        deviations=[each.meaning for each in found.deviations],
        cases=found.cases,
        of_cases=found.of_cases,
        fails=found.fails.id if found.fails else None,
    )


def _repetition(unsteady: Unsteady) -> Repetition:
    value = unsteady.value
    return Repetition(
        case=unsteady.judgement.case.id,
        quantity=value.quantity,
        name=value.name,
        index=value.index,
        step=value.step,
        got=write_number(value.got),
        again=write_number(unsteady.again.got),
        seed=unsteady.seed,
    )


def _like(deviations: Combination, number_format: NumberFormat, column: str) -> str:
    """The libraries that behave so; a default by itself makes no likeness."""
    likeness = libraries_like(deviations, number_format, column)
    if not likeness.exactly and all(each.finding == "default-differs" for each in deviations):
        return ""
    return words(likeness) or ""
