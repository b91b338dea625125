"""How quickly the harness sends cases to a port and judges them, and what it needs for that.

Cases of one element and one step: the port computes next to nothing, and what is left is the
harness, the pipes and the port's own reading and writing.
"""

from __future__ import annotations

import gc
import os
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec
from goldstep_reference.numbers.number_format import NUMBER_FORMATS, NumberFormat
from goldstep_reference.rmsprop.algorithm import RMSPROP
from goldstep_reference.rule.case import Case

from goldstep.build.build import BuildFailed, build
from goldstep.build.commands import Commands
from goldstep.build.toolchain import resolve
from goldstep.connection.outcomes import Answered
from goldstep.connection.session import Session
from goldstep.diagnosis.further import vector_case
from goldstep.errors import HarnessError
from goldstep.judge.prediction import Predictor
from goldstep.judge.verdicts import Verdicts
from goldstep.port.port import Port
from goldstep.port.workspace import workspace
from goldstep.results.records import CaseRecord, RungKey, encode
from goldstep.supervision.isolation import SandboxMode, sandbox
from goldstep.vectors.case import VectorCase, case_type

_DIFFERENT = 500  # cases, made by the reference; then they come again
_WARM_UP = 30_000  # cases: a virtual machine compiles what runs often
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """So many cases through a process that is warm.

    Seconds are of the clock; ``harness_us`` is the harness's own processor time for a case, the
    making of the case left out. ``memory_mb`` is what the harness holds at the end.
    """

    cases: int
    seconds: float
    harness_us: float
    memory_mb: float

    @property
    def rate(self) -> float:
        """Cases in a second."""
        return self.cases / self.seconds


def bench_harness(port: Port, most: int, mode: SandboxMode) -> Iterator[Run]:
    """Runs of 10^4 cases, 10^5, and so on up to ``most``, through one process of the port.

    The port is run with all its repairs, and its numbers have to conform. Raises HarnessError where
    they do not, ToolchainError where it cannot be run.
    """
    toolchain = resolve(port.table.toolchain, port.folder)
    cases = _Cases(NUMBER_FORMATS[port.number_format])
    with workspace(port, len(port.repairs), toolchain.equipment) as place:
        built = build(place, toolchain)
        if isinstance(built, BuildFailed):
            raise HarnessError(
                f"{port.name} does not build", hint=f"see `goldstep verify {port.name}`"
            )
        command = Commands(place, toolchain, built.folder).fill(port.table.run.command)
        launch = place.launch(command, sandbox(mode))
        with Session(port, launch, on_ready=_ignore, on_incident=_ignore) as session:
            run = partial(_run, port, session, cases)
            run(_WARM_UP)
            count = 10_000
            while count < most:
                yield run(count)
                count *= 10
            yield run(most)


class _Cases:
    """Makes cases as they are asked for, each a value of its own as one read from a file is."""

    def __init__(self, number_format: NumberFormat) -> None:
        self._type = case_type(RMSPROP)
        self._made = [
            msgspec.to_builtins(vector_case(RMSPROP, _case(number_format, number), number_format))
            for number in range(_DIFFERENT)
        ]

    def make(self, count: int) -> Iterator[VectorCase]:
        """So many cases."""
        for number in range(count):
            yield msgspec.convert(self._made[number % _DIFFERENT], self._type)

    def seconds(self, count: int) -> float:
        """Processor time that this takes for so many cases, by making a part of them."""
        part = min(count, 10_000)
        before = time.process_time()
        for _ in self.make(part):
            pass
        return (time.process_time() - before) * count / part


def _run(port: Port, session: Session, cases: _Cases, count: int) -> Run:
    """Judges so many cases and writes their records, as `verify` does, and keeps nothing."""
    gc.collect()
    making = cases.seconds(count)
    with Path(os.devnull).open("wb", buffering=0) as results:

        def record(record: CaseRecord) -> None:
            results.write(encode(record))

        verdicts = Verdicts(port, RungKey(port.name, 0), Predictor(), record)
        started, before = time.perf_counter(), time.process_time()
        for case, outcome in session.run(cases.make(count)):
            verdicts.take(case, outcome)
            if not (isinstance(outcome, Answered) and verdicts.judgements.pop().passed):
                raise HarnessError(
                    f"{port.name} does not conform in what is measured",
                    hint="name a port that conforms",
                )
        seconds = time.perf_counter() - started
        processor = time.process_time() - before
    return Run(count, seconds, 1e6 * max(0.0, processor - making) / count, _memory_mb())


def _case(number_format: NumberFormat, number: int) -> Case:
    return Case(
        name=f"small-{number}",
        description="One element and one step.",
        flags=(),
        hyper_parameters=RMSPROP.rule.defaults(number_format),
        weights={"w1": (number_format.parse(f"{number % 20 / 10}"),)},
        gradients=({"w1": (number_format.parse(f"{(number - 250) / 31:.3f}"),)},),
        record=(1,),
    )


def _memory_mb() -> float:
    """What this process holds now; where that cannot be seen, the most that it has held."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most * (1 if sys.platform == "darwin" else 1024) / _MEGABYTE
    return pages * resource.getpagesize() / _MEGABYTE


def _ignore(_: object) -> None:
    pass
