"""The documentation site: it builds without a warning, and what it says is of today."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from goldstep.report.formats import all_formats
from goldstep.results.kinds import FINDINGS
from goldstep_reference.arithmetic.choices import CHOICES
from goldstep_reference.rmsprop.flags import FLAGS
from goldstep_reference.rmsprop.groups import GROUPS
from goldstep_reference.rmsprop.libraries import LIBRARIES
from goldstep_reference.rmsprop.requirements import REQUIREMENTS
from support.repository import ROOT
from support.site_page import Page, pages

REPORT = "report/index.html"  # which `make docs` puts there


@pytest.fixture(scope="session")
def site_pages(site: Path) -> dict[Path, Page]:
    return pages(site)


def words(text: str) -> str:
    """Without Markdown's marks, and with single blanks: as a page's text has it."""
    return re.sub(r"\s+", " ", re.sub(r"[`*]", "", text)).strip()


def page(site: Path, pages: dict[Path, Page], name: str) -> Page:
    return pages[site / f"{name}.html"]


def test_every_link_within_the_site_resolves(site: Path, site_pages: dict[Path, Page]) -> None:
    broken = []
    followed = 0
    for file, source in site_pages.items():
        for link in source.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            if target == site / REPORT:
                continue
            followed += 1
            if not target.is_file() or (
                parts.fragment and unquote(parts.fragment) not in site_pages[target].anchors
            ):
                broken.append((file.name, link))
    assert broken == []
    assert followed > 500


def test_make_puts_the_report_where_it_is_linked(site_pages: dict[Path, Page]) -> None:
    assert any(REPORT in source.links for source in site_pages.values())
    said = subprocess.run(
        ["make", "--dry-run", "docs"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert f"report build/results.ndjson --html build/site/{Path(REPORT).parent}\n" in said.stdout
    assert "verify --results build/results.ndjson\n" in said.stdout


def test_no_page_asks_another_host_for_anything(site: Path, site_pages: dict[Path, Page]) -> None:
    foreign = []
    fetched = 0
    for file, source in site_pages.items():
        for url in source.fetched:
            fetched += 1
            parts = urlsplit(url)
            if parts.scheme not in ("", "data") or parts.netloc:
                foreign.append((file.name, url))
            elif not parts.scheme:
                assert (file.parent / unquote(parts.path)).is_file(), (file.name, url)
    styles = [style for file in site.rglob("*.css") for style in _fetched_by_style(file)]
    foreign += [(name, url) for name, url in styles if re.match(r"[a-z]+:(?<!data:)|//", url)]
    assert foreign == []
    assert fetched > 100


def _fetched_by_style(file: Path) -> list[tuple[str, str]]:
    found = re.findall(r"url\(\s*[\"']?([^\"')]+)|@import\s+[\"']([^\"']+)", file.read_text())
    return [(file.name, url or imported) for url, imported in found]


@pytest.mark.parametrize("finding", FINDINGS)
def test_a_finding_is_told_as_goldstep_explains_it(
    site: Path, site_pages: dict[Path, Page], finding: str
) -> None:
    findings = page(site, site_pages, "findings")
    assert finding in findings.anchors
    text = words(findings.text)
    assert words(FINDINGS[finding].meaning) in text
    assert words(FINDINGS[finding].advice) in text


def test_requirements_flags_choices_and_groups_are_told(
    site: Path, site_pages: dict[Path, Page]
) -> None:
    cited = page(site, site_pages, "requirements")
    text = words(cited.text)
    assert {name.lower() for name in REQUIREMENTS} <= cited.anchors
    told = [each.text for each in REQUIREMENTS.values()]
    told += [*FLAGS.values(), *(choice.meaning for choice in CHOICES.values())]
    assert [each for each in told if words(each) not in text] == []
    assert GROUPS.keys() <= page(site, site_pages, "groups").anchors


def test_every_library_is_in_the_table(site: Path, site_pages: dict[Path, Page]) -> None:
    text = words(page(site, site_pages, "field").text)
    assert [each.label for each in LIBRARIES if f" {each.label} " not in text] == []


def test_every_format_of_reports_is_in_the_table(site: Path, site_pages: dict[Path, Page]) -> None:
    text = words(page(site, site_pages, "formats/results").text)
    rows = [f"--{each.name} {each.metavar} {each.description}" for each in all_formats()]
    assert [row for row in rows if row not in text] == []


@pytest.mark.parametrize("language", ["python", "java", "scala", "clojure", "javascript", "go"])
def test_a_language_shows_the_files_that_are_run(
    site: Path, site_pages: dict[Path, Page], language: str
) -> None:
    text = page(site, site_pages, f"port/{language}").text
    folder = ROOT / "ports" / "templates" / language
    files = [file for file in folder.iterdir() if file.suffix and file.name != "go.mod"]
    assert len(files) == 3
    shown = {file.name: file.read_text().rstrip("\n").expandtabs(4) in text for file in files}
    assert shown == dict.fromkeys(shown, True)


_WORD = r"\w+"
SHOWN = {
    "index": ("README.md", ["Start"]),
    "formats/port": ("ports/README.md", ["port.toml", "The protocol, `goldstep-port/1`"]),
    "formats/vectors": (
        "vectors/README.md",
        ["How to read a case", "Working with them", "The kill matrix"],
    ),
    "formats/results": (
        "tools/README.md",
        ["Results: `goldstep-results/1`", "Reports", "As a library", "Environment"],
    ),
    "formats/running": ("tools/HARNESS.md", ["A port's life", "Supervision", "Isolation"]),
    "proof": ("reference/BUDGETS.md", ["No false alarm", "How loose the budgets are"]),
    "accuracy": ("tools/CONFUSION.md", ["What was not named"]),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_shows_word_for_word_what_stands_beside_a_format(
    site: Path, site_pages: dict[Path, Page], name: str
) -> None:
    file, sections = SHOWN[name]
    told = f" {' '.join(re.findall(_WORD, page(site, site_pages, name).text))} "
    text = (ROOT / file).read_text(encoding="utf-8")
    text = re.sub(r"\]\(.*?\)|^```\w*$", "", text, flags=re.MULTILINE)
    for section in sections:
        part = text.split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
        assert f" {' '.join(re.findall(_WORD, f'{section} {part}'))} " in told
