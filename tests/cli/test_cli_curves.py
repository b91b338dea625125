"""What the stream has for a report to draw, beside what is known of the port."""

from __future__ import annotations

import math
from pathlib import Path

import goldstep
import pytest
from goldstep import Options, Results
from goldstep.paths import folder_in_repository, vectors_folder
from goldstep.results.records import CaseRecord, Finding, Sweep, Trajectory
from goldstep.vectors.folder import load_vectors
from support.small_ports import tiny_port

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Of a port that adds epsilon to the root."""
    port = str(tiny_port(tmp_path_factory.mktemp("port"), "outside"))
    return goldstep.verify(port, options=Options(groups=("epsilon-placement",)))


def test_the_sweep_has_the_first_step_with_epsilon_in_either_place(results: Results) -> None:
    (sweep,) = results.of(Sweep)
    rate, decay, epsilon = map(float, sweep.hyper_parameters.values())
    assert len(sweep.gradients) == 60
    for gradient, exact, got, predicted in zip(
        map(float, sweep.gradients), sweep.exact, sweep.got, sweep.predicted, strict=True
    ):
        average = (1 - decay) * gradient**2
        inside = -rate * gradient / math.sqrt(average + epsilon)
        outside = -rate * gradient / (math.sqrt(average) + epsilon)
        assert float(exact) == pytest.approx(inside, rel=1e-14)
        assert float(got) == pytest.approx(outside, rel=1e-14)
        assert predicted is not None
        assert float(predicted) == pytest.approx(outside, rel=1e-14)


def test_trajectories_are_the_vectors_numbers(results: Results) -> None:
    trajectories = list(results.of(Trajectory))
    assert trajectories
    by_id = {case.id: case for _, case in load_vectors(vectors_folder()).cases()}
    for each in trajectories:
        case = by_id[each.case]
        assert each.steps == case.record
        steps = case.expected.alternatives("inside")[None]
        assert each.exact == [step.weights[each.name].nearest[each.index] for step in steps]
        assert each.got != each.exact
        assert [float(text or "nan") for text in each.predicted] == pytest.approx(
            [float(text) for text in each.got], rel=1e-12
        )


def test_each_value_has_its_error(results: Results) -> None:
    for case in results.of(CaseRecord):
        errors = [float(text) for text in case.errors]
        assert len(errors) == case.values
        assert max(errors) == pytest.approx(float(case.budgets or "nan"), rel=5e-3)
        assert (max(errors) > 1) == (case.outcome == "failed")
        assert len(case.got) == (case.values if case.outcome == "failed" else 0)
        assert case.outcome == "passed" or (case.worst and case.worst.got in case.got)


def test_a_finding_has_the_source_around_its_place(results: Results) -> None:
    (finding,) = results.of(Finding)
    assert finding.source
    assert finding.location
    line = finding.source.lines[finding.location.line - finding.source.first]
    assert "sqrt" in line
    assert "epsilon" in line


def test_a_port_is_known_by_its_folder_in_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "repository" / "ports" / "mine"
    folder.mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert folder_in_repository(folder) == "repository/ports/mine"
    (tmp_path / "repository" / ".git").mkdir()
    assert folder_in_repository(folder) == "ports/mine"
    monkeypatch.chdir(folder)
    (tmp_path / "repository" / ".git").rmdir()
    assert folder_in_repository(tmp_path) == tmp_path.as_posix()
