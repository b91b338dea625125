"""Streams read back: each way in which one can be broken is told, with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from goldstep.errors import ExitCode
from goldstep.results.footer import footer_of
from goldstep.results.records import (
    BuildRecord,
    Footer,
    Record,
    StartRecord,
    Sweep,
    Trajectory,
    encode,
)
from goldstep.results.stream import (
    ContradictionError,
    DuplicateError,
    GoesOnError,
    NoHeaderError,
    NotARecordError,
    OtherVersionError,
    ResultsError,
    SecondHeaderError,
    TruncatedError,
    UnannouncedError,
    UnreadableError,
)
from goldstep.results.value import OtherVectorsError, Report, Results, SameRunError
from support.streams import case, diagnosis, finding, header, ladder, large, port, report, run

WHICH = {"port": "mine", "repairs": 0}
RECORDS: tuple[Record, ...] = (port(), case(), case("formula/second"), diagnosis())


def lines(*records: Record) -> list[bytes]:
    """Of a whole stream."""
    return [encode(record) for record in run(*(records or RECORDS)).records]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "results.ndjson"


def broken(file: Path, *content: bytes) -> tuple[type[ResultsError], str, str]:
    """The error for a file: its kind, the place behind the file's name, what is wrong."""
    file.write_bytes(b"".join(content))
    with pytest.raises(ResultsError) as raised:
        Results.read(file)
    error = raised.value
    assert error.place is not None
    assert error.hint
    assert error.exit_code == ExitCode.USAGE
    assert error.place.startswith(str(file))
    return type(error), error.place.removeprefix(str(file)), error.problem


def test_what_is_whole_is_read_without_loss(file: Path) -> None:
    for records in (RECORDS, tuple(ladder()), large(2, 3, 4).records[1:-1]):
        written = run(*records)
        written.write(file)
        assert Results.read(file) == written


def test_what_a_reader_selects_by_is_always_written() -> None:
    (written,) = [json.loads(line) for line in lines(port(), finding()) if b'"finding",' in line]
    assert (written["severity"], written["repairs"], written["known"]) == ("error", 0, False)
    (written,) = [json.loads(line) for line in lines() if b"formula/first" in line]
    assert (written["outcome"], written["repairs"]) == ("passed", 0)


def test_a_finding_of_an_earlier_version_leaves_usual_values_out(file: Path) -> None:
    usual = b'"severity":"error",', b',"known":false'
    content = b"".join(lines(port(), finding()))
    for each in usual:
        assert each in content
        content = content.replace(each, b"")
    file.write_bytes(content)
    assert Results.read(file) == run(port(), finding())


def test_a_file_that_is_not_there(file: Path) -> None:
    with pytest.raises(UnreadableError, match=r"cannot be read: No such file or directory"):
        Results.read(file)


@pytest.mark.parametrize("content", [b"", b"\n", b"{}\n", b"no JSON\n", b"[1]\n", b"\xff\xfe\n"])
def test_a_file_of_something_else(file: Path, content: bytes) -> None:
    kind, place, _ = broken(file, content)
    assert kind in (TruncatedError, NotARecordError)
    assert place == ":1"


def test_a_line_that_is_no_record(file: Path) -> None:
    whole = lines()
    kind, place, problem = broken(file, *whole[:2], b'{"record":"other"}\n', *whole[2:])
    assert (kind, place) == (NotARecordError, ":3")
    assert "other" in problem


def test_a_record_with_a_field_of_another_type(file: Path) -> None:
    whole = lines()
    changed = whole[2].replace(b'"values":2', b'"values":"2"')
    kind, place, problem = broken(file, *whole[:2], changed, *whole[3:])
    assert (kind, place) == (NotARecordError, ":3")
    assert "$.values" in problem


def test_it_ends_before_its_footer(file: Path) -> None:
    whole = lines()
    for number in range(1, len(whole)):
        kind, place, problem = broken(file, *whole[:number])
        assert (kind, place) == (TruncatedError, f":{number}")
        assert problem == "is truncated: its footer is missing"


def test_it_ends_within_a_line(file: Path) -> None:
    whole = lines()
    for length in (1, 10, len(whole[-1]) - 2):
        kind, place, problem = broken(file, *whole[:-1], whole[-1][:length])
        assert (kind, place) == (TruncatedError, f":{len(whole)}")
        assert problem.startswith("is truncated here: ")


def test_a_footer_without_the_end_of_its_line_is_whole(file: Path) -> None:
    file.write_bytes(b"".join(lines()).rstrip(b"\n"))
    assert Results.read(file) == run(*RECORDS)


