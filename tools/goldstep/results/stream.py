"""Results streams read back: every way in which one can be broken is an error of its own."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from goldstep.errors import GoldstepError
from goldstep.results.footer import footer_of
from goldstep.results.records import (
    FORMAT,
    BuildRecord,
    CaseRecord,
    DiagnosisRecord,
    Footer,
    Header,
    PortRecord,
    Problem,
    Record,
    StartRecord,
    Sweep,
    Trajectory,
    record_counts,
)

_AGAIN = "run it again"


class ResultsError(GoldstepError):
    """A results file that cannot be read as one; ``place`` is the file and the line."""

    def __init__(self, file: Path, line: int | None, problem: str, hint: str = _AGAIN) -> None:
        place = f"{file}:{line}" if line is not None else str(file)
        super().__init__(problem, place=place, hint=hint)


class UnreadableError(ResultsError):
    """The file cannot be read at all."""

    def __init__(self, file: Path, error: OSError) -> None:
        super().__init__(file, None, f"cannot be read: {error.strerror}", "name a file of results")


class NotARecordError(ResultsError):
    """A line is not one of the records of the format."""


class NoHeaderError(ResultsError):
    """The first line is another record."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, 1, "has no header")


class OtherVersionError(ResultsError):
    """The header names another format, or another version of it."""

    def __init__(self, file: Path, found: object) -> None:
        super().__init__(
            file,
            1,
            f"the format is {found!r}, not {FORMAT!r}",
            "run it again with this version, or read it with the one that wrote it",
        )


class SecondHeaderError(ResultsError):
    """Two streams in one file, or one that was begun twice."""

    def __init__(self, file: Path, line: int) -> None:
        super().__init__(file, line, "has a second header", "keep each stream in a file of its own")


class TruncatedError(ResultsError):
    """The stream ends before its footer, perhaps within a line: the run did not end."""


class GoesOnError(ResultsError):
    """Something comes after the footer."""

    def __init__(self, file: Path, line: int) -> None:
        super().__init__(file, line, "goes on after its footer")


class UnannouncedError(ResultsError):
    """A record is of a port that no record before it announces."""

    def __init__(self, file: Path, line: int, port: str) -> None:
        super().__init__(file, line, f"is of the port {port!r}, which has no record before it")


class DuplicateError(ResultsError):
    """The same was said before."""

    def __init__(self, file: Path, line: int, what: str, before: int) -> None:
        super().__init__(file, line, f"{what} stands in line {before} already")


class ContradictionError(ResultsError):
    """Something else was said before, or is counted at the end."""


@dataclass(slots=True)
class _Reader:
    """Reads one file; remembers in which line everything was said that may be said once."""

    file: Path
    records: list[Record] = field(default_factory=list)
    lines: dict[Hashable, int] = field(default_factory=dict)
    rungs: dict[str, set[int]] = field(default_factory=dict)  # those with records, by port

    def read(self) -> tuple[Record, ...]:
        try:
            lines = self.file.read_bytes().splitlines()
        except OSError as error:
            raise UnreadableError(self.file, error) from None
        for number, line in enumerate(lines, start=1):
            record = self._record(number, line, is_last=number == len(lines) > 1)
            self.records.append(record)
            self._check_place(number, record)
            if isinstance(record, Footer) and number < len(lines):
                raise GoesOnError(self.file, number + 1)
        if not self.records or not isinstance(self.records[-1], Footer):
            raise TruncatedError(
                self.file, max(1, len(lines)), "is truncated: its footer is missing"
            )
        self._check_whole(len(lines))
        return tuple(self.records)

    def _record(self, number: int, line: bytes, *, is_last: bool) -> Record:
        try:
            return _decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if is_last:
                raise TruncatedError(self.file, number, f"is truncated here: {error}") from None
            if number == 1:
                self._check_format(line)
            raise NotARecordError(self.file, number, str(error)) from None

    def _check_format(self, line: bytes) -> None:
        """Whether a line that cannot be read is the header of another format."""
        try:
            header: Any = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return
        if isinstance(header, dict) and header.get("record") == "header":
            found = header.get("format", FORMAT)
            if found != FORMAT:
                raise OtherVersionError(self.file, found) from None

    def _check_place(self, number: int, record: Record) -> None:
        """Whether a record may stand after those before it."""
        if number == 1 and not isinstance(record, Header):
            raise NoHeaderError(self.file)
        match record:
            case Header():
                if number > 1:
                    raise SecondHeaderError(self.file, number)
                return
            case Footer():
                return
            case PortRecord(port=port):
                self.rungs.setdefault(port, set())
            case _ if record.port not in self.rungs:
                raise UnannouncedError(self.file, number, record.port)
            case _:
                self.rungs[record.port].add(record.repairs)
        if said := _said_once(record):
            before = self.lines.setdefault(said, number)
            if before != number:
                self._said_twice(number, before, record)

    def _said_twice(self, number: int, before: int, record: Record) -> None:
        earlier, what = self.records[before - 1], _in_words(record)
        if earlier == record:
            raise DuplicateError(self.file, number, what, before)
        raise ContradictionError(self.file, number, f"{what} is another than in line {before}")

    def _check_whole(self, last: int) -> None:
        """Whether header and footer say what came between them."""
        *records, footer = self.records
        header = records[0]
        assert isinstance(header, Header)
        assert isinstance(footer, Footer)
        if record_counts(records) != footer.records:
            problem = "has other records than its footer counts"
            raise ContradictionError(self.file, last, problem)
        counted = footer_of(records, footer.seconds)
        for name in ("cases", "findings", "exit_code"):
            said, is_so = getattr(footer, name), getattr(counted, name)
            if said != is_so:
                raise ContradictionError(
                    self.file, last, f"its footer says {name} {said}, its records {is_so}"
                )
        if header.ports != len(self.rungs):
            raise ContradictionError(
                self.file, 1, f"its header says ports {header.ports}, its records {len(self.rungs)}"
            )
        for port in self.records:
            if isinstance(port, PortRecord) and len(port.rungs) != len(self.rungs[port.port]):
                raise ContradictionError(
                    self.file,
                    self.lines["port", port.port],
                    f"says that {port.port} has {len(port.rungs)} rungs, and "
                    f"{len(self.rungs[port.port])} were recorded",
                )


def read_records(file: Path) -> tuple[Record, ...]:
    """Reads a stream; raises a kind of ResultsError, with the line where it is broken."""
    return _Reader(file).read()


_decoder: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)


def _said_once(record: Record) -> Hashable | None:
    """What a stream says only once."""
    match record:
        case PortRecord(port=port):
            return "port", port
        case BuildRecord() | StartRecord() | DiagnosisRecord() | Sweep() | Problem():
            return type(record).__name__, record.key
        case CaseRecord(id=case):
            return record.key, case
        case Trajectory(case=case):
            return "trajectory", record.key, case
    return None


def _in_words(record: Record) -> str:
    kind = str(record.__struct_config__.tag)
    match record:
        case PortRecord(port=port):
            return f"port {port}"
        case CaseRecord(port=port, id=case):
            return f"case {case} of {port}"
        case Header() | Footer():
            return f"the {kind}"
    return f"the {kind} of {record.port}"
