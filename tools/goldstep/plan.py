"""What a run of `verify` runs: which ports, at which rungs, with which cases."""

from __future__ import annotations

import fnmatch
import operator
import os
import platform
import secrets
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import mpmath
from goldstep_reference.algorithms import ALGORITHMS

from goldstep.build.toolchain import ResolvedToolchain, resolve
from goldstep.errors import PortFileError, UsageError, unknown
from goldstep.judge.prediction import Predictor
from goldstep.paths import folder_in_repository, vectors_folder
from goldstep.port.ladder import Climb, rung_label
from goldstep.port.patches import placed_diffs
from goldstep.port.port import Port
from goldstep.port.selection import select_ports
from goldstep.port.table import FormatName, ToolchainSpec
from goldstep.results.records import Header, PortRecord, RepairText
from goldstep.rung import RungInputs, Settings
from goldstep.supervision.isolation import SandboxMode, sandbox
from goldstep.vectors.case import VectorCase
from goldstep.vectors.folder import Vectors, load_vectors
from goldstep.version import __version__


@dataclass(frozen=True, slots=True)
class Options:
    """What `verify` runs, beside the ports; the defaults run everything."""

    climb: Climb = Climb.WHOLE_LADDER
    algorithm: str | None = None
    number_format: FormatName | None = None
    epsilon: str | None = None
    groups: tuple[str, ...] = ()  # patterns as in a shell
    case_ids: tuple[str, ...] = ()
    max_failures: int | None = None  # of one rung; it ends there
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    vectors: Path | None = None
    sandbox: SandboxMode = SandboxMode.AUTO
    seed: int = field(default_factory=lambda: secrets.randbelow(2**32))
    command: tuple[str, ...] = ()  # as the results' header shows it


@dataclass(frozen=True)
class Plan:
    """What a run runs: ports, the cases of each number format, and what all rungs share."""

    ports: Sequence[Port]
    vectors: Vectors
    options: Options
    cases: Mapping[str, tuple[VectorCase, ...]]  # of each port, by its name
    settings: Settings
    _toolchains: dict[tuple[ToolchainSpec, Path], ResolvedToolchain] = field(default_factory=dict)
    _resolving: threading.Lock = field(default_factory=threading.Lock)

    def rungs(self, port: Port) -> tuple[int, ...]:
        """The rungs that are run, as numbers of repairs."""
        return self.options.climb.rungs(port)

    def shows_all_known(self, port: Port) -> bool:
        """Whether this run would see all that port.toml lists as known."""
        options = self.options
        is_part = bool(options.groups or options.case_ids or options.max_failures)
        return not (is_part or port.is_held_to_another_column)

    def rung(self, port: Port, repairs: int) -> RungInputs:
        """What a rung is run with. Raises GoldstepError."""
        cases = self.cases[port.name]
        toolchain = self._toolchain(port)
        return RungInputs(port, repairs, toolchain, cases, self._example_case(port), self.settings)

    def _toolchain(self, port: Port) -> ResolvedToolchain:
        """One at a time: what two ports need is fetched once."""
        key = port.table.toolchain, port.folder
        with self._resolving:
            if key not in self._toolchains:
                self._toolchains[key] = resolve(*key)
            return self._toolchains[key]

    def _example_case(self, port: Port) -> VectorCase | None:
        example = port.table.example
        if example is None or example.case is None:
            return None
        for _, case in self.vectors.cases():
            if case.id == example.case:
                return case
        raise PortFileError(
            f"there is no case {example.case!r}",
            place=f"{port.file}, example.case",
            hint="see `goldstep vectors list`",
        )

    def header(self) -> Header:
        """The record that begins the stream."""
        rungs = [len(self.rungs(port)) for port in self.ports]
        cases = [len(self.cases[port.name]) for port in self.ports]
        return Header(
            versions={
                "goldstep": __version__,
                "python": platform.python_version(),
                "mpmath": mpmath.__version__,
                "numpy": version("numpy"),
            },
            vectors=self.vectors.digest,
            command=list(self.options.command),
            time=datetime.now(UTC).isoformat(timespec="seconds"),
            machine={
                "system": platform.system(),
                "machine": platform.machine(),
                "processors": os.cpu_count() or 1,
            },
            seed=self.settings.seed,
            isolation=self.settings.sandbox.in_words,
            ports=len(self.ports),
            rungs=sum(rungs),
            cases=sum(map(operator.mul, rungs, cases)),
        )

    def port_record(self, port: Port) -> PortRecord:
        """The record that announces a port."""
        patches = [port.folder / repair.patch for repair in port.repairs]
        diffs = placed_diffs(patches, port.folder)
        return PortRecord(
            port=port.name,
            title=port.table.title,
            language=port.table.language,
            number_format=port.number_format,
            epsilon=port.column,
            rungs=[rung_label(port, repairs) for repairs in self.rungs(port)],
            cases=len(self.cases[port.name]),
            folder=folder_in_repository(port.folder),
            repairs=[
                RepairText(repair.patch, repair.why, diff)
                for repair, diff in zip(port.repairs, diffs, strict=True)
            ],
        )


