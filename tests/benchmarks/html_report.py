"""How long a large report takes: to be written, and to be opened in a browser.

``python -m benchmarks.html_report``: 100,000 cases written, in seconds and megabytes (at most 10
and 500); then 10 ports of 3,000 cases each, opened (each page at most a second).
"""

from __future__ import annotations

import resource
import statistics
import tempfile
import time
from pathlib import Path

from goldstep.report.formats.html import FORMAT as HTML
from goldstep.results.value import Report
from playwright.sync_api import sync_playwright
from support.browser import FLAGS, browser, environment
from support.streams import large

_LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"
_TIMES = 5


def main() -> None:
    """Prints the measurements."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for cases in (1_000, 3_000):
            rungs = 10 if cases == 1_000 else 1
            large(10, rungs, cases).write(folder / f"{cases}.ndjson")
        _measure_writing(folder)
        HTML.write(Report.read(folder / "3000.ndjson"), folder / "report-3000")
        _measure_opening(folder / "report-3000")


def _measure_writing(folder: Path) -> None:
    wall, processor = time.perf_counter(), time.process_time()
    HTML.write(Report.read(folder / "1000.ndjson"), folder / "report-1000")
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"100,000 cases: {wall:.1f} s ({processor:.1f} s of the processor), {megabytes:.0f} MB")


def _measure_opening(folder: Path) -> None:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=str(browser()), args=list(FLAGS), env=environment()
        )
        page = chromium.new_page()
        for name in ("index.html", "ports/port-0/index.html", "ports/port-0/cases-0.html"):
            seconds = []
            for _ in range(_TIMES):
                page.goto((folder / name).as_uri())
                seconds.append(page.evaluate(_LOADED) / 1000)
            print(f"{name}: {statistics.median(seconds):.2f} s to open, at most {max(seconds):.2f}")
        chromium.close()


if __name__ == "__main__":
    main()
