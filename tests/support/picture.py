"""The picture of a report that the README shows: ``make picture`` draws it anew.

Of two ports: the document's Java program with its repairs, and one that computes another algorithm.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import goldstep
from goldstep.port.template import new_port
from goldstep.report.formats.html import FORMAT as HTML
from goldstep.results.value import Report
from playwright.sync_api import sync_playwright
from support.browser import FLAGS, browser, environment
from support.repository import ROOT

PICTURE = ROOT / "docs" / "static" / "report.png"
_WIDTH, _HEIGHT = 1200, 760


def main() -> None:
    """Draws it."""
    with tempfile.TemporaryDirectory() as name:
        port = Path(name) / "my-port"
        new_port(port, "python")
        source = port / "rmsprop.py"
        text = source.read_text()
        outside = text.replace(
            "np.sqrt(average + self.epsilon)", "(np.sqrt(average) + self.epsilon)"
        )
        assert outside != text
        source.write_text(outside)
        results = goldstep.verify(str(port / "port.toml"), "java", "numpy")
        HTML.write(Report.of(results), Path(name) / "report")
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=str(browser()), args=list(FLAGS), env=environment()
            )
            page = chromium.new_page(viewport={"width": _WIDTH, "height": _HEIGHT})
            page.goto((Path(name) / "report" / "index.html").as_uri())
            page.screenshot(path=PICTURE)
            chromium.close()
    print(PICTURE)


if __name__ == "__main__":
    main()
