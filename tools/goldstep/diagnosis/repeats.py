"""Whether a port answers the same case the same way twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from goldstep.diagnosis.further import Ask
from goldstep.diagnosis.prediction import key
from goldstep.judge import Judgement, Value
from goldstep.protocol import same_bits

# The smallest cases that failed are sent again, and as many that passed.
_CASES = 4


@dataclass(frozen=True, slots=True)
class Unsteady:
    """The same input led to another result: no numbers of this port explain anything."""

    judgement: Judgement
    value: Value
    again: Value


def unsteady(judgements: Sequence[Judgement], ask: Ask) -> Unsteady | None:
    """The first value that differs when its case is sent again; None where none does."""
    small = sorted(judgements, key=lambda each: len(each.values))
    first = [
        each
        for passed in (False, True)
        for each in [one for one in small if one.passed == passed][:_CASES]
    ]
    second = {each.case.id: each for each in ask([each.case for each in first])}
    for judgement in first:
        again = {key(value): value for value in second.get(judgement.case.id, judgement).values}
        for value in judgement.values:
            if not same_bits(value.got, again[key(value)].got):
                return Unsteady(judgement, value, again[key(value)])
    return None
