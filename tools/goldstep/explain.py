"""Cases, groups, findings, requirements and flags in words."""

from __future__ import annotations

from pathlib import Path

from goldstep_reference.flags import FLAGS
from goldstep_reference.groups import GROUPS
from goldstep_reference.requirements import REQUIREMENTS

from goldstep.findings import FINDINGS
from goldstep.near import unknown
from goldstep.vectors import VectorCase, VectorFile, load_vectors


def explain_id(name: str, folder: Path) -> str:
    """What ``name`` is; raises UsageError, with the nearest names, where it is nothing."""
    if name in FINDINGS:
        kind = FINDINGS[name]
        return f"{name} (a finding)\n{kind.meaning}\nWhat to do: {kind.advice}"
    if name in REQUIREMENTS:
        requirement = REQUIREMENTS[name]
        groups = [group.name for group in GROUPS.values() if name in group.requirements]
        return (
            f"{name} (a requirement)\n{requirement.text}\nSource: {requirement.source}.\n"
            f"Tested by the groups: {', '.join(groups)}"
        )
    if name in FLAGS:
        return f"{name} (a flag of cases)\nA failure most likely means: {FLAGS[name]}"
    if name in GROUPS:
        group = GROUPS[name]
        return (
            f"{name} (a group of cases): {group.title}\n{group.description}\n"
            f"Requirements: {', '.join(group.requirements)}"
        )
    cases = {case.id: (file, case) for file, case in load_vectors(folder).cases()}
    if name in cases:
        return _case(*cases[name])
    raise unknown("id", name, [*known_names(), *cases])


def known_names() -> tuple[str, ...]:
    """Everything that can be explained, beside cases."""
    return (*FINDINGS, *REQUIREMENTS, *FLAGS, *GROUPS)


def _case(file: VectorFile, case: VectorCase) -> str:
    flags = "\n".join(f"{flag}: {file.flags[flag]}" for flag in case.flags)
    elements = sum(map(len, case.weights.values()))
    return (
        f"{case.id} (a case)\n{case.description}\n"
        f"Steps: {len(case.gradients)}, weights: {elements}. Its numbers: "
        f"goldstep vectors show {case.id}\n"
        f"A failure here most likely means:\n{flags}\n"
        f"Group {file.group}: {file.title}. Requirements: {', '.join(file.requirements)}"
    )
