"""What a program prints in its own way, read as numbers, and compared to the digits printed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import goldstep
import pytest
from goldstep import Options
from goldstep.findings.example import printed_numbers
from goldstep.results.records import Finding
from hypothesis import given
from hypothesis import strategies as st
from support.harness_ports import script_port, what

pytestmark = pytest.mark.processes

LENGTHS = {"w1": 2, "w2": 2}
W1, W2 = ("0.49683774", "0.50316226"), ("0.59683776", "0.6031623")
BOTH = {"w1": W1, "w2": W2}


@pytest.mark.parametrize(
    "text",
    [
        # NumPy, Python, Java, Scala, Clojure, JavaScript, C, Julia, R, PyTorch
        "w1 [0.49683774 0.50316226]\nw2 [0.59683776 0.6031623]\n",
        "{'w1': array([0.49683774, 0.50316226]), 'w2': array([0.59683776, 0.6031623])}\n",
        "{'w1': array([0.49683774, 0.50316226], dtype=float32), 'w2': array([0.59683776,\n"
        "       0.6031623 ], dtype=float32)}",
        "[np.float32(1.5)] w1=[np.float32(0.49683774), np.float32(0.50316226)]\n"
        "w2=[np.float32(0.59683776), np.float32(0.6031623)]",
        "w1: [0.49683774, 0.50316226]\nw2: [0.59683776, 0.6031623]\n",
        "w2: [0.59683776, 0.6031623]\nw1: [0.49683774, 0.50316226]\n",
        "w1: 0.49683774, 0.50316226\r\nw2: 0.59683776, 0.6031623\r\n",
        '{"w1" [0.49683774 0.50316226], "w2" [0.59683776 0.6031623]}',
        "{:w1 [0.49683774 0.50316226], :w2 [0.59683776 0.6031623]}",
        "{ w1: [ 0.49683774, 0.50316226 ], w2: [ 0.59683776, 0.6031623 ] }",
        "w1[0] = 0.49683774\nw1[1] = 0.50316226\nw2[0] = 0.59683776\nw2[1] = 0.6031623\n",
        "w1[1]=0.49683774 w1[2]=0.50316226 w2[1]=0.59683776 w2[2]=0.6031623",
        "w1.0: 0.49683774\nw1.1: 0.50316226\nw2.0: 0.59683776\nw2.1: 0.6031623\n",
        "w1\n[1] 0.49683774 0.50316226\nw2\n[1] 0.59683776 0.6031623\n",
        "w1 after step 1: tensor([0.49683774, 0.50316226])\nw2 after step 1: "
        "tensor([0.59683776, 0.6031623])",
        "before: w1 [0.5, 0.5] w2 [0.6, 0.6]\nafter: w1 [0.49683774, 0.50316226] w2 "
        "[0.59683776, 0.6031623]",
        "w10 [1.0, 2.0] w1 [0.49683774, 0.50316226] new_w2 [3.0] w2 [0.59683776, 0.6031623]",
        "w1 [0.49683774, 0.50316226] w2 [0.59683776, 0.6031623] took 12 ms, 3.5 MB\n",
    ],
)
def test_the_numbers_behind_each_name_are_read(text: str) -> None:
    assert printed_numbers(text, LENGTHS) == BOTH


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("w1 [1. 2.]", ("1.", "2.")),
        ("w1 [1, -2]", ("1", "-2")),
        ("w1 [1e-05, -2.5E+3]", ("1e-05", "-2.5E+3")),
        ("w1 [0.5]", ()),
        ("w1 [nan, 0.5]", ()),
        ("w1", ()),
        ("", ()),
        ("w2 [0.5, 0.5]", ()),
        ("w1 [0.5, 0.5] w1 done", ()),  # what the last mention says is meant
        ("w1 0.4968f, 0.5031f", ()),  # no halves of what is not understood
    ],
)
def test_what_cannot_be_read_is_left_out(text: str, numbers: tuple[str, ...]) -> None:
    assert printed_numbers(text, {"w1": 2}) == {"w1": numbers}


finite = st.floats(allow_nan=False, allow_infinity=False)


@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z_]{0,4}[0-9]?", fullmatch=True).filter(lambda name: name != "e"),
        st.lists(finite, min_size=1, max_size=5),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(["{} {}\n", "{}: {}\n", "'{}': array({}), ", '"{}" {} ', "{}={};"]),
)
def test_any_floats_are_read_back(arrays: dict[str, list[float]], style: str) -> None:
    text = "".join(style.format(name, numbers) for name, numbers in arrays.items())
    read = printed_numbers(text, {name: len(numbers) for name, numbers in arrays.items()})
    assert {name: [float(each) for each in texts] for name, texts in read.items()} == arrays


@given(st.text(max_size=200), st.integers(1, 3))
def test_any_text_gives_numbers_or_none(text: str, length: int) -> None:
    (found,) = printed_numbers(f"w1 {text}", {"w1": length}).values()
    assert len(found) in (0, length)
    for number in found:
        assert Fraction(number) == Fraction(Decimal(number))


PRINTING = """
import math
for name, gradients, weight in (("w1", (0.1, -0.2), 0.5), ("w2", (0.4, -0.5), 0.6)):
    after = [
        weight - 0.001 * g / {divisor} for g in gradients
    ]
    print(name, {shown})
