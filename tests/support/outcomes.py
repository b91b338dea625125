"""What becomes of a deviant port's diagnosis, beside what is known of the port."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from goldstep.diagnosis import Conforms, Diagnosis, Explained, PartlyExplained
from goldstep.diagnosis.further import separating
from goldstep.findings.numbers import in_words
from goldstep.judge.prediction import Predictor
from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rmsprop.columns import Column
from goldstep_reference.rmsprop.deviations import DEVIATIONS
from goldstep_reference.rule.deviation import Deviation
from support.deviants import Bench, deviating, valid_cases
from support.variants import FORMULA, answer

Kind = Literal["named", "stated tie", "not distinguishable", "unexplained", "misnamed"]
KINDS: tuple[Kind, ...] = ("named", "stated tie", "not distinguishable", "unexplained", "misnamed")

COLUMN: Column = "inside"


@dataclass(frozen=True)
class Truth:
    """A port with these deviations, which tells its averages or not."""

    number_format: str
    deviations: tuple[Deviation, ...]
    reports_averages: bool

    @property
    def words(self) -> str:
        """What it does."""
        return in_words(self.deviations)


@dataclass(frozen=True)
class Outcome:
    """What was said of one port, and in how many seconds of processor time."""

    truth: Truth
    kind: Kind
    said: str
    seconds: float

    @property
    def right(self) -> bool:
        """Whether nothing wrong was said; of a single deviation, whether it was named."""
        return self.kind == "named" or (self.kind != "misnamed" and len(self.truth.deviations) > 1)


def possible(number_format: str) -> list[Deviation]:
    """The catalogue's deviations that a program in a number format can have."""
    return [
        each
        for each in DEVIATIONS
        if not FORMULA.has(each) and each.representable(NUMBER_FORMATS[number_format])
    ]


def truths(number_format: str, count: int) -> Iterator[Truth]:
    """All combinations of ``count`` deviations; every second one tells its averages."""
    for combination in itertools.combinations(possible(number_format), count):
        if len({each.aspect for each in combination}) == count:
            # By what is in it, so that a part of them is the same part everywhere.
            draw = Random(f"{number_format} {in_words(combination)}").random()
            yield Truth(number_format, combination, reports_averages=draw < 0.5)


def outcome(truth: Truth, bench: Bench) -> Outcome:
    """Diagnoses a port and compares."""
    answers = dict(map(answer, truth.deviations))
    deviant = deviating(truth.number_format, answers, reports_averages=truth.reports_averages)
    judgements = deviant.judgements(valid_cases(truth.number_format))
    # The diagnosis waits for nothing: what it takes where nothing else wants the processor.
    started = time.process_time()
    diagnosed = bench.explained(deviant, judgements)
    seconds = time.process_time() - started
    return Outcome(truth, _kind(truth, diagnosed, bench.predictor), said(diagnosed), seconds)


def said(diagnosed: Diagnosis) -> str:
    """The explanation in words."""
    explanation = diagnosed.explanation
    if isinstance(explanation, Explained):
        text = in_words(explanation.deviations)
    else:
        text = type(explanation).__name__.lower()
    if diagnosed.special:
        text += f", but not {len(diagnosed.special)} special cases"
    return text


def _kind(truth: Truth, diagnosed: Diagnosis, predict: Predictor) -> Kind:
    explanation = diagnosed.explanation
    match explanation:
        case Explained(deviations, ties):
            if set(deviations) == set(truth.deviations) and not ties:
                return "unexplained" if diagnosed.special else "named"
            if any(set(each) == set(truth.deviations) for each in (deviations, *ties)):
                return "stated tie"
        case Conforms():
            deviations = ()
        case PartlyExplained(deviations) if not set(deviations) <= set(truth.deviations):
            return "misnamed"
        case _:
            return "unexplained"
    if _are_alike(truth, deviations, predict):
        return "not distinguishable"
    return "misnamed"


def _are_alike(truth: Truth, deviations: Sequence[Deviation], predict: Predictor) -> bool:
    """Whether neither a vector nor a further case tells the two behaviours apart."""
    one, other = RMSPROP.variant(COLUMN, truth.deviations), RMSPROP.variant(COLUMN, deviations)
    if separating((one, other), NUMBER_FORMATS[truth.number_format], predict):
        return False
    return not any(predict.differ(case, one, other) for case in valid_cases(truth.number_format))
