"""Invalid input: each rejected case breaks a rule, no other case does, and a port refuses them."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from goldstep_numpy import RMSProp
from goldstep_reference.numbers.number_format import NUMBER_FORMATS, NumberFormat
from goldstep_reference.rmsprop.groups import GROUPS
from goldstep_reference.rmsprop.rule import RULE
from goldstep_reference.rule.case import Case
from support.published_vectors import read_file

every_format = pytest.mark.parametrize(
    "number_format", NUMBER_FORMATS.values(), ids=lambda number_format: number_format.name
)


def broken_hyper_parameters(case: Case) -> set[str]:
    """The hyper-parameters that are out of their domain; what is left out is in it."""
    given = {name: case.given(name) for name in RULE.names}
    return {
        name
        for name, value in given.items()
        if value is not None
        and not (math.isfinite(value) and 0 <= value < (1 if name == "decay_rate" else math.inf))
    }


def broken_steps(case: Case) -> list[int]:
    """The steps whose gradients do not fit the weights."""
    lengths = {name: len(array) for name, array in case.weights.items()}
    return [
        step
        for step, gradients in enumerate(case.gradients, start=1)
        if {name: len(array) for name, array in gradients.items()} != lengths
    ]


def rejected(number_format: NumberFormat) -> Iterator[Case]:
    """The group's cases."""
    yield from GROUPS["invalid-input"].cases(number_format)


@every_format
def test_each_case_breaks_one_rule(number_format: NumberFormat) -> None:
    for case in rejected(number_format):
        assert len(broken_hyper_parameters(case)) + len(broken_steps(case)) == 1, case.name
        assert case.rejected is not None
        assert case.rejected.endswith(".")
        assert case.record == tuple(range(1, len(case.gradients) + 1))


@every_format
def test_every_rule_is_broken(number_format: NumberFormat) -> None:
    cases = list(rejected(number_format))
    assert set().union(*map(broken_hyper_parameters, cases)) == {
        "learning_rate",
        "decay_rate",
        "epsilon",
    }
    steps = {step for case in cases for step in broken_steps(case)}
    assert steps == {1, 3}


@every_format
def test_the_rule_names_what_breaks_it(number_format: NumberFormat) -> None:
    for case in rejected(number_format):
        for name in broken_hyper_parameters(case):
            assert name.replace("_", " ") in str(case.rejected).lower()
        for step in broken_steps(case):
            assert f"step {step}" in str(case.rejected) or "empty parameter" in str(case.rejected)


@every_format
def test_no_other_case_breaks_a_rule(number_format: NumberFormat) -> None:
    for group in GROUPS.values():
        for case in group.cases(number_format):
            broken = broken_hyper_parameters(case) or broken_steps(case)
            assert bool(broken) == (case.rejected is not None), (group.name, case.name)


@every_format
def test_the_rule_is_published_and_no_number(number_format: NumberFormat) -> None:
    document = read_file(number_format.name, "invalid-input")
    for case, entry in zip(rejected(number_format), document["cases"], strict=True):
        assert entry["expected"] == {"rejected": case.rejected}


@every_format
def test_the_numpy_implementation_refuses_and_changes_nothing(number_format: NumberFormat) -> None:
    dtype = np.dtype(number_format.name)

    def arrays(values: object) -> dict[str, np.ndarray[tuple[int], np.dtype[np.floating]]]:
        assert isinstance(values, dict)
        return {name: np.array(array, dtype=dtype) for name, array in values.items()}

    for case in rejected(number_format):
        given = [case.given(name) for name in RULE.names]
        if broken_hyper_parameters(case):
            with pytest.raises(ValueError, match="must be"):
                RMSProp(*given)
            continue
        optimizer, weights = RMSProp(*given), arrays(case.weights)
        (bad,) = broken_steps(case)
        for gradients in case.gradients[: bad - 1]:
            optimizer.update_weights(arrays(gradients), weights)
        before = {name: array.tobytes() for name, array in weights.items()}
        averages = {name: array.tobytes() for name, array in optimizer.moving_average.items()}
        with pytest.raises(ValueError, match=r"gradient"):
            optimizer.update_weights(arrays(case.gradients[bad - 1]), weights)
        assert {name: array.tobytes() for name, array in weights.items()} == before
        assert {n: a.tobytes() for n, a in optimizer.moving_average.items()} == averages