def test_it_has_no_header(file: Path) -> None:
    assert broken(file, *lines()[1:]) == (NoHeaderError, ":1", "has no header")


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        (b'"got":["0.1"]', b'"got":["1,5"]', "matching regex"),
        (b'"exact":["0.1"]', b'"exact":["0x1p-3"]', "matching regex"),
        (b'"steps":[1]', b'"steps":[1,2]', "a curve has lists of different lengths"),
        (b'"got":["0.1"]', b'"got":[]', "a curve has lists of different lengths"),
    ],
)
def test_numbers_that_are_none_or_too_few(
    file: Path, was: bytes, becomes: bytes, said: str
) -> None:
    *before, last = lines(*RECORDS, trajectory())
    line = before[-1].replace(was, becomes)
    assert line != before[-1]
    kind, place, problem = broken(file, *before[:-1], line, last)
    assert (kind, place) == (NotARecordError, f":{len(before)}")
    assert said in problem


@pytest.mark.parametrize("at", [1, 3])
def test_it_has_a_second_header(file: Path, at: int) -> None:
    whole = lines()
    kind, place, _ = broken(file, *whole[:at], whole[0], *whole[at:])
    assert (kind, place) == (SecondHeaderError, f":{at + 1}")


def test_two_streams_in_one_file(file: Path) -> None:
    whole = lines()
    kind, place, _ = broken(file, *whole, *whole)
    assert (kind, place) == (GoesOnError, f":{len(whole) + 1}")


def test_something_comes_after_the_footer(file: Path) -> None:
    kind, place, _ = broken(file, *lines(), encode(case("formula/third")))
    assert (kind, place) == (GoesOnError, ":7")


@pytest.mark.parametrize("version", ["goldstep-results/2", "", None, 7])
def test_it_is_of_another_version(file: Path, version: object) -> None:
    head = json.loads(lines()[0]) | {"format": version}
    other = json.dumps(head).encode() + b"\n"
    kind, place, problem = broken(file, other, *lines()[1:])
    assert (kind, place) == (OtherVersionError, ":1")
    assert problem == f"the format is {version!r}, not 'goldstep-results/1'"


@pytest.mark.parametrize(
    "record", [case(port="other"), finding(port="other"), diagnosis(port="other")]
)
def test_a_record_is_of_a_port_that_none_announces(file: Path, record: Record) -> None:
    kind, place, problem = broken(file, *lines(*RECORDS, record))
    assert (kind, place) == (UnannouncedError, ":6")
    assert "'other'" in problem


def trajectory(**changes: Any) -> Trajectory:
    fields: dict[str, Any] = {**WHICH, "case": "a", "name": "w1", "index": 0, "steps": [1]}
    return Trajectory(**fields | {"exact": ["0.1"], "got": ["0.1"]} | changes)


def sweep(**changes: Any) -> Sweep:
    fields: dict[str, Any] = {**WHICH, "learning_rate": "0.1", "decay_rate": "0.9"}
    fields |= {"epsilon": "1e-08", "gradients": ["1.0"], "exact": ["0.1"], "got": ["0.1"]}
    return Sweep(**fields | changes)


def build(**changes: Any) -> BuildRecord:
    fields: dict[str, Any] = {**WHICH, "outcome": "built", "seconds": "0.1", "toolchain": []}
    return BuildRecord(**fields | changes)


def start(**changes: Any) -> StartRecord:
    return StartRecord(**{**WHICH, "outcome": "ready", "seconds": "0.1"} | changes)


# What is said once, and the same otherwise.
TWICE: dict[str, tuple[Callable[..., Record], dict[str, Any]]] = {
    "port mine": (lambda **changes: port(**changes), {"title": "another"}),
    "case rmsprop/float64/formula/third of mine": (
        lambda **changes: case("formula/third", **changes),
        {"outcome": "error"},
    ),
    "the diagnosis of mine": (diagnosis, {"message": "another"}),
    "the trajectory of mine": (trajectory, {"got": ["0.2"]}),
    "the sweep of mine": (sweep, {"got": ["0.2"]}),
    "the build of mine": (build, {"outcome": "failed"}),
    "the start of mine": (start, {"outcome": "failed"}),
}


@pytest.mark.parametrize("what", TWICE)
def test_the_same_is_said_twice(file: Path, what: str) -> None:
    make, _ = TWICE[what]
    records = (port(), case(), make(), make()) if what != "port mine" else (port(), port(), case())
    kind, place, problem = broken(file, *lines(*records))
    first = len(records)
    assert (kind, place) == (DuplicateError, ":3" if what == "port mine" else f":{first + 1}")
    assert problem.startswith(f"{what} stands in line ")


