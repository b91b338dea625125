"""The records of the results stream, ``goldstep-results/1``.

A stream is NDJSON: a header, records as they happen, a footer with counts. Every report is made
from it and from nothing else. Floating-point numbers are strings, as everywhere in goldstep. The
format is documented in tools/README.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from goldstep_reference.algorithms import HYPER_PARAMETERS

from goldstep.errors import ExitCode
from goldstep.results.evidence import Evidence, JudgedNumber, Number

FORMAT = "goldstep-results/1"
Stage = Literal["build", "start", "example", "vectors", "robustness"]
BuildOutcome = Literal["built", "cached", "failed", "nothing to build"]
Severity = Literal["error", "warning", "note"]
CaseOutcome = Literal["passed", "failed", "error", "not-applicable", "not-run"]


class _Record(msgspec.Struct, frozen=True, kw_only=True, tag_field="record", omit_defaults=True):
    """A line of the stream; ``record`` is its kind."""


class Header(_Record, frozen=True, kw_only=True, tag="header"):
    """What was run, on what, and how much is to come."""

    format: str = FORMAT
    versions: dict[str, str]
    vectors: str  # the manifest's SHA-256 over all files
    command: list[str]
    time: str  # UTC, ISO 8601
    machine: dict[str, str | int]
    seed: int = 0  # of the cases that are sent again, and of their order
    isolation: str = ""  # what kept ports from the network and from others' files; or why nothing
    ports: int
    rungs: int
    cases: int  # of all rungs together, if all can be run

    def __post_init__(self) -> None:
        if self.format != FORMAT:
            raise ValueError(f"the format is {self.format!r}, not {FORMAT!r}")


class RepairText(msgspec.Struct, frozen=True, omit_defaults=True):
    """A repair of a port: the patch's name, what it is for, and the patch itself."""

    patch: str
    why: str
    diff: str


class PortRecord(_Record, frozen=True, kw_only=True, tag="port"):
    """A port whose ladder is about to be climbed.

    ``folder`` is its own, relative to the repository that it is in, else to where goldstep was run.
    """

    port: str
    title: str
    language: str
    number_format: str
    epsilon: str
    rungs: list[str]  # "as printed", then each repair's label
    cases: int  # for each rung
    folder: str = ""
    repairs: list[RepairText] = []


@dataclass(frozen=True, order=True, slots=True)
class RungKey:
    """A rung among all of a run: a port, with so many of its repairs applied."""

    port: str
    repairs: int


class OfRung(_Record, frozen=True, kw_only=True):
    """A record of one rung; the stream has the parts of its key side by side."""

    port: str
    repairs: int

    @property
    def key(self) -> RungKey:
        """The rung that it is of."""
        return RungKey(self.port, self.repairs)


class BuildRecord(OfRung, frozen=True, kw_only=True, tag="build"):
    """How a rung's build ended."""

    outcome: BuildOutcome
    seconds: str
    toolchain: list[str]
    output: str = ""


class StartRecord(OfRung, frozen=True, kw_only=True, tag="start"):
    """How a rung's adapter started."""

    outcome: Literal["ready", "failed"]
    seconds: str
    implementation: dict[str, str] = {}


class CaseRecord(OfRung, frozen=True, kw_only=True, tag="case"):
    """The verdict on one case. ``budgets`` is its worst error in rounding budgets.

    ``errors`` are those of all values, to three digits, in the order in which the answer has them;
    where the case failed, ``got`` are the values.
    ``choice`` is the choice that the port made where the case offers any: several where the answer
    does not tell them apart, none where it is none of them.
    """

    id: str
    outcome: CaseOutcome
    budgets: Number | None = None
    values: int = 0
    errors: list[Number] = []
    got: list[Number] = []
    choice: list[str] = []
    worst: JudgedNumber | None = None
    message: str = ""

    @property
    def group(self) -> str:
        """The group that the case is of, as its id says."""
        return "".join(self.id.split("/")[2:3])

    @property
    def name(self) -> str:
        """What it is called within its group."""
        return "/".join(self.id.split("/")[3:]) or self.id


class Location(msgspec.Struct, frozen=True, omit_defaults=True):
    """A place in a port's sources; lines and columns count from 1."""

    file: str
    line: int
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


class Excerpt(msgspec.Struct, frozen=True):
    """Lines of a source, from line ``first`` on."""

    first: int
    lines: list[str]


class Finding(OfRung, frozen=True, kw_only=True, tag="finding"):
    """Something that is wrong with a port at one rung.

    ``location`` and ``source`` are as the source is at that rung. ``reason`` and ``issue`` are what
    port.toml says of a known finding. What a reader selects by is always written.
    """

    stage: Stage
    id: str
    subject: str | None = None
    # What a factory makes is written, also where it is the usual value.
    severity: Severity = msgspec.field(default_factory=lambda: "error")
    message: str
    location: Location | None = None
    source: Excerpt | None = None
    evidence: Evidence | None = None
    removed_by: str | None = None
    known: bool = msgspec.field(default_factory=lambda: False)
    reason: str = ""
    issue: str = ""

    @property
    def title(self) -> str:
        """What it is, and what it is about."""
        return f"{self.id} {self.subject}" if self.subject else self.id

    @property
    def why_known(self) -> str:
        """The reason, and the issue where there is one."""
        return f"{self.reason} ({self.issue})" if self.issue else self.reason


