"""Runs the plans of a benchmark, a process for each number of threads, and puts them together."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from goldstep.bench.contestants import CONTESTANTS
from goldstep.bench.machine import machine
from goldstep.bench.speed import Plan, Timing
from goldstep.errors import HarnessError

FORMAT = "goldstep-speed/1"


@dataclass(frozen=True, slots=True)
class Speed:
    """All timings of a benchmark, with the machine and the versions."""

    machine: dict[str, str | int]
    versions: dict[str, str]
    repetitions: int
    timings: tuple[Timing, ...]

    def find(
        self, contestant: str, number_format: str, size: tuple[int, int], threads: int
    ) -> Timing | None:
        """One timing; None where it was not measured."""
        wanted = (contestant, number_format, *size, threads)
        for each in self.timings:
            place = (each.contestant, each.number_format, each.parameters, each.length)
            if (*place, each.threads) == wanted and not each.skipped:
                return each
        return None

    def as_object(self) -> dict[str, object]:
        """For programs; floating-point numbers are strings, as everywhere."""
        return {
            "format": FORMAT,
            "machine": self.machine,
            "versions": self.versions,
            "repetitions": self.repetitions,
            "timings": [_as_object(each) for each in self.timings],
        }


def _as_object(timing: Timing) -> dict[str, object]:
    known: dict[str, object] = {
        "contestant": timing.contestant,
        "number_format": timing.number_format,
        "parameters": timing.parameters,
        "length": timing.length,
        "threads": timing.threads,
    }
    if timing.skipped:
        return known | {"skipped": timing.skipped}
    seconds = {name: repr(getattr(timing, name)) for name in ("median", "low", "high")}
    return known | seconds


def measured(plans: Sequence[Plan]) -> Iterator[Timing]:
    """Timings as they come. Raises HarnessError where a process ends early."""
    for plan in plans:
        with subprocess.Popen(
            [sys.executable, "-m", "goldstep.bench.speed"],
            # Threads of one program that spin for work would slow the next one.
            env={"OMP_WAIT_POLICY": "passive", **os.environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdin
            assert process.stdout
            assert process.stderr
            process.stdin.write(msgspec.json.encode(plan))
            process.stdin.close()
            for line in process.stdout:
                yield msgspec.json.decode(line, type=Timing)
            said = process.stderr.read().decode(errors="replace").strip().splitlines()
        if process.returncode:
            raise HarnessError(
                f"the benchmark ended with {process.returncode}: {said[-1] if said else ''}",
                hint="leave out the program that fails by naming others with --only",
            )


def put_together(timings: Sequence[Timing], repetitions: int) -> Speed:
    """With what they were measured on."""
    versions = {name: v for each in CONTESTANTS for name, v in each.versions.items()}
    return Speed(machine(), versions, repetitions, tuple(timings))
