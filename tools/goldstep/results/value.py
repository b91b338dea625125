"""A whole run as a value: every report is made from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from goldstep.errors import ExitCode
from goldstep.results.records import Finding, Footer, Header, Record, encode
from goldstep.results.stream import read_records

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Results:
    """A whole run. Reports read this; it can be written and read back without loss."""

    records: tuple[Record, ...]

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

    def write(self, file: Path) -> None:
        """Writes the stream to ``file``."""
        file.write_bytes(b"".join(map(encode, self.records)))

    @classmethod
    def read(cls, file: Path) -> Results:
        """Reads a stream; raises ResultsError (`stream`) with the line where it is broken."""
        return cls(read_records(file))
