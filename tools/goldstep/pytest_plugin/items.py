"""The tests of a port: one for each golden vector, and those of what belongs to no vector."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest

from goldstep.errors import GoldstepError, unknown
from goldstep.port.ladder import rung_label
from goldstep.port.port import Port, load_port
from goldstep.pytest_plugin import words
from goldstep.pytest_plugin.runs import PortRuns
from goldstep.pytest_plugin.verdict import (
    Failed,
    Passed,
    Skipped,
    Verdict,
    not_started,
    of_case,
    of_known,
    of_the_rest,
)
from goldstep.results.records import RungKey
from goldstep.results.rungs import Rung
from goldstep.vectors.case import VectorCase

PROPERTY = "goldstep"  # of a report, and in JUnit XML: the finding that a test fails with


class PortFile(pytest.File):
    """A port.toml. Its tests are its own, or those of its variants and rungs if it has several."""

    runs: PortRuns

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """Raises CollectError for what makes the port, or the vectors, unusable."""
        try:
            ports = load_port(self.path)
            cases = _cases(self.runs)
        except GoldstepError as error:
            raise self.CollectError(str(error)) from None
        climb = self.runs.climb
        rungs = [(port, repairs) for port in ports for repairs in climb.rungs(port)]
        if len(rungs) == 1:
            yield from rung_tests(self, self.runs, *rungs[0], cases)
            return
        for port, repairs in rungs:
            of_port = [port.name] if len(ports) > 1 else []
            of_rung = [rung_label(port, repairs)] if len(climb.rungs(port)) > 1 else []
            name = " ".join([*of_port, *of_rung]).replace(" ", "-")
            rung = RungTests.from_parent(self, name=name)
            rung.port, rung.repairs, rung.cases, rung.runs = port, repairs, cases, self.runs
            yield rung


class RungTests(pytest.Collector):
    """The tests of one rung of one variant."""

    runs: PortRuns
    port: Port
    repairs: int
    cases: Sequence[VectorCase]

    def collect(self) -> Iterator[pytest.Item]:
        """All of them."""
        return rung_tests(self, self.runs, self.port, self.repairs, self.cases)


class PortItem(pytest.Item):
    """A verdict on one rung: whether the port starts, and what no other test shows.

    ``siblings`` are the tests of its rung that are run, of which the first says why none could be
    judged. ``diagnoses`` are of what a case shows, by what is counted, for the end of the run.
    """

    runs: PortRuns
    port: Port
    key: RungKey
    case: VectorCase | None = None
    siblings: list[PortItem]
    _failed = Failed()

    def __init__(self, *arguments: Any, **others: Any) -> None:
        super().__init__(*arguments, **others)
        self.diagnoses: dict[str, str] = {}

    def setup(self) -> None:
        """The port is run for the first test of it; what kept it from being run is an error."""
        outcome = self.runs.outcome(self.path)
        if isinstance(outcome, GoldstepError):
            self._not_judged(str(outcome))
        self._rung = outcome[self.key]
        if self._rung.problem:
            self._not_judged(self._rung.problem.message)

    def _not_judged(self, why: str) -> NoReturn:
        if self is not self._speaker:
            pytest.skip(f"not judged, see {self._speaker.nodeid}")
        pytest.fail(words.safe(f"the port could not be judged: {why}"), pytrace=False)

    def runtest(self) -> None:
        """Passes, skips, or fails with the diagnosis; what is known is expected to fail."""
        verdict = self._of_start() or self.verdict(self._rung)
        match verdict:
            case Passed():
                return
            case Skipped(reason):
                pytest.skip(words.safe(reason))
            case Failed():
                message = words.explain(verdict, self._rung, self._shown_path)
                for finding in verdict.findings:
                    said = f"{self._of}: {words.title(finding, self._shown_path)}"
                    self.user_properties.append((PROPERTY, said))
                    if verdict.case:
                        text = words.diagnosis(finding, self._rung, self._shown_path)
                        self.diagnoses[said] = text
                if verdict.known:
                    pytest.xfail(words.known(verdict))
                self._failed = verdict
                pytest.fail(message, pytrace=False)

    def verdict(self, rung: Rung) -> Verdict:
        """What this test says of a rung that was started."""
        raise NotImplementedError

    def _of_start(self) -> Verdict | None:
        """Where the port does not start, one test says so; None where it does."""
        if not (found := not_started(self._rung)):
            return None
        if self is self._speaker:
            return Failed(found)
        return Skipped(f"not started, see {self._speaker.nodeid}")

    @property
    def _speaker(self) -> PortItem:
        return self.siblings[0]

    @property
    def _of(self) -> str:
        """The variant and rung."""
        assert self.parent
        return self.parent.nodeid

    def _shown_path(self, file: str) -> str:
        """A file of the port as pytest shows it."""
        return os.path.relpath(self.path.parent / file, self.config.rootpath)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Names the port's own line as the place of a failure, not goldstep's."""
        shown: Any = super().repr_failure(excinfo)
        crash = getattr(shown, "reprcrash", None)
        if crash is not None and isinstance(excinfo.value, pytest.fail.Exception):
            path, line = self._place()
            said = str(excinfo.value).partition("\n")[0]
            shown.reprcrash = replace(crash, path=path, lineno=line, message=said)
        return shown

    def _place(self) -> tuple[str, int]:
        for finding in self._failed.findings:
            if finding.location and not finding.known:
                return self._shown_path(finding.location.file), finding.location.line
        return self._shown_path(self.path.name), 1

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands, and what failures are headed with."""
        return self.path, 0, f"{self._of}::{self.name}"


class CaseItem(PortItem):
    """One golden vector."""

    case: VectorCase

    def verdict(self, rung: Rung) -> Verdict:
        """The verdict on the case."""
        return of_case(rung, self.case)


class StartItem(PortItem):
    """Whether the port can be built and started; if not, no other test can be run."""

    def verdict(self, rung: Rung) -> Verdict:
        """It has been started."""
        return Passed()


class OtherFindingsItem(PortItem):
    """What is found beside the vectors, such as a port that does not answer twice alike."""

    def verdict(self, rung: Rung) -> Verdict:
        """All findings that no other test of this run shows."""
        return of_the_rest(rung, [each.case for each in self.siblings if each.case])


class KnownFindingsItem(PortItem):
    """Whether what port.toml lists as known is still so."""

    def verdict(self, rung: Rung) -> Verdict:
        """The entries that are stale; a run of some of the vectors does not see them."""
        if self.runs.cases_of(self.path) is not None:
            return Skipped("only a run of all vectors shows whether known findings are stale")
        return of_known(rung)


def rung_tests(
    parent: pytest.Collector,
    runs: PortRuns,
    port: Port,
    repairs: int,
    cases: Sequence[VectorCase],
) -> Iterator[PortItem]:
    """All tests of one rung, in the order in which they are best read."""
    items: list[PortItem] = [StartItem.from_parent(parent, name="start")]
    for case in cases:
        if case.number_format == port.number_format:
            of_case = CaseItem.from_parent(parent, name=case.id)
            of_case.case = case
            items.append(of_case)
    items.append(OtherFindingsItem.from_parent(parent, name="other-findings"))
    if any(entry.repairs == repairs for entry in port.table.known):
        items.append(KnownFindingsItem.from_parent(parent, name="known-findings"))
    for item in items:
        item.runs, item.port, item.key = runs, port, RungKey(port.name, repairs)
        item.add_marker("goldstep")
        yield item


def _cases(runs: PortRuns) -> list[VectorCase]:
    """The cases of the groups that are asked for; raises UsageError for one that there is not."""
    patterns = runs.selection.groups
    groups = {file.group for file in runs.vectors.files}
    for pattern in patterns:
        if not fnmatch.filter(groups, pattern):
            raise unknown("group", pattern, groups)
    return [
        case
        for file, case in runs.vectors.cases()
        if not patterns or any(fnmatch.fnmatch(file.group, pattern) for pattern in patterns)
    ]