@pytest.mark.parametrize("what", TWICE)
def test_something_else_is_said_than_before(file: Path, what: str) -> None:
    make, changes = TWICE[what]
    other = make(**changes)
    records = (port(), other, case()) if what == "port mine" else (port(), case(), make(), other)
    kind, place, problem = broken(file, *lines(*records))
    assert (kind, place) == (ContradictionError, ":3" if what == "port mine" else ":5")
    assert " is another than in line " in problem


def test_a_finding_may_be_made_twice(file: Path) -> None:
    """Two may be alike."""
    written = run(*RECORDS, finding(), finding())
    written.write(file)
    assert Results.read(file) == written


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"records": {"case": 7}}, "has other records than its footer counts"),
        ({"cases": {"passed": 1}}, "its footer says cases {'passed': 1}, its records"),
        ({"findings": {"known": 1}}, "its footer says findings {'known': 1}, its records {}"),
        ({"exit_code": 1}, "its footer says exit_code 1, its records 0"),
    ],
)
def test_the_footer_says_otherwise(file: Path, change: dict[str, Any], problem: str) -> None:
    whole = lines()
    footer = json.dumps(json.loads(whole[-1]) | change).encode()
    kind, place, said = broken(file, *whole[:-1], footer)
    assert (kind, place) == (ContradictionError, ":6")
    assert said.startswith(problem)


def test_a_line_in_the_middle_is_missing(file: Path) -> None:
    whole = lines()
    kind, place, _ = broken(file, *whole[:2], *whole[3:])
    assert (kind, place) == (ContradictionError, ":5")


def test_the_header_says_other_ports(file: Path) -> None:
    head = header(ports=2, rungs=1, cases=2)
    footer = footer_of((head, *RECORDS), "1.5")
    kind, place, problem = broken(file, *map(encode, (head, *RECORDS, footer)))
    assert (kind, place) == (ContradictionError, ":1")
    assert problem == "its header says ports 2, its records 1"


def test_a_port_says_other_rungs(file: Path) -> None:
    kind, place, problem = broken(file, *lines(port("mine", "as printed", "1"), case()))
    assert (kind, place) == (ContradictionError, ":2")
    assert problem == "says that mine has 2 rungs, and 1 were recorded"


class TestTogether:
    def test_runs_by_other_vectors_make_no_report(self, tmp_path: Path) -> None:
        files = [tmp_path / "one", tmp_path / "other"]
        run(*RECORDS).write(files[0])
        run(*RECORDS, vectors="0ddba11" * 9).write(files[1])
        with pytest.raises(OtherVectorsError) as raised:
            Report.read(*files)
        assert raised.value.place == str(files[1])
        assert str(raised.value).startswith(
            f"{files[1]}: was judged by other vectors (0ddba110ddba)"
        )

    def test_a_run_is_given_once(self, tmp_path: Path) -> None:
        files = [tmp_path / "one", tmp_path / "copy"]
        for each in files:
            run(*RECORDS).write(each)
        with pytest.raises(SameRunError, match="is the same run as one before it"):
            Report.read(*files)

    def test_a_port_of_several_runs_is_numbered(self) -> None:
        of = Report.of(run(*RECORDS), run(port("other"), case(port="other")), run(*RECORDS, seed=8))
        assert [of.label(each) for each in of.ports] == ["mine (run 1)", "other", "mine (run 3)"]

    def test_the_worst_exit_code_wins(self) -> None:
        one, other = run(*RECORDS), run(*RECORDS, finding(), seed=8)
        assert Report.of(one, other).exit_code == ExitCode.FINDING

    def test_everything_of_a_rung_is_with_it(self) -> None:
        (of,) = report(*ladder()).ports
        assert [rung.title for rung in of.rungs] == ["as printed", "+ 1-import", "+ 2-epsilon"]
        assert [len(rung.cases) for rung in of.rungs] == [0, 3, 3]
        assert [len(rung.findings) for rung in of.rungs] == [1, 1, 0]
        assert [len(rung.notes) for rung in of.rungs] == [0, 1, 0]
        assert [rung.is_known for rung in of.rungs] == [True, False, False]
        assert [rung.conforms for rung in of.rungs] == [False, False, True]
        assert [len(rung.stale) for rung in of.rungs] == [0, 0, 1]


def test_a_footer_counts_what_came_before_it() -> None:
    footer = run(*ladder()).footer
    assert isinstance(footer, Footer)
    assert footer.cases == {"failed": 1, "passed": 3, "not-applicable": 1, "not-run": 1}
    assert footer.findings == {"known": 1, "unknown": 1, "note": 1}
    assert footer.exit_code == ExitCode.FINDING
