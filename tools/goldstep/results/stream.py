"""Results streams read back: every way in which one can be broken is an error of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from goldstep.errors import GoldstepError
from goldstep.results.evidence import from_json
from goldstep.results.footer import footer_of
from goldstep.results.records import (
    FORMAT,
    BuildRecord,
    CaseRecord,
    DiagnosisRecord,
    Footer,
    Header,
    OfRung,
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


class TruncatedError(ResultsError):
    """The stream ends before its footer, perhaps within a line: the run did not end."""


class GoesOnError(ResultsError):
    """Something comes after the footer."""


class UnannouncedError(ResultsError):
    """A record is of a port that no record before it announces."""


class DuplicateError(ResultsError):
    """The same was said before."""


class ContradictionError(ResultsError):
    """Something else was said before, or is counted at the end."""


_Numbered = Iterator[tuple[int, Record]]  # with its line


def read_records(file: Path) -> tuple[Record, ...]:
    """Reads a stream; raises a kind of ResultsError, with the line where it is broken."""
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise UnreadableError(file, error) from None
    checked = _said_once(file, _in_order(file, _decoded(file, lines)))
    records = tuple(record for _, record in checked)
    for line, problem in _contradictions(records):
        raise ContradictionError(file, line, problem)
    return records


_decoder: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record, dec_hook=from_json)


def _decoded(file: Path, lines: Sequence[bytes]) -> _Numbered:
    """All records, of which the last is the only footer."""
    record = None
    for number, line in enumerate(lines, start=1):
        if isinstance(record, Footer):
            raise GoesOnError(file, number, "goes on after its footer")
        try:
            record = _decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if number == len(lines) > 1:
                raise TruncatedError(file, number, f"is truncated here: {error}") from None
            if number == 1:
                _check_format(file, line)
            raise NotARecordError(file, number, str(error)) from None
        yield number, record
    if not isinstance(record, Footer):
        raise TruncatedError(file, max(1, len(lines)), "is truncated: its footer is missing")


def _check_format(file: Path, line: bytes) -> None:
    """Whether a line that cannot be read is the header of another format."""
    try:
        header: Any = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
    if isinstance(header, dict) and header.get("record") == "header":
        found = header.get("format", FORMAT)
        if found != FORMAT:
            raise OtherVersionError(file, found) from None


def _in_order(file: Path, records: _Numbered) -> _Numbered:
    """Records that may stand after those before them."""
    ports = set[str]()
    for number, record in records:
        match record:
            case Header() if number > 1:
                raise SecondHeaderError(
                    file, number, "has a second header", "keep each stream in a file of its own"
                )
            case Header():
                pass
            case _ if number == 1:
                raise NoHeaderError(file, 1, "has no header")
            case PortRecord(port=port):
                ports.add(port)
            case Footer():
                pass
            case _ if record.port not in ports:
                problem = f"is of the port {record.port!r}, which has no record before it"
                raise UnannouncedError(file, number, problem)
        yield number, record


def _said_once(file: Path, records: _Numbered) -> _Numbered:
    """Records that say nothing that was said before."""
    said: dict[Hashable, tuple[int, Record]] = {}
    for number, record in records:
        if statement := _statement(record):
            key, what = statement
            before, earlier = said.setdefault(key, (number, record))
            if earlier == record and before != number:
                raise DuplicateError(file, number, f"{what} stands in line {before} already")
            if before != number:
                problem = f"{what} is another than in line {before}"
                raise ContradictionError(file, number, problem)
        yield number, record


def _contradictions(records: Sequence[Record]) -> Iterator[tuple[int, str]]:
    """Lines in which header, ports or footer say otherwise than the other records, and how."""
    header, *_, footer = records
    assert isinstance(header, Header)
    assert isinstance(footer, Footer)
    if record_counts(records[:-1]) != footer.records:
        yield len(records), "has other records than its footer counts"
    counted = footer_of(records[:-1], footer.seconds)
    for name in ("cases", "findings", "exit_code"):
        stated, is_so = getattr(footer, name), getattr(counted, name)
        if stated != is_so:
            yield len(records), f"its footer says {name} {stated}, its records {is_so}"
    ports = sum(isinstance(each, PortRecord) for each in records)
    if header.ports != ports:
        yield 1, f"its header says ports {header.ports}, its records {ports}"
    rungs = Counter(key.port for key in {each.key for each in records if isinstance(each, OfRung)})
    for number, port in enumerate(records, start=1):
        if isinstance(port, PortRecord) and len(port.rungs) != rungs[port.port]:
            yield (
                number,
                f"says that {port.port} has {len(port.rungs)} rungs, and {rungs[port.port]} were "
                "recorded",
            )


def _statement(record: Record) -> tuple[Hashable, str] | None:
    """What a stream says only once, and the words for it."""
    kind = str(record.__struct_config__.tag)
    match record:
        case PortRecord(port=port):
            return port, f"port {port}"
        case CaseRecord(id=case):
            return (record.key, case), f"case {case} of {record.port}"
        case BuildRecord() | StartRecord() | DiagnosisRecord() | Sweep() | Problem():
            return (record.key, kind), f"the {kind} of {record.port}"
        case Trajectory(case=case):
            return (record.key, kind, case), f"the {kind} of {record.port}"
    return None
