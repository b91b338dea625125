"""A slow port is run in several processes where jobs allow, with the same results."""

from __future__ import annotations

import uuid
from pathlib import Path

import goldstep
import pytest
from goldstep import Options
from goldstep.paths import vectors_folder
from goldstep.results.records import CaseRecord
from goldstep.supervision.isolation import SandboxMode
from goldstep.vectors.folder import load_vectors
from support.harness_ports import script_port

pytestmark = pytest.mark.processes

CASES = tuple(
    case.id
    for file, case in load_vectors(vectors_folder()).cases()
    if file.number_format == "float64" and file.group == "formula"
)


def processes_with(token: str) -> int:
    """How many processes of a port run, their keepers left out."""
    count = 0
    for folder in Path("/proc").iterdir():
        try:
            command = (folder / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        count += token in command and "keeper" not in command
    return count


@pytest.mark.parametrize(("jobs", "cases"), [(1, CASES[:12]), (3, CASES)])
def test_as_many_processes_as_jobs(tmp_path: Path, jobs: int, cases: tuple[str, ...]) -> None:
    """Where a start takes much less time than the cases that are left, here many seconds."""
    token = uuid.uuid4().hex
    port = script_port(tmp_path / "port", "misbehaving_port.py", "slow", token)
    seen: list[int] = []
    results = goldstep.verify(
        str(port),
        options=Options(case_ids=cases, jobs=jobs, sandbox=SandboxMode.OFF),
        listeners=[lambda _: seen.append(processes_with(token))],
    )
    assert max(seen) == jobs
    records = list(results.of(CaseRecord))
    assert tuple(case.id for case in records) == cases
    assert {case.outcome for case in records} == {"passed"}
    assert results.exit_code == 0
    assert not processes_with(token)
