"""What goldstep knows, for the pages' templates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from goldstep.report.formats import all_formats
from goldstep.results.kinds import FINDINGS
from goldstep.results.words import WORDS
from goldstep_reference.arithmetic.choices import CHOICES
from goldstep_reference.rmsprop.deviations import DEVIATIONS
from goldstep_reference.rmsprop.flags import FLAGS
from goldstep_reference.rmsprop.groups import GROUPS
from goldstep_reference.rmsprop.libraries import LIBRARIES, Library
from goldstep_reference.rmsprop.requirements import REQUIREMENTS
from goldstep_reference.rule.deviation import Deviation


def known_by_goldstep() -> dict[str, Any]:
    """The variables of the templates."""
    return {
        "FINDINGS": FINDINGS,
        "WORDS": WORDS,
        "REQUIREMENTS": REQUIREMENTS,
        "FLAGS": FLAGS,
        "CHOICES": CHOICES,
        "GROUPS": GROUPS,
        "formats": all_formats(),
        "LIBRARIES": LIBRARIES,
        "forms": {name: tuple(forms(name)) for name in FINDINGS},
        "testing": {
            name: [group for group in GROUPS.values() if name in group.requirements]
            for name in REQUIREMENTS
        },
    }


def forms(finding: str) -> Iterator[tuple[Deviation, list[Library]]]:
    """The known deviations that are reported as a finding, and the libraries that have each."""
    for deviation in DEVIATIONS:
        if deviation.finding == finding:
            yield deviation, [each for each in LIBRARIES if deviation in each.deviations]