def make_plan(names: tuple[str, ...], options: Options) -> Plan:
    """What is run; raises GoldstepError for what makes the whole run impossible."""
    vectors = load_vectors(options.vectors or vectors_folder())
    ports = ports_to_run(names, options)
    chosen = _chosen(vectors, options)
    cases = {port.name: tuple(_of_port(port, chosen)) for port in ports}
    if not any(cases.values()):
        formats = sorted({port.number_format for port in ports})
        raise UsageError(
            f"no case is of the ports' number format, {', '.join(formats)}",
            hint="see `goldstep vectors list --number-format`",
        )
    settings = Settings(
        Predictor(),
        sandbox(options.sandbox),
        options.seed,
        max(1, options.jobs // sum(len(options.climb.rungs(port)) for port in ports)),
        options.max_failures,
    )
    return Plan(ports, vectors, options, cases, settings)


def ports_to_run(names: tuple[str, ...], options: Options) -> list[Port]:
    """The variants that `verify` runs, held to the column that the options name.

    Raises UsageError if there are none, and PortFileError.
    """
    if options.algorithm not in {None, *ALGORITHMS}:
        raise unknown("algorithm", str(options.algorithm), ALGORITHMS)
    ports = [
        port
        for port in select_ports(names)
        if options.number_format in (None, port.number_format)
        and options.algorithm in (None, port.algorithm.name)
    ]
    if options.epsilon:
        # A port whose matrix has both columns has a variant for each; others are held to this one.
        ports = [
            replace(port, column=options.epsilon)
            for port in ports
            if options.epsilon in port.algorithm.columns
            and ("column" not in port.placeholders or port.column == options.epsilon)
        ]
    if not ports:
        wanted = " and ".join(
            filter(None, (options.algorithm, options.number_format, options.epsilon))
        )
        raise UsageError(f"none of these ports is {wanted}", hint="see `goldstep ports list`")
    return ports


def _chosen(vectors: Vectors, options: Options) -> Sequence[VectorCase]:
    """The cases that are chosen; raises UsageError for a group or case that there is not."""
    groups = {file.group for file in vectors.files}
    for pattern in options.groups:
        if not fnmatch.filter(groups, pattern):
            raise unknown("group", pattern, groups)
    ids = {case.id for _, case in vectors.cases()}
    for case_id in options.case_ids:
        if case_id not in ids:
            raise unknown("case", case_id, ids)
    return [
        case
        for file, case in vectors.cases()
        if (not options.groups or any(fnmatch.fnmatch(file.group, p) for p in options.groups))
        and (not options.case_ids or case.id in options.case_ids)
    ]


def _of_port(port: Port, cases: Iterable[VectorCase]) -> Iterator[VectorCase]:
    """Those of its algorithm and number format that use no option that it has not."""
    options, of = set(port.table.options), (port.algorithm, port.number_format)
    for case in cases:
        if (case.algorithm, case.number_format) == of and case.options <= options:
            yield case


def command_line() -> tuple[str, ...]:
    """The command as it was typed, for the results' header."""
    return (Path(sys.argv[0]).name, *sys.argv[1:])
