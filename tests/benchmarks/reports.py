"""Seconds and memory that a report of 100,000 cases takes, in every format.

    make bench-report, or: python -m benchmarks.reports [CASES]

Each part is timed once, in a process of its own that has read the results. All of them together
have to be done in 10 s of a processor and 500 MB.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from goldstep.report.formats import all_formats
from goldstep.results.value import Report
from support.streams import large

T = TypeVar("T")
SECONDS, MEGABYTES = 10.0, 500
PORTS, RUNGS = 10, 10


def processor_seconds() -> float:
    """Of this process and of those that it waited for."""
    return sum(os.times()[:4])


def measure(file: Path) -> list[tuple[str, float, int]]:
    """Each part with its seconds and the bytes it makes; last the megabytes at most."""
    seconds = dict[str, float]()
    lengths = dict[str, int]()

    def timed(name: str, work: Callable[[], T]) -> T:
        started = processor_seconds()
        made = work()
        seconds[name] = processor_seconds() - started
        return made

    report = timed("reading", lambda: Report.read(file))
    timed("sorting by rungs", lambda: report.ports)
    timed("comparing with itself", lambda: report.changes_since(report))
    for form in all_formats():
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / form.name
            timed(form.name, partial(form.write, report, place))
            files = [place, *place.rglob("*")]
            lengths[form.name] = sum(file.stat().st_size for file in files if file.is_file())
    # In kilobytes, on Linux.
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        *((name, taken, lengths.get(name, 0)) for name, taken in seconds.items()),
        ("memory", megabytes, 0),
    ]


def main() -> int:
    """Prints the measures; 1 where they are above the limits."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "results.ndjson"
        large(PORTS, RUNGS, cases // (PORTS * RUNGS)).write(file)
        print(f"{cases:,} cases, {file.stat().st_size / 1e6:.1f} MB of results")
        with get_context("spawn").Pool(1) as pool:
            *rows, (_, megabytes, _) = pool.apply(measure, (file,))
    for name, seconds, length in rows:
        print(
            f"{name:22} {seconds:6.2f} s  {length / 1e6:7.2f} MB"
            if length
            else f"{name:22} {seconds:6.2f} s"
        )
    total = sum(seconds for _, seconds, _ in rows)
    print(
        f"{'all':22} {total:6.2f} s of {SECONDS:.0f}; {megabytes:.0f} MB of memory, of {MEGABYTES}"
    )
    return int(total > SECONDS or megabytes > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
