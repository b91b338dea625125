"""Whether a port answers the same case the same way: later, in another order, in a new process."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from goldstep_reference.numbers.decimals import same_bits

from goldstep.diagnosis.further import Ask
from goldstep.judge.judge import Judgement, Value
from goldstep.judge.prediction import key

_CASES = 12  # of those that passed, and as many of those that failed


@dataclass(frozen=True, slots=True)
class Unsteady:
    """The same input led to another result: no numbers of this port explain anything.

    ``leaks`` says that a new process answers its first case as another new process does: what it
    answers depends on what it was sent before.
    """

    judgement: Judgement
    value: Value
    again: Value
    leaks: bool
    seed: int


def unsteady(judgements: Sequence[Judgement], ask_fresh: Ask, seed: int) -> Unsteady | None:
    """The first value that differs when its case is sent to a new process, in another order.

    ``seed`` decides which cases are sent again, and in which order.
    """
    # Only `random` is the same in every version of Python.
    chance = random.Random(seed)
    sample: list[Judgement] = []
    for passed in (False, True):
        those = [each for each in judgements if each.passed == passed]
        sample += chance.sample(those, min(_CASES, len(those)))
    chance.shuffle(sample)
    for judgement, value, again in _differences(sample, _again(sample, ask_fresh)):
        first, second = (_again([judgement], ask_fresh) for _ in range(2))
        leaks = bool(first and second) and not any(_differences([*first.values()], second))
        return Unsteady(judgement, value, again, leaks, seed)
    return None


def _again(judgements: Sequence[Judgement], ask_fresh: Ask) -> dict[str, Judgement]:
    return {each.case.id: each for each in ask_fresh([each.case for each in judgements])}


def _differences(
    first: Sequence[Judgement], second: dict[str, Judgement]
) -> Iterator[tuple[Judgement, Value, Value]]:
    """Values that are not the same to the bit, of the cases that are answered both times."""
    for judgement in first:
        if judgement.case.id not in second:
            continue
        again = {key(value): value for value in second[judgement.case.id].values}
        for value in judgement.values:
            if key(value) in again and not same_bits(value.got, again[key(value)].got):
                yield judgement, value, again[key(value)]
