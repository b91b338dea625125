"""Cases, groups, findings, requirements, flags, choices and words of the output, explained."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from goldstep_reference.algorithms import FLAGS, GROUPS, REQUIREMENTS
from goldstep_reference.arithmetic.choices import CHOICES

from goldstep.errors import unknown
from goldstep.results.kinds import FINDINGS
from goldstep.results.words import WORDS
from goldstep.vectors.case import VectorCase
from goldstep.vectors.folder import VectorFile, Vectors, load_vectors


def explain_id(name: str, folder: Path) -> str:
    """What ``name`` is; raises UsageError, with the nearest names, where it is nothing.

    A name may be several things: the vectors in ``folder`` have groups that are called like the
    finding that a failure in them leads to.
    """
    found = list(_of_goldstep(name))
    if not found:
        vectors = load_vectors(folder)
        found += _of_vectors(name, vectors)
        if not found:
            ids = [case.id for _, case in vectors.cases()]
            raise unknown("id", name, [*known_names(), *ids])
    return "\n\n".join(found)


def known_names() -> tuple[str, ...]:
    """Everything that can be explained, beside cases."""
    return (*FINDINGS, *REQUIREMENTS, *FLAGS, *GROUPS, *CHOICES, *WORDS)


def _of_goldstep(name: str) -> Iterator[str]:
    if name in WORDS:
        yield f"{name} (a word of the output)\n{WORDS[name]}"
    if name in FINDINGS:
        kind = FINDINGS[name]
        yield f"{name} (a finding)\n{kind.meaning}\nWhat to do: {kind.advice}"
    if name in REQUIREMENTS:
        requirement = REQUIREMENTS[name]
        groups = [group.name for group in GROUPS.values() if name in group.requirements]
        yield (
            f"{name} (a requirement)\n{requirement.text}\nSource: {requirement.source}.\n"
            f"Tested by the groups: {', '.join(groups)}"
        )
    if name in FLAGS:
        yield f"{name} (a flag of cases)\nA failure most likely means: {FLAGS[name]}"
    if name in GROUPS:
        group = GROUPS[name]
        yield (
            f"{name} (a group of cases): {group.title}\n{group.description}\n"
            f"Requirements: {', '.join(group.requirements)}"
        )


def _of_vectors(name: str, vectors: Vectors) -> Iterator[str]:
    if name in CHOICES:
        offering = sorted(
            {file.group for file, case in vectors.cases() if name in (case.expected.choices or ())}
        )
        yield (
            f"{name} (a choice that the formula leaves open)\n{CHOICES[name].meaning}\n"
            f"Offered by cases of the groups: {', '.join(offering)}"
        )
    for file, case in vectors.cases():
        if case.id == name:
            yield _case(file, case)


def _case(file: VectorFile, case: VectorCase) -> str:
    elements = sum(map(len, case.weights.values()))
    lines = [
        f"{case.id} (a case)",
        case.description,
        f"Steps: {len(case.gradients)}, weights: {elements}. Its numbers: "
        f"goldstep vectors show {case.id}",
    ]
    if case.expected.rejected is not None:
        lines.append(f"The input must be rejected: {case.expected.rejected}")
    if case.expected.choices is not None:
        lines.append("Any one of these results conforms:")
        lines += (f"{choice}: {file.choices[choice]}" for choice in case.expected.choices)
    if case.flags:
        lines.append("A failure here most likely means:")
        lines += (f"{flag}: {file.flags[flag]}" for flag in case.flags)
    requirements = ", ".join(file.requirements)
    lines.append(f"Group {file.group}: {file.title}. Requirements: {requirements}")
    return "\n".join(lines)
