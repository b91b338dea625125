"""The pages in a browser: what they say, what they do, and that everybody can use them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from goldstep.report.formats.html import FORMAT as HTML
from goldstep.results.records import CaseRecord
from goldstep.results.value import Report
from goldstep_reference.arithmetic.choices import CHOICES
from goldstep_reference.rmsprop import flags
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
    "real/ports/mine/cases-0.html#case=rmsprop/float64/range-limits/overflow-far-above-then-finite",
    "ladder/glossary.html",
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
        file, _, fragment = name.partition("#")
        self.page.goto(f"{(self.folder / file).as_uri()}#{fragment}")
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
        outcome, _, group, error, came = by_name[case.name]
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
    assert finding.count() == 1  # what is known is folded
    search = page.get_by_label("Search").first
    search.fill("unresolved")
    expect(finding).to_contain_text("unresolved-symbol")
    expect(page).to_have_url(re.compile(r"index.html#search=unresolved$"))
    search.press("Escape")
    expect(page.locator("form output").first).to_have_text("2 shown")
    expect(page).to_have_url(re.compile(r"index.html$"))
    finding = finding.first
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
    page.wait_for_url(f"**/cases-0.html#case=rmsprop/float64/*/{name}")
    assert page.locator("tr.opened th").inner_text() == name
    expect(page.locator(".detail")).to_contain_text("were not here")  # vectors of a made-up digest


def test_a_case_says_what_it_is_and_what_came(window: Window) -> None:
    place = "case=rmsprop/float64/epsilon-placement/epsilon-1e-12-gradient-far-below-root"
    page = window.open(f"real/ports/mine/cases-0.html#{place}")
    detail = page.locator(".detail")
    expect(detail).to_contain_text("One step with gradient 1e-8 at epsilon 1e-12, from weight 0.")
    facts = detail.locator("dl > div").all_inner_texts()
    assert [" ".join(each.split()) for each in facts] == [
        "learning rate 0.001",
        "decay rate 0.9",
        "epsilon 1e-12",
        "weights w1 = [0.0]",
        "gradient, step 1 w1 = [1e-08]",
        f"EpsilonPlacement {flags.FLAGS['EpsilonPlacement']}",
    ]
    values = detail.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))"
    )
    assert [value[:4] for value in values] == [
        ["step 1, w1[0]", "-9.999950000374997e-06", "9.999950000374997e-06", "3.36e+04"],
        ["step 1, average of w1[0]", "9.999999999999998e-18", "-9.999999999999998e-18", "3.36e+04"],
    ]


def test_cases_are_opened_by_their_names(window: Window) -> None:
    page = window.open("real/ports/mine/cases-0.html")
    detail = page.locator(".detail")
    name = page.get_by_role("link", name="overflow-far-above-then-finite")
    name.click()
    expect(detail).to_contain_text(CHOICES["narrow-range"].meaning)
    expect(page).to_have_url(re.compile(r"#case=rmsprop/float64/range-limits/[\w-]+$"))
    page.get_by_role("button", name="error in budgets").click()
    expect(page.locator("tr.opened + .detail")).to_have_count(1)
    name.click()
    expect(detail).to_have_count(0)
    expect(page).to_have_url(re.compile(r"html$"))
    page.locator("tr[data-outcome=not-run] a").click()
    expect(detail.locator("tbody th").nth(1)).to_contain_text("average of")
    page.locator("tr[data-group=invalid-input] a").click()
    expect(detail).to_contain_text("The input has to be refused")
    page.locator("tr[data-group=parameters] a").click()
    expect(detail.locator("tbody tr")).to_have_count(100)
    detail.get_by_role("button").click()
    errors = page.locator("tr[data-group=parameters] td span").text_content() or ""
    assert detail.locator("tbody tr").count() == len(errors.split()) > 100


def test_what_is_searched_for_stands_in_the_address(window: Window) -> None:
    page = window.open("large/ports/port-0/cases-0.html#outcome=failed&search=formula%20number-1")
    shown = page.locator("#case-list tr:visible")
    assert shown.count() == 1
    assert page.get_by_label("Outcome").input_value() == "failed"
    page.get_by_label("Group").select_option("accumulation")
    expect(shown).to_have_count(0)
    expect(page).to_have_url(re.compile("group=accumulation"))
    page.evaluate("location.hash = '#group=formula'")
    expect(shown).to_have_count(15)
    assert page.get_by_role("searchbox").input_value() == ""


def test_new_findings_come_first(window: Window) -> None:
    page = window.open("ladder/index.html")
    order = page.locator("h2").all_inner_texts()
    assert order[:2] == ["New findings 1", "Ports"]
    first = page.locator(".finding").first
    assert "new" in (first.get_attribute("class") or "").split()
    box = first.bounding_box()
    assert box
    assert box["y"] < WIDE["height"]
    # A link to one that is folded opens it.
    page.evaluate("location.hash = '#finding-1'")
    expect(page.locator("#finding-1 .code").first).to_be_visible()


def test_the_head_of_the_kill_matrix_stays(window: Window) -> None:
    page = window.open("ladder/kill-matrix.html")
    table = page.locator(".scroll").first
    head = table.locator("thead th").first
    table.scroll_into_view_if_needed()
    before = head.bounding_box()
    table.evaluate("box => box.scrollTo(200, 500)")
    assert head.bounding_box() == before


def test_on_a_telephone_the_outcome_is_seen_first(chromium: Browser, folder: Path) -> None:
    window = Window(chromium, folder, viewport=NARROW)
    page = window.open("large/ports/port-0/cases-0.html")
    row = page.locator("#case-list tr").first
    cells = [cell.bounding_box() for cell in row.locator("> *").all()]
    assert all(box and box["x"] + box["width"] <= NARROW["width"] for box in cells)
    assert row.inner_text().split()[:2] == ["failed", "number-0"]
    window.close()
    assert window.faults == []


def test_the_name_of_epsilon_is_above_its_plot(window: Window) -> None:
    page = window.open("ladder/ports/mine/sweep-1.svg")
    name = page.get_by_text("average = ε").bounding_box()
    infinite = page.get_by_text("∞").bounding_box()
    assert name
    assert infinite
    assert name["y"] >= 0
    assert name["y"] + name["height"] <= infinite["y"] + infinite["height"] / 2 + 1
    assert name["x"] >= 0
    assert name["x"] + name["width"] <= 620


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
        if file.name == "glossary.html":  # which has nothing from outside
            continue
        page = window.open(str(file.relative_to(window.folder)))
        text = page.locator("main").inner_text()
        assert "<script>window.hacked = 1</script>" in text
        assert "{{ 7 * 7 }}" in text
        assert page.evaluate("window.hacked") is None
        assert page.locator("img[src=x], main script").count() == 0
        assert max(map(len, text.split("\n"))) < 15_000
        assert "\\x1b[31m" in text
        assert "\\u202e" in text
