"""A pytest run that ports are tested in: what it collects, shares and tells."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from goldstep.pytest_plugin.items import PROPERTY, PortFile, PortItem
from goldstep.pytest_plugin.runs import PortRuns
from goldstep.pytest_plugin.selection import Selection

_FOLDER = "goldstep_folder"  # what processes of pytest-xdist are told
_DIAGNOSES = "goldstep_diagnoses"  # of a report, as such a process sends it


class PortTests:
    """The plugin while ports are named."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._runs = PortRuns(selection)
        self._own_folder: Path | None = None  # made by this process

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
        # pytest has no id for a file elsewhere; this one is found again by --lf.
        elsewhere = not file_path.is_relative_to(parent.config.rootpath)
        where: dict[str, Any] = {"nodeid": file_path.as_posix()} if elsewhere else {}
        file = PortFile.from_parent(parent, path=file_path, **where)
        file.runs = self._runs
        return file

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Says to the tests that are left which those of the same rung are, and what to run."""
        rungs: dict[object, list[PortItem]] = {}
        asked_for: dict[Path, set[str]] = {}
        for item in session.items:
            if isinstance(item, PortItem):
                item.siblings = rungs.setdefault((item.path, item.key), [])
                item.siblings.append(item)
                if item.case:
                    asked_for.setdefault(item.path, set()).add(item.case.id)
        self._runs.asked_for = asked_for

    # Processes of pytest-xdist.

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tells a new process where results are shared."""
        if self._own_folder is None:
            self._runs.shared = self._own_folder = Path(tempfile.mkdtemp(prefix="goldstep-"))
        node.workerinput[_FOLDER] = str(self._own_folder)

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Hears where results are shared; a process on another machine shares none."""
        folder = getattr(session.config, "workerinput", {}).get(_FOLDER)
        if folder and Path(folder).is_dir():
            self._runs.shared = Path(folder)

    def pytest_unconfigure(self) -> None:
        """Leaves nothing behind."""
        if self._own_folder:
            shutil.rmtree(self._own_folder, ignore_errors=True)

    # What is told.

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Names port.toml as the place of what is skipped; takes diagnoses to where all is told."""
        report = yield
        if isinstance(item, PortItem) and report.failed:
            vars(report)[_DIAGNOSES] = item.diagnoses
        if isinstance(item, PortItem) and isinstance(report.longrepr, tuple):
            report.longrepr = (
                os.path.relpath(item.path, item.config.rootpath),
                1,
                report.longrepr[2],
            )
        return report

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Counts the tests that fail with each finding, and explains it once."""
        failed = terminalreporter.stats.get("failed", [])
        counts = Counter(
            said for report in failed for name, said in report.user_properties if name == PROPERTY
        )
        diagnoses: dict[str, str] = {}
        for report in failed:
            diagnoses |= vars(report).get(_DIAGNOSES, {})
        if counts:
            terminalreporter.write_sep("=", "goldstep")
        for said, count in counts.items():
            terminalreporter.write_line(f"{said}: {count} test{'' if count == 1 else 's'}")
            if said in diagnoses:
                terminalreporter.write_line(f"{diagnoses[said]}\n")
