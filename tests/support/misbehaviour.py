"""Runs of ports that misbehave, with what must hold whatever a port does."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import goldstep
from goldstep import Options, Results
from goldstep.paths import vectors_folder
from goldstep.results.records import CaseRecord, Finding, StartRecord
from goldstep.supervision.isolation import SandboxMode
from goldstep_reference.vectors.publish import MANIFEST, manifest
from support.harness_ports import HERE, script_port

SCRIPTS = ("misbehaving_port.py", "unreliable_port.py", "unbounded_port.py", "erratic_port.py")
GROUP = "rmsprop/float64/formula"
CASES = tuple(
    f"{GROUP}/{name}"
    for name in (
        "document-example",
        "gradient-3-weight-zero",
        "gradient-minus-42-weight-half",  # where a port sins that sins at one case
        "gradient-0.1-weight-negative",
        "random-1",  # three steps recorded, two parameters
        "random-2",
    )
)
MARKED = CASES[2]
# Seconds, where a port hangs: a thousand times what its other cases take.
CASE_TIMEOUT = 1.5
HUNG = f"no answer within {CASE_TIMEOUT} s"
_GIVE_UP = 120.0  # seconds: the run does not end by itself
_TOO_LONG = 2 * _GIVE_UP  # a time-out that no run may wait for
SANDBOXES = (SandboxMode.AUTO, SandboxMode.OFF)


@dataclass(frozen=True)
class Run:
    """A run of one rung."""

    results: Results
    seconds: float

    @property
    def records(self) -> list[CaseRecord]:
        """Those of the cases, in order."""
        return list(self.results.of(CaseRecord))

    @property
    def outcomes(self) -> dict[str, str]:
        """What became of each case."""
        return {case.id: case.outcome for case in self.records}

    @property
    def counts(self) -> Counter[str]:
        """How many cases had each outcome."""
        return Counter(self.outcomes.values())

    @property
    def finding(self) -> Finding:
        """The only one there is."""
        (finding,) = self.results.findings()
        return finding

    def conforms(self) -> bool:
        """Whether nothing is wrong."""
        return self.results.exit_code == 0 and set(self.outcomes.values()) == {"passed"}

    def blames(self, case: str = MARKED) -> Finding:
        """The finding of a run in which one case has failed, and the others passed."""
        finding = self.finding
        assert self.outcomes == {each: "error" if each == case else "passed" for each in CASES}
        assert (finding.stage, finding.evidence.case) == ("vectors", case)
        assert (finding.evidence.cases, finding.evidence.of_cases) == (1, len(CASES))
        return finding

    def blames_nobody(self) -> Finding:
        """The finding of a run in which something happened, and every case passed."""
        finding = self.finding
        assert set(self.outcomes.values()) == {"passed"}
        assert finding.stage == "vectors"
        assert finding.evidence.times == 1
        return finding


def sin(
    folder: Path,
    script: str,
    name: str,
    *words: str,
    case_timeout: float = _TOO_LONG,
    start_timeout: float = _TOO_LONG,
    run_keys: str = "",
    limits: str = "",
    sandbox: SandboxMode = SandboxMode.AUTO,
    cases: tuple[str, ...] = CASES,
    sources: Mapping[str, str] | None = None,
) -> Run:
    """Runs a port of this folder, in one process at a time, and checks that it ends by itself.

    It has to end without a time-out where none is given. ``sources`` are further files beside it.
    """
    token = uuid.uuid4().hex
    run_keys += f"\ncase_timeout = {case_timeout}\nstart_timeout = {start_timeout}"
    file = new_port(folder, script, name, token, *words, sources=sources, keys=(run_keys, limits))
    options = Options(
        case_ids=cases,
        jobs=1,
        sandbox=sandbox,
        seed=1,
        vectors=formula_vectors(folder / "vectors"),
    )
    run = verify(file, options, folder / "temporary", token)
    assert run.results.exit_code == (1 if run.results.findings() else 0)
    return run


def verify(file: Path, options: Options, temporary: Path, token: str) -> Run:
    """Runs a port and checks that its cases are recorded, and that nothing is left of it."""
    temporary.mkdir()
    started = time.monotonic()
    try:
        with mock.patch.object(tempfile, "tempdir", str(temporary)), ending_within(_GIVE_UP):
            results = goldstep.verify(str(file), options=options)
    finally:
        seconds = time.monotonic() - started
        left = [*take_away_processes(token), *take_away_files(temporary)]
    assert left == []
    recorded = Counter(case.id for case in results.of(CaseRecord))
    starts = {start.outcome for start in results.of(StartRecord)}
    assert recorded == Counter(options.case_ids if "ready" in starts else ())
    return Run(results, seconds)


def take_away_processes(word: str) -> list[int]:
    """Ends all other processes that have a word in their command; their ids."""
    found = list(processes_with(word))
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return found


def take_away_files(folder: Path) -> list[Path]:
    """Takes away what is in a folder, however deep; what there was."""
    found = list(folder.iterdir())
    subprocess.run(["rm", "-rf", *found], check=True)
    return found


def new_port(
    folder: Path,
    script: str,
    *words: str,
    sources: Mapping[str, str] | None = None,
    keys: tuple[str, str] = ("", ""),
) -> Path:
    """The port.toml of a port beside all scripts that it may import; keys of [run] and [limits]."""
    sources = sources or {}
    file = script_port(
        folder / "port",
        script,
        *words,
        sources=(script, *sources),
        run_keys="\n[limits]\n".join(keys),
    )
    for each in SCRIPTS:
        shutil.copy(HERE / each, file.parent)
    for name, text in sources.items():
        file.with_name(name).write_text(text)
    return file


def formula_vectors(folder: Path) -> Path:
    """A folder with the one group that `CASES` are of: reading all takes longer than most runs."""
    names = ("README.md", "schema.json", f"{GROUP}.json")
    contents = {name: (vectors_folder() / name).read_text() for name in names}
    contents[MANIFEST] = manifest(contents)
    for name, text in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def processes_with(word: str) -> Iterator[int]:
    """The ids of other processes that have a word in their command."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                command = (folder / "cmdline").read_bytes()
            except OSError:  # it has ended meanwhile
                continue
            if word.encode() in command:
                yield int(folder.name)


@contextmanager
def ending_within(seconds: float) -> Iterator[None]:
    """Raises AssertionError where the block goes on; only in the main thread."""

    def stop(*_: object) -> None:
        raise AssertionError(f"it has not ended within {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
