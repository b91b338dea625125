"""Pages whose programs and numbers are claims: they are run."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from support.repository import ROOT

WHY = ROOT / "docs" / "why-not-allclose.md"


def program(page: Path, folder: Path, calls: slice) -> str:
    """The page's program in a file, with some of the calls that it ends with."""
    (text,) = re.findall(r"^```python\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
    definitions, *called = re.split(r"^(?=test\()", text, flags=re.MULTILINE)
    file = folder / "program.py"
    file.write_text(definitions + "".join(called[calls]))
    return str(file)


def test_a_tolerance_lets_the_wrong_program_pass(tmp_path: Path) -> None:
    names = runpy.run_path(program(WHY, tmp_path, slice(1)))
    right, wrong, number = names["formula"], names["epsilon_outside"], names["number"]
    same = [each(number(0.1), number(0.5)).tobytes() for each in (right, wrong)]
    assert len(set(same)) == 1
    step, wrong_step = (each(number(1e-4), number(0)) for each in (right, wrong))
    assert 1 - step / wrong_step == pytest.approx(0.7, abs=0.01)


def test_a_tolerance_makes_the_right_program_fail(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="Max relative difference"):
        runpy.run_path(program(WHY, tmp_path, slice(1, 2)))
