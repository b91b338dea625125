"""What is said of ports in this process: combinations, ties, and faults that no catalogue has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

import pytest
from goldstep.diagnosis import (
    Ask,
    Conforms,
    Diagnosis,
    Explained,
    Hypotheses,
    Observations,
    Unexplained,
    Unsteady,
    diagnose,
)
from goldstep.judge.judge import Judgement
from goldstep.judge.prediction import Predictor
from goldstep.vectors.case import VectorCase
from goldstep_reference.numbers.number_format import FLOAT32, FLOAT64, NUMBER_FORMATS, NumberFormat
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rmsprop.columns import Column
from support.deviants import NUMPY, Bench, Deviant, Request, deviating, valid_cases
from support.faithful_ports import ordered_ports, random_ports
from support.outcomes import Truth, outcome, truths
from support.outsiders import is_right, outsider
from support.ports import deviating_port
from support.variants import answer

pytestmark = pytest.mark.long

every_format = pytest.mark.parametrize("number_format", NUMBER_FORMATS)


def findings(diagnosed: Diagnosis) -> set[tuple[str, str | None]]:
    """What an explanation names; it must leave nothing over and have no ties."""
    explanation = diagnosed.explanation
    assert isinstance(explanation, Explained)
    assert not explanation.ties
    assert not diagnosed.special
    return {(each.finding, each.subject) for each in explanation.deviations}


def some(number_format: str, count: int, many: int) -> list[Truth]:
    return Random(7).sample(list(truths(number_format, count)), many)


@every_format
@pytest.mark.parametrize("count", [2, 3])
def test_combinations_are_never_misnamed(bench: Bench, number_format: str, count: int) -> None:
    for truth in some(number_format, count, 3):
        found = outcome(truth, bench)
        assert found.right, f"{truth.words}: {found.said}"
        assert found.kind != "unexplained", truth.words


def test_defaults_are_named_beside_the_placement(bench: Bench) -> None:
    """As in PyTorch."""
    answers = {
        "epsilon_placement": "outside",
        "default_learning_rate": "0.01",
        "default_decay_rate": "0.99",
    }
    assert findings(bench.diagnosed(deviating("float64", answers))) == {
        ("epsilon-outside-root", None),
        ("default-differs", "learning_rate 0.01"),
        ("default-differs", "decay_rate 0.99"),
    }


def test_more_than_three_are_named_where_all_hyper_parameters_are_rounded(bench: Bench) -> None:
    """As in TF1."""
    answers = dict.fromkeys(("learning_rate", "decay_rate", "epsilon"), "float32")
    answers |= {"initial_average": "one", "default_epsilon": "1e-10"}
    rounded = {
        ("hyper-parameter-rounded", f"{name} to float32")
        for name in ("learning_rate", "decay_rate", "epsilon")
    }
    assert findings(bench.diagnosed(deviating("float64", answers))) == rounded | {
        ("initial-average", "1"),
        ("default-differs", "epsilon 1e-10"),
    }


@pytest.mark.parametrize(
    ("name", "number_format"),
    [("clipped_gradient", "float64"), ("adagrad", "float64"), ("table_root", "float32")],
)
def test_faults_that_are_in_no_catalogue_get_no_wrong_name(
    bench: Bench, name: str, number_format: str
) -> None:
    diagnosed = bench.diagnosed(outsider(name, number_format))
    if isinstance(diagnosed.explanation, Unexplained):
        if nearest := diagnosed.explanation.nearest:
            assert nearest.of_cases / 3 <= nearest.cases < nearest.of_cases
            assert nearest.fails is not None
        assert is_right(name, {"unexplained"})
    else:
        assert is_right(name, {finding for finding, _ in findings(diagnosed)})


def test_what_the_vectors_allow_is_refuted_by_further_cases(bench: Bench) -> None:
    """A port with epsilon outside, and a fault that only a name shows which no vector has."""

    def run(asked: Request) -> Iterable[Mapping[str, Any]]:
        answers = {"epsilon_placement": "outside"}
        for step in deviating_port.run(NUMPY["float64"], answers, asked):
            if "again" in step["weights"]:
                step["weights"]["again"] = ["0.5"] * len(step["weights"]["again"])
            yield step

    diagnosed = bench.diagnosed(Deviant("a port", "float64", run))
    assert isinstance(diagnosed.explanation, Unexplained)


def one_step(deviant: Deviant) -> list[Judgement]:
    """After one step with gradient 1 several averages are 1."""
    cases = valid_cases(deviant.number_format)
    name = "rmsprop/float64/formula/gradient-1-weight-zero"
    return deviant.judgements([case for case in cases if case.id == name])


def silent(_: Sequence[VectorCase]) -> Sequence[Judgement]:
    """A port that answers no more."""
    return ()


def diagnosed(
    judgements: Sequence[Judgement],
    number_format: NumberFormat,
    ask: Ask,
    column: Column = "inside",
) -> Diagnosis:
    observations = Observations(judgements, Predictor())
    return diagnose(observations, Hypotheses(RMSPROP, column, number_format), ask, ask, seed=0)


@pytest.mark.parametrize(
    "answers", [{"initial_average": "one"}, {"average": "cumulative-sum"}], ids=str
)
def test_ties_are_stated_with_a_case_that_separates_them(answers: Mapping[str, str]) -> None:
    deviant = deviating("float64", answers)
    told = diagnosed(one_step(deviant), FLOAT64, silent)
    assert isinstance(told.explanation, Explained)
    every = [told.explanation.deviations, *told.explanation.ties]
    assert {answer(each) for (each,) in every} == {
        ("initial_average", "one"),
        ("initial_average", "first-square"),
        ("average", "cumulative-sum"),
        ("average", "cumulative-mean"),
    }
    separated_by = told.explanation.separated_by
    assert separated_by is not None
    # Once the port answers such a case there is no tie.
    asked = diagnosed(one_step(deviant), FLOAT64, deviant.judgements)
    assert isinstance(asked.explanation, Explained)
    (named,) = asked.explanation.deviations
    assert dict([answer(named)]) == answers
    assert not asked.explanation.ties
    assert asked.further


def test_a_port_whose_answers_change_explains_nothing() -> None:
    """Its weights drift with each run."""
    calls = iter(range(10**9))

    def run(asked: Request) -> Iterator[Mapping[str, Any]]:
        drift = 1e-3 * next(calls)
        for step in deviating_port.run(NUMPY["float32"], {}, asked):
            yield {
                "weights": {
                    name: [deviating_port.write(float(text) + drift) for text in texts]
                    for name, texts in step["weights"].items()
                }
            }

    deviant = Deviant("a port", "float32", run)
    judgements = deviant.judgements(valid_cases("float32")[:100])
    explanation = diagnosed(judgements, FLOAT32, deviant.judgements).explanation
    assert isinstance(explanation, Unsteady)
    assert explanation.value.got != explanation.again.got


@every_format
def test_every_order_of_operations_conforms(bench: Bench, number_format: str) -> None:
    for port in ordered_ports(number_format):
        explanation = bench.diagnosed(port).explanation
        assert isinstance(explanation, Conforms)
        assert explanation.order


def test_random_faithful_programs_conform() -> None:
    for port in random_ports(8, seed=1):
        judgements = port.judgements()
        assert len(judgements) > 700
        number_format = NUMBER_FORMATS[port.number_format]
        explanation = diagnosed(judgements, number_format, silent, port.column).explanation
        assert isinstance(explanation, Conforms)
