"""The folder of pages: whole or not at all, and over nothing but an earlier report."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from goldstep.cli.outputs import Outputs
from goldstep.errors import HarnessError, UsageError
from goldstep.paths import vectors_folder
from goldstep.report.formats.html import FORMAT as HTML
from goldstep.report.formats.html.names import fragment
from support.pages import Page, reports
from support.streams import conforming, ladder, report


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("name", reports())
def test_every_reference_leads_somewhere(name: str, tmp_path: Path) -> None:
    HTML.write(reports()[name], tmp_path / "report")
    pages = {path: Page(path) for path in (tmp_path / "report").rglob("*.html")}
    for path, page in pages.items():
        for reference in page.references:
            target, fragment = urldefrag(reference)
            if target.startswith("https://example.org/"):  # the issue of a finding
                continue
            file = (path.parent / target).resolve() if target else path
            assert file.is_file(), (path, reference)
            assert file.is_relative_to(tmp_path / "report")
            name, sets, _ = fragment.partition("=")
            is_filter = sets and name in pages[file].names
            assert not fragment or is_filter or fragment in pages[file].ids, (path, reference)


def test_the_same_report_has_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        HTML.write(reports()["ladder"], tmp_path / name)
    one, other = files(tmp_path / "one"), files(tmp_path / "other")
    assert one == other
    assert {
        "index.html",
        "kill-matrix.html",
        "ports/mine/index.html",
        "ports/mine/errors-1.svg",
    } <= {*one}


def test_nothing_of_other_vectors_is_shown(tmp_path: Path) -> None:
    HTML.write(conforming(), tmp_path / "report")
    written = files(tmp_path / "report")
    assert "kill-matrix.html" not in written
    assert not [name for name in written if name.startswith("vectors/")]


def test_groups_that_have_cases_are_beside_the_pages(tmp_path: Path) -> None:
    HTML.write(reports()["real"], tmp_path / "report")
    folder = tmp_path / "report" / "vectors" / "rmsprop" / "float64"
    assert names(folder) == {
        "epsilon-placement.js",
        "invalid-input.js",
        "parameters.js",
        "range-limits.js",
    }
    text = (folder / "parameters.js").read_text()
    group = json.loads(text.removeprefix("addGroup(").removesuffix(");\n"))
    assert group == json.loads(
        (vectors_folder() / "rmsprop" / "float64" / "parameters.json").read_text()
    )


def test_words_are_explained(tmp_path: Path) -> None:
    HTML.write(reports()["ladder"], tmp_path / "report")
    glossary = Page(tmp_path / "report" / "glossary.html")
    explained = {"budget", "rung", "choices", "held to", "narrow-range", "Overflow", "formula"}
    assert {f"word={fragment(word)}" for word in explained} <= glossary.ids
    port = Page(tmp_path / "report" / "ports" / "mine" / "index.html")
    assert {
        f"../../glossary.html#word={fragment(word)}" for word in ("rung", "held to", "budget")
    } <= {*port.references}


def test_an_earlier_report_and_an_empty_folder_are_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    folder.mkdir()
    HTML.write(report(*ladder()), folder)
    HTML.write(conforming(), folder)
    assert "ports/mine/cases-2.html" not in files(folder)
    assert names(tmp_path) == {"report"}


@pytest.mark.parametrize("earlier", [False, True])
def test_what_no_report_wrote_is_left_alone(earlier: bool, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    if earlier:
        HTML.write(conforming(), folder)
    (folder / "thesis").mkdir(parents=True)
    (folder / "thesis" / "draft.txt").write_text("years of work")
    before = files(folder)
    with pytest.raises(UsageError, match=r"holds thesis/draft.txt, which is of no earlier report"):
        HTML.write(conforming(), folder)
    assert files(folder) == before
    assert names(tmp_path) == {"mine"}


def test_a_file_and_a_missing_folder_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="file: is a file; name a folder"):
        HTML.write(conforming(), tmp_path / "file")
    missing = tmp_path / "missing" / "report"
    with pytest.raises(UsageError, match=r"there is no folder .*missing; make it"):
        HTML.write(conforming(), missing)
    with pytest.raises(UsageError, match=r"there is no folder .*missing; make it"):
        Outputs(((HTML, missing),)).check()  # which is before any port is run


def test_nothing_is_left_of_a_report_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "report"
    HTML.write(conforming(), folder)
    before = files(folder)
    rename = Path.rename

    def full(path: Path, target: Path) -> Path:
        if path.name.startswith(".report-new-"):
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(HarnessError, match="cannot be written: No space left on device; make room"):
        HTML.write(report(*ladder()), folder)
    assert files(folder) == before
    assert names(tmp_path) == {"report"}


def test_without_matplotlib_the_numbers_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError):
        importlib.import_module("matplotlib")
    HTML.write(reports()["ladder"], tmp_path / "report")
    assert not list((tmp_path / "report" / "ports").rglob("*.svg"))
    page = (tmp_path / "report" / "ports" / "mine" / "index.html").read_text()
    assert "pip install &#39;goldstep[report]&#39;" in page
    assert '<th scope="row">1e-12</th><td>-1e-11</td><td>-1e-07</td>' in page
