"""What shrinking keeps to whatever a fault is: by faults without any rule, on any case."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from itertools import pairwise

import pytest
from goldstep.diagnosis.complexity import complexity, families
from goldstep.diagnosis.shrinking import simplest
from goldstep_reference.numbers.number_format import FLOAT32, FLOAT64, NumberFormat
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rule.case import Case
from hypothesis import given, settings
from hypothesis import strategies as st
from support.faults import Fault

BOTH = pytest.mark.parametrize("number_format", [FLOAT64, FLOAT32], ids=lambda each: each.name)


@st.composite
def cases(draw: st.DrawFn, number_format: NumberFormat) -> Case:
    """Up to three steps of up to three parameters, a few of whose numbers are special."""
    number = st.floats(-1e3, 1e3, width=32) | st.sampled_from(
        [0.0, -0.0, 1.0, 0.1, math.nan, -math.inf, 5e-324, 1e300, 0.30000000000000004]
    )
    numbers = number.filter(number_format.holds)
    names = draw(st.lists(st.sampled_from(["w1", "w2", "", "é", "null"]), min_size=1, unique=True))
    lengths = {name: draw(st.integers(0, 5)) for name in names}

    def arrays() -> dict[str, tuple[float, ...]]:
        return {
            name: tuple(draw(st.lists(numbers, min_size=length, max_size=length)))
            for name, length in lengths.items()
        }

    rate = st.none() | st.floats(0, 0.875, width=32)
    steps = draw(st.integers(1, 3))
    gradients = tuple(arrays() for _ in range(steps))
    return Case(
        *("any", "", ()),
        hyper_parameters={
            "learning_rate": draw(rate),
            "decay_rate": draw(rate),
            "epsilon": draw(rate),
        },
        weights=arrays(),
        gradients=gradients,
        record=tuple(range(1, steps + 1)),
    )


@dataclass(frozen=True)
class Lawless:
    """A fault without any rule, as hostile as can be: it shows in half of all cases."""

    salt: int

    def __call__(self, case: Case) -> bool:
        return zlib.crc32(repr((self.salt, case)).encode()) % 2 == 0


@BOTH
@settings(max_examples=40)
@given(data=st.data(), most=st.integers(0, 60), shown=st.builds(Lawless, st.integers(0, 2**16)))
def test_whatever_the_fault_is(
    number_format: NumberFormat, data: st.DataObject, most: int, shown: Lawless
) -> None:
    case = data.draw(cases(number_format))
    fault = Fault(shown)
    result = simplest(case, RMSPROP, number_format, fault, most)
    showing = [case, *filter(shown, fault.asked)]

    assert len(fault.asked) <= most
    assert len({repr(each) for each in (case, *fault.asked)}) == len(fault.asked) + 1
    assert repr(result) == repr(showing[-1])
    measured = [
        complexity(each, families(RMSPROP, number_format), number_format) for each in showing
    ]
    assert all(simpler < before for before, simpler in pairwise(measured))
    for each in fault.asked:
        assert_well_formed(each)
        assert_nothing_is_made_up(each, case, number_format)
    assert repr(simplest(case, RMSPROP, number_format, Fault(shown), most)) == repr(result)


def assert_well_formed(case: Case) -> None:
    lengths = {name: len(values) for name, values in case.weights.items()}
    assert lengths
    assert case.record[-1] == len(case.gradients) > 0
    for step in case.gradients:
        assert {name: len(values) for name, values in step.items()} == lengths


def assert_nothing_is_made_up(case: Case, original: Case, number_format: NumberFormat) -> None:
    """Hyper-parameters are those that were given, and numbers are in the format and the domain.

    A special value or one out of the domain is one that was there.
    """
    for family in families(RMSPROP, number_format):
        values, there = family.read(case), set(map(str, family.read(original)))
        assert all(map(number_format.holds, values))
        assert all(family.allows(value) or str(value) in there for value in values)
    assert hyper_parameters(case).count(None) == hyper_parameters(original).count(None)


def hyper_parameters(case: Case) -> tuple[float | None, ...]:
    return case.given("learning_rate"), case.given("decay_rate"), case.given("epsilon")
