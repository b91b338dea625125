"""A run as a value in a shell: its names, its words, and what can be done with it."""

from __future__ import annotations

from pathlib import Path

import goldstep
import pytest
from goldstep.errors import ExitCode
from goldstep.results.value import OtherVectorsError
from support.streams import case, finding, large, port, run

OF_ONE_PORT = run(port(), case(), finding(known=True, reason="Printed so."), finding("momentum"))


def test_a_shell_completes_the_public_names() -> None:
    assert set(goldstep.__all__) <= set(dir(goldstep))
    assert all(getattr(goldstep, name) is not None for name in goldstep.__all__)


def test_results_show_their_counts() -> None:
    assert repr(OF_ONE_PORT) == (
        "<Results: ports 1, rungs 1, cases 1, new findings 1, known findings 1, exit code 1>"
    )


def test_big_values_are_short_words() -> None:
    results = large(2, 3, 400)
    (of, *_) = results.ports
    changed = results.changes_since(OF_ONE_PORT)
    for value in (results, results.combine(OF_ONE_PORT), of, of.rungs[0], changed):
        assert len(repr(value)) < 300
        assert "\n" not in repr(value)


def test_files_are_named_by_strings_and_paths(tmp_path: Path) -> None:
    file = tmp_path / "results.ndjson"
    OF_ONE_PORT.write(str(file))
    assert goldstep.Results.read(str(file)) == goldstep.Results.read(file) == OF_ONE_PORT
    assert goldstep.Report.read(str(file)).runs == (OF_ONE_PORT,)


def test_runs_are_combined() -> None:
    other = run(port("other"), case(port="other"))
    report = other.combine(OF_ONE_PORT)
    assert [of.name for of in report.ports] == ["other", "mine"]
    assert (other.exit_code, report.exit_code) == (ExitCode.CONFORMS, ExitCode.FINDING)
    with pytest.raises(OtherVectorsError):
        other.combine(run(port(), case(), vectors="0ddba11" * 9))


def test_runs_are_compared() -> None:
    older = run(port(), case(outcome="failed"), finding("momentum"))
    changed = OF_ONE_PORT.changes_since(older)
    assert [(each.change, each.id) for each in changed.cases] == [
        ("improved", "rmsprop/float64/formula/first")
    ]
    assert [(each.change, each.finding.id) for each in changed.findings] == [
        ("new", "epsilon-outside-root")
    ]
    assert older.changes_since(OF_ONE_PORT).has_regressed
