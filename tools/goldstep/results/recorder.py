"""Collects the records of a run as they happen, and ends them with a footer."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence

from goldstep.errors import ExitCode, decisive
from goldstep.results.records import (
    CaseRecord,
    Finding,
    Footer,
    Problem,
    Record,
    Results,
    Stale,
    record_counts,
)

Listener = Callable[[Record], None]


class ListenerError(Exception):
    """A listener could not take a record: that ends the run, wherever in it this happens."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


class Recorder:
    """Takes records from any thread; passes each to the listeners, in one order for all."""

    def __init__(self, listeners: tuple[Listener, ...] = ()) -> None:
        self._listeners = listeners
        self._records: list[Record] = []
        self._lock = threading.Lock()
        self._started = time.monotonic()

    def add(self, record: Record) -> None:
        """Takes one record; raises ListenerError."""
        with self._lock:
            self._records.append(record)
            for listener in self._listeners:
                try:
                    listener(record)
                except Exception as error:
                    raise ListenerError(error) from error

    def finish(self) -> Results:
        """Adds the footer, and gives the whole run as a value."""
        seconds = str(round(time.monotonic() - self._started, 3))
        self.add(footer_of(self._records, seconds))
        return Results(tuple(self._records))


def footer_of(records: Sequence[Record], seconds: str) -> Footer:
    """The footer of a run with these records, which took so long."""
    cases = Counter(r.outcome for r in records if isinstance(r, CaseRecord))
    findings = Counter(_weight(r) for r in records if isinstance(r, Finding))
    return Footer(
        records=record_counts(records),
        cases={str(outcome): count for outcome, count in cases.items()},
        findings=dict(findings),
        exit_code=_exit_code(records),
        seconds=seconds,
    )


def _weight(finding: Finding) -> str:
    if finding.severity != "error":
        return finding.severity
    return "known" if finding.known else "unknown"


def _exit_code(records: Sequence[Record]) -> ExitCode:
    """The first in precedence of all codes that the records call for."""
    codes = set()
    for record in records:
        match record:
            case Finding(severity="error", known=False):
                codes.add(ExitCode.FINDING)
            case Stale():
                codes.add(ExitCode.STALE)
            case Problem(exit_code=code):
                codes.add(ExitCode(code))
    return decisive(*codes)
