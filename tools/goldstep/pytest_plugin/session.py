"""A pytest run that ports are tested in: what it collects, and the one run of each port."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from goldstep.errors import GoldstepError, HarnessError
from goldstep.pytest_plugin.selection import Selection

if TYPE_CHECKING:
    from goldstep.pytest_plugin.items import PortItem
    from goldstep.results.value import Results
    from goldstep.vectors.folder import Vectors

PROPERTY = "goldstep"  # of a report, and in JUnit XML: the finding that a test fails with
_FOLDER = "goldstep_folder"  # what processes of pytest-xdist are told


class PortTests:
    """The plugin while ports are named."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._items: list[PortItem] = []
        self._shared: Path | None = None  # where processes of pytest-xdist share results
        self._is_owner = False
        self._outcomes: dict[Path, Results | GoldstepError] = {}

    # What is collected.

    def pytest_report_header(self, config: pytest.Config) -> str:
        """Says which ports are tested."""
        files = (os.path.relpath(file, config.rootpath) for file in self._selection.files)
        return f"goldstep: {', '.join(files)}"

    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Collects the files of the ports that are named, and no others."""
        if file_path not in self._selection.files:
            return None
        from goldstep.pytest_plugin.items import PortFile

        # pytest has no id for a file elsewhere; this one is found again by --lf.
        elsewhere = not file_path.is_relative_to(parent.config.rootpath)
        where: dict[str, Any] = {"nodeid": file_path.as_posix()} if elsewhere else {}
        file = PortFile.from_parent(parent, path=file_path, **where)
        file.tests = self
        return file

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keeps the tests that are left; the first of each rung speaks for it."""
        from goldstep.pytest_plugin.items import PortItem

        self._items = [item for item in session.items if isinstance(item, PortItem)]
        speakers: dict[object, PortItem] = {}
        for item in self._items:
            item.speaker = speakers.setdefault(item.rung_key, item)

    @property
    def selection(self) -> Selection:
        """What pytest was asked for."""
        return self._selection

    @property
    def vectors(self) -> Vectors:
        """The golden vectors. Raises VectorsError."""
        return _vectors()

    def siblings(self, item: PortItem) -> Sequence[PortItem]:
        """The tests of the same rung that were not deselected."""
        return [each for each in self._items if each.rung_key == item.rung_key]

    # What is run.

    def outcome(self, file: Path) -> Results | GoldstepError:
        """The one run of a port, with the cases that are asked for; or why there is none.

        A fault of goldstep itself is raised once, and is why there is none for all others.
        """
        if file not in self._outcomes:
            try:
                self._outcomes[file] = self._run_once(file)
            except GoldstepError as error:
                self._outcomes[file] = error
            except Exception as error:
                self._outcomes[file] = HarnessError(f"{type(error).__name__}: {error}")
                raise
        return self._outcomes[file]

    def _run_once(self, file: Path) -> Results:
        if self._shared is None:
            return self._run(file)
        name = f"{self._selection.files.index(file)}.ndjson"
        return _made_once(self._shared / name, lambda: self._run(file))

    def _run(self, file: Path) -> Results:
        from goldstep import Options, verify
        from goldstep.pytest_plugin.items import CLIMBS
        from goldstep.verification import command_line

        options = Options(
            climb=CLIMBS[self._selection.repairs],
            case_ids=self.cases_of(file) or (),
            command=command_line(),
        )
        return verify(str(file), options=options)

    def cases_of(self, file: Path) -> tuple[str, ...] | None:
        """The cases that a port is run with; None for all, where known findings may be stale.

        All are run, too, where none is asked for: what is found beside them is then the question.
        """
        from goldstep.port.port import load_port

        formats = {port.number_format for port in load_port(file)}
        everything = {c.id for _, c in self.vectors.cases() if c.number_format in formats}
        cases = {item.case.id for item in self._items if item.case and item.path == file}
        return tuple(sorted(cases)) if cases and cases != everything else None

    # Processes of pytest-xdist.

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tells a new process where results are shared."""
        if self._shared is None:
            self._shared = Path(tempfile.mkdtemp(prefix="goldstep-"))
            self._is_owner = True
        node.workerinput[_FOLDER] = str(self._shared)

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Hears where results are shared; a process on another machine shares none."""
        folder = getattr(session.config, "workerinput", {}).get(_FOLDER)
        if folder and Path(folder).is_dir():
            self._shared = Path(folder)

    def pytest_unconfigure(self) -> None:
        """Leaves nothing behind."""
        if self._shared and self._is_owner:
            shutil.rmtree(self._shared, ignore_errors=True)

    # What is told.

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Names port.toml as the place of what is skipped, not goldstep's own lines."""
        from goldstep.pytest_plugin.items import PortItem

        report = yield
        if isinstance(item, PortItem) and isinstance(report.longrepr, tuple):
            report.longrepr = (
                os.path.relpath(item.path, item.config.rootpath),
                1,
                report.longrepr[2],
            )
        return report

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Counts the tests that fail with each finding: a line each instead of hundreds."""
        counts = Counter(
            value
            for report in terminalreporter.stats.get("failed", [])
            for name, value in report.user_properties
            if name == PROPERTY
        )
        if counts:
            terminalreporter.write_sep("=", "goldstep")
            for said, count in counts.items():
                terminalreporter.write_line(f"{said}: {count} test{'' if count == 1 else 's'}")


@cache
def _vectors() -> Vectors:
    """Once in a process, which may run pytest many times: they are a hundred megabytes."""
    from goldstep.paths import vectors_folder
    from goldstep.vectors.folder import load_vectors

    return load_vectors(vectors_folder())


def _made_once(file: Path, make: Callable[[], Results]) -> Results:
    """What the first process makes, which asks for it; the others wait, and read it."""
    from goldstep.results.value import Results

    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if file.exists():
            return Results.read(file)
        results = make()
        part = file.with_suffix(".part")
        results.write(part)
        part.replace(file)
        return results
