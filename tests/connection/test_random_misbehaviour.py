"""Random mixtures of everything that a port can do wrong; random_misbehaviour.py runs thousands."""

from __future__ import annotations

import goldstep
import pytest
from proofs.random_misbehaviour import Summary, mixture, some_cases

pytestmark = pytest.mark.processes


@pytest.mark.parametrize("seed", range(1, 16))
def test_the_harness_ends_and_tells_what_became_of_every_case(seed: int) -> None:
    summary = mixture(seed)
    assert summary.faults == {}
    assert summary.cases.total() in (len(some_cases()), 0)
    assert summary.cases.total() or summary.findings  # where it did not start


def test_faults_of_the_harness_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no time")

    monkeypatch.setattr(goldstep, "verify", broken)
    summary = mixture(7)
    assert summary.faults == {7: "RuntimeError: no time"}
    total = Summary()
    total.add(summary)
    assert total.in_words(seconds=1.0).startswith("1 runs, 0 cases")
    assert total.in_words(seconds=1.0).endswith("1 faults")
