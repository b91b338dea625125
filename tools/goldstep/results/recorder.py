"""Collects the records of a run as they happen, and ends them with a footer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from goldstep.results.footer import footer_of
from goldstep.results.records import (
    Record,
)
from goldstep.results.value import Results

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
