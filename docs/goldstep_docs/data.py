"""What goldstep knows, for the pages' templates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from goldstep.report.formats import all_formats
from goldstep.results.kinds import FINDINGS
from goldstep.results.words import WORDS
from goldstep_reference.arithmetic.choices import CHOICES
from goldstep_reference.rmsprop.deviations import DEVIATIONS, Deviation
from goldstep_reference.rmsprop.flags import FLAGS
from goldstep_reference.rmsprop.groups import GROUPS
from goldstep_reference.rmsprop.libraries import LIBRARIES, Library
from goldstep_reference.rmsprop.likeness import same_answer
from goldstep_reference.rmsprop.requirements import REQUIREMENTS


@dataclass(frozen=True, slots=True)
class Variant:
    """A library in use, and what the diagnosis says of a float64 port that does the same."""

    library: Library
    deviations: tuple[Deviation, ...]


def known_by_goldstep() -> dict[str, Any]:
    """The variables of the templates."""
    variants = tuple(map(variant, LIBRARIES))
    return {
        "FINDINGS": FINDINGS,
        "WORDS": WORDS,
        "REQUIREMENTS": REQUIREMENTS,
        "FLAGS": FLAGS,
        "CHOICES": CHOICES,
        "GROUPS": GROUPS,
        "formats": all_formats(),
        "variants": variants,
        "forms": {name: tuple(forms(name, variants)) for name in FINDINGS},
        "testing": {
            name: [group for group in GROUPS.values() if name in group.requirements]
            for name in REQUIREMENTS
        },
    }


def variant(library: Library) -> Variant:
    """Raises LookupError for an answer that is in no catalogue: the page would hide it."""
    return Variant(
        library,
        tuple(_deviation(library, *answer) for answer in library.answers.items()),
    )


def forms(finding: str, variants: Sequence[Variant]) -> Iterator[tuple[Deviation, list[Library]]]:
    """The known deviations that are reported as a finding, and the libraries that have each."""
    for deviation in DEVIATIONS:
        if deviation.finding == finding:
            yield deviation, [each.library for each in variants if deviation in each.deviations]


def _deviation(library: Library, question: str, answer: str) -> Deviation:
    for deviation in DEVIATIONS:
        if deviation.question == question and same_answer(question, deviation.answer, answer):
            return deviation
    raise LookupError(f"{library.label}: no known deviation is {question} = {answer}")
