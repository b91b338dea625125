"""Ports in this process: deviating_port.py and others like it, judged by the vectors.

A process of their own would change no number, and thousands of them would take hours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from goldstep.connection.protocol import StepBody
from goldstep.diagnosis import Ask, Diagnosis, Hypotheses, Observations, diagnose
from goldstep.judge.judge import Judgement, judge
from goldstep.judge.prediction import Predictor
from goldstep.paths import vectors_folder
from goldstep.vectors.case import VectorCase
from goldstep.vectors.folder import load_vectors
from goldstep_reference.numbers.number_format import NUMBER_FORMATS
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rmsprop.columns import Column
from support.ports import deviating_port
from support.step_bodies import step_body

# Longer cases take most of the time, and tell nothing that shorter ones do not.
MOST_STEPS = 100

Request = Mapping[str, Any]
Steps = Iterable[Mapping[str, Any]]
NUMPY = {"float64": np.float64, "float32": np.float32}


@dataclass(frozen=True)
class Deviant:
    """A port that answers by ``run``: a request of the protocol to its recorded steps."""

    name: str
    number_format: str
    run: Callable[[Request], Steps]
    column: Column = "inside"
    reports_averages: bool = True

    def judgements(self, cases: Sequence[VectorCase]) -> list[Judgement]:
        """How the port does in each case."""
        number_format = NUMBER_FORMATS[self.number_format]
        return [judge(case, self.column, number_format, self._answer(case)) for case in cases]

    def _answer(self, case: VectorCase) -> tuple[StepBody, ...]:
        with np.errstate(all="ignore"):
            steps = list(self.run(request(case)))
        averages = "moving_average" if self.reports_averages else None
        return tuple(step_body(step["weights"], step.get(averages)) for step in steps)


@dataclass
class Bench:
    """Diagnoses ports; what hypotheses predict is worked out once for all of them."""

    predictor: Predictor = field(default_factory=Predictor)

    def diagnosed(self, deviant: Deviant) -> Diagnosis:
        """What explains a port's numbers."""
        return self.explained(deviant, deviant.judgements(valid_cases(deviant.number_format)))

    def explained(self, deviant: Deviant, judgements: Sequence[Judgement]) -> Diagnosis:
        """The same, of cases that have been judged."""
        ask: Ask = deviant.judgements
        hypotheses = Hypotheses(RMSPROP, deviant.column, NUMBER_FORMATS[deviant.number_format])
        observations = Observations(judgements, self.predictor)
        return diagnose(observations, hypotheses, ask, ask, seed=0)


def deviating(
    number_format: str,
    answers: Mapping[str, str],
    *,
    column: Column = "inside",
    reports_averages: bool = True,
) -> Deviant:
    """deviating_port.py with these answers."""
    name = " + ".join(f"{question}={answer}" for question, answer in answers.items())

    def run(asked: Request) -> Steps:
        return deviating_port.run(NUMPY[number_format], answers, asked)

    return Deviant(name or "the formula", number_format, run, column, reports_averages)


@cache
def valid_cases(number_format: str) -> tuple[VectorCase, ...]:
    """Those of a number format that a port is to run, the longest left out."""
    return tuple(
        case
        for file, case in load_vectors(vectors_folder()).cases()
        if file.number_format == number_format
        and case.expected.rejected is None
        and len(case.gradients) <= MOST_STEPS
    )


def request(case: VectorCase) -> Request:
    """What a port is sent of a case."""
    return {
        **case.hyper_parameters,
        "weights": case.weights,
        "gradients": case.gradients,
        "record": case.record,
    }
