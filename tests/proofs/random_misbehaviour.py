"""Random mixtures of everything that a port can do wrong: the harness must end, and tell all.

    python -m proofs.random_misbehaviour RUNS [--first SEED] [--jobs JOBS]

prints what became of so many mixtures, and each in which the harness did wrong: exit code 1.
"""

from __future__ import annotations

import argparse
import functools
import multiprocessing
import os
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from goldstep import Options, Results
from goldstep.paths import vectors_folder
from goldstep.supervision.isolation import SandboxMode
from goldstep.vectors.folder import load_vectors
from support.misbehaviour import formula_vectors, new_port, verify

RUN_KEYS = "case_timeout = 0.3\nrestarts = 3"
LIMITS = "open_files = 64\nprocesses = 60"


@dataclass
class Summary:
    """What became of mixtures, counted; ``faults`` are the harness's, by seed."""

    runs: int = 0
    cases: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    faults: dict[int, str] = field(default_factory=dict)
    longest: float = 0.0

    def add(self, other: Summary) -> None:
        """Counts further mixtures."""
        self.runs += other.runs
        self.cases += other.cases
        self.findings += other.findings
        self.faults |= other.faults
        self.longest = max(self.longest, other.longest)

    def in_words(self, seconds: float) -> str:
        """One line."""
        outcomes = ", ".join(f"{count} {name}" for name, count in self.cases.most_common())
        findings = ", ".join(f"{count} {name}" for name, count in self.findings.most_common())
        return (
            f"{self.runs} runs, {self.cases.total()} cases ({outcomes}); findings: {findings}; "
            f"{seconds:.0f} s, {self.longest:.1f} s the longest; {len(self.faults)} faults"
        )


@functools.cache
def some_cases() -> tuple[str, ...]:
    """The cases that each mixture is sent."""
    vectors = load_vectors(vectors_folder())
    formula = [f for f in vectors.files if (f.group, f.number_format) == ("formula", "float64")]
    return tuple(case.id for file in formula for case in file.cases[:10] + file.cases[-5:])


def mixture(seed: int) -> Summary:
    """One mixture: its seed decides also whether the port is isolated, and in how many processes.

    It is a fault of the harness if it does not end in time, raises anything, leaves anything behind
    or has a case in no record or in several.
    """
    summary = Summary(runs=1)
    try:
        results, summary.longest = _run(seed)
    except Exception as error:
        summary.faults[seed] = f"{type(error).__name__}: {error}"
        return summary
    summary.cases.update(results.footer.cases)
    summary.findings.update(finding.id for finding in results.findings())
    return summary


def _run(seed: int) -> tuple[Results, float]:
    with tempfile.TemporaryDirectory(prefix="mixture-") as name:
        folder, token = Path(name), uuid.uuid4().hex
        port = new_port(folder, "erratic_port.py", str(seed), token, keys=(RUN_KEYS, LIMITS))
        options = Options(
            case_ids=some_cases(),
            jobs=1 + seed % 3,
            sandbox=SandboxMode.OFF if seed % 2 else SandboxMode.AUTO,
            seed=seed,
            vectors=formula_vectors(folder / "vectors"),
        )
        run = verify(port, options, folder / "temporary", token)
        stream = folder / "results.ndjson"
        run.results.write(stream)
        assert Results.read(stream) == run.results
        wrong = run.results.findings()
        assert run.results.exit_code == (1 if wrong else 0)
        assert wrong or set(run.outcomes.values()) == {"passed"}
        return run.results, run.seconds


def mixtures(seeds: Iterable[int], jobs: int = 1) -> Summary:
    """Many of them, in as many processes."""
    total = Summary()
    if jobs == 1:
        for seed in seeds:
            total.add(mixture(seed))
        return total
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        for summary in pool.imap_unordered(mixture, seeds):
            total.add(summary)
    return total


def main() -> int:
    """Reads the arguments, and prints the summary."""
    parser = argparse.ArgumentParser(description=__doc__, usage="%(prog)s RUNS [options]")
    parser.add_argument("runs", type=int)
    parser.add_argument("--first", type=int, default=1, help="the seed of the first (1)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    started = time.monotonic()
    seeds = range(arguments.first, arguments.first + arguments.runs)
    summary = mixtures(seeds, arguments.jobs)
    for seed, fault in sorted(summary.faults.items()):
        print(f"seed {seed}: {fault}")
    print(summary.in_words(time.monotonic() - started))
    return 1 if summary.faults else 0


if __name__ == "__main__":
    sys.exit(main())
