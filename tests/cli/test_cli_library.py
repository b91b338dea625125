"""goldstep as a library: results as a value, written, read back, and refused where damaged."""

from __future__ import annotations

import json
from pathlib import Path

import goldstep
import pytest
from goldstep import Climb, Options, Results
from goldstep.errors import ExitCode, UsageError
from goldstep.results.records import (
    CaseRecord,
    DiagnosisRecord,
    Finding,
    Footer,
    Header,
    PortRecord,
    Record,
    StartRecord,
    Sweep,
    Trajectory,
    encode,
)
from goldstep.results.stream import ResultsError
from hypothesis import given, settings
from hypothesis import strategies as st
from support.small_ports import tiny_port

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A port with one finding."""
    return str(tiny_port(tmp_path_factory.mktemp("port"), "outside"))


@pytest.fixture(scope="module")
def results(port: str) -> Results:
    """The results of that port."""
    return goldstep.verify(port, options=Options(groups=("epsilon-*",)))


@pytest.fixture
def file(results: Results, tmp_path: Path) -> Path:
    """The same in a file."""
    file = tmp_path / "results.ndjson"
    results.write(file)
    return file


def test_verify_returns_the_run(results: Results) -> None:
    assert results.exit_code is ExitCode.FINDING
    (finding,) = results.findings("tiny", 0)
    assert (finding.id, finding.stage, finding.known) == ("epsilon-outside-root", "vectors", False)
    assert str(finding.location).startswith("tiny_adapter.py:")
    assert finding.evidence.got != finding.evidence.expected
    assert len(list(results.of(CaseRecord))) == results.header.cases > 0
    assert results.findings("other") == results.findings("tiny", 1) == []


def test_records_come_in_the_order_of_a_run(port: str) -> None:
    came: list[Record] = []
    options = Options(groups=("formula",), climb=Climb.AS_PRINTED)
    results = goldstep.verify(port, options=options, listeners=[came.append])
    assert came == list(results.records)
    kinds = list(dict.fromkeys(type(record) for record in came))
    kinds.remove(type(came[2]))  # how it was built
    assert kinds == [
        *(Header, PortRecord, StartRecord, CaseRecord),
        *(Trajectory, Sweep, DiagnosisRecord, Finding, Footer),
    ]


def test_what_cannot_be_run_at_all_is_raised(port: str) -> None:
    with pytest.raises(UsageError, match=r"there is no port 'pyhton'; did you mean python\?"):
        goldstep.verify("pyhton")
    with pytest.raises(UsageError, match="there is no group 'formla'"):
        goldstep.verify(port, options=Options(groups=("formla",)))


def test_a_run_can_be_stopped_and_another_started(port: str) -> None:
    def stop(record: Record) -> None:
        if isinstance(record, CaseRecord):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        goldstep.verify(port, listeners=[stop])
    assert goldstep.verify(port, options=Options(groups=("formula",))).exit_code == 1


def test_results_are_read_back_as_they_were_written(results: Results, file: Path) -> None:
    assert Results.read(file) == results
    again = file.with_name("again.ndjson")
    Results.read(file).write(again)
    assert again.read_bytes() == file.read_bytes()


def broken(file: Path) -> str:
    """What is wrong with it, after its name."""
    with pytest.raises(ResultsError) as raised:
        Results.read(file)
    assert raised.value.exit_code == 2
    assert str(raised.value).startswith(f"{file}")
    return str(raised.value).removeprefix(str(file))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert broken(tmp_path / "gone") == (
        ": cannot be read: No such file or directory; name a file of results"
    )
    assert broken(tmp_path).startswith(": cannot be read: Is a directory")


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert broken(tmp_path / "empty") == ":1: is truncated: its footer is missing; run it again"


def test_a_file_without_its_footer(file: Path) -> None:
    """At every line; the number is that of the last one."""
    lines = file.read_bytes().splitlines(keepends=True)
    for count in range(1, len(lines)):
        file.write_bytes(b"".join(lines[:count]))
        assert broken(file) == f":{count}: is truncated: its footer is missing; run it again"


def test_half_a_line_at_the_end(file: Path) -> None:
    content = file.read_bytes()
    lines = content.count(b"\n")
    file.write_bytes(content[:-20])
    assert broken(file) == f":{lines}: is truncated here: Input data was truncated; run it again"


def damaged(file: Path, number: int, line: str | None) -> None:
    """Puts another line in the place of one, or takes it out."""
    lines = file.read_text().splitlines(keepends=True)
    lines[number - 1] = "" if line is None else f"{line}\n"
    file.write_text("".join(lines))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("", "Input data was truncated"),
        ("null", "Expected `object`, got `null`"),
        ("[]", "Expected `object`, got `array`"),
        ("{}", "Object missing required field `record`"),
        ('{"record":"verdict"}', "Invalid value 'verdict' - at `$.record`"),
        ('{"record":"case","port":"tiny"}', "Object missing required field `repairs`"),
        ('{"record":"case" "port":"tiny"}', "JSON is malformed"),
        ('{"record":"footer","exit_code":77}', "Invalid enum value 77 - at `$.exit_code`"),
    ],
)
def test_a_line_that_is_no_record(file: Path, line: str, problem: str) -> None:
    damaged(file, 4, line)
    assert broken(file).startswith(f":4: {problem}")


def test_lines_in_the_wrong_place(results: Results, file: Path) -> None:
    count = len(results.records)
    content = file.read_bytes()
    damaged(file, 1, None)
    assert broken(file) == ":1: has no header; run it again"
    file.write_bytes(content * 2)
    assert broken(file) == f":{count + 1}: goes on after its footer; run it again"
    header = content.splitlines()[0]
    file.write_bytes(header + b"\n" + content)
    assert broken(file) == ":2: has a second header; keep each stream in a file of its own"
    file.write_bytes(content)
    damaged(file, 5, None)
    assert broken(file) == (f":{count - 1}: has other records than its footer counts; run it again")


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("format", "goldstep-results/2", "the format is 'goldstep-results/2', not 'goldstep-"),
        ("ports", "one", "Expected `int`, got `str` - at `$.ports`"),
    ],
)
def test_a_header_of_another_kind(file: Path, key: str, value: str, problem: str) -> None:
    header = json.loads(file.read_text().splitlines()[0])
    damaged(file, 1, json.dumps({**header, key: value}))
    assert broken(file).startswith(f":1: {problem}")


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_damage_is_told_or_harmless(
    results: Results, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """A few bytes become others: what is read is a run, whatever it says."""
    content = b"".join(map(encode, results.records))
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(start + 8, len(content))))
    put = data.draw(st.binary(max_size=4))
    file = tmp_path_factory.getbasetemp() / "damaged.ndjson"
    file.write_bytes(content[:start] + put + content[end:])
    try:
        read = Results.read(file)
    except ResultsError:
        return
    assert read.exit_code in ExitCode
    assert len(read.records) == len(results.records)
