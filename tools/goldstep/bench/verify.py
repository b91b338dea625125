"""How long `goldstep verify` takes once everything is built, beside what its ports take themselves.

The command is run as people run it, start included. What ports take is the processor time of their
own processes, builds and examples included, without the harness that waits for them.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import goldstep
from goldstep import Options
from goldstep.errors import ExitCode, HarnessError
from goldstep.port.selection import bundled_ports
from goldstep.supervision.isolation import SandboxMode
from goldstep.supervision.process import processor_seconds

_SEED = "1"  # the same sample is sent again each time
_COMMAND = "from goldstep.cli import main; main()"
_JUDGED = (ExitCode.CONFORMS, ExitCode.FINDING, ExitCode.STALE)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the command: seconds of the clock, and of processors, its ports' included."""

    seconds: float
    processor_seconds: float


@dataclass(frozen=True, slots=True)
class Measured:
    """Runs with all ports, and each port's own processor seconds in a run of it alone."""

    runs: tuple[Run, ...]
    ports: dict[str, float]

    @property
    def typical(self) -> Run:
        """The run of median length."""
        return sorted(self.runs, key=lambda run: run.seconds)[(len(self.runs) - 1) // 2]

    @property
    def slowest(self) -> str:
        """The port that takes most."""
        return max(self.ports, key=lambda name: self.ports[name])

    @property
    def ratio(self) -> float:
        """How many times as long as the slowest port's own time a run is."""
        return statistics.median(run.seconds for run in self.runs) / self.ports[self.slowest]

    @property
    def harness(self) -> float:
        """Processor seconds of a run that are no port's own."""
        return self.typical.processor_seconds - sum(self.ports.values())


def bench_verify(ports: Sequence[str], runs: int, mode: SandboxMode) -> Measured:
    """So many runs with these ports, or all, after one that builds; then each port by itself.

    Raises GoldstepError where they cannot be run.
    """
    ports = ports or list(dict.fromkeys(port.table.name for port in bundled_ports()))
    _run(ports, mode)
    measured = tuple(_run(ports, mode) for _ in range(runs))
    return Measured(measured, {port: _own_seconds(port, mode) for port in ports})


def _run(ports: Sequence[str], mode: SandboxMode) -> Run:
    """One run of the command, which has to judge everything; it may find what it likes."""
    command = [sys.executable, "-c", _COMMAND, "verify", *ports, "--quiet"]
    started, before = time.perf_counter(), _of_children()
    ran = subprocess.run(
        [*command, "--seed", _SEED, "--sandbox", mode.value],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    run = Run(time.perf_counter() - started, _of_children() - before)
    if ran.returncode not in _JUDGED:
        raise HarnessError(f"`goldstep verify` ended with {ran.returncode}: {ran.stderr.strip()}")
    return run


def _own_seconds(port: str, mode: SandboxMode) -> float:
    before = processor_seconds()
    goldstep.verify(port, options=Options(seed=int(_SEED), sandbox=mode))
    return processor_seconds() - before


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
