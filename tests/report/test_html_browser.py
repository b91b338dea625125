"""The pages in a browser: what they say, what they do, and that everybody can use them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from goldstep.report.formats.html import FORMAT as HTML
from goldstep.results.records import CaseRecord
from goldstep.results.value import Report
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect, sync_playwright
from support.browser import FLAGS, browser, environment, node
from support.pages import reports

pytestmark = pytest.mark.skipif(
    browser() is None, reason="there is no Chromium: python -m support.browser"
)

PAGES = (
    "ladder/index.html",
    "ladder/ports/mine/index.html",
    "ladder/kill-matrix.html",
    "large/ports/port-0/cases-0.html",
    "machines/index.html",
    "hostile/index.html",
)
# Of long tables, whose rows are alike: axe takes its time.
FEWER_ROWS = "document.querySelectorAll('tr:nth-child(n + 16)').forEach(row => row.remove())"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def written() -> dict[str, Report]:
    return reports()


@pytest.fixture(scope="module")
def folder(written: dict[str, Report], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for name, report in written.items():
        HTML.write(report, folder / name)
    return folder


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node()))
    with sync_playwright() as playwright:
        program = playwright.chromium.launch(
            executable_path=str(browser()), args=list(FLAGS), env=environment()
        )
        yield program
        program.close()


class Window:
    """A window without a network: what it asks for and complains of is taken down."""

    def __init__(self, chromium: Browser, folder: Path, **options: Any) -> None:
        self.folder = folder
        self.faults: list[str] = []
        self._context = chromium.new_context(**options)
        self._context.set_default_timeout(120_000)
        self.page: Page = self._context.new_page()
        self.page.route("**/*", self._let_through)
        self.page.on("console", self._take_down)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def open(self, name: str) -> Page:
        self.page.goto((self.folder / name).as_uri())
        return self.page

    def close(self) -> None:
        self._context.close()

    def _let_through(self, route: Route) -> None:
        if route.request.url.startswith("file://"):
            route.continue_()
        else:
            self.faults.append(route.request.url)
            route.abort()

    def _take_down(self, message: ConsoleMessage) -> None:
        self.faults.append(message.text)


@pytest.fixture
def window(chromium: Browser, folder: Path) -> Iterator[Window]:
    window = Window(chromium, folder, viewport=WIDE)
    yield window
    window.close()
    assert window.faults == []


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", NARROW)])
def test_everybody_can_use_it(
    chromium: Browser, folder: Path, scheme: Any, size: dict[str, int]
) -> None:
    window = Window(chromium, folder, color_scheme=scheme, viewport=size)
    for name in PAGES:
        page = window.open(name)
        page.evaluate(FEWER_ROWS)
        found = Axe().run(page, options={"preload": False}).response["violations"]
        assert [(name, each["id"], each["nodes"][0]["html"]) for each in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], name
    window.close()
    assert window.faults == []


def test_pictures_are_there(window: Window) -> None:
    page = window.open("ladder/ports/mine/index.html")
    for image in page.locator("img").all():
        image.scroll_into_view_if_needed()
        image.evaluate("image => image.decode()")
        assert image.evaluate("image => image.naturalWidth") > 0
    assert page.locator(".picture img").count() == 2 * (1 + 1 + 4)


def test_it_says_what_the_stream_says(window: Window, written: dict[str, Report]) -> None:
    report = written["large"]
    page = window.open("large/index.html")
    assert page.locator(".port").count() == len(report.ports)
    assert page.locator(".ladder li").count() == sum(len(port.rungs) for port in report.ports)
    assert page.locator(".finding").count() == len(list(report.findings()))
    (port,) = report.ports
    first = port.rungs[0]
    passed, failed = first.outcomes["passed"], first.outcomes["failed"]
    assert f"{passed} passed, {failed} failed" in page.locator(".ladder li").first.inner_text()
    page = window.open("large/ports/port-0/cases-0.html")
    rows = page.locator("#case-list tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    )
    assert len(rows) == len(first.cases)
    by_name = {row[1]: row for row in rows}
    for case in first.cases:
        group, _, outcome, error, came = by_name[case.name]
        assert (group, outcome) == (case.group, case.outcome)
        assert float(error) == pytest.approx(float(case.budgets or 0), rel=5e-3)
        assert not case.worst or f"got {case.worst.got}" in came
    values = page.locator("#case-list span").all_text_contents()
    assert values == [" ".join(by_id(first.cases)[row[1]].errors) for row in rows]


def by_id(cases: tuple[CaseRecord, ...]) -> dict[str, CaseRecord]:
    return {case.name: case for case in cases}


def test_cases_are_searched_filtered_and_sorted(window: Window, written: dict[str, Report]) -> None:
    cases = written["large"].ports[0].rungs[0].cases
    page = window.open("large/ports/port-0/cases-0.html")
    shown = page.locator("#case-list tr:visible")
    said = page.locator("form output")
    assert said.inner_text() == f"{len(cases)} shown"
    page.get_by_label("Outcome").select_option("failed")
    page.get_by_label("Group").select_option("accumulation")
    expected = [each for each in cases if (each.outcome, each.group) == ("failed", "accumulation")]
    assert shown.count() == len(expected) > 0
    assert said.inner_text() == f"{len(expected)} of {len(cases)} shown"
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("/")
    page.keyboard.type("Number-5 formula")
    page.get_by_label("Outcome").select_option("")
    page.get_by_label("Group").select_option("")
    expected = [each for each in cases if each.group == "formula" and "number-5" in each.id]
    expect(said).to_have_text(f"{len(expected)} of {len(cases)} shown")
    assert shown.count() == len(expected) > 0
    page.keyboard.press("Control+a")
    page.get_by_role("searchbox").press("Escape")
    assert shown.count() == len(cases)

    page.get_by_role("button", name="error in budgets").click()
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"
    errors = page.locator("#case-list td.number").evaluate_all(
        "cells => cells.map(cell => Number(cell.dataset.number))"
    )
    assert errors == sorted(errors, reverse=True)


def test_findings_are_filtered_and_reproduced(window: Window) -> None:
    page = window.open("ladder/index.html")
    finding = page.locator("#finding-list .finding:visible")
    assert finding.count() == 2
    page.get_by_label("Show").nth(1).select_option("known")
    assert finding.count() == 1
    assert "unresolved-symbol" in finding.inner_text()
    page.get_by_label("Show").nth(1).select_option("new")
    assert "sqrt(average) + self.epsilon" in finding.locator(".here").inner_text()
    assert "sqrt(average + self.epsilon)" in finding.locator(".added").inner_text()
    assert "Epsilon is added after the square root" in finding.inner_text()
    assert "-0.0031622775020545084" in finding.locator(".evidence").inner_text()
    command = page.locator("#runs ~ .run pre")
    page.locator(".run").get_by_role("button", name="Copy").click()
    expect(page.locator(".run .said")).not_to_be_empty()
    # Where the clipboard is not to be had, it is selected.
    copied = page.locator(".run .said").inner_text() == "Copied"
    text = page.evaluate("getSelection().toString()")
    assert command.inner_text() == "goldstep verify mine/port.toml --seed 7"
    assert copied or text == command.inner_text()


def test_a_cell_leads_to_its_case(window: Window, written: dict[str, Report]) -> None:
    page = window.open("large/ports/port-0/index.html")
    cell = page.locator(".grid").first.locator("i").nth(17)
    name = (cell.get_attribute("title") or "").split(":")[0]
    cell.click()
    page.wait_for_url("**/cases-0.html#case-17")
    assert page.locator("tr:target th").inner_text() == name


def test_everything_is_there_without_scripts(
    chromium: Browser, folder: Path, written: dict[str, Report]
) -> None:
    window = Window(chromium, folder, java_script_enabled=False)
    page = window.open("large/ports/port-0/cases-0.html")
    cases = written["large"].ports[0].rungs[0].cases
    assert page.locator("#case-list tr:visible").count() == len(cases)
    assert page.locator("form:visible, button:visible").count() == 0
    window.close()
    assert window.faults == []


def test_hostile_texts_are_shown_and_do_nothing(window: Window) -> None:
    for file in sorted((window.folder / "hostile").rglob("*.html")):
        page = window.open(str(file.relative_to(window.folder)))
        text = page.locator("main").inner_text()
        assert "<script>window.hacked = 1</script>" in text
        assert "{{ 7 * 7 }}" in text
        assert page.evaluate("window.hacked") is None
        assert page.locator("img[src=x], main script").count() == 0
        assert max(map(len, text.split("\n"))) < 15_000
        assert "\\x1b[31m" in text
        assert "\\u202e" in text
