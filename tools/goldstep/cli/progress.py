"""Progress bars of a verification, fed by its records."""

from __future__ import annotations

from types import TracebackType

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.progress import TimeElapsedColumn as Elapsed

from goldstep.report.terminal.console import console
from goldstep.results.records import (
    BuildRecord,
    CaseRecord,
    DiagnosisRecord,
    PortRecord,
    Problem,
    Record,
    StartRecord,
)


class VerificationProgress:
    """A listener that shows one bar a port on standard error; nothing where that is no terminal."""

    def __init__(self) -> None:
        messages = console(error=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[doing]}"),
            Elapsed(),
            console=messages,
            transient=True,
            disable=not messages.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}
        self._cases: dict[str, int] = {}

    def __enter__(self) -> VerificationProgress:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def __call__(self, record: Record) -> None:
        """Takes one record."""
        match record:
            case PortRecord(port=port, cases=cases, rungs=rungs):
                self._cases[port] = cases
                self._tasks[port] = self._progress.add_task(
                    port, total=cases * len(rungs), doing="waiting"
                )
            case BuildRecord(port=port, outcome="failed") | Problem(port=port):
                self._advance(port, self._cases[port], "not built")
            case StartRecord(port=port, outcome="failed"):
                self._advance(port, self._cases[port], "not started")
            case BuildRecord(port=port):
                self._advance(port, 0, "starting")
            case CaseRecord(port=port):
                self._advance(port, 1, "running")
            case DiagnosisRecord(port=port):
                self._advance(port, 0, "diagnosed")
            case _:
                pass

    def _advance(self, port: str, cases: int, doing: str) -> None:
        self._progress.update(self._tasks[port], advance=cases, doing=doing)
