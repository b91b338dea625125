"""Ports that compute the formula, each in its own order and with its own roundings."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from goldstep.connection.protocol import StepBody
from goldstep.judge.judge import Judgement, judge
from goldstep.paths import vectors_folder
from goldstep.vectors.case import Numbers, VectorCase
from goldstep_reference.numbers.number_format import NUMBER_FORMATS, write_number
from goldstep_reference.rmsprop.columns import Column
from support.deviants import MOST_STEPS, Deviant, deviating, valid_cases
from support.faithful_programs import UPWARDS, Program
from support.machine_formats import FORMATS
from support.random_program import RandomProgram
from support.step_bodies import step_body
from support.trials import Bench, bench, published_trials

ORDERS = ("plain", "increment", "reciprocal", "divide-first", "wide")
COLUMNS: tuple[Column, Column] = ("inside", "outside")
_INDEX = {"weights": 0, "moving_average": 1}


def ordered_ports(number_format: str) -> list[Deviant]:
    """deviating_port.py in each order that it knows, held to the column that it computes."""
    return [
        deviating(number_format, {"epsilon_placement": column, "order": order}, column=column)
        for column, order in itertools.product(COLUMNS, ORDERS)
    ]


@dataclass(frozen=True)
class RandomPort:
    """Random faithful program ``number``; cases that have no budgets are left out."""

    number_format: str
    column: Column
    seed: int
    number: int

    @property
    def name(self) -> str:
        """The program that it is."""
        return f"random program {self.number} of seed {self.seed}"

    def judgements(self) -> list[Judgement]:
        """How the program does in all cases."""
        bench = _bench(self.number_format, self.column)
        choices = RandomProgram(self.seed, self.number)
        program = Program(FORMATS[self.number_format], self.column, choices)
        steps = _answers(bench, program)
        number_format = NUMBER_FORMATS[self.number_format]
        return [
            judge(case, self.column, number_format, _whole(case, steps[case.id]))
            for case in valid_cases(self.number_format)
            if case.id in steps
        ]


def _whole(case: VectorCase, steps: Sequence[StepBody]) -> tuple[StepBody, ...]:
    """With the parameters that have no elements."""

    def whole(arrays: Numbers) -> Numbers:
        return {name: arrays.get(name, []) for name in case.weights}

    return tuple(
        step_body(whole(step.weights), whole(step.states.get("moving_average", {})))
        for step in steps
    )


def random_ports(count: int, seed: int) -> Iterator[RandomPort]:
    """``count`` programs, in turn of each format and column."""
    kinds = itertools.cycle(itertools.product(NUMBER_FORMATS, COLUMNS))
    for number, (number_format, column) in zip(range(count), kinds, strict=False):
        yield RandomPort(number_format, column, seed, number)


@cache
def _bench(number_format: str, column: Column) -> Bench:
    trials, _ = published_trials(vectors_folder(), number_format, column)
    return bench(number_format, [each for each in trials if len(each.gradients) <= MOST_STEPS])


def _answers(bench: Bench, program: Program) -> dict[str, Sequence[StepBody]]:
    """Each case's recorded steps."""
    arrays: dict[str, dict[int, tuple[dict[str, list[str]], dict[str, list[str]]]]] = defaultdict(
        lambda: defaultdict(lambda: (defaultdict(list), defaultdict(list)))
    )
    with np.errstate(all="ignore"):
        for results, comparisons in zip(
            program.run(bench.elements, UPWARDS), bench.comparisons, strict=True
        ):
            for comparison in comparisons:
                values = results[comparison.quantity][comparison.elements].tolist()
                for slot, value in zip(comparison.slots.tolist(), values, strict=True):
                    place = bench.slots[slot]
                    step, quantity, name, _ = place.place
                    of_step = arrays[place.trial.id][step]
                    of_step[_INDEX[quantity]][name].append(write_number(value))
    return {
        case: [
            step_body(dict(weights), dict(averages))
            for _, (weights, averages) in sorted(steps.items())
        ]
        for case, steps in arrays.items()
    }