"""
INSIDE = "math.sqrt(0.1 * g * g + 1e-8)"
OUTSIDE = "(math.sqrt(0.1 * g * g) + 1e-8)"
EXAMPLE = """
[example]
command = ["{python}", "example.py"]
case = "rmsprop/float64/formula/document-example"
"""


def example_of(folder: Path, divisor: str, shown: str) -> list[Finding]:
    """The findings of stage ``example`` beside a port that adds epsilon where the example does."""
    placement = "inside" if divisor == INSIDE else "outside"
    answer = f"epsilon_placement={placement}"
    port = script_port(folder, "deviating_port.py", "float64", answer, run_keys=EXAMPLE)
    port.with_name("example.py").write_text(PRINTING.format(divisor=divisor, shown=shown))
    results = goldstep.verify(str(port), options=Options(groups=("epsilon-placement",)))
    return [finding for finding in results.of(Finding) if finding.stage == "example"]


@pytest.mark.parametrize(
    "shown",
    [
        "after",
        "[round(w, 8) for w in after]",
        "*(f'{w:.4f}' for w in after)",
        "*(f'{w:.3e}' for w in after)",
        "'nothing that can be compared'",
    ],
)
def test_a_conforming_example_is_no_finding(tmp_path: Path, shown: str) -> None:
    assert example_of(tmp_path / "port", INSIDE, shown) == []


@pytest.mark.parametrize(
    ("shown", "shows"),
    [
        ("after", True),
        ("[round(w, 8) for w in after]", True),
        ("*(f'{w:.4f}' for w in after)", False),
        ("*(f'{w:.3e}' for w in after)", False),
        ("'nothing that can be compared'", False),
        ("1 / 0", True),
    ],
)
def test_the_digits_printed_decide_what_could_be_seen(
    tmp_path: Path, shown: str, shows: bool
) -> None:
    (note,) = example_of(tmp_path / "port", OUTSIDE, shown)
    assert (note.severity, *what(note)) == ("note", "epsilon-outside-root", None)
    assert note.evidence.shows_the_fault is shows


@pytest.mark.parametrize(
    ("shown", "finding", "message"),
    [
        ("[0.5, 0.5]", "unexplained", "by the formula w1[0] is 0.496837738, not 0.5"),
        ("1 / 0", "runtime-failure", "the example stops: ZeroDivisionError"),
    ],
)
def test_an_example_that_is_wrong_by_itself_is_an_error(
    tmp_path: Path, shown: str, finding: str, message: str
) -> None:
    (error,) = example_of(tmp_path / "port", INSIDE, shown)
    assert (error.severity, *what(error)) == ("error", finding, None)
    assert message in error.message
