"""How a reproduction is told: the request is the protocol's, and the Python program runs."""

from __future__ import annotations

import contextlib
import io
import json
import math
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from goldstep.connection.protocol import run_request, same_bits
from goldstep.diagnosis.reproduction import python_lines, request
from goldstep.paths import vectors_folder
from goldstep.vectors.folder import load_vectors
from goldstep_reference.numbers.number_format import FLOAT32, FLOAT64, NumberFormat
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rmsprop.columns import COLUMNS, Column
from goldstep_reference.rmsprop.groups import GROUPS
from goldstep_reference.rmsprop.groups.group import Inputs
from goldstep_reference.rule.case import Case
from goldstep_reference.vectors.certify import published_steps

pytestmark = pytest.mark.processes

BOTH = pytest.mark.parametrize("number_format", [FLOAT64, FLOAT32], ids=lambda each: each.name)
GROUPS_TO_RUN = ("formula", "parameters", "defaults", "special-values", "hyper-parameters")
MOST_UPDATES = 12


def small_cases(number_format: NumberFormat) -> list[Case]:
    """A case of each kind: of one result, and small."""
    return [
        case
        for group in GROUPS_TO_RUN
        for case in GROUPS[group].cases(number_format)[::3]
        if not case.choices and case.elements * len(case.gradients) <= MOST_UPDATES
    ]


def printed(program: str) -> Any:
    """What a program prints, as a value."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output), np.errstate(all="ignore"):
        exec(program, {})
    return eval(output.getvalue(), {"nan": math.nan, "inf": math.inf})


def check(got: Any, case: Case, column: Column, number_format: NumberFormat) -> None:
    """The last step's weights are within their budgets."""
    step = published_steps(case, number_format, RMSPROP.variant(column))[-1]
    assert step.step == len(case.gradients)
    by_name = got if len(case.weights) > 1 else dict.fromkeys(case.weights, got)
    assert by_name.keys() == step.weights.keys()
    for name, expected in step.weights.items():
        for value, published in zip(by_name[name], expected, strict=True):
            assert number_format.holds(value)
            if published.tolerance:
                error = abs(Fraction(value) - Fraction(published.exact))
                assert error <= Fraction(published.tolerance)
            else:
                assert same_bits(value, published.nearest)


class TestPython:
    @BOTH
    @pytest.mark.parametrize("column", COLUMNS)
    def test_it_prints_what_the_formula_gives(
        self, number_format: NumberFormat, column: Column
    ) -> None:
        cases = small_cases(number_format)
        assert len(cases) > 100
        for case in cases:
            program = python_lines(case, column, number_format)
            check(printed(program), case, column, number_format)

    def test_it_is_a_whole_program(self) -> None:
        case = Inputs(FLOAT32).single("two", "", "0.1 -0.2", "0.5")
        program = python_lines(case, "outside", FLOAT32)
        run = subprocess.run(
            [sys.executable, "-W", "error", "-c", program],
            capture_output=True,
            text=True,
            check=True,
        )
        check(json.loads(run.stdout), case, "outside", FLOAT32)

    def test_as_a_person_would_write_it(self) -> None:
        case = Inputs(FLOAT64).single("one", "", "1e-5")
        assert python_lines(case, "inside", FLOAT64) == (
            "import numpy as np\n"
            "from goldstep_numpy import RMSProp\n"
            "\n"
            "optimizer = RMSProp(learning_rate=0.001, decay_rate=0.9, epsilon=1e-8)\n"
            'weights = {"w1": np.array([0.0])}\n'
            'optimizer.update_weights({"w1": np.array([1e-5])}, weights)\n'
            'print(weights["w1"].tolist())\n'
        )

    def test_short_decimals_that_read_back_in_float32(self) -> None:
        """Without the hyper-parameters that are left out, and with the column's placement."""
        case = Inputs(FLOAT32).having(decay_rate=None, epsilon=None).single("one", "", "0.1", "-0")
        assert case.gradients[0]["w1"] == (0.10000000149011612,)
        program = python_lines(case, "outside", FLOAT32)
        assert 'RMSProp(learning_rate=0.001, epsilon_placement="outside")' in program
        assert '{"w1": np.array([-0.0], dtype=np.float32)}' in program
        assert '{"w1": np.array([0.1], dtype=np.float32)}' in program

    def test_steps_are_a_loop(self) -> None:
        case = Inputs(FLOAT64).single("two", "", "1 NaN -Infinity")
        assert (
            "for gradients in [\n"
            '    {"w1": np.array([1.0])},\n'
            '    {"w1": np.array([np.nan])},\n'
            '    {"w1": np.array([-np.inf])},\n'
            "]:\n"
            "    optimizer.update_weights(gradients, weights)\n"
        ) in python_lines(case, "inside", FLOAT64)

    def test_equal_steps_and_equal_elements_are_written_once(self) -> None:
        inputs = Inputs(FLOAT64)
        ones, zeros = inputs.arrays(w1="1 1 1 1 1"), inputs.arrays(w1="0 0 0 0 0")
        program = python_lines(inputs.case("equal", "", zeros, (ones, ones)), "inside", FLOAT64)
        assert 'weights = {"w1": np.array([0.0] * 5)}\n' in program
        assert 'for gradients in [{"w1": np.array([1.0] * 5)}] * 2:\n' in program

    def test_several_parameters_are_printed_by_name(self) -> None:
        inputs = Inputs(FLOAT64)
        zeros, ones = (inputs.arrays(**{"w1": n, '"': n, "é\n": n}) for n in ("0", "1"))
        program = python_lines(inputs.case("names", "", zeros, (ones,)), "inside", FLOAT64)
        assert printed(program).keys() == {"w1", '"', "é\n"}

    @pytest.mark.parametrize("steps", [1, 2])
    def test_long_dictionaries_have_lines(self, steps: int) -> None:
        (case,) = (
            each for each in GROUPS["parameters"].cases(FLOAT32) if each.name == "names-with-blanks"
        )
        for gradients in (case.gradients[:steps], case.gradients[:1] * steps):
            shorter = replace(case, gradients=gradients, record=(steps,))
            program = python_lines(shorter, "inside", FLOAT32)
            assert max(map(len, program.splitlines())) <= 100
            check(printed(program), shorter, "inside", FLOAT32)


def test_a_request_is_what_the_harness_sends() -> None:
    """For every vector, in both number formats."""
    for _, case in load_vectors(vectors_folder()).cases():
        assert json.loads(run_request(3, case)) == request(case.inputs)
