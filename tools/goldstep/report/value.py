"""A report as a value: one run, or several put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from goldstep.errors import ExitCode, UsageError, decisive
from goldstep.report.rungs import PortReport, ports_of
from goldstep.results.records import Finding, Header
from goldstep.results.value import Results


class CombinationError(UsageError):
    """Runs that make no report together."""


class OtherVectorsError(CombinationError):
    """Two runs judged by other vectors: their verdicts do not compare."""

    def __init__(self, one: Header, other: Header, place: str | None = None) -> None:
        super().__init__(
            f"was judged by other vectors ({other.vectors[:12]}) than those before it "
            f"({one.vectors[:12]})",
            place=place,
            hint="run it again by the same vectors",
        )


class SameRunError(CombinationError):
    """A run is given twice."""

    def __init__(self, place: str | None = None) -> None:
        super().__init__("is the same run as one before it", place=place, hint="name it once")


@dataclass(frozen=True)
class Report:
    """Runs by the same vectors: of several ports, or on several machines.

    A port may be in several runs; `label` tells them apart. Everything that is written for a reader
    is made from this.
    """

    runs: tuple[Results, ...]

    @classmethod
    def of(cls, *runs: Results, places: tuple[str, ...] = ()) -> Report:
        """Puts runs together; ``places`` are the files' names, for errors.

        Raises CombinationError where they do not belong together.
        """
        for number, run in enumerate(runs):
            place = places[number] if places else None
            if run.header.vectors != runs[0].header.vectors:
                raise OtherVectorsError(runs[0].header, run.header, place)
            if run in runs[:number]:
                raise SameRunError(place)
        return cls(runs)

    @classmethod
    def read(cls, *files: Path) -> Report:
        """Reads streams and puts them together. Raises ResultsError or CombinationError."""
        return cls.of(*map(Results.read, files), places=tuple(map(str, files)))

    @cached_property
    def ports(self) -> tuple[PortReport, ...]:
        """All ports of all runs, in order."""
        return tuple(port for run in self.runs for port in ports_of(run))

    @property
    def exit_code(self) -> ExitCode:
        """Of all runs together."""
        return decisive(*(run.exit_code for run in self.runs))

    @property
    def vectors(self) -> str:
        """The SHA-256 of the vectors that all of it was judged by."""
        return self.runs[0].header.vectors

    def findings(self) -> Iterator[Finding]:
        """All errors, in order."""
        return (each for port in self.ports for rung in port.rungs for each in rung.findings)

    def label(self, port: PortReport) -> str:
        """The port's name, with the number of its run where several runs have it."""
        if self._runs_with[port.name] == 1:
            return port.name
        return f"{port.name} (run {self.run_number(port)})"

    def run_number(self, port: PortReport) -> int:
        """Which of the runs the port is of, from 1."""
        return next(i for i, run in enumerate(self.runs, start=1) if run.header is port.header)

    @cached_property
    def _runs_with(self) -> Counter[str]:
        return Counter(port.name for port in self.ports)
