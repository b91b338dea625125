"""Verifies ports: every rung of every port is built, run, judged and recorded."""

from __future__ import annotations

import fnmatch
import os
import platform
import secrets
import sys
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import mpmath
from goldstep_reference.rmsprop.behaviour import Column

from goldstep.build.toolchain import ResolvedToolchain, ToolchainSpec, resolve
from goldstep.errors import GoldstepError, HarnessError, PortFileError, UsageError, unknown
from goldstep.findings.settling import Climbed, settle, stale
from goldstep.judge.prediction import Predictor
from goldstep.paths import folder_in_repository, vectors_folder
from goldstep.port.ladder import Climb, rung_label
from goldstep.port.patches import placed_diffs
from goldstep.port.port import Port
from goldstep.port.selection import select_ports
from goldstep.port.table import FormatName
from goldstep.results.recorder import Listener, ListenerError, Recorder
from goldstep.results.records import Finding, Header, PortRecord, Problem, RepairText
from goldstep.results.value import Results
from goldstep.rung import RungInputs, run_rung
from goldstep.supervision.isolation import SandboxMode, sandbox
from goldstep.supervision.process import resume, stop_all
from goldstep.vectors.case import VectorCase
from goldstep.vectors.folder import Vectors, load_vectors
from goldstep.version import __version__

_PATIENCE = 1.0  # seconds that a run which is stopped waits for its rungs to clean up


@dataclass(frozen=True, slots=True)
class Options:
    """What `verify` runs, beside the ports; the defaults run everything."""

    climb: Climb = Climb.WHOLE_LADDER
    number_format: FormatName | None = None
    epsilon: Column | None = None
    groups: tuple[str, ...] = ()  # patterns as in a shell
    case_ids: tuple[str, ...] = ()
    max_failures: int | None = None  # of one rung; it ends there
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    vectors: Path | None = None
    sandbox: SandboxMode = SandboxMode.AUTO
    seed: int = field(default_factory=lambda: secrets.randbelow(2**32))
    command: tuple[str, ...] = ()  # as the results' header shows it


def verify(
    *ports: str, options: Options | None = None, listeners: Iterable[Listener] = ()
) -> Results:
    """Runs ports against the vectors: bundled ones by name, any by the path of its port.toml.

    Without a name all bundled ports are run. ``listeners`` are called with each record as it
    happens; what they raise ends the run. Raises GoldstepError for what makes the whole run
    impossible: a port that does not exist, damaged vectors. What keeps one rung from being judged
    is a record of the results.
    """
    options = options or Options()
    vectors = load_vectors(options.vectors or vectors_folder())
    selected = ports_to_run(ports, options)
    recorder = Recorder(tuple(listeners))
    try:
        _Run(selected, vectors, options, recorder).run()
        return recorder.finish()
    except ListenerError as error:
        raise error.cause from None


def ports_to_run(names: tuple[str, ...], options: Options) -> list[Port]:
    """The variants that `verify` runs, held to the column that the options name.

    Raises UsageError where there are none, and PortFileError.
    """
    selected = _select(select_ports(names), options)
    if not selected:
        wanted = " and ".join(filter(None, (options.number_format, options.epsilon)))
        raise UsageError(f"none of these ports is {wanted}", hint="see `goldstep ports list`")
    return selected


