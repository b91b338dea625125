"""A whole run as a value, and several put together: every report is made from these."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from goldstep.errors import ExitCode, UsageError, decisive
from goldstep.results.comparison import Comparison, Place, compare
from goldstep.results.records import Finding, Footer, Header, Record, encode
from goldstep.results.rungs import PortReport, Rung, ports_of
from goldstep.results.stream import read_records

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Results:
    """A whole run. Reports read this; it can be written and read back without loss."""

    records: tuple[Record, ...]

    def __repr__(self) -> str:
        header, footer = self.header, self.footer
        new, known = (footer.findings.get(weight, 0) for weight in ("unknown", "known"))
        return (
            f"<Results: ports {header.ports}, rungs {header.rungs}, "
            f"cases {sum(footer.cases.values())}, new findings {new}, known findings {known}, "
            f"exit code {footer.exit_code}>"
        )

    @property
    def header(self) -> Header:
        """The first record."""
        header = self.records[0]
        assert isinstance(header, Header)
        return header

    @property
    def footer(self) -> Footer:
        """The last record."""
        footer = self.records[-1]
        assert isinstance(footer, Footer)
        return footer

    @property
    def exit_code(self) -> ExitCode:
        """0 where everything is as expected; contract of the command line."""
        return self.footer.exit_code

    def of(self, kind: type[R]) -> Iterator[R]:
        """All records of one kind, in order."""
        return (record for record in self.records if isinstance(record, kind))

    def findings(self, port: str | None = None, repairs: int | None = None) -> list[Finding]:
        """Errors, of one port and one rung where they are named."""
        return [
            finding
            for finding in self.of(Finding)
            if finding.severity == "error"
            and port in (None, finding.port)
            and repairs in (None, finding.repairs)
        ]

    @cached_property
    def ports(self) -> tuple[PortReport, ...]:
        """Its ports with all that was recorded of each, in order."""
        return ports_of(self.records)

    def combine(self, *others: Results) -> Report:
        """This run and others as one report; raises CombinationError if they do not go together."""
        return Report.of(self, *others)

    def changes_since(self, old: Results) -> Comparison:
        """What is new, gone, better or worse than in an older run."""
        return Report.of(self).changes_since(Report.of(old))

    def write(self, file: str | os.PathLike[str]) -> None:
        """Writes the stream to ``file``."""
        Path(file).write_bytes(b"".join(map(encode, self.records)))

    @classmethod
    def read(cls, file: str | os.PathLike[str]) -> Results:
        """Reads a stream; raises ResultsError (`stream`) with the line where it is broken."""
        return cls(read_records(Path(file)))


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
    def read(cls, *files: str | os.PathLike[str]) -> Report:
        """Reads streams and puts them together. Raises ResultsError or CombinationError."""
        return cls.of(*map(Results.read, files), places=tuple(map(str, files)))

    @cached_property
    def ports(self) -> tuple[PortReport, ...]:
        """All ports of all runs, in order."""
        return tuple(port for run in self.runs for port in run.ports)

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

    def changes_since(self, old: Report) -> Comparison:
        """What is new, gone, better or worse than in an older report, in the order of this one."""
        return compare(old._rungs, self._rungs, (old.vectors, self.vectors))

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

    @property
    def _rungs(self) -> Mapping[Place, Rung]:
        return {(self.label(port), rung.title): rung for port in self.ports for rung in port.rungs}