class DiagnosisRecord(OfRung, frozen=True, kw_only=True, tag="diagnosis"):
    """What explains a rung's numbers: no deviation, or the fewest that reproduce all of them.

    ``like`` says which library in use behaves so, ``order`` in which order of operations a
    conforming port computes, where the bits tell. ``choices`` counts the cases in which the port
    made each choice, by the subject of the cases; ``further`` those that it was sent beside the
    vectors, and ``left_out`` those that it did not answer. ``unreported`` are states that no answer
    has: none of their values could be checked.
    """

    conforms: bool
    deviations: list[str]
    worst_budgets: str | None  # of the cases that conform to the formula
    values: int
    message: str
    like: str = ""
    order: str = ""
    choices: dict[str, dict[str, int]] = {}
    further: int = 0
    left_out: int = 0
    unreported: list[str] = []

    @property
    def checked_by(self) -> str:
        """That a port was checked by its weights alone, if it reports no state."""
        if not self.unreported:
            return ""
        states = " and no ".join(state.replace("_", " ") for state in self.unreported)
        return f"checked by its weights alone, {self.values:,} values: it reports no {states}"


class Trajectory(OfRung, frozen=True, kw_only=True, tag="trajectory"):
    """One weight of a case over the steps that the case records: what is exact, and what came.

    ``predicted`` is by the deviations that explain the port, where any do; null where a faithful
    program with them may have any value.
    """

    case: str
    name: str
    index: int
    steps: list[int]
    exact: list[Number]
    got: list[Number]
    predicted: list[Number | None] = []

    def __post_init__(self) -> None:
        """Raises ValueError where numbers are missing."""
        _check_lengths(self.steps, self.exact, self.got, self.predicted)


if TYPE_CHECKING:
    _Given = OfRung
else:
    _Given = msgspec.defstruct(
        "_Given",
        [(name, Number | None, None) for name in HYPER_PARAMETERS],
        bases=(OfRung,),
        frozen=True,
        kw_only=True,
    )


class Sweep(_Given, frozen=True, kw_only=True, tag="sweep"):
    """The first step of weights that are zero, for gradients of every size: where epsilon shows.

    Each hyper-parameter is a field by its name.
    """

    gradients: list[Number]
    exact: list[Number]
    got: list[Number]
    predicted: list[Number | None] = msgspec.field(default_factory=list)

    def __post_init__(self) -> None:
        """Raises ValueError where numbers are missing."""
        _check_lengths(self.gradients, self.exact, self.got, self.predicted)

    @property
    def hyper_parameters(self) -> dict[str, str]:
        """Those of the case."""
        given = {name: getattr(self, name) for name in HYPER_PARAMETERS}
        return {name: text for name, text in given.items() if text is not None}


def _check_lengths(
    at: Sequence[object],
    exact: Sequence[object],
    got: Sequence[object],
    predicted: Sequence[object],
) -> None:
    """A curve has a number of each kind at each place; predictions may be missing altogether."""
    if len({len(at), len(exact), len(got), len(predicted) or len(at)}) > 1:
        raise ValueError("a curve has lists of different lengths")


class Stale(OfRung, frozen=True, kw_only=True, tag="stale"):
    """A known finding that did not appear, or whose time is over.

    ``line`` is where its entry in port.toml begins, ``last_line`` where it ends; both are left out
    where it stands in an array.
    """

    finding: str
    why: Literal["did not appear", "expired"]
    reason: str
    line: int | None = None
    last_line: int | None = None

    @property
    def news(self) -> str:
        """What happened, in words."""
        return "has expired" if self.why == "expired" else "did not appear"

    @property
    def hint(self) -> str:
        """What to do about it in port.toml."""
        if self.why == "expired":
            return "fix it, or renew its date"
        if not self.line or not self.last_line:
            return "take its entry out of port.toml"
        if self.line == self.last_line:
            return f"delete line {self.line} of port.toml"
        return f"delete lines {self.line}-{self.last_line} of port.toml"

    @property
    def message(self) -> str:
        """All of it."""
        return f"known finding {self.finding} {self.news}: {self.hint}"


class Problem(OfRung, frozen=True, kw_only=True, tag="problem"):
    """What kept a rung from being judged, through no fault of the port."""

    message: str
    exit_code: int


class Footer(_Record, frozen=True, kw_only=True, tag="footer"):
    """The end: counts of all records, and the exit code."""

    records: dict[str, int]
    cases: dict[str, int]
    findings: dict[str, int]  # known, unknown, notes
    exit_code: ExitCode
    seconds: str


Record = (
    Header
    | PortRecord
    | BuildRecord
    | StartRecord
    | CaseRecord
    | Finding
    | DiagnosisRecord
    | Trajectory
    | Sweep
    | Stale
    | Problem
    | Footer
)

_encoder = msgspec.json.Encoder()


def record_counts(records: Iterable[Record]) -> dict[str, int]:
    """How many records there are of each kind, by the kind's name."""
    counts = Counter(str(record.__struct_config__.tag) for record in records)
    return dict(sorted(counts.items()))


def encode(record: Record) -> bytes:
    """The record as a line of the stream."""
    return to_json(record) + b"\n"


def to_json(value: object) -> bytes:
    """JSON of records and what is made of them; UTF-8 whatever bytes a file's name has."""
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:
        return _encoder.encode(_in_unicode(msgspec.to_builtins(value)))


def _in_unicode(value: Any) -> Any:
    """Bytes of file names that are not UTF-8 become escapes."""
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, list):
        return [_in_unicode(part) for part in value]
    if isinstance(value, dict):
        return {_in_unicode(key): _in_unicode(part) for key, part in value.items()}
    return value