class _Run:
    def __init__(
        self, ports: Sequence[Port], vectors: Vectors, options: Options, recorder: Recorder
    ) -> None:
        self._ports = ports
        self._options = options
        self._recorder = recorder
        self._digest = vectors.digest
        self._by_id = {case.id: case for _, case in vectors.cases()}
        self._cases = {
            number_format: _select_cases(vectors, number_format, options)
            for number_format in {port.number_format for port in ports}
        }
        if not any(self._cases.values()):
            raise UsageError(
                f"no case is of the ports' number format, {', '.join(self._cases)}",
                hint="see `goldstep vectors list --number-format`",
            )
        self._predictor = Predictor()
        self._sandbox = sandbox(options.sandbox)
        self._processes = 1  # of each rung
        self._toolchains: dict[ToolchainSpec, ResolvedToolchain] = {}
        self._resolving = threading.Lock()

    def run(self) -> None:
        """Runs all rungs of all ports, ``jobs`` at a time; a port is settled with its last rung."""
        self._recorder.add(self._header())
        all_rungs = sum(len(self._options.climb.rungs(port)) for port in self._ports)
        self._processes = max(1, self._options.jobs // all_rungs)
        open_rungs: dict[str, dict[int, list[Finding] | None]] = {}
        futures: dict[Future[list[Finding] | None], tuple[Port, int]] = {}
        pool = ThreadPoolExecutor(self._options.jobs)
        try:
            for port in self._ports:
                rungs = self._options.climb.rungs(port)
                open_rungs[port.name] = dict.fromkeys(rungs)
                self._recorder.add(self._port_record(port, rungs))
            # Those that build take longest: begun last, one of them would be waited for alone.
            for port in sorted(self._ports, key=lambda port: port.table.build is None):
                for repairs in open_rungs[port.name]:
                    futures[pool.submit(self._rung, port, repairs)] = port, repairs
            done: dict[str, dict[int, list[Finding]]] = {port.name: {} for port in self._ports}
            for future in as_completed(futures):
                port, repairs = futures[future]
                findings = future.result()
                if findings is not None:
                    done[port.name][repairs] = findings
                del open_rungs[port.name][repairs]
                if not open_rungs[port.name]:
                    for finding in settle(port, done[port.name]):
                        self._recorder.add(finding)
                    variants = [each for each in self._ports if each.table == port.table]
                    if not any(open_rungs[each.name] for each in variants):
                        self._end([Climbed(each, done[each.name]) for each in variants])
        except BaseException:
            stop_all()
            pool.shutdown(wait=False, cancel_futures=True)
            running = [future for future in futures if not future.cancelled()]
            # What waits for the network cannot be told: it is left behind, and starts no more.
            if not wait(running, _PATIENCE).not_done:
                resume()
            raise
        pool.shutdown()

    def _rung(self, port: Port, repairs: int) -> list[Finding] | None:
        """One rung's findings; None, and a Problem in the records, where it cannot be judged."""
        try:
            inputs = RungInputs(
                port,
                repairs,
                self._toolchain(port),
                self._cases[port.number_format],
                self._example_case(port),
                self._predictor,
                self._sandbox,
                self._options.seed,
                self._processes,
                self._options.max_failures,
            )
            return run_rung(inputs, self._recorder.add)
        except GoldstepError as error:
            problem = error
        except OSError as error:
            problem = HarnessError(str(error))
        self._recorder.add(
            Problem(
                port=port.name, repairs=repairs, message=str(problem), exit_code=problem.exit_code
            )
        )
        return None

    def _end(self, variants: Sequence[Climbed]) -> None:
        """All variants of a port are done: what port.toml lists as known can be judged."""
        if self._everything_known_must_appear(variants[0].port):
            for entry in stale(variants, datetime.now(UTC).date()):
                self._recorder.add(entry)

    def _everything_known_must_appear(self, port: Port) -> bool:
        """Whether this run would see all that port.toml lists as known."""
        options = self._options
        is_part = bool(options.groups or options.case_ids or options.max_failures)
        return not (is_part or port.is_held_to_another_column)

    def _toolchain(self, port: Port) -> ResolvedToolchain:
        """One at a time: what two ports need is fetched once."""
        table = port.table.toolchain
        spec = ToolchainSpec(table.java, table.maven, table.python)
        with self._resolving:
            if spec not in self._toolchains:
                self._toolchains[spec] = resolve(spec)
            return self._toolchains[spec]

    def _example_case(self, port: Port) -> VectorCase | None:
        example = port.table.example
        if example is None or example.case is None:
            return None
        if example.case not in self._by_id:
            raise PortFileError(
                f"there is no case {example.case!r}",
                place=f"{port.file}, example.case",
                hint="see `goldstep vectors list`",
            )
        return self._by_id[example.case]

    def _header(self) -> Header:
        rungs = [len(self._options.climb.rungs(port)) for port in self._ports]
        cases = [len(self._cases[port.number_format]) for port in self._ports]
        return Header(
            versions={
                "goldstep": __version__,
                "python": platform.python_version(),
                "mpmath": mpmath.__version__,
                "numpy": version("numpy"),
            },
            vectors=self._digest,
            command=list(self._options.command),
            time=datetime.now(UTC).isoformat(timespec="seconds"),
            machine={
                "system": platform.system(),
                "machine": platform.machine(),
                "processors": os.cpu_count() or 1,
            },
            seed=self._options.seed,
            isolation=self._sandbox.in_words,
            ports=len(self._ports),
            rungs=sum(rungs),
            cases=sum(count * many for count, many in zip(rungs, cases, strict=True)),
        )

    def _port_record(self, port: Port, rungs: Sequence[int]) -> PortRecord:
        patches = [port.folder / repair.patch for repair in port.repairs]
        diffs = placed_diffs(patches, port.folder)
        return PortRecord(
            port=port.name,
            title=port.table.title,
            language=port.table.language,
            number_format=port.number_format,
            epsilon=port.epsilon,
            rungs=[rung_label(port, repairs) for repairs in rungs],
            cases=len(self._cases[port.number_format]),
            folder=folder_in_repository(port.folder),
            repairs=[
                RepairText(repair.patch, repair.why, diff)
                for repair, diff in zip(port.repairs, diffs, strict=True)
            ],
        )


def _select(ports: Sequence[Port], options: Options) -> list[Port]:
    """The ports that are run: of the given number format, held to the given column."""
    selected = [p for p in ports if options.number_format in (None, p.number_format)]
    if options.epsilon is None:
        return selected
    # A port whose matrix has both columns has a variant for each; any other is held to this one.
    return [
        replace(port, epsilon=options.epsilon) if "epsilon" not in port.placeholders else port
        for port in selected
        if "epsilon" not in port.placeholders or port.epsilon == options.epsilon
    ]


def _select_cases(
    vectors: Vectors, number_format: FormatName, options: Options
) -> tuple[VectorCase, ...]:
    """The cases that are run; raises UsageError for a group or case that there is not."""
    groups = {file.group for file in vectors.files}
    for pattern in options.groups:
        if not fnmatch.filter(groups, pattern):
            raise unknown("group", pattern, groups)
    ids = {case.id for _, case in vectors.cases()}
    for case_id in options.case_ids:
        if case_id not in ids:
            raise unknown("case", case_id, ids)
    return tuple(
        case
        for file, case in vectors.cases()
        if file.number_format == number_format
        and (not options.groups or any(fnmatch.fnmatch(file.group, p) for p in options.groups))
        and (not options.case_ids or case.id in options.case_ids)
    )


def command_line() -> tuple[str, ...]:
    """The command as it was typed, for the results' header."""
    return (Path(sys.argv[0]).name, *sys.argv[1:])
