"""Some cases are sent again to a new process in another order: what differs is no noise."""

from __future__ import annotations

from pathlib import Path

import goldstep
import pytest
from goldstep import Options
from goldstep.results.records import Finding
from goldstep.results.value import Results
from support.harness_ports import script_port, what

pytestmark = pytest.mark.processes

GROUPS = ("formula",)


def judged(folder: Path, sin: str, seed: int) -> Results:
    """In one process at a time: which cases come before one is told by the seed alone."""
    port = script_port(folder / "port", "misbehaving_port.py", sin)
    return goldstep.verify(str(port), options=Options(groups=GROUPS, seed=seed, jobs=1))


def found(results: Results) -> Finding:
    (finding,) = results.findings()
    assert finding.stage == "vectors"
    assert finding.evidence.got != finding.evidence.again
    return finding


@pytest.mark.parametrize("seed", [1, 2])
def test_what_depends_on_the_time(tmp_path: Path, seed: int) -> None:
    finding = found(judged(tmp_path, "time-of-day", seed))
    assert what(finding) == ("not-deterministic", None)
    assert finding.message == "the same input led to another result"


@pytest.mark.parametrize("seed", [1, 2])
def test_what_depends_on_the_runs_before(tmp_path: Path, seed: int) -> None:
    finding = found(judged(tmp_path, "leaks-state", seed))
    assert what(finding) == ("not-deterministic", "state")
    assert finding.message.startswith("a run changes the results of later ones")
    assert "memory address" in finding.message


def test_the_seed_is_told_and_says_which_cases(tmp_path: Path) -> None:
    once, again, other = (judged(tmp_path / str(n), "leaks-state", n // 2) for n in (2, 3, 8))
    assert once.header.seed == 1
    assert found(once).evidence.case == found(again).evidence.case
    assert found(once).evidence.case != found(other).evidence.case
    assert Options().seed != Options().seed
