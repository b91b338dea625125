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
from multiprocessing import get_context
from pathlib import Path

from goldstep.report import Report
from goldstep.report.badge import badge, endpoint
from goldstep.report.comparison import compare
from goldstep.report.html import write_html
from goldstep.report.junit import junit
from goldstep.report.markdown import markdown
from goldstep.report.sarif import sarif
from goldstep.report.table import table
from support.streams import large

SECONDS, MEGABYTES = 10.0, 500
PORTS, RUNGS = 10, 10


def _html(report: Report) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        write_html(report, Path(folder))
        return b"".join(file.read_bytes() for file in Path(folder).rglob("*") if file.is_file())


RENDERERS: dict[str, Callable[[Report], bytes]] = {
    "JUnit XML": junit,
    "SARIF": sarif,
    "Markdown": lambda report: markdown(report).encode(),
    "badge": lambda report: endpoint(report) + badge(report),
    "CSV": lambda report: table(report).encode(),
    "HTML": _html,
}


def processor_seconds() -> float:
    """Of this process and of those that it waited for."""
    return sum(os.times()[:4])


def measure(file: Path) -> list[tuple[str, float, int]]:
    """Each part with its seconds and the bytes it makes; last the megabytes at most."""
    rows = []

    def timed(name: str, work: Callable[[], object]) -> object:
        started = processor_seconds()
        made = work()
        length = len(made) if isinstance(made, bytes) else 0
        rows.append((name, processor_seconds() - started, length))
        return made

    report = timed("reading", lambda: Report.read(file))
    assert isinstance(report, Report)
    timed("sorting by rungs", lambda: report.ports)
    timed("comparing with itself", lambda: compare(report, report))
    for name, render in RENDERERS.items():
        timed(name, lambda render=render: render(report))  # type: ignore[misc]
    # In kilobytes, on Linux.
    rows.append(("memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 0))
    return rows


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
